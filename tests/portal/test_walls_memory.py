"""What lies in memory already: the identity map, expired rows, lazy loads, streams."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import (
    select,
)
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm.exc import ObjectDeletedError

from portal.db import db
from portal.stores.models import Store
from portal.tenancy import NobodyActing, WallError, acting_for, all_distributors
from tests.portal.yard import OURS, SIDES, THEIRS, Ids, canaries, ids, objects, own, yard_app
from tests.portal.yard_models import YardItem, YardLand, YardNote, YardShelf, YardTag

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

Land, Tag, Shelf, Item, Note = YardLand, YardTag, YardShelf, YardItem, YardNote
RAW: Any = YardShelf.__table__
A_RAW_CANARY = select(RAW.c.canary).limit(1).scalar_subquery()
FOREIGN = "canary-2-1"


def everything_in_memory() -> list[Any]:
    with all_distributors(reason="test"):
        return [*objects(select(Shelf)), *objects(select(Item)), *objects(select(Note)), *objects(select(Store))]


@pytest.mark.parametrize("side", SIDES)
def test_get_serves_no_foreign_row_from_memory(ids: Ids, side: str) -> None:
    kept = everything_in_memory()
    with acting_for(ids.scope(side)):
        plain = [db.session.get(Shelf, n) for n in range(1, 12)]
        refreshed = [db.session.get(Shelf, n, populate_existing=True) for n in range(1, 12)]
        locked = [db.session.get(Shelf, n, with_for_update=True) for n in range(1, 12)]
        assert canaries(plain) == canaries(refreshed) == canaries(locked) == own(side)
    assert kept


@pytest.mark.parametrize("side", SIDES)
def test_a_relationship_serves_no_foreign_row_from_memory(ids: Ids, side: str) -> None:
    kept = everything_in_memory()
    with acting_for(ids.scope(side)):
        seen = [note.shelf for note in objects(select(Note))]
    assert kept
    assert canaries([shelf for shelf in seen if shelf]) == own(side)
    assert len(seen) == 3


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("how", ["attribute", "refresh", "refresh a column"])
def test_a_foreign_row_that_was_left_in_memory_is_not_read_again(ids: Ids, side: str, how: str) -> None:
    everything_in_memory()
    for key in {"distributor": (THEIRS, 1), "store": (OURS, 2), "rep": (OURS, 2)}[side], (THEIRS, 1):
        with all_distributors(reason="test"):
            foreign = db.session.get(Shelf, ids.shelves[key])
            db.session.expire(foreign)
        with acting_for(ids.scope(side)), pytest.raises((ObjectDeletedError, InvalidRequestError)):
            if how == "attribute":
                foreign.canary  # noqa: B018 (reading it is the test)
            else:
                db.session.refresh(foreign, ["canary"] if how == "refresh a column" else None)


def test_an_own_row_is_refreshed_under_every_scope_that_sees_it(ids: Ids) -> None:
    with acting_for(ids.scope("store")):
        shelf = objects(select(Shelf))[0]
    for scope in (ids.scope("distributor"), ids.scope("rep"), ids.scope("store")):
        with acting_for(scope):
            db.session.expire(shelf)
            assert shelf.canary == "canary-1-1"
            db.session.refresh(shelf)
    with all_distributors(reason="test"):
        db.session.expire(shelf)
        assert shelf.canary == "canary-1-1"
        assert canaries(shelf.items) == ["canary-1-1"]


def test_a_lazy_load_has_the_walls_of_who_asks_not_of_who_loaded(ids: Ids) -> None:
    with acting_for(ids.scope("store")):
        land = objects(select(Land))[0]
    with acting_for(ids.scope("distributor")):
        assert canaries(land.shelves) == own("distributor")
        db.session.expire(land, ["shelves"])
    with acting_for(ids.scope("rep", THEIRS)):
        assert canaries(land.shelves) == ["canary-2-0", "canary-2-1"]


@pytest.mark.parametrize("side", SIDES)
def test_a_stream_that_goes_on_under_another_scope_gives_no_row_away(ids: Ids, side: str) -> None:
    with all_distributors(reason="test"):
        stream = iter(db.session.scalars(select(Shelf).order_by(Shelf.id.desc()).execution_options(yield_per=1)))
        next(stream)
    with acting_for(ids.scope("distributor")), pytest.raises(WallError):
        list(stream)


def test_merging_a_row_with_a_foreign_key_finds_nothing_to_merge_into(ids: Ids) -> None:
    everything_in_memory()
    with acting_for(ids.scope("distributor")):
        with db.session.no_autoflush:
            merged = db.session.merge(Note(id=ids.notes[THEIRS, 0], canary="mine"))
        assert merged in db.session.new  # not the foreign row: to the database it is a second row of that id
        db.session.expunge(merged)


def test_nobody_acting_gets_nothing_from_memory(ids: Ids) -> None:
    kept = everything_in_memory()
    with pytest.raises(NobodyActing):
        db.session.get(Shelf, ids.shelves[OURS, 0])
    assert kept
