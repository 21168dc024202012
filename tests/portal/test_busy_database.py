"""SQLite lets one writer in at a time: who waits in vain is told so, and nothing is half done."""

from __future__ import annotations

import sqlite3

import pytest
from sqlalchemy import event

from portal.db import db
from portal.testing import running_app, settings_for


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """The portal on SQLite, whatever the other tests run on: PostgreSQL lets many write at once."""
    folder = tmp_path_factory.mktemp("busy")
    with running_app(settings_for(folder) | {"DATABASE_URL": f"sqlite:///{folder / 'busy.db'}"}) as app:
        yield app


@pytest.fixture
def somebody_writes(app, client_as):
    """Another process is in the middle of a long transaction, and the portal does not wait for it."""

    def impatient(connection, *_):
        connection.execute("PRAGMA busy_timeout=20")

    with app.app_context():
        engine = db.engine
    event.listen(engine, "checkout", impatient)
    other = sqlite3.connect(engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()
    event.remove(engine, "checkout", impatient)


def test_a_page_says_to_send_it_again(client_as, somebody_writes):
    answer = client_as("store_manager").post("/complaints/new", data={"category": "quality"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "send it once more" in answer.text


def test_reading_goes_on(client_as, somebody_writes):
    assert client_as("store_manager").get("/today").status_code == 200
