"""What the walls ask of plug-ins and tables, of those that are here and of those to come."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ForeignKeyConstraint, Table
from sqlalchemy.orm import Mapper

import portal.models
from plugins.trade import models as trade
from portal.db import Model
from portal.tenancy import DistributorOwned, StoreOwned, owned_mappers
from tests.architecture.trespasses import trespasses

CORE = portal.models
ROOT = Path(__file__).resolve().parents[2]
FOLDERS = (ROOT / "plugins", ROOT / "examples")
NOT_THE_PLUGIN = {"migrations", "tests"}  # run by who migrates; run by who develops

# Tables that belong to no distributor, each with its reason. Those of the core first; a plug-in hardly has one.
BELONG_TO_NOBODY = {
    "portal_distributor": "is the distributor: walled by its id",
    "portal_person": "a person may be with several distributors: walled by membership",
    "portal_passkey": "hangs on a person, read to sign in only",
    "portal_sign_in": "hangs on a person, read to sign in only",
    "portal_used_code": "hangs on a person, read to sign in only",
    "portal_parked_form": "is found by a secret of the browser, before anybody is signed in",
    "portal_job": "a worker claims for all distributors; people see it through portal.jobs.queries",
    "portal_schedule": "is the worker's own, for all distributors",
    "portal_worker": "is the worker's own",
    "portal_plugin": "says what was migrated, for the whole portal",
}
# Tables that name a store and are not walled by it: all members of the distributor see each row.
SPEAK_OF_STORES = {
    "portal_membership": "colleagues of both sides are named everywhere; lists of people filter by side",
    "portal_invitation": "made and seen by who invites; portal.accounts filters",
    "portal_audit": "read with portal.see_audit alone, which store people cannot have",
    "trade_upload": "one upload may hold many stores; plugins.trade.importing.queries filters for who comes from a store",
    "trade_upload_before": "it is only read through its upload, which is filtered",
}
# Relationships that may load by themselves.
LOAD_BY_THEMSELVES = {
    "Person.webauthn": "Flask-Security reads it while somebody signs in",
    "Passkey.user": "Flask-Security reads it while somebody signs in",
}


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.py")):
            if not NOT_THE_PLUGIN & set(path.relative_to(folder).parts):
                yield path


def plugin_mappers() -> list[Mapper[Any]]:
    for path in sorted((ROOT / "plugins").glob("*/models.py")):
        importlib.import_module(f"plugins.{path.parent.name}.models")
    return [mapper for mapper in Model.registry.mappers if mapper.class_.__module__.startswith("plugins.")]


def all_mappers() -> list[Mapper[Any]]:
    """Of the core and of all plug-ins, not of the tests; in one order, as tests run in parallel are named after them."""
    core = [mapper for mapper in Model.registry.mappers if mapper.class_.__module__.startswith("portal.")]
    return sorted(core + plugin_mappers(), key=lambda mapper: table_of(mapper).name)


def table_of(mapper: Mapper[Any]) -> Table:
    assert isinstance(mapper.local_table, Table)
    return mapper.local_table


def has_composite_key(table: Table) -> bool:
    return any(
        [(element.parent.name, element.target_fullname) for element in constraint.elements]
        == [("store_id", "portal_store.id"), ("distributor_id", "portal_store.distributor_id")]
        for constraint in table.constraints
        if isinstance(constraint, ForeignKeyConstraint)
    )


# What a plug-in may write


def test_no_plugin_goes_around_the_walls() -> None:
    found = [f"{path.relative_to(ROOT)}:{trespass}" for path in sources() for trespass in trespasses(path.read_text())]
    assert found == []


def test_every_plugin_is_read() -> None:
    read = {path.relative_to(ROOT).parts[1] for path in sources() if path.is_relative_to(ROOT / "plugins")}
    there = {path.parent.name for path in (ROOT / "plugins").glob("*/__init__.py")}
    assert there
    assert there <= read
    assert trade.Product in {mapper.class_ for mapper in plugin_mappers()}


@pytest.mark.parametrize(
    "source",
    [
        "session.connection().execute(x)",
        "db.engine.connect()",
        "session.get_bind()",
        "connection.exec_driver_sql('SELECT 1')",
        "select(Store).from_statement(x)",
        "select(Store.__table__)",
        "getattr(Store, '__table__')",
        "Store.metadata.tables['portal_store']",
        "Store.__mapper__.local_table",
        "session.bulk_save_objects([])",
        "from sqlalchemy import text\nsession.execute(text('SELECT 1'))",
        "from sqlalchemy import text as words\nwords('SELECT 1')",
        "from sqlalchemy.sql import literal_column\nliteral_column('(SELECT 1)')",
        "import sqlalchemy as sa\nsa.text('SELECT 1')",
        "import sqlalchemy\nsqlalchemy.sql.text('SELECT 1')",
        "from sqlalchemy import orm\norm.Session(x)",
        "from sqlalchemy import table\ntable('portal_store')",
        "from sqlalchemy import Table\nTable('x', y)",
        "from sqlalchemy import create_engine\ncreate_engine('sqlite://')",
        "from sqlalchemy.orm import make_transient_to_detached\nmake_transient_to_detached(x)",
        "from sqlalchemy import *",
        "import sqlite3",
        "from psycopg import connect",
        "from portal.tenancy import Scope",
        "import portal.tenancy.scope",
        "from portal.api import all_distributors",
        "with all_distributors(reason='x'):\n    pass",
        "tenancy.all_distributors(reason='x')",
        "enter_scope(None)",
    ],
)
def test_ways_around_the_walls_are_recognized(source: str) -> None:
    assert trespasses(source)


@pytest.mark.parametrize(
    "source",
    [
        "from portal.api import acting_for, session\nsession.scalars(select(Store))",
        "from sqlalchemy import select, func, union\nselect(func.count()).select_from(Store)",
        "'do not call connection() or text() with all_distributors'",
        "response.text",
        "text = response.text\nprint(text)",
        "canvas.text(1, 2, 'x')",
        "from sqlalchemy import Index, text\nIndex('i', 'a', sqlite_where=text('a IS NULL'))",
        "from portal.api import Table\nTable(['a'])",
        "getattr(row, name)",
        "from sqlalchemy import text\nclass Row:\n    text: str = ''",
    ],
)
def test_what_only_looks_alike_is_let_through(source: str) -> None:
    assert trespasses(source) == []


# What a table must be


def test_every_table_belongs_to_a_distributor_or_says_why_not() -> None:
    tables = {table_of(mapper).name for mapper in all_mappers()}
    owned = {table_of(mapper).name for mapper in owned_mappers(all_mappers())}
    assert tables - owned == set(BELONG_TO_NOBODY)


def test_every_table_has_a_class() -> None:
    plugins = {mapper.class_.__module__.split(".")[1] for mapper in plugin_mappers()}
    prefixes = tuple(f"{name}_" for name in ("portal", *plugins))
    mapped = {table_of(mapper).name for mapper in all_mappers()}
    assert {name for name in Model.metadata.tables if name.startswith(prefixes)} == mapped


@pytest.mark.parametrize("mapper", owned_mappers(all_mappers()), ids=lambda mapper: table_of(mapper).name)
def test_an_owned_table_is_walled_by_columns_of_its_own(mapper: Mapper[Any]) -> None:
    table = table_of(mapper)
    assert mapper.inherits is None, "the walls know one class for each table"
    assert not table.c.distributor_id.nullable
    assert {key.target_fullname for key in table.c.distributor_id.foreign_keys} >= {"portal_distributor.id"}
    assert issubclass(mapper.class_, DistributorOwned)


@pytest.mark.parametrize("mapper", all_mappers(), ids=lambda mapper: table_of(mapper).name)
def test_a_table_that_names_a_store_is_walled_by_it_or_says_why_not(mapper: Mapper[Any]) -> None:
    table = table_of(mapper)
    if issubclass(mapper.class_, StoreOwned):
        assert has_composite_key(table), "the store must lie with the distributor"
        assert table.c.store_id.nullable == mapper.class_.__store_nullable__
    elif "store_id" in table.c:
        assert table.name in SPEAK_OF_STORES


@pytest.mark.parametrize("mapper", all_mappers(), ids=lambda mapper: table_of(mapper).name)
def test_a_relationship_never_loads_by_itself(mapper: Mapper[Any]) -> None:
    for relationship in mapper.relationships:
        name = f"{mapper.class_.__name__}.{relationship.key}"
        assert relationship.lazy == "raise_on_sql" or name in LOAD_BY_THEMSELVES, f"{name} loads row by row"
        assert relationship.viewonly or name in LOAD_BY_THEMSELVES, f"{name} would write keys that nobody checks"
        assert relationship.secondary is None or relationship.secondary.name in BELONG_TO_NOBODY


def test_the_lists_name_nothing_that_is_gone() -> None:
    tables = {table_of(mapper).name: table_of(mapper) for mapper in all_mappers()}
    relationships = {f"{m.class_.__name__}.{r.key}" for m in all_mappers() for r in m.relationships}
    assert set(BELONG_TO_NOBODY) <= set(tables)
    assert all("store_id" in tables[name].c for name in SPEAK_OF_STORES)
    assert set(LOAD_BY_THEMSELVES) <= relationships
