"""What the tests of people share: passwords, letters that wait to be sent, browsers that log in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from flask_security import hash_password
from sqlalchemy import select

from portal import create_app
from portal.accounts import letters
from portal.accounts.models import Person
from portal.db import db, write_intent
from portal.jobs.models import JobRow
from portal.security import limiter
from portal.tenancy import all_distributors

PASSWORD = "seven quiet lamps"
ANOTHER = "twelve loud kettles"


@contextmanager
def database(app: Flask) -> Iterator[None]:
    """The database without walls, committed at the end."""
    with app.app_context():
        token = write_intent.set(True)
        try:
            with all_distributors(reason="test", quiet=True):
                yield
                db.session.commit()
        finally:
            db.session.remove()
            write_intent.reset(token)


def equip(app: Flask, person_id: int, **values: Any) -> None:
    """Give a person a password, and whatever else."""
    with database(app):
        person = db.session.get(Person, person_id)
        assert person is not None
        person.password = hash_password(values.pop("password", PASSWORD))
        for name, value in values.items():
            setattr(person, name, value)


def person(app: Flask, person_id: int) -> Person:
    """The person as the database has it now."""
    with database(app):
        found = db.session.get(Person, person_id)
        assert found is not None
        db.session.expunge(found)
        return found


def log_in(client: FlaskClient, name: str, password: str = PASSWORD, **fields: Any) -> Any:
    """Send the log-in form."""
    return client.post("/auth/login", data={"email": name, "password": password, **fields})


def is_in(client: FlaskClient) -> bool:
    """Whether the browser gets a page that only people who are logged in get."""
    return bool(client.get("/account").status_code == 200)


@contextmanager
def limited_portal(settings: dict[str, Any], plugins: tuple[Any, ...]) -> Iterator[Flask]:
    """The portal with its limits of tries on, over the same database."""
    portal = create_app({**settings, "RATELIMIT_ENABLED": True}, plugins=plugins)
    limiter.reset()
    try:
        yield portal
    finally:
        limiter.reset()
        limiter.enabled = False
        with portal.app_context():
            db.session.remove()
            db.engine.dispose()


@dataclass(frozen=True)
class Waiting:
    """A letter that waits to be sent."""

    to: str
    subject: str
    text: str
    html: str

    @property
    def link(self) -> str:
        """The path of the one place it leads to."""
        found = re.search(r"https?://[^/\s]+(/\S+)", self.text)
        assert found, self.text
        return found[1]


def waiting_letters(app: Flask) -> list[Waiting]:
    """Every letter that was posted, in order."""
    with database(app):
        rows = db.session.scalars(select(JobRow).where(JobRow.name == letters.JOB).order_by(JobRow.id)).all()
        return [Waiting(**json.loads(letters._cipher().decrypt(row.arguments["sealed"].encode()))) for row in rows]
