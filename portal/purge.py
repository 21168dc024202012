"""Removing a plug-in's data: also when its package is gone, from what was put on record when it was migrated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app
from sqlalchemy import Column, ColumnElement, Connection, MetaData, Table, func, inspect, select
from sqlalchemy.engine.interfaces import ReflectedForeignKeyConstraint
from sqlalchemy.exc import DBAPIError

from portal.db import Model
from portal.histories import CORE, VERSIONS
from portal.host import Host, PluginProblem, records
from portal.host.records import RECORDS
from portal.schema import BrokenReference, migrating, migration_engine

log = structlog.get_logger(__name__)

FILES = "portal_file"
# Where the core keeps things under a plug-in's name: by the name itself, or as "<name>.something".
NAMED = {
    "portal_plugin_activation": "plugin",
    "portal_job": "name",
    "portal_schedule": "name",
    "portal_notification": "kind",
    "portal_preference": "kind",
    "portal_channel_post": "kind",
    "portal_web_hook_delivery": "event",
    "portal_search_entry": "kind",
}
# Where it keeps such names in lists. Tokens are left alone: one without scopes may do everything.
LISTS = {"portal_role": "permissions", "portal_channel": "kinds", "portal_web_hook": "events"}


@dataclass(frozen=True, slots=True)
class Purged:
    """What a purge removes."""

    name: str
    tables: tuple[str, ...]
    rows: int
    files: int


def look(name: str) -> Purged:
    """What a purge of this plug-in would remove; PluginProblem where it cannot be."""
    with migration_engine() as engine, engine.connect() as connection:
        return _plan(connection, name)


def purge(name: str) -> Purged:
    """Remove a plug-in's tables and everything that the core keeps under its name; the audit log stays."""
    try:
        with migration_engine() as engine, migrating(engine) as connection:
            plan = _plan(connection, name)
            _remove(connection, plan)
    except (DBAPIError, BrokenReference) as error:
        raise PluginProblem(f"other tables refer to those of {name}; nothing was removed: {error}") from error
    log.warning("plug-in purged", plugin=name, tables=plan.tables, rows=plan.rows, files=plan.files)
    return plan


def _plan(connection: Connection, name: str) -> Purged:
    if name == CORE:
        raise PluginProblem("the core cannot be purged")
    record = records.on_record(connection, name)
    host: Host = current_app.extensions["storewise_host"]
    if record is None and name not in host.plugins:
        raise PluginProblem(f"nothing is on record of a plug-in called {name!r}")
    needed_by = [
        other for other, requires in connection.execute(select(RECORDS.c.name, RECORDS.c.requires)) if name in requires
    ]
    if needed_by:
        raise PluginProblem(f"{', '.join(sorted(needed_by))} requires {name}: purge it first")
    tables = _tables_of(connection, name)
    loaded = [_table(connection, table) for table in tables]
    rows = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in loaded)
    return Purged(name, tables, rows, len(_files_of(connection, tables)))


def _tables_of(connection: Connection, name: str) -> tuple[str, ...]:
    """Its tables, each after those it refers to: also one that no model knows any more."""
    others = tuple(f"{other}_" for other in connection.scalars(select(RECORDS.c.name)) if other.startswith(f"{name}_"))
    present = [table or "" for table, _ in inspect(connection).get_sorted_table_and_fkc_names()]
    return tuple(table for table in present if table.startswith(f"{name}_") and not table.startswith(others))


def _table(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection, resolve_fks=False)


def _remove(connection: Connection, plan: Purged) -> None:
    files = _files_of(connection, plan.tables)
    for name in reversed(plan.tables):
        _table(connection, name).drop(connection)
    present = set(inspect(connection).get_table_names())
    if f"{VERSIONS}{plan.name}" in present:
        _table(connection, f"{VERSIONS}{plan.name}").drop(connection)
    for name in present & NAMED.keys():
        table = _table(connection, name)
        _delete(connection, table, _is_of(plan.name, table.c[NAMED[name]]))
    for name in present & LISTS.keys():
        _take_out_of_lists(connection, name, plan.name)
    _delete_files(connection, files)
    connection.execute(RECORDS.delete().where(RECORDS.c.name == plan.name))


def _is_of(owner: str, named: Column[Any]) -> ColumnElement[bool]:
    return (named == owner) | named.startswith(f"{owner}.", autoescape=True)


def _delete(connection: Connection, table: Table, wanted: ColumnElement[bool]) -> None:
    """Delete rows with those that hang on them: on SQLite, where tables are being dropped, no foreign key does it."""
    for child_name, key in _hanging_on(connection, table.name):
        child = _table(connection, child_name)
        hangs, on = child.c[key["constrained_columns"][0]], table.c[key["referred_columns"][0]]
        _delete(connection, child, hangs.in_(select(on).where(wanted)))
    connection.execute(table.delete().where(wanted))


def _hanging_on(connection: Connection, name: str) -> Iterator[tuple[str, ReflectedForeignKeyConstraint]]:
    """The tables whose rows go when a row of this one does, each with the foreign key that says so."""
    inspector = inspect(connection)
    for child in inspector.get_table_names():
        for key in inspector.get_foreign_keys(child):
            if key["referred_table"] == name and key["options"].get("ondelete", "").upper() == "CASCADE":
                yield child, key


def _take_out_of_lists(connection: Connection, name: str, owner: str) -> None:
    """Forget the names in the lists of a mapped table of the core."""
    table = Model.metadata.tables[name]
    lists = table.c[LISTS[name]]
    for row_id, names in connection.execute(select(table.c.id, lists)).all():
        kept = [each for each in names if each.partition(".")[0] != owner]
        if kept != names:
            connection.execute(table.update().where(table.c.id == row_id).values({lists: kept}))


def _files_of(connection: Connection, tables: tuple[str, ...]) -> set[int]:
    """The uploads that only these tables refer to."""
    mine: set[int] = set()
    others: set[int] = set()
    for name in inspect(connection).get_table_names():
        for key in inspect(connection).get_foreign_keys(name):
            if key["referred_table"] == FILES:
                column = _table(connection, name).c[key["constrained_columns"][key["referred_columns"].index("id")]]
                found = connection.scalars(select(column).where(column.is_not(None)))
                (mine if name in tables else others).update(found)
    return mine - others


def _delete_files(connection: Connection, files: set[int]) -> None:
    """Forget the uploads; their bytes go with the next sweep of files that no row speaks of."""
    table = _table(connection, FILES)
    wanted = sorted(files)
    for start in range(0, len(wanted), 500):
        connection.execute(table.delete().where(table.c.id.in_(wanted[start : start + 500])))
