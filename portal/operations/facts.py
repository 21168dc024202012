"""What is true of a database that no session reads: how many rows, how far its tables are, which bytes it speaks of."""

from __future__ import annotations

import hmac
import platform
import tomllib
from collections.abc import Iterator

from flask import Flask
from sqlalchemy import Connection, Integer, Text, column, func, inspect, select, table

from portal import ROOT
from portal.files.storage import key_of
from portal.histories import VERSIONS
from portal.host import Host
from portal.identity import derived_key
from portal.search.ddl import is_search_object

FILE_TABLE = "portal_file"


def storewise_version() -> str:
    """The version of this tree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return f"{project['version']} (Python {platform.python_version()})"


def key_print(app: Flask) -> str:
    """Equal for equal SECRET_KEYs, and nothing can be learned from it."""
    return derived_key(app, "the key of a backup").hex()[:16]


def same_key(app: Flask, other: str) -> bool:
    """Whether an archive was made under the SECRET_KEY of this portal."""
    return hmac.compare_digest(key_print(app), other)


def plugins_of(app: Flask) -> dict[str, str]:
    """Each loaded plug-in with its version."""
    host: Host = app.extensions["storewise_host"]
    return {name: plugin.version for name, plugin in host.plugins.items()}


def tables_of(connection: Connection) -> list[str]:
    """Every table, but for those that the full-text index makes for itself."""
    return [name for name in sorted(inspect(connection).get_table_names()) if not is_search_object(name)]


def rows_of(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    counts = {}
    for name in tables_of(connection):
        counts[name] = connection.scalar(select(func.count()).select_from(table(name))) or 0
    return counts


def migrations_of(connection: Connection) -> dict[str, list[str]]:
    """How far the tables of each owner are."""
    versions = [name for name in tables_of(connection) if name.startswith(VERSIONS)]
    return {
        name.removeprefix(VERSIONS): sorted(connection.scalars(select(column("version_num")).select_from(table(name))))
        for name in versions
    }


def file_keys(connection: Connection) -> Iterator[str]:
    """The address of all bytes that rows speak of, each once."""
    if FILE_TABLE in tables_of(connection):
        names = (column("distributor_id", Integer), column("sha256", Text))
        rows = connection.execute(select(*names).select_from(table(FILE_TABLE)).distinct())
        yield from (key_of(row.distributor_id, row.sha256) for row in rows)
