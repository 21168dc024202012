"""Acting as a person outside of a request: for commands, which do what that person may do and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from flask import current_app, g
from sqlalchemy import Select, select

from portal.accounts.models import Distributor, Membership, Person, Role
from portal.accounts.viewer import Viewer, load_person, viewer_of
from portal.db import db, write_intent
from portal.errors import NotFound
from portal.tenancy import acting_for, all_distributors

Command = TypeVar("Command", bound=Callable[..., Any])


def as_whom(command: Command) -> Command:
    """The options of a command that acts for somebody: `address` and `distributor`, for acting_viewer()."""
    whom = "E-mail address of the person who does it; without it the distributor's first administrator."
    where = "The distributor's slug; without it the person's first one, or the first of all."
    command = click.option("--distributor", default="", help=where)(command)
    return click.option("--as", "address", default="", help=whom)(command)


@contextmanager
def acting_viewer(address: str = "", *, distributor: str = "") -> Iterator[Viewer]:
    """Act as the person with this e-mail address, or as an administrator; raises NotFound for an unknown one."""
    with current_app.test_request_context("/"):
        token = write_intent.set(True)
        try:
            with all_distributors(reason=f"command as {address or 'an administrator'}"):
                found = db.session.execute(_membership(address.strip().lower(), distributor)).first()
                person = load_person(found.fs_uniquifier) if found else None
            viewer = viewer_of(person, found.id) if person and found else None
            if viewer is None:
                raise NotFound(address or distributor or "there is no distributor with an administrator")
            g.viewer, g.failures = viewer, []
            with acting_for(viewer.scope):
                yield viewer
        finally:
            db.session.remove()
            write_intent.reset(token)


def _membership(address: str, slug: str) -> Select[int, str]:
    statement = (
        select(Membership.id, Person.fs_uniquifier)
        .join(Person, Person.id == Membership.person_id)
        .join(Role, Role.id == Membership.role_id)
        .join(Distributor, Distributor.id == Membership.distributor_id)
        .where(Membership.active.is_(True), Person.active.is_(True))
        .order_by(Distributor.id, Membership.id)
        .limit(1)
    )
    if slug:
        statement = statement.where(Distributor.slug == slug)
    return statement.where(Person.email == address if address else Role.key == "administrator")
