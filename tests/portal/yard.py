"""A yard with walls: three distributors of three stores each, one canary in every row, and a portal around it.

A canary names its owner: "canary-2-1" lies in the second store of distributor 2, "canary-2-all" belongs to all of
distributor 2. Whoever sees another's canary has looked over a wall.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import URL, create_engine, make_url, select, text

from portal.accounts.models import Distributor, Membership, Person, Role
from portal.database import engine_options, normal_url
from portal.db import Model, db, write_intent
from portal.row_security import apply_row_security
from portal.stores.models import Store
from portal.tenancy import Scope, acting_for, all_distributors
from tests.portal.yard_models import (
    YARD,
    YardItem,
    YardLand,
    YardLoose,
    YardNote,
    YardShelf,
    YardTag,
    shelf_tag,
)

OURS, THEIRS = 1, 2


@dataclass(slots=True)
class Ids:
    """Where things are; stores and shelves are numbered from 0 within a distributor."""

    reps: dict[int, int] = field(default_factory=dict)  # membership of the rep, by distributor: stores 0 and 1
    people: dict[int, int] = field(default_factory=dict)
    stores: dict[tuple[int, int], int] = field(default_factory=dict)
    shelves: dict[tuple[int, int], int] = field(default_factory=dict)
    items: dict[tuple[int, int], int] = field(default_factory=dict)
    notes: dict[tuple[int, int], int] = field(default_factory=dict)
    loose: dict[tuple[int, int | None], int] = field(default_factory=dict)

    def scope(self, side: str, distributor: int = OURS, store: int = 1) -> Scope:
        """The scope of a distributor's manager, of a member of one store, or of the rep."""
        if side == "store":
            return Scope(distributor, store_id=self.stores[distributor, store])
        return Scope(distributor, rep_membership_id=self.reps[distributor] if side == "rep" else None)


SIDES = ("distributor", "store", "rep")
VISIBLE = {"distributor": (0, 1, 2), "store": (1,), "rep": (0, 1)}  # stores that each side of ours sees


def own(side: str, distributor: int = OURS) -> list[str]:
    """The canaries of shelves (and items) that this side may see, in the order of their ids."""
    return [f"canary-{distributor}-{store}" for store in VISIBLE[side]]


def canaries(thing: Any) -> list[str]:
    """Every canary in an answer of any shape, sorted."""
    return sorted(re.findall(r"canary-\d-\w+", _spelt(thing)))


def _spelt(thing: Any) -> str:
    if isinstance(thing, str):
        return thing
    if isinstance(thing, Model):
        return str(getattr(thing, "canary", ""))
    if isinstance(thing, Sequence | set):
        return " ".join(_spelt(part) for part in thing)
    return ""


def rows(statement: Any) -> list[Any]:
    """What the session answers, as tuples."""
    return [tuple(row) for row in db.session.execute(statement).unique()]


def objects(statement: Any) -> list[Any]:
    """What the session answers, the first of each row."""
    return list(db.session.scalars(statement).unique())


def postgres_server() -> str:
    """The address of the PostgreSQL for tests, without a database."""
    named = os.environ.get("TEST_POSTGRES_URL") or "postgresql://postgres@127.0.0.1:5432/postgres"
    return normal_url(named).rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class WalledDatabase:
    """A PostgreSQL database with all tables behind their walls: who owns it, and who serves pages."""

    owner_url: str
    app_url: str
    role: str


@contextmanager
def walled_database(name: str) -> Iterator[WalledDatabase]:
    """Make the database and a role without any rights but the application's; both are gone afterwards."""
    server = make_url(f"{postgres_server()}/postgres")
    role = f"{name}_app"
    keeper = create_engine(server, isolation_level="AUTOCOMMIT")

    def run(*statements: str) -> None:
        with keeper.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))

    removal = (f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)', f'DROP ROLE IF EXISTS "{role}"')
    run(*removal, f'CREATE DATABASE "{name}"', f"CREATE ROLE \"{role}\" LOGIN PASSWORD 'only-for-tests'")
    owner_url = server.set(database=name)
    app_url = owner_url.set(username=role, password="only-for-tests")
    try:
        owner = create_engine(owner_url)
        with owner.begin() as connection:
            Model.metadata.create_all(connection)
            apply_row_security(connection, role=role)
        owner.dispose()
        yield WalledDatabase(_spelt_out(owner_url), _spelt_out(app_url), role)
    finally:
        run(*removal)
        keeper.dispose()


