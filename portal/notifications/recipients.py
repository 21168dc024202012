"""Who is told: the people of stores, and those of the distributor who may do something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Membership, Person
from portal.db import db

AT_ONCE = 500


def members_who_may(permission: str) -> Sequence[Membership]:
    """The distributor's own active people whose role has the permission, by name, with person and role."""
    statement = (
        select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.store_id.is_(None), Membership.active.is_(True))
        .options(joinedload(Membership.role), joinedload(Membership.person))
        .order_by(Person.name, Membership.id)
    )
    return [member for member in db.session.scalars(statement) if permission in member.role.permissions]


def members_of_stores(store_ids: Iterable[int]) -> Sequence[Membership]:
    """The active people of these stores, with person."""
    wanted = list(store_ids)
    found: list[Membership] = []
    for start in range(0, len(wanted), AT_ONCE):
        some = Membership.store_id.in_(wanted[start : start + AT_ONCE])
        statement = select(Membership).where(some, Membership.active.is_(True)).order_by(Membership.id)
        found += db.session.scalars(statement.options(joinedload(Membership.person))).all()
    return found
