"""The checklist as an operator gets it: installed by pip beside a portal that has been running for some time."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from portal import create_app, schema
from portal.db import db
from portal.testing import running_app, settings_for
from tests.portal.plugin_kit import forget

PACKAGE = "storewise_checklist"
MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine o'clock in Shanghai


@contextmanager
def importable(site: Path) -> Iterator[None]:
    """Python finds what pip put into `site`, and forgets it afterwards."""
    sys.path.insert(0, str(site))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(site))
        forget([PACKAGE])


@contextmanager
def portal_with_checklist(site: Path, folder: Path) -> Iterator[Flask]:
    """A portal of two distributors, stopped, started again with the checklist, and migrated; it is on for nobody."""
    settings = settings_for(folder)
    with running_app(settings) as before, importable(site):
        app = create_app(settings | {"DISCOVER_ENTRY_POINTS": True})
        with app.app_context():
            assert schema.upgrade() == []
        app.extensions |= {name: before.extensions[name] for name in ("test_world", "test_keeper")}
        freeze(app)
        try:
            yield app
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def freeze(app: Flask) -> None:
    """Let each test begin with the database as it is now."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()  # PostgreSQL copies a database that nobody is connected to
    app.extensions["test_keeper"].freeze()


def browser(app: Flask, role: str, distributor: str = "first") -> FlaskClient:
    """Somebody of the test world, signed in and reading English."""
    ids = app.extensions["test_world"][distributor]
    client = app.test_client()
    with client.session_transaction() as session:
        session |= {"language": "en", "_user_id": ids.sessions[role], "_fresh": True, "_id": None}
        session["membership"] = ids.members[role]
    return client