def _spelt_out(url: URL) -> str:
    return url.render_as_string(hide_password=False)


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """The address of an empty database; on PostgreSQL with its own walls up, under the application's role."""
    if os.environ.get("TEST_DATABASE") == "postgresql":
        with walled_database(f"sw_yard_{os.getpid()}") as database:
            yield database.app_url
        return
    url = f"sqlite:///{folder / 'yard.db'}"
    engine = create_engine(url)
    Model.metadata.create_all(engine)
    engine.dispose()
    yield url


def make_yard_app(url: str) -> Flask:
    """A portal with nothing but its database."""
    app = Flask("yard")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(url)
    db.init_app(app)
    return app


def fill() -> Ids:
    """Three distributors of three stores, one canary in each row; committed."""
    ids = Ids()
    with all_distributors(reason="the yard is laid out"):
        db.session.add_all([YardLand(id=1, name="land"), YardTag(id=1)])
        db.session.add_all([Distributor(id=n, slug=f"d{n}", name=f"canary-{n}-all") for n in (1, 2, 3)])
        db.session.flush()
    for distributor in (1, 2, 3):
        with acting_for(Scope(distributor)):
            _fill_one(ids, distributor)
    with all_distributors(reason="the yard is laid out"):
        rows = [{"shelf_id": shelf, "tag_id": 1} for shelf in ids.shelves.values()]
        db.session.execute(shelf_tag.insert(), rows)
    db.session.commit()
    return ids


def _fill_one(ids: Ids, distributor: int) -> None:
    person = Person(name=f"canary-{distributor}-all", fs_uniquifier=f"p{distributor}")
    role = Role(key="rep", side="distributor")
    _write(person, role)
    member = Membership(person_id=person.id, role_id=role.id)
    _write(member)
    ids.people[distributor], ids.reps[distributor] = person.id, member.id
    for number in range(3):
        canary = f"canary-{distributor}-{number}"
        store = Store(number=str(number), name=canary, rep_membership_id=member.id if number < 2 else None)
        _write(store)
        shelf = YardShelf(canary=canary, store_id=store.id, land_id=1)
        _write(shelf)
        item = YardItem(canary=canary, store_id=store.id, shelf_id=shelf.id)
        note = YardNote(canary=f"canary-{distributor}-all", shelf_id=shelf.id)
        loose = YardLoose(canary=canary, store_id=store.id)
        _write(item, note, loose)
        where = (distributor, number)
        ids.stores[where], ids.shelves[where], ids.items[where] = store.id, shelf.id, item.id
        ids.notes[where], ids.loose[where] = note.id, loose.id
    loose = YardLoose(canary=f"canary-{distributor}-all")
    _write(loose)
    ids.loose[distributor, None] = loose.id


def _write(*rows: Any) -> None:
    db.session.add_all(rows)
    db.session.flush()


def everything() -> list[tuple[Any, ...]]:
    """All that lies in the yard, to be compared before and after."""
    found: list[tuple[Any, ...]] = []
    with all_distributors(reason="compare the yard"):
        db.session.expire_all()
        for table in (*YARD, Store.__table__):
            rows = db.session.execute(select(table)).all()
            found += sorted((table.name, *map(str, row)) for row in rows)
    return found


@pytest.fixture(scope="module")
def yard_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Ids]]:
    """The portal and where things are in it, laid out once for the tests of a module."""
    with _database(tmp_path_factory.mktemp("yard")) as url:
        app = make_yard_app(url)
        token = write_intent.set(True)
        with app.app_context():
            where = fill()
        yield app, where
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        write_intent.reset(token)


@pytest.fixture
def ids(yard_app: tuple[Flask, Ids]) -> Iterator[Ids]:
    """Inside the portal with nobody acting; whatever the test writes is rolled back."""
    app, where = yard_app
    with app.app_context():
        yield where
        db.session.rollback()
        db.session.remove()
