"""PostgreSQL's own wall, by raw SQL under the application's role: what the session would never send."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from portal.db import Model, db
from portal.tenancy import Scope, acting_for, all_distributors, enter_scope
from tests.portal.yard import OURS, THEIRS, Ids, WalledDatabase
from tests.portal.yard_models import YardNote, YardShelf
from tests.portal.yard_postgresql import act, column, ids, owner, raw, refused, walled

__all__ = ["ids", "owner", "raw", "walled"]
OUR_SHELVES, THEIR_SHELVES = ["canary-1-0", "canary-1-1", "canary-1-2"], ["canary-2-0", "canary-2-1", "canary-2-2"]
TAKE_OVER = "UPDATE walltest_note SET canary = 'hacked'"
LOOK = "SELECT canary FROM walltest_shelf ORDER BY id"


def test_raw_sql_sees_the_acting_distributors_rows_only(raw: Connection) -> None:
    for who, expected in ((OURS, OUR_SHELVES), (THEIRS, THEIR_SHELVES), (99, [])):
        act(raw, who)
        assert column(raw, LOOK) == expected


def test_without_the_setting_no_table_shows_a_row(raw: Connection, walled: tuple[Flask, Ids, WalledDatabase]) -> None:
    walled_tables = [table.name for table in Model.metadata.tables.values() if "distributor_id" in table.c]
    assert len(walled_tables) > 15
    for table in (*walled_tables, "portal_distributor"):
        assert column(raw, f"SELECT count(*) FROM {table}") == [0]  # never set
        act(raw, "")
        assert column(raw, f"SELECT count(*) FROM {table}") == [0]  # set to nobody
        raw.rollback()
    act(raw, "*")
    assert column(raw, "SELECT count(*) FROM walltest_shelf") == [9]


def test_a_setting_that_is_no_distributor_is_an_error(raw: Connection) -> None:
    act(raw, "1 OR true")
    with pytest.raises(DBAPIError, match="invalid input syntax"):
        column(raw, LOOK)


def test_a_distributor_sees_itself_alone(raw: Connection) -> None:
    act(raw, OURS)
    assert column(raw, "SELECT id FROM portal_distributor") == [OURS]


def test_foreign_rows_are_not_written(raw: Connection, ids: Ids) -> None:
    act(raw, OURS)
    theirs = {"id": ids.notes[THEIRS, 0]}
    assert raw.execute(text(f"{TAKE_OVER} WHERE id = :id"), theirs).rowcount == 0
    assert raw.execute(text("DELETE FROM walltest_note WHERE id = :id"), theirs).rowcount == 0
    assert raw.execute(text(TAKE_OVER)).rowcount == 3
    act(raw, "*")
    assert column(raw, "SELECT DISTINCT canary FROM walltest_note ORDER BY 1") == [
        "canary-2-all",
        "canary-3-all",
        "hacked",
    ]


def test_rows_are_neither_made_for_others_nor_given_away(raw: Connection) -> None:
    for statement in (
        "INSERT INTO walltest_note (canary, distributor_id) VALUES ('x', 2)",
        "UPDATE walltest_note SET distributor_id = 2",
        "INSERT INTO walltest_note (canary, distributor_id) SELECT 'x', 2 FROM walltest_shelf",
    ):
        act(raw, OURS)
        with refused(raw):
            raw.execute(text(statement))
    act(raw, OURS)
    raw.execute(text("INSERT INTO walltest_note (canary, distributor_id) VALUES ('x', 1)"))


def test_nobody_writes_nothing(raw: Connection) -> None:
    assert raw.execute(text(TAKE_OVER)).rowcount == 0
    with refused(raw):
        raw.execute(text("INSERT INTO walltest_note (canary, distributor_id) VALUES ('x', 1)"))


def test_rows_without_a_distributor_are_the_portals_own(raw: Connection) -> None:
    job = (
        "INSERT INTO portal_job (name, queue, arguments, language, state, run_at, lease_seconds, fence, tries,"
        " max_tries, progress_done, progress_total, progress_text, result, error, refusal, created_at, distributor_id)"
        " VALUES ('x', 'q', '{}', '', 'queued', now(), 1, 0, 0, 1, 0, 0, '', '{}', '', '', now(), :owner)"
    )
    act(raw, OURS)
    with refused(raw):
        raw.execute(text(job), {"owner": None})
    act(raw, "*")
    raw.execute(text(job), {"owner": None})
    raw.execute(text(job), {"owner": OURS})
    seen = {}
    for who in ("*", OURS, THEIRS, ""):
        act(raw, who)
        seen[who] = column(raw, "SELECT distributor_id FROM portal_job ORDER BY id")
    assert seen == {"*": [None, OURS], OURS: [OURS], THEIRS: [], "": []}


def test_the_role_can_neither_open_nor_climb_the_walls(raw: Connection) -> None:
    for statement in (
        "ALTER TABLE walltest_shelf DISABLE ROW LEVEL SECURITY",
        "DROP POLICY distributor_wall_1 ON walltest_shelf",
        "CREATE POLICY mine ON walltest_shelf USING (true)",
        "TRUNCATE walltest_item",
        "DROP TABLE walltest_item",
        "SET ROLE postgres",
    ):
        with refused(raw, "must be owner|permission denied"):
            raw.execute(text(statement))
    raw.execute(text("SET row_security = off"))
    with refused(raw, "would be affected by row-level security"):
        raw.execute(text(LOOK))


def test_the_audit_log_is_added_to_and_read_only(raw: Connection) -> None:
    act(raw, OURS)
    raw.execute(
        text(
            "INSERT INTO portal_audit (at, action, object_kind, details, request_id, distributor_id)"
            " VALUES (now(), 'x', '', '{}', '', 1)"
        )
    )
    assert column(raw, "SELECT action FROM portal_audit") == ["x"]
    for statement in ("UPDATE portal_audit SET action = 'y'", "DELETE FROM portal_audit"):
        with refused(raw, "permission denied"):
            raw.execute(text(statement))


# Whom the session names


def wall_less() -> list[Any]:
    """What the database shows when the session's own walls are climbed over."""
    session = db.session()
    return list(Session.connection(session).scalars(text(LOOK)))


