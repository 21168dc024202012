"""Bringing a database to the state that the code expects: all of it or nothing, in one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import Connection, Engine, NullPool, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from portal.audit.guards import create_audit_guards
from portal.core import PERMISSIONS
from portal.database import engine_options, migration_url, normal_url
from portal.db import db, write_intent
from portal.histories import CORE, History, histories, owners_on_record
from portal.host import Host, PluginProblem, records
from portal.row_security import apply_row_security, check_role
from portal.search.ddl import create_search_index

log = structlog.get_logger(__name__)

# Two processes that upgrade at the same time wait for each other under this number.
UPGRADE_LOCK = 20_261_123


class BrokenReference(RuntimeError):
    """A migration left rows that refer to nothing; everything was rolled back."""


def upgrade() -> list[str]:
    """Run every migration of the core and the plug-ins; what could not be done for a third-party plug-in."""
    with migration_engine() as engine, migrating(engine) as connection:
        return upgrade_on(connection)


def upgrade_on(connection: Connection) -> list[str]:
    """Run every missing migration inside the connection's transaction."""
    host: Host = current_app.extensions["storewise_host"]
    problems: dict[str, str] = {}
    owners = [history.owner for history in histories()]
    for history in histories():
        if history.owner == CORE or host.is_bundled(history.owner):
            history.upgrade(connection)
        else:
            problems |= _upgrade_foreign(history, connection)
    _make_what_stands_beside(connection)
    records.keep(connection, host, [owner for owner in owners if owner not in problems], PERMISSIONS)
    return list(problems.values())


def _make_what_stands_beside(connection: Connection) -> None:
    """What models cannot say, made anew after each upgrade, as SQLite loses triggers when it alters a table."""
    create_search_index(connection)
    create_audit_guards(connection)
    apply_row_security(connection, role=make_url(normal_url(current_app.config["DATABASE_URL"])).username or "")


def _upgrade_foreign(history: History, connection: Connection) -> dict[str, str]:
    """A third-party plug-in whose migration fails stays as it was; the others go on."""
    try:
        with connection.begin_nested():
            history.upgrade(connection)
    except Exception as error:  # the place where third-party migrations are contained
        log.error("migration failed", plugin=history.owner, exc_info=error)
        return {history.owner: f"plug-in {history.owner} could not be migrated: {type(error).__name__}: {error}"}
    return {}


@contextmanager
def migration_engine() -> Iterator[Engine]:
    """The database as its owner: the tables belong to who migrates, not to who serves pages."""
    url = migration_url(current_app._get_current_object())  # type: ignore[attr-defined]
    engine = create_engine(url, poolclass=NullPool, **_connect_args(url))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", let_tables_be_rebuilt)
    try:
        yield engine
    finally:
        engine.dispose()


def _connect_args(url: str) -> dict[str, Any]:
    return {"connect_args": engine_options(url)["connect_args"]} if url.startswith("sqlite") else {}


def let_tables_be_rebuilt(connection: Any, record: Any) -> None:
    """SQLite alters a table by making it anew; with foreign keys on, dropping the old one would empty its children."""
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A connection in one writing transaction that no other upgrade shares; committed at the end if all is sound."""
    token = write_intent.set(True)
    try:
        with engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": UPGRADE_LOCK})
                connection.execute(text("SELECT set_config('app.distributor', '*', true)"))
            yield connection
            _check_references(connection)
    finally:
        write_intent.reset(token)


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise BrokenReference(f"after the migrations, {len(broken)} rows refer to nothing, in: {tables}")


def state() -> list[tuple[str, str]]:
    """Each owner of migrations, with the newest one that the database has."""
    with db.engine.connect() as connection:
        return [(h.owner, ", ".join(sorted(h.applied(connection)))) for h in histories()]


def pending() -> list[str]:
    """The owners whose migrations the database does not all have."""
    with db.engine.connect() as connection:
        return [history.owner for history in histories() if not history.is_current(connection)]


def is_current() -> bool:
    """Whether the database has every migration."""
    return not pending()


def is_empty() -> bool:
    """Whether no table has been made yet."""
    return not inspect(db.engine).get_table_names()


def missing_owners() -> list[str]:
    """A sentence for each plug-in that the database has tables of, and that this process does not have."""
    host: Host = current_app.extensions["storewise_host"]
    with db.engine.connect() as connection:
        absent = sorted(owners_on_record(connection) - {CORE, *host.plugins})
        return [_how_to_mend(connection, host, name) for name in absent]


def _how_to_mend(connection: Connection, host: Host, name: str) -> str:
    found = f"The database has tables of {name}, which is"
    if name in host.quarantined:
        return f"{found} in quarantine: {host.quarantined[name]}"
    record = records.on_record(connection, name)
    package = f"install {record.distribution} again" if record and record.distribution else "name it in PLUGINS again"
    return f"{found} not loaded: {package}, or remove its data: flask plugins purge {name}"


def check_start(app: Flask) -> None:
    """Say at the start of a process what the database lacks or has too much; a plug-in without its tables is closed."""
    host: Host = app.extensions["storewise_host"]
    with app.app_context():
        try:
            if is_empty():
                return
            behind, missing = pending(), missing_owners()
            with db.engine.connect() as connection:
                weaknesses = check_role(connection)
        except (DBAPIError, PluginProblem) as error:
            log.error("the database could not be checked", reason=str(error))
            return
    for sentence in missing:
        log.error("a plug-in is missing", advice=sentence)
    for sentence in weaknesses:
        log.warning("PostgreSQL's walls do not hold", reason=sentence)
    for owner in behind:
        if owner == CORE or host.is_bundled(owner):
            log.error("the database is behind", owner=owner, advice="flask db upgrade")
        elif owner in host.plugins:
            host.close_until_migrated(owner)
