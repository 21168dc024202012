"""Behind the fence: what only reads costs no savepoint, and whatever else is done there is undone."""

import pytest
from flask import g
from sqlalchemy import event, func, select, text, update

from portal.api import insert_rows, session, update_rows
from portal.db import db
from portal.host.fence import Trespass, fenced
from portal.stores.models import Store
from portal.tenancy import all_distributors
from portal.testing import running_app, settings_for
from tests.portal.probe_plugin import Probe
from tests.portal.probe_plugin.models import Note


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with running_app(settings_for(tmp_path_factory.mktemp("fence")), (Probe,)) as application:
        yield application


@pytest.fixture
def manager(act_as, world):
    """Acts as the manager, with one note of the first store in the database."""
    with act_as("manager"):
        session.add(Note(store_id=world.first.stores[0], text="as it was"))
    with act_as("manager") as viewer:
        yield viewer


def notes():
    return session.scalars(select(Note.text).order_by(Note.id)).all()


@pytest.fixture
def savepoints(app):
    """How many savepoints were taken so far."""
    sent = []
    with app.app_context():
        engine = db.engine
    listen = lambda connection, name: sent.append(name)  # noqa: E731
    event.listen(engine, "savepoint", listen)
    yield sent
    event.remove(engine, "savepoint", listen)


def test_what_only_reads_takes_no_savepoint_on_sqlite_and_one_on_postgresql(manager, savepoints):
    assert fenced(notes, keep=False) == ["as it was"]
    assert len(savepoints) == (0 if db.engine.dialect.name == "sqlite" else 1)


def test_a_request_that_only_reads_takes_no_savepoint_and_goes_on_after_a_mistake(manager, savepoints):
    g.writes = False
    assert fenced(notes, keep=False) == ["as it was"]
    with pytest.raises(Exception, match="no_such_function"):
        fenced(lambda: session.scalar(select(func.no_such_function(Store.id))), keep=False)
    assert savepoints == []
    assert fenced(notes, keep=False) == ["as it was"]
    assert manager.membership.role.key == "manager"
    assert manager.distributor.name


def test_a_request_that_only_reads_keeps_nothing_that_a_question_wrote(manager, world, savepoints):
    g.writes = False
    with pytest.raises(Trespass):
        fenced(lambda: add_and_flush(world), keep=False)
    assert notes() == ["as it was"]


def test_what_asks_nothing_takes_no_savepoint_anywhere(manager, savepoints):
    assert fenced(lambda: 5, keep=False) == 5
    assert savepoints == []


def add(world):
    session.add(Note(store_id=world.first.stores[0], text="smuggled"))


def add_and_flush(world):
    add(world)
    session.flush()


def add_and_let_a_query_flush(world):
    add(world)
    assert notes() == ["as it was", "smuggled"]


def add_and_ask_without_a_flush(world):
    add(world)
    with session.no_autoflush:
        notes()


def change(world):
    session.scalars(select(Note)).one().text = "smuggled"


def change_and_flush(world):
    change(world)
    session.flush()


def delete(world):
    session.delete(session.scalars(select(Note)).one())


def delete_and_flush(world):
    delete(world)
    session.flush()


def add_in_a_savepoint(world):
    with session.begin_nested():
        add(world)


@pytest.mark.parametrize(
    "deed",
    [
        add,
        add_and_flush,
        add_and_let_a_query_flush,
        add_and_ask_without_a_flush,
        change,
        change_and_flush,
        delete,
        delete_and_flush,
        add_in_a_savepoint,
    ],
)
def test_a_change_through_the_session_is_undone_and_said(manager, world, deed):
    known = session.scalars(select(Note)).one()
    with pytest.raises(Trespass):
        fenced(lambda: deed(world), keep=False)
    assert not (session.new or session.dirty or session.deleted)
    assert known.text == "as it was"
    session.commit()
    assert notes() == ["as it was"]


def insert_many(world):
    insert_rows(Note, [{"store_id": world.first.stores[0], "text": "smuggled"}])


def update_many(world):
    update_rows(Note, text="smuggled")


def update_behind_open_walls(world):
    with all_distributors(reason="test"):
        session.execute(update(Note).values(text="smuggled"))


def update_by_text(world):
    with all_distributors(reason="test"):
        session.execute(text("UPDATE probe_note SET text = 'smuggled'"))


def update_by_the_connection(world):
    with all_distributors(reason="test"):
        session.connection().exec_driver_sql("UPDATE probe_note SET text = 'smuggled'")


@pytest.mark.parametrize(
    "deed", [insert_many, update_many, update_behind_open_walls, update_by_text, update_by_the_connection]
)
def test_a_change_past_the_session_is_undone(manager, world, deed):
    fenced(lambda: deed(world), keep=False)
    session.commit()
    session.expire_all()
    assert notes() == ["as it was"]


def test_what_was_pending_before_is_neither_lost_nor_blamed(manager, world):
    session.add(Note(store_id=world.first.stores[0], text="the core's"))
    assert fenced(notes, keep=False) == ["as it was", "the core's"]
    session.commit()
    assert notes() == ["as it was", "the core's"]


def test_a_fence_within_a_fence_keeps_the_inner_deed_only_where_both_keep(manager, world):
    def inner():
        fenced(lambda: add(world), keep=True)

    with pytest.raises(Trespass):
        fenced(inner, keep=False)
    assert notes() == ["as it was"]
    fenced(inner, keep=True)
    session.commit()
    assert notes() == ["as it was", "smuggled"]


def test_a_failed_question_leaves_the_transaction_whole(manager, world):
    session.add(Note(store_id=world.first.stores[0], text="the core's"))
    session.flush()
    with pytest.raises(Exception, match="no_such_function"):
        fenced(lambda: session.scalar(select(func.no_such_function(Store.id))), keep=False)
    session.commit()
    assert notes() == ["as it was", "the core's"]
