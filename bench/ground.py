"""Where the figures are taken: a folder and a database of their own with the whole demo, gone afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from portal.database import normal_url

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("TEST_POSTGRES_URL") or "postgresql://postgres@127.0.0.1:5432/postgres"


@dataclass(frozen=True, slots=True)
class Ground:
    """The environment of processes that run on the demo, and how long the demo took to load."""

    name: str
    env: dict[str, str]
    demo_seconds: float = 0.0


@contextmanager
def sqlite() -> Iterator[Ground]:
    """The demo on SQLite."""
    with empty_sqlite() as place:
        yield _with_demo(place)


@contextmanager
def postgresql() -> Iterator[Ground | None]:
    """The demo on PostgreSQL; None where no server answers."""
    with empty_postgresql() as place:
        yield _with_demo(place) if place is not None else None


@contextmanager
def empty_sqlite() -> Iterator[Ground]:
    """The tables on SQLite, and nothing in them."""
    with tempfile.TemporaryDirectory(prefix="storewise-bench-") as folder:
        yield _prepared("SQLite", Path(folder), f"sqlite:///{folder}/storewise.db")


@contextmanager
def empty_postgresql() -> Iterator[Ground | None]:
    """The tables on PostgreSQL, in a database of their own; None where no server answers."""
    server = normal_url(SERVER)
    name = f"storewise_bench_{os.getpid()}"
    try:
        _tell(server, f'CREATE DATABASE "{name}"')
    except SQLAlchemyError:
        yield None
        return
    try:
        with tempfile.TemporaryDirectory(prefix="storewise-bench-") as folder:
            yield _prepared("PostgreSQL", Path(folder), server.rpartition("/")[0] + f"/{name}")
    finally:
        _tell(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _tell(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _prepared(name: str, folder: Path, url: str) -> Ground:
    unset = ("REDIS_URL", "MIGRATION_DATABASE_URL", "FILES_URL", "SMTP_URL", "PLUGINS")
    env = {key: value for key, value in os.environ.items() if key not in unset}
    env |= {"DATA_DIR": str(folder), "DATABASE_URL": url, "DEMO": "1", "PUBLIC_URL": "http://127.0.0.1"}
    flask(env, "db", "upgrade")
    return Ground(name, env)


def _with_demo(place: Ground) -> Ground:
    began = time.monotonic()
    flask(place.env, "demo", "load")
    return replace(place, demo_seconds=time.monotonic() - began)


def flask(env: dict[str, str], *arguments: str) -> None:
    """Run a command of the portal; raises CalledProcessError with what it said."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
