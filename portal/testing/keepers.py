"""Who keeps the database of the tests as it was when it was frozen, and puts it back before each test."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from psycopg import Connection, sql
from sqlalchemy import create_engine, text

SHAPE = """
SELECT array_agg((kind, number, youngest)::text ORDER BY kind) FROM (
    SELECT 'attribute' kind, count(*) number, max(xmin::text::bigint) youngest FROM pg_attribute
    WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL SELECT 'class', count(*), max(xmin::text::bigint) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'constraint', count(*), max(xmin::text::bigint) FROM pg_constraint
    UNION ALL SELECT 'default', count(*), max(xmin::text::bigint) FROM pg_attrdef
    UNION ALL SELECT 'function', count(*), max(xmin::text::bigint) FROM pg_proc
    UNION ALL SELECT 'policy', count(*), max(xmin::text::bigint) FROM pg_policy
    UNION ALL SELECT 'schema', count(*), max(xmin::text::bigint) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'
    UNION ALL SELECT 'trigger', count(*), max(xmin::text::bigint) FROM pg_trigger
) catalogue
"""
TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"
SEQUENCES = (
    "SELECT relname FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace ORDER BY relname"
)
END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def keeper_of(url: str) -> SqliteKeeper | PostgresKeeper:
    """Who makes, restores and drops the database at this address."""
    return SqliteKeeper(url) if url.startswith("sqlite") else PostgresKeeper(url)


class SqliteKeeper:
    """Keeps a copy of the database file and puts it back."""

    def __init__(self, url: str) -> None:
        self.path = Path(url.removeprefix("sqlite:///"))
        self.copy = self.path.with_suffix(".template")

    def create(self) -> None:
        """Nothing to do: the first connection makes the file."""

    def freeze(self) -> None:
        """Keep the file as it is now."""
        engine = create_engine(f"sqlite:///{self.path}")
        with engine.connect() as connection:
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        engine.dispose()
        shutil.copyfile(self.path, self.copy)

    def restore(self) -> None:
        """Put the kept file in the place of the present one, which stays whole for who still has it open.

        Written into under an open connection, a database answers with I/O errors at some later time.
        """
        fresh = self.path.with_suffix(".fresh")
        shutil.copyfile(self.copy, fresh)
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        fresh.replace(self.path)

    def drop(self) -> None:
        """The temporary folder goes by itself."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """What a database held: the marks of its catalogue, and of each table a mark and all rows; its sequences."""

    shape: list[str]
    marks: dict[str, tuple[int, int]]
    rows: dict[str, bytes]
    sequences: dict[str, tuple[int, bool]]


class PostgresKeeper:
    """Puts back the tables that a test has changed, and makes the database anew where its shape was changed.

    A new database for each test would be simpler and cost half a second; this costs a ninth of that.
    """

    def __init__(self, url: str) -> None:
        server, _, self.name = url.replace("+psycopg", "").rpartition("/")
        self.server, self.address = f"{server}/postgres", f"{server}/{self.name}"
        self.frozen: Frozen | None = None

    def create(self) -> None:
        """An empty database."""
        self.drop()
        self._run(f'CREATE DATABASE "{self.name}"')

    def freeze(self) -> None:
        """Keep it as it is now, also as a template, in place of an earlier one."""
        self._run(
            f'DROP DATABASE IF EXISTS "{self.name}_t" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}_t" TEMPLATE "{self.name}"',
        )
        with psycopg.connect(self.address) as connection:
            rows = {table: _rows_of(connection, table) for table in _names(connection, TABLES)}
            self.frozen = Frozen(_shape(connection), _marks(connection, list(rows)), rows, _sequences(connection))

    def restore(self) -> None:
        """As it was when it was frozen; whoever is still connected is not any more."""
        if self.frozen is None or not self._put_back(self.frozen):
            self._run(
                f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
                f'CREATE DATABASE "{self.name}" TEMPLATE "{self.name}_t" STRATEGY FILE_COPY',
            )

    def _put_back(self, frozen: Frozen) -> bool:
        """Put back what changed; False where the shape is not what it was, or the database is gone."""
        try:
            connection = psycopg.connect(self.address)
        except psycopg.OperationalError:
            return False
        with connection:
            connection.execute(END_OTHERS)
            if _shape(connection) != frozen.shape:
                return False
            # Neither guards nor foreign keys look at it, and no test waits for the disk.
            connection.execute("SET LOCAL session_replication_role = replica")
            connection.execute("SET LOCAL synchronous_commit = off")
            marks = _marks(connection, list(frozen.rows))
            for table in [table for table, mark in marks.items() if mark != frozen.marks[table]]:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)))
                with connection.cursor().copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as copy:
                    copy.write(frozen.rows[table])
            _set_sequences(connection, frozen.sequences)
        connection.close()
        return True

    def drop(self) -> None:
        """Remove both."""
        self._run(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'DROP DATABASE IF EXISTS "{self.name}_t" WITH (FORCE)',
        )

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def _names(connection: Connection, question: LiteralString) -> list[str]:
    return [name for (name,) in connection.execute(question)]


def _shape(connection: Connection) -> list[str]:
    """How many definitions of each kind there are, and in which transaction the youngest was written."""
    row = connection.execute(SHAPE).fetchone()
    assert row is not None
    return cast(list[str], row[0])


def _marks(connection: Connection, tables: list[str]) -> dict[str, tuple[int, int]]:
    """Of each table the number of its rows and the sum of their hashes."""
    parts = [
        sql.SQL("SELECT {}, count(*), coalesce(sum(hashtextextended(each::text, 0)), 0) FROM {} each").format(
            sql.Literal(table), sql.Identifier(table)
        )
        for table in tables
    ]
    found = connection.execute(sql.SQL(" UNION ALL ").join(parts))
    return {table: (count, int(hashes)) for table, count, hashes in found}


def _rows_of(connection: Connection, table: str) -> bytes:
    with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
        return b"".join(bytes(block) for block in copy)


def _sequences(connection: Connection) -> dict[str, tuple[int, bool]]:
    found = {}
    for name in _names(connection, SEQUENCES):
        row = connection.execute(
            sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(name))
        ).fetchone()
        assert row is not None
        found[name] = (row[0], row[1])
    return found


def _set_sequences(connection: Connection, values: dict[str, tuple[int, bool]]) -> None:
    parts = [
        sql.SQL("setval({}, {}, {})").format(sql.Literal(f'"{name}"'), sql.Literal(last), sql.Literal(called))
        for name, (last, called) in values.items()
    ]
    if parts:
        connection.execute(sql.SQL("SELECT ") + sql.SQL(", ").join(parts))


__all__ = ["PostgresKeeper", "SqliteKeeper", "keeper_of"]
