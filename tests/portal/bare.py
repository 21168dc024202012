"""A portal of two distributors with nothing but a database and a folder: for the rooms that need no more."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import NullPool, create_engine, text

from portal.accounts.models import Distributor, Person
from portal.database import engine_options, normal_url
from portal.db import db, write_intent
from portal.files.models import StoredFile
from portal.search.models import SearchEntry
from portal.stores.models import Store
from portal.tenancy import Scope, acting_for, all_distributors

TABLES = [model.__table__ for model in (Distributor, Person, Store, StoredFile, SearchEntry)]
OURS, THEIRS = Scope(1), Scope(2)
STORES = {OURS.distributor_id: (11, 12, 13), THEIRS.distributor_id: (21, 22)}  # 11 and 12 are the rep's
REP = Scope(1, rep_membership_id=7)


def make_app(folder: Path, url: str) -> Flask:
    """The application, with an empty database."""
    app = Flask("bare")
    app.config.update(
        TESTING=True,
        DATA_DIR=folder,
        FILES_URL="",
        SECRET_KEY="only-for-tests",
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(url),
        BABEL_DEFAULT_LOCALE="en",
    )
    Babel(app)
    db.init_app(app)
    return app


def fill() -> None:
    """The tables, two distributors and their stores."""
    with all_distributors(reason="test"):
        db.metadata.create_all(db.engine, tables=TABLES)
        for scope in (OURS, THEIRS):
            db.session.add(Distributor(id=scope.distributor_id, slug=f"d{scope.distributor_id}", name="d"))
    for scope in (OURS, THEIRS):
        with acting_for(scope):
            for store_id in STORES[scope.distributor_id]:
                rep = REP.rep_membership_id if store_id in (11, 12) else None
                db.session.add(Store(id=store_id, number=str(store_id), name=f"门店{store_id}", rep_membership_id=rep))
    db.session.commit()


@pytest.fixture
def bare_app(tmp_path: Path) -> Iterator[Flask]:
    """The application on the database under test, inside its context, with nobody acting."""
    with _database(tmp_path) as url:
        app = make_app(tmp_path, url)
        with app.app_context():
            token = write_intent.set(True)
            fill()
            yield app
            db.session.remove()
            db.engine.dispose()
            write_intent.reset(token)


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """A file, or on PostgreSQL a schema of its own."""
    if os.environ.get("TEST_DATABASE") != "postgresql":
        yield f"sqlite:///{folder / 'bare.db'}"
        return
    base = normal_url(os.environ.get("TEST_POSTGRES_URL") or "postgresql://postgres@127.0.0.1:5432/postgres")
    schema = f"bare_{os.getpid()}"
    owner = create_engine(base, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with owner.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
    try:
        yield f"{base}?options=-csearch_path%3D{schema}"
    finally:
        with owner.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
