"""Putting the database of an archive in the place of the portal's: SQLite's file, PostgreSQL's dump, or SQLite's rows
into PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, create_engine, inspect, text

from portal.database import migration_url
from portal.histories import CORE, VERSIONS, owners_on_record
from portal.host import Host
from portal.operations.manifest import ArchiveBroken, Manifest
from portal.operations.snapshots import run_tool, sqlite_path
from portal.schema import migration_engine
from portal.tenancy.telling import EVERYBODY, SETTING


def plan(app: Flask, manifest: Manifest, dump: Path) -> Callable[[], None]:
    """What is to be done, when everything that can be checked beforehand was; raises ArchiveBroken or ToolFailed."""
    url = migration_url(app)
    here = "sqlite" if url.startswith("sqlite") else "postgresql"
    if manifest.database == "postgresql":
        if here == "sqlite":
            raise ArchiveBroken("this is the archive of a PostgreSQL database; it cannot go into SQLite")
        run_tool("pg_restore", "--list", str(dump))
        return partial(_from_dump, app, url, dump)
    _check_sqlite(dump)
    if here == "sqlite":
        return partial(_replace_file, dump, sqlite_path(url))
    from portal.operations.moving import move_rows

    return partial(move_rows, app, dump)


def see_everything(connection: Connection) -> None:
    """Behind no wall for the rest of the transaction: for who counts or copies whole tables."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config(:name, :who, true)"), {"name": SETTING, "who": EVERYBODY})


def _check_sqlite(dump: Path) -> None:
    engine = create_engine(f"sqlite:///{dump}")
    with engine.connect() as connection:
        answer = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    engine.dispose()
    if answer != "ok":
        raise ArchiveBroken(f"the database of the archive is damaged: {answer}")


def _replace_file(dump: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.restored")
    shutil.copyfile(dump, beside)
    for log in (f"{target}-wal", f"{target}-shm"):
        Path(log).unlink(missing_ok=True)
    os.replace(beside, target)


def _from_dump(app: Flask, url: str, dump: Path) -> None:
    drop_everything(app)
    how = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    run_tool("pg_restore", *how, str(dump), url=url)


def drop_everything(app: Flask) -> None:
    """Remove every table of the portal and of its plug-ins; other tables of the same database stay."""
    host: Host = app.extensions["storewise_host"]
    with migration_engine() as engine, engine.begin() as connection:
        quote = connection.dialect.identifier_preparer.quote
        owners = {CORE, *host.plugins, *owners_on_record(connection)}
        for name in inspect(connection).get_table_names():
            if name.startswith((VERSIONS, *(f"{owner}_" for owner in owners))):
                connection.exec_driver_sql(f"DROP TABLE {quote(name)} CASCADE")
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS portal_audit_refuse() CASCADE")
