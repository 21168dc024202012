"""What happens to a person's account, noted with every distributor they belong to."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_security import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    wan_deleted,
    wan_registered,
)
from sqlalchemy import select

from portal.accounts.models import Membership, Person
from portal.audit.services import record
from portal.db import db
from portal.tenancy import Scope, acting_for, all_distributors

NOTED = (
    (password_changed, "account.password_changed"),
    (password_reset, "account.password_reset"),
    (tf_profile_changed, "account.second_step_switched_on"),
    (tf_disabled, "account.second_step_switched_off"),
    (wan_registered, "account.passkey_added"),
    (wan_deleted, "account.passkey_removed"),
)


def init_app(app: Flask) -> None:
    """Note what Flask-Security says has happened."""
    for signal, action in NOTED:
        signal.connect(_noter(action), app, weak=False)


def _noter(action: str) -> Any:
    def note(_app: Any, user: Person, **_: Any) -> None:
        note_everywhere(user, action)

    return note


def distributors_of(person: Person, *, only_active: bool = True) -> list[int]:
    """The ids of the distributors that the person belongs to, or belonged."""
    statement = select(Membership.distributor_id).where(Membership.person_id == person.id).distinct()
    if only_active:
        statement = statement.where(Membership.active.is_(True))
    with all_distributors(reason="where does a person belong", quiet=True):
        return sorted(db.session.scalars(statement))


def note_everywhere(person: Person, action: str, **details: Any) -> None:
    """Write the audit log of each distributor that the person belongs to."""
    for distributor_id in distributors_of(person):
        with acting_for(Scope(distributor_id)):
            record(action, person, by_id=person.id, **details)
