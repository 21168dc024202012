"""Connects the application to its database."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Any

from flask import Flask

from portal.db import db


def init_app(app: Flask) -> None:
    """Open the database named by DATABASE_URL, with every table of the core known."""
    import portal.models  # noqa: F401 (all core tables must be known)

    url = normal_url(app.config["DATABASE_URL"])
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    _keep_connections_to_one_process(app)


def _keep_connections_to_one_process(app: Flask) -> None:
    """A process that was forked (gunicorn --preload) begins without the connections of the one it came from.

    Two processes that talk through one connection read each other's answers.
    """
    reference = weakref.ref(app)

    def forget() -> None:
        forked = reference()
        if forked is not None:
            with forked.app_context():
                db.engine.dispose(close=False)

    os.register_at_fork(after_in_child=forget)


def migration_url(app: Flask) -> str:
    """The database as its owner: MIGRATION_DATABASE_URL, else the one that serves pages."""
    return normal_url(app.config["MIGRATION_DATABASE_URL"] or app.config["DATABASE_URL"])


def normal_url(url: str) -> str:
    """The URL with the driver that the portal uses for PostgreSQL."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def engine_options(url: str) -> dict[str, Any]:
    """Pool and connection settings that fit the database."""
    if url.startswith("sqlite"):
        return {"connect_args": {"check_same_thread": False, "timeout": 5}}
    return {"pool_pre_ping": True, "pool_size": 8, "max_overflow": 4}
