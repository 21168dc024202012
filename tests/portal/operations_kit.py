"""Whole portals for the tests of backup, restore and the doctor: made, filled, read table by table."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, MetaData, inspect, select, text

from portal import create_app, demo, schema
from portal.db import Model, db, write_intent
from portal.files.services import store_upload
from portal.search.ddl import is_search_object
from portal.tenancy import Scope, acting_for
from portal.testing import keeper_of, settings_for
from tests.portal.file_samples import encoded, four_corners

Rows = dict[str, list[tuple[Any, ...]]]


@contextmanager
def portal_in(folder: Path, **changes: Any) -> Iterator[Flask]:
    """A portal without tables: on an empty database of the kind under test, or on the one that `changes` name."""
    folder.mkdir(exist_ok=True)
    settings = settings_for(folder) | changes
    keeper = None if "DATABASE_URL" in changes else keeper_of(settings["DATABASE_URL"])
    if keeper:
        keeper.create()
    app = create_app(settings)
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        if keeper:
            keeper.drop()


def fill(app: Flask) -> None:
    """The demo's small distributor, which every plug-in gives something to, and two pictures."""
    with app.app_context():
        schema.upgrade()
        token = write_intent.set(True)
        demo._distributor("other", "北原食品", demo.OTHER_PEOPLE, stores=4)
        with acting_for(Scope(1)):
            for width in (400, 500):
                store_upload(encoded(four_corners(width)), "货架.jpg")
            db.session.commit()
        write_intent.reset(token)
        db.session.remove()


def migrate(app: Flask) -> None:
    """The tables, empty."""
    with app.app_context():
        schema.upgrade()


def all_rows(app: Flask) -> Rows:
    """Every row of every table as the driver gives it, in the order of the keys."""
    with app.app_context(), schema.migration_engine() as engine:
        return _rows(engine)


def _rows(engine: Engine) -> Rows:
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.distributor', '*', true)"))
        names = [name for name in inspect(connection).get_table_names() if not is_search_object(name)]
        known = MetaData()
        known.reflect(connection, only=names, resolve_fks=False)
        found = {}
        for name in names:
            table = known.tables[name]
            found[name] = [
                tuple(row) for row in connection.execute(select(table).order_by(*table.columns.values()[:1]))
            ]
        return found


def rows_of_models(app: Flask) -> Rows:
    """The same as Python values, which are alike on every database."""
    with app.app_context(), schema.migration_engine() as engine, engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.distributor', '*', true)"))
        present = set(inspect(connection).get_table_names())
        tables = [table for table in Model.metadata.sorted_tables if table.name in present]
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in tables
        }


def all_files(app: Flask) -> dict[str, bytes]:
    """The bytes that the portal keeps, by their path."""
    root = Path(app.config["DATA_DIR"]) / "files"
    paths = [path for path in root.glob("*/??/??/*") if path.is_file()]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def command(app: Flask, *arguments: object, fails: bool = False) -> str:
    """What `flask ...` prints, both streams together; it must end as expected."""
    result = app.test_cli_runner().invoke(args=[str(argument) for argument in arguments])
    assert (result.exit_code != 0) == fails, (result.output, result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], Mapping[str, bytes]]) -> Path:
    """A copy of an archive with other files in it."""
    with zipfile.ZipFile(source) as book:
        files = {name: book.read(name) for name in book.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, data in change(files).items():
            book.writestr(name, data)
    target.write_bytes(out.getvalue())
    return target


def sqlite_rows(database: bytes, statement: str, folder: Path) -> list[tuple[Any, ...]]:
    """What a statement finds in an SQLite file."""
    path = folder / "looked-into.sqlite"
    path.write_bytes(database)
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()
