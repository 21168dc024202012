"""Who acts: blocks in blocks, errors, generators, threads, and one statement for all of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any

import pytest
import structlog
from flask import Flask
from sqlalchemy import event, func, select, union_all

from portal.db import db
from portal.tenancy import (
    NobodyActing,
    Scope,
    WallError,
    acting_for,
    all_distributors,
    current_scope,
    enter_scope,
    scope_or_none,
)
from tests.portal.yard import OURS, SIDES, THEIRS, Ids, canaries, ids, own, yard_app
from tests.portal.yard_models import YardItem, YardNote, YardShelf

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

STATEMENTS: dict[str, Any] = {
    "select": select(YardShelf.canary).order_by(YardShelf.canary),
    "union": select(union_all(select(YardShelf.canary), select(YardItem.canary)).subquery().c.canary).distinct(),
    "cte": select(select(YardShelf.canary).cte("c").c.canary),
    "join": select(YardShelf.canary).join(YardItem, YardItem.shelf_id == YardShelf.id),
}


def seen(name: str = "select") -> list[str]:
    return sorted(db.session.scalars(STATEMENTS[name]))


def test_a_block_in_a_block_ends_where_it_began(ids: Ids) -> None:
    with acting_for(Scope(OURS)):
        assert seen() == own("distributor")
        with acting_for(ids.scope("store", THEIRS)):
            assert seen() == ["canary-2-1"]
            with all_distributors(reason="test"):
                assert len(seen()) == 9
            assert seen() == ["canary-2-1"]
        assert seen() == own("distributor")
    with pytest.raises(NobodyActing):
        seen()


def test_an_error_ends_the_block_as_well(ids: Ids) -> None:
    with acting_for(Scope(OURS)):
        with pytest.raises(ZeroDivisionError), acting_for(Scope(THEIRS)):
            1 / 0  # noqa: B018
        assert current_scope() == Scope(OURS)
        with pytest.raises(ZeroDivisionError), all_distributors(reason="test"):
            1 / 0  # noqa: B018
        assert seen() == own("distributor")
    assert scope_or_none() is None


def test_a_failed_flush_ends_the_block_as_well(ids: Ids) -> None:
    with pytest.raises(WallError), acting_for(Scope(OURS)):
        db.session.add(YardNote(canary="x", distributor_id=THEIRS))
    assert scope_or_none() is None


def test_nobody_acts_for_everybody(ids: Ids) -> None:
    with all_distributors(reason="test"):
        assert scope_or_none() is None
        with pytest.raises(NobodyActing):
            current_scope()


def test_opening_the_walls_is_logged_with_the_reason(ids: Ids) -> None:
    with structlog.testing.capture_logs() as logs:
        with all_distributors(reason="count all shelves"):
            pass
        with all_distributors(reason="every request does this", quiet=True):
            pass
    assert [(entry["log_level"], entry["reason"]) for entry in logs] == [
        ("info", "count all shelves"),
        ("debug", "every request does this"),
    ]


def test_entering_a_scope_writes_what_the_last_one_left(ids: Ids) -> None:
    def run() -> None:
        enter_scope(Scope(OURS))
        note = YardNote(canary="x")
        db.session.add(note)
        enter_scope(Scope(THEIRS))
        assert note.id is not None
        assert note.distributor_id == OURS
        enter_scope(None)

    copy_context().run(run)


def acting_generator(scope: Scope) -> Iterator[list[str]]:
    with acting_for(scope):
        yield seen()
        yield seen()


def test_generators_that_end_in_another_order_leave_nobody_acting(ids: Ids) -> None:
    def run() -> None:
        first, second = acting_generator(Scope(OURS)), acting_generator(Scope(THEIRS))
        assert canaries(next(first))[0] == "canary-1-0"
        assert canaries(next(second))[0] == "canary-2-0"
        with pytest.raises(WallError):
            first.close()
        with pytest.raises(NobodyActing):
            seen()
        with pytest.raises(WallError):
            list(second)
        with pytest.raises(NobodyActing):
            seen()

    copy_context().run(run)


def test_a_scope_entered_inside_a_block_does_not_outlive_it(ids: Ids) -> None:
    def run() -> None:
        with pytest.raises(WallError), acting_for(Scope(OURS)):
            enter_scope(Scope(THEIRS))
        assert scope_or_none() is None

    copy_context().run(run)


def test_a_new_thread_acts_for_nobody(ids: Ids) -> None:
    found: list[Any] = []
    with acting_for(Scope(OURS)):
        thread = threading.Thread(target=lambda: found.append(scope_or_none()))
        thread.start()
        thread.join()
    assert found == [None]


@pytest.mark.parametrize("name", STATEMENTS)
def test_one_statement_serves_each_scope_its_own(ids: Ids, name: str) -> None:
    scopes = [(Scope(n), own("distributor", n)) for n in (1, 2, 3)]
    scopes += [(ids.scope(side, n), own(side, n)) for side in ("store", "rep") for n in (1, 2, 3)]
    for _ in range(2):
        for scope, expected in (*scopes, *reversed(scopes)):
            with acting_for(scope):
                assert seen(name) == expected
        with all_distributors(reason="test"):
            assert len(seen(name)) == 9


def test_one_statement_serves_many_threads_at_once(yard_app: tuple[Flask, Ids]) -> None:
    app, ids = yard_app
    wrong: list[Any] = []
    start = threading.Barrier(9)

    def work(side: str, distributor: int) -> None:
        start.wait()
        for turn in range(40):
            with app.app_context(), acting_for(ids.scope(side, distributor)):
                for name in STATEMENTS:
                    found = seen(name)
                    if found != own(side, distributor):
                        wrong.append((side, distributor, name, turn, found))

    def guarded(side: str, distributor: int) -> None:
        try:
            work(side, distributor)
        except Exception as error:
            wrong.append((side, distributor, error))

    threads = [threading.Thread(target=guarded, args=(side, n)) for side in SIDES for n in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_walled_statements_come_from_the_cache(ids: Ids) -> None:
    """A statement that is made into SQL each time would pass every test and double the cost of each page."""
    compiled: list[Any] = []

    def note(_connection: Any, _cursor: Any, statement: str, _parameters: Any, context: Any, _many: Any) -> None:
        if "walltest_shelf" in statement:
            compiled.append(context.compiled)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        with acting_for(ids.scope("rep")):
            for _ in range(3):
                db.session.execute(select(func.count(YardShelf.id)).where(YardShelf.units > 0))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len(compiled) == 3
    assert compiled[0] is compiled[1] is compiled[2]
