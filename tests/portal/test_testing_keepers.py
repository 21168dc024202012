"""Each test begins with the same database, whatever the one before did to it, on SQLite and PostgreSQL alike."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Engine, create_engine, text

from portal.testing import keeper_of, settings_for

ROWS = "SELECT id, word FROM thing ORDER BY id"


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[tuple]:
    """A keeper, and the engine of its database, in which a table holds two words and has counted to two.

    What a test below leaves behind would be found by the next.
    """
    address = settings_for(tmp_path_factory.mktemp("kept"))["DATABASE_URL"]
    keeper = keeper_of(address)
    keeper.create()
    engine = create_engine(address)
    numbered = "INTEGER PRIMARY KEY" if address.startswith("sqlite") else "SERIAL PRIMARY KEY"
    do(
        engine,
        f"CREATE TABLE thing (id {numbered}, word TEXT UNIQUE)",
        "CREATE TABLE part (thing_id INTEGER NOT NULL REFERENCES thing (id) ON DELETE CASCADE)",
        "INSERT INTO thing (word) VALUES ('瓶\t\\N'), (NULL)",
        "INSERT INTO part VALUES (1)",
    )
    engine.dispose()
    keeper.freeze()
    yield keeper, engine
    engine.dispose()
    keeper.drop()


def do(engine: Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def found(engine: Engine, question: str = ROWS) -> list[tuple]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


@pytest.mark.parametrize(
    "deeds",
    [
        ["INSERT INTO thing (word) VALUES ('new')"],
        ["UPDATE thing SET word = 'other' WHERE id = 1"],
        ["DELETE FROM thing WHERE id = 1", "UPDATE thing SET word = '瓶\t\\N' WHERE id = 2"],
        ["DELETE FROM part", "DELETE FROM thing"],
        ["ALTER TABLE thing ADD COLUMN more TEXT"],
        ["DROP TABLE part"],
        ["DROP TABLE part", "CREATE TABLE part (thing_id INTEGER)", "INSERT INTO part VALUES (7)"],
        ["CREATE TABLE another (id INTEGER)"],
        ["CREATE INDEX by_word ON thing (word)"],
    ],
)
def test_whatever_was_done_is_undone(place, deeds):
    keeper, engine = place
    shape = "SELECT count(*) FROM " + ("sqlite_master" if engine.name == "sqlite" else "pg_class")
    before = found(engine, shape)
    do(engine, *deeds)
    engine.dispose()
    keeper.restore()
    assert found(engine) == [(1, "瓶\t\\N"), (2, None)]
    assert found(engine, "SELECT thing_id FROM part") == [(1,)]
    assert found(engine, shape) == before
    do(engine, "INSERT INTO thing (word) VALUES ('third')")
    assert found(engine)[-1] == (3, "third")
    engine.dispose()
    keeper.restore()


def test_numbers_that_were_used_in_vain_are_free_again(place):
    keeper, engine = place
    with closing(engine.connect()) as connection:
        connection.execute(text("INSERT INTO thing (word) VALUES ('never')"))
        connection.rollback()
    engine.dispose()
    keeper.restore()
    do(engine, "INSERT INTO thing (word) VALUES ('third')")
    assert found(engine)[-1] == (3, "third")
    engine.dispose()
    keeper.restore()


def test_who_is_still_connected_holds_nothing_up(place):
    keeper, engine = place
    stray = create_engine(engine.url).connect()
    stray.execute(text("DELETE FROM part"))
    keeper.restore()
    assert len(found(engine)) == 2
    do(engine, "INSERT INTO thing (word) VALUES ('third')")
    if engine.name == "sqlite":  # there it has the old file, and what it does to that reaches nobody
        stray.commit()
    stray.invalidate()
    stray.engine.dispose()
    assert [word for _id, word in found(engine)][-1] == "third"
    assert found(engine, "SELECT thing_id FROM part") == [(1,)]
    engine.dispose()
    keeper.restore()
