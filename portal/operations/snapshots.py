"""One moment of a running database, kept still while it is copied: nobody has to stop working."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, NullPool, create_engine, make_url, text

from portal.database import migration_url
from portal.tenancy.telling import EVERYBODY, SETTING

TOOLS_MISSING = (
    "{tool} is not installed here: install PostgreSQL's client programs (Debian: apt-get install postgresql-client)"
)


class ToolFailed(Exception):
    """A program of PostgreSQL is not there or refused; the text is what a person should read."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database at one moment."""

    kind: str  # "sqlite" or "postgresql"
    server: str
    name: str  # what the dump is called in an archive
    dump: Path
    connection: Connection  # reads what the dump holds


@contextmanager
def snapshot(app: Flask, work: Path) -> Iterator[Snapshot]:
    """The database as it is now; `work` is a folder with room for a copy."""
    url = migration_url(app)
    with _of_sqlite(url, work) if url.startswith("sqlite") else _of_postgresql(url, work) as taken:
        yield taken


@contextmanager
def _of_sqlite(url: str, work: Path) -> Iterator[Snapshot]:
    """By the online backup API: writers go on, and the copy is of one moment."""
    dump = work / "database.sqlite"
    with closing(sqlite3.connect(sqlite_path(url))) as source, closing(sqlite3.connect(dump)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    engine = create_engine(f"sqlite:///{dump}", poolclass=NullPool)
    with engine.connect() as connection:
        yield Snapshot("sqlite", sqlite3.sqlite_version, dump.name, dump, connection)


@contextmanager
def _of_postgresql(url: str, work: Path) -> Iterator[Snapshot]:
    """By pg_dump, inside the snapshot of a transaction in which everything else is counted too."""
    dump = work / "database.dump"
    engine = create_engine(url, poolclass=NullPool, isolation_level="REPEATABLE READ")
    with engine.connect() as connection, connection.begin():
        connection.execute(text("SELECT set_config(:name, :who, true)"), {"name": SETTING, "who": EVERYBODY})
        moment = connection.scalar(text("SELECT pg_export_snapshot()"))
        server = str(connection.scalar(text("SHOW server_version")))
        run_tool(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            "--enable-row-security",
            f"--snapshot={moment}",
            f"--file={dump}",
            url=url,
        )
        yield Snapshot("postgresql", server, dump.name, dump, connection)


def sqlite_path(url: str) -> Path:
    """The file of an SQLite database."""
    return Path(url.removeprefix("sqlite:///"))


def run_tool(tool: str, *arguments: str, url: str = "") -> str:
    """Run one of PostgreSQL's programs, on the database of this URL and behind no wall; what it wrote."""
    program = shutil.which(tool)
    if program is None:
        raise ToolFailed(TOOLS_MISSING.format(tool=tool))
    environment = os.environ | {"PGOPTIONS": f"{os.environ.get('PGOPTIONS', '')} -c {SETTING}={EVERYBODY}"}
    command = [program, *arguments]
    if url:
        address = make_url(url).set(drivername="postgresql")
        command.append(f"--dbname={address.set(password=None).render_as_string(hide_password=False)}")
        # The password goes by the environment: everybody on the machine can read what a program was called with.
        environment |= {"PGPASSWORD": str(address.password)} if address.password else {}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise ToolFailed(f"{tool} failed: {ended.stderr.strip()[-2000:]}")
    return ended.stdout


@contextmanager
def work_folder(beside: Path) -> Iterator[Path]:
    """A folder for what is only needed meanwhile, on the same disk."""
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".storewise-", dir=beside) as name:
        yield Path(name)
