"""From SQLite to PostgreSQL: the tables are made anew by the migrations, then filled row by row with the same ids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from flask import Flask
from sqlalchemy import Connection, NullPool, Table, create_engine, event, func, select, text

from portal.db import Model
from portal.histories import histories
from portal.host import records
from portal.operations.databases import drop_everything, see_everything
from portal.schema import let_tables_be_rebuilt, migrating, migration_engine, upgrade, upgrade_on

log = structlog.get_logger(__name__)
AT_ONCE = 500


def move_rows(app: Flask, dump: Path) -> None:
    """Put the rows of an SQLite file in the place of what PostgreSQL holds."""
    with _up_to_date(dump) as source:
        drop_everything(app)
        upgrade()
        with migration_engine() as engine, engine.begin() as target:
            see_everything(target)
            tables = _tables()
            for table in reversed(tables):
                target.execute(table.delete())  # what the migrations wrote comes from the archive too
            for table in tables:
                _copy(table, source, target)
                _count_on(table, target)


@contextmanager
def _up_to_date(dump: Path) -> Iterator[Connection]:
    """The archive's tables as today's code knows them."""
    engine = create_engine(f"sqlite:///{dump}", poolclass=NullPool)
    event.listen(engine, "connect", let_tables_be_rebuilt)
    with migrating(engine) as connection:
        for problem in upgrade_on(connection):
            log.error("a plug-in's tables stay behind", reason=problem)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def _tables() -> list[Table]:
    """The tables of the core and of the loaded plug-ins, each after those it refers to."""
    wanted = {name for history in histories() for name in records.tables_of(history.owner)}
    return [table for table in Model.metadata.sorted_tables if table.name in wanted]


def _copy(table: Table, source: Connection, target: Connection) -> None:
    rows = source.execute(select(table).order_by(*table.primary_key), execution_options={"yield_per": AT_ONCE})
    for part in rows.mappings().partitions(AT_ONCE):
        target.execute(table.insert(), [dict(row) for row in part])


def _count_on(table: Table, target: Connection) -> None:
    """New rows get numbers after those that came."""
    for column in table.primary_key:
        sequence = target.scalar(
            text("SELECT pg_get_serial_sequence(:table, :name)"), {"table": table.name, "name": column.name}
        )
        newest = target.scalar(select(func.max(column))) if sequence else None
        if newest is not None:
            target.execute(text("SELECT setval(:sequence, :newest)"), {"sequence": sequence, "newest": newest})
