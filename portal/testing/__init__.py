"""A pytest plug-in for those who write plug-ins: a database, a small world, clients in every role, a query counter.

Use it with `pytest_plugins = ["portal.testing"]` in a top conftest.py. Each test that asks for `world` starts from
the same freshly restored database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from sqlalchemy import event

from portal import create_app
from portal.accounts.viewer import Viewer, load_person, viewer_of
from portal.database import normal_url
from portal.db import db, write_intent
from portal.tenancy import acting_for
from portal.testing.keepers import keeper_of
from portal.testing.programs import api_as, run_jobs
from portal.testing.world import World, build_world

UNCOUNTED = re.compile(r"^\s*(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|PRAGMA|SELECT set_config)", re.I)


@pytest.fixture(scope="session")
def app_settings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings of the application under test; override it for others."""
    return settings_for(tmp_path_factory.mktemp("data"))


def settings_for(folder: Path) -> dict[str, Any]:
    """Settings of an application whose files, and database, lie in (or are named after) this folder."""
    return {
        "TESTING": True,
        "DATA_DIR": folder,
        "DATABASE_URL": _database_url(folder),
        "REDIS_URL": "",
        "SECRET_KEY": "only-for-tests-" + "x" * 40,
        "SECURITY_PASSWORD_SALT": "only-for-tests",
        "SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS": {"argon2__time_cost": 1, "argon2__memory_cost": 64},
        "WTF_CSRF_ENABLED": False,
        "RATELIMIT_ENABLED": False,
        "PROPAGATE_EXCEPTIONS": False,
        "DISCOVER_ENTRY_POINTS": False,
    }


def _database_url(folder: Path) -> str:
    if os.environ.get("TEST_DATABASE") != "postgresql":
        return f"sqlite:///{folder / 'test.db'}"
    base = normal_url(os.environ.get("TEST_POSTGRES_URL") or "postgresql://postgres@127.0.0.1:5432/postgres")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return base.rpartition("/")[0] + f"/storewise_{os.getpid()}_{worker}_{folder.name}"


@pytest.fixture(scope="session")
def app_plugins() -> tuple[Any, ...]:
    """Plug-in classes loaded beside the bundled ones; override it in a plug-in's own tests."""
    return ()


@pytest.fixture(scope="session")
def app(app_settings: dict[str, Any], app_plugins: tuple[Any, ...]) -> Iterator[Flask]:
    """The application on a database that has the whole schema and the test world."""
    with running_app(app_settings, app_plugins) as application:
        yield application


@contextmanager
def running_app(settings: dict[str, Any], plugins: tuple[Any, ...] = ()) -> Iterator[Flask]:
    """Such an application, for a test module that overrides the fixture `app` with plug-ins of its own."""
    keeper = keeper_of(settings["DATABASE_URL"])
    keeper.create()
    application = create_app(settings, plugins=plugins)
    application.test_client_class = ReadingClient
    with application.app_context():
        token = write_intent.set(True)
        _make_schema()
        application.extensions["test_world"] = build_world()
        write_intent.reset(token)
        db.session.remove()
        db.engine.dispose()
    keeper.freeze()
    application.extensions["test_keeper"] = keeper
    try:
        yield application
    finally:
        with application.app_context():
            db.engine.dispose()
        keeper.drop()


class ReadingClient(FlaskClient):
    """A browser that reads each answer to its end, so that no file stays open behind one."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Ask, and take the whole answer."""
        return super().open(*args, **{"buffered": True, **kwargs})


def _make_schema() -> None:
    from portal import schema

    schema.upgrade()
    db.create_all()


@pytest.fixture
def world(app: Flask) -> Iterator[World]:
    """The ids of the test world, in a database as new."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    app.extensions["test_keeper"].restore()
    yield app.extensions["test_world"]
    with app.app_context():
        db.session.remove()


@pytest.fixture
def client_as(app: Flask, world: World) -> Callable[..., FlaskClient]:
    """client_as("rep"), client_as("store_manager", "other"): a signed-in browser; client_as(None): a stranger."""

    def make(role: str | None, distributor: str = "first", language: str = "en") -> FlaskClient:
        client = app.test_client()
        with client.session_transaction() as session:
            session["language"] = language
            if role is not None:
                session["_user_id"] = world[distributor].sessions[role]
                session["_fresh"] = True
                session["_id"] = None
                session["membership"] = world[distributor].members[role]
        return client

    return make


@pytest.fixture
def act_as(app: Flask, world: World) -> Callable[..., AbstractContextManager[Viewer]]:
    """`with act_as("manager") as viewer:` calls services and queries as that person; commits at the end."""

    @contextmanager
    def enter(role: str, distributor: str = "first", language: str = "en") -> Iterator[Viewer]:
        with app.test_request_context("/", headers={"Accept-Language": language}):
            token = write_intent.set(True)
            person = load_person(world[distributor].keys[role])
            assert person is not None
            viewer = viewer_of(person, world[distributor].members[role])
            assert viewer is not None
            g.viewer, g.failures = viewer, []
            try:
                with acting_for(viewer.scope):
                    yield viewer
                    db.session.commit()
            finally:
                db.session.remove()
                write_intent.reset(token)

    return enter


@dataclass(slots=True)
class Statements:
    """The statements a block sent to the database."""

    sent: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.sent)


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[Statements]]:
    """`with count_queries() as queries: ...; assert len(queries) <= 6` (savepoints are not counted)."""

    @contextmanager
    def counting() -> Iterator[Statements]:
        statements = Statements()

        def note(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            if not UNCOUNTED.match(statement):
                statements.sent.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


__all__ = [
    "Statements",
    "World",
    "act_as",
    "api_as",
    "app",
    "client_as",
    "count_queries",
    "keeper_of",
    "run_jobs",
    "running_app",
    "settings_for",
    "world",
]