def test_the_session_tells_the_database_who_acts(ids: Ids) -> None:
    with acting_for(Scope(OURS)):
        assert wall_less() == OUR_SHELVES
        with acting_for(ids.scope("rep", THEIRS)):
            assert wall_less() == THEIR_SHELVES
        assert wall_less() == OUR_SHELVES
        with all_distributors(reason="test"):
            assert len(wall_less()) == 9
        assert wall_less() == OUR_SHELVES
    assert wall_less() == []


def test_the_database_knows_who_acts_after_a_savepoint_was_rolled_back(ids: Ids) -> None:
    enter_scope(Scope(OURS))
    try:
        assert wall_less() == OUR_SHELVES
        savepoint = db.session.begin_nested()
        enter_scope(Scope(THEIRS))
        assert wall_less() == THEIR_SHELVES
        savepoint.rollback()
        assert wall_less() == THEIR_SHELVES  # the setting went back to ours with the savepoint
        with db.session.begin_nested():
            enter_scope(Scope(OURS))
            assert wall_less() == OUR_SHELVES
        assert wall_less() == OUR_SHELVES
    finally:
        enter_scope(None)


def test_a_connection_from_the_pool_knows_nobody(ids: Ids) -> None:
    with acting_for(Scope(OURS)):
        assert wall_less() == OUR_SHELVES
        first = backend()
        db.session.commit()
        assert wall_less() == OUR_SHELVES
        db.session.rollback()
    assert (wall_less(), backend()) == ([], first)
    db.session.rollback()
    with db.engine.connect() as connection:
        assert list(connection.scalars(text(LOOK))) == []
    with acting_for(Scope(THEIRS)):
        assert (wall_less(), backend()) == (THEIR_SHELVES, first)


def test_what_was_told_ends_with_its_transaction(ids: Ids) -> None:
    """Whoever gets the connection next is told nothing, also where that is another program behind a pooler."""
    with acting_for(Scope(OURS)):
        assert wall_less() == OUR_SHELVES
        db.session.commit()
    raw = db.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("SELECT current_setting('app.distributor', true), pg_backend_pid()")
        told, process = cursor.fetchone() or ("", 0)
    finally:
        raw.close()
    assert told in ("", None)
    assert process == backend()
    db.session.rollback()


def backend() -> Any:
    return Session.connection(db.session()).scalar(text("SELECT pg_backend_pid()"))


def test_an_error_in_the_database_is_the_one_that_is_seen(ids: Ids) -> None:
    """Nothing is told to a transaction that has failed, so the first error is not hidden by a second one."""
    with pytest.raises(DBAPIError, match="division by zero"), acting_for(Scope(OURS)), all_distributors(reason="test"):
        db.session.execute(text("SELECT 1 / 0"))
    db.session.rollback()
    with acting_for(Scope(OURS)):
        savepoint = db.session.begin_nested()
        with pytest.raises(DBAPIError, match="division by zero"), acting_for(Scope(THEIRS)):
            db.session.scalars(select(YardShelf.id / (YardShelf.id - YardShelf.id))).all()
        savepoint.rollback()
        assert wall_less() == OUR_SHELVES


def test_the_scope_is_told_once_for_many_statements(ids: Ids) -> None:
    with acting_for(Scope(OURS)):
        db.session.scalars(select(YardNote)).all()
        act(Session.connection(db.session()), THEIRS)
        assert wall_less() == THEIR_SHELVES  # our scope was not told again: nothing of ours had changed
        with all_distributors(reason="test"):
            assert len(wall_less()) == 9
        assert wall_less() == OUR_SHELVES
