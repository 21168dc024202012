"""The yard on PostgreSQL, for who comes without the session: fixtures of raw connections."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError

from portal.db import db, write_intent
from tests.portal.yard import Ids, WalledDatabase, fill, make_yard_app, postgres_server, walled_database


@pytest.fixture(scope="module")
def walled() -> Iterator[tuple[Flask, Ids, WalledDatabase]]:
    """A portal on PostgreSQL under the application's role; without a server there is nothing to test."""
    try:
        psycopg.connect(f"{postgres_server()}/postgres".replace("+psycopg", ""), connect_timeout=5).close()
    except psycopg.OperationalError as error:
        if os.environ.get("TEST_POSTGRES_URL"):
            raise  # somebody promised one: in CI that is a failure, nowhere a reason to look away
        pytest.skip(f"this machine has no PostgreSQL: {error}")
    with walled_database(f"sw_walls_{os.getpid()}") as database:
        app = make_yard_app(database.app_url)
        token = write_intent.set(True)
        with app.app_context():
            where = fill()
        yield app, where, database
        with app.app_context():
            db.engine.dispose()
        write_intent.reset(token)


@pytest.fixture
def raw(walled: tuple[Flask, Ids, WalledDatabase]) -> Iterator[Connection]:
    """The application's role without the application."""
    engine = create_engine(walled[2].app_url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.fixture
def owner(walled: tuple[Flask, Ids, WalledDatabase]) -> Iterator[Connection]:
    """Who migrates; what it does is rolled back."""
    engine = create_engine(walled[2].owner_url)
    with engine.connect() as connection:
        yield connection
        connection.rollback()
    engine.dispose()


@pytest.fixture
def ids(walled: tuple[Flask, Ids, WalledDatabase]) -> Iterator[Ids]:
    """Inside the portal with nobody acting; what is written is rolled back."""
    with walled[0].app_context():
        yield walled[1]
        db.session.rollback()
        db.session.remove()


def act(connection: Connection, distributor: Any) -> None:
    connection.execute(text("SELECT set_config('app.distributor', :who, true)"), {"who": str(distributor)})


def column(connection: Connection, statement: str, **values: Any) -> list[Any]:
    return list(connection.scalars(text(statement), values))


@contextmanager
def refused(connection: Connection, words: str = "row-level security") -> Iterator[None]:
    with pytest.raises(ProgrammingError, match=words):
        yield
    connection.rollback()
