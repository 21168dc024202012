"""Reading who belongs to a distributor, and who is invited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounts.models import Invitation, Membership, Person, Role
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.paging import Order, Page, keyset
from portal.stores.models import Store

SUGGESTED_STORES = 300


@dataclass(frozen=True, slots=True)
class MemberFilter:
    """What the list of people is narrowed to; empty means all."""

    words: str = ""
    role_id: int | None = None
    state: str = "active"


def page_of_members(wanted: MemberFilter, cursor: str | None = None, size: int = 25) -> Page[Membership]:
    """One page of the distributor's people, who joined last first."""
    return keyset(_with_people(wanted), [Order(Membership.id, descending=True)], cursor, size)


@lru_cache(maxsize=64)
def _with_people(wanted: MemberFilter) -> Select[Membership]:
    return matching(wanted).options(
        joinedload(Membership.person), joinedload(Membership.role), joinedload(Membership.store)
    )


def matching(wanted: MemberFilter) -> Select[Membership]:
    """The memberships that meet the filter, in no order."""
    statement = select(Membership).join(Person, Person.id == Membership.person_id)
    if wanted.words:
        statement = statement.outerjoin(Store, Store.id == Membership.store_id)
    for word in wanted.words.split():
        statement = statement.where(_says(word))
    if wanted.role_id:
        statement = statement.where(Membership.role_id == wanted.role_id)
    if wanted.state in {"active", "inactive"}:
        statement = statement.where(Membership.active.is_(wanted.state == "active"))
    return statement


def _says(word: str) -> Any:
    like = f"%{_escaped(word)}%"
    columns = [Person.name, Person.email, Person.phone, Store.name, Store.number]
    choices = [column.ilike(like, escape="\\") for column in columns]
    digits = re.sub(r"\D", "", word)
    if len(digits) >= 4:
        choices.append(Person.phone.like(f"%{digits}%"))
    return or_(*choices)


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def counts_by_state() -> dict[str, int]:
    """How many people are active, and how many are not."""
    rows = db.session.execute(select(Membership.active, func.count(Membership.id)).group_by(Membership.active)).all()
    found = {bool(active): int(count) for active, count in rows}
    return {"active": found.get(True, 0), "inactive": found.get(False, 0)}


def counts_by_role() -> dict[int, int]:
    """How many active people have each role."""
    statement = (
        select(Membership.role_id, func.count(Membership.id))
        .where(Membership.active.is_(True))
        .group_by(Membership.role_id)
    )
    return {int(role_id): int(count) for role_id, count in db.session.execute(statement)}


def member(membership_id: int) -> Membership:
    """One of the distributor's people; raises NotFound."""
    statement = (
        select(Membership)
        .where(Membership.id == membership_id)
        .options(joinedload(Membership.person), joinedload(Membership.role), joinedload(Membership.store))
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def colleagues(store_id: int) -> Sequence[Membership]:
    """The active people of one store."""
    statement = (
        select(Membership)
        .where(Membership.store_id == store_id, Membership.active.is_(True))
        .options(joinedload(Membership.person), joinedload(Membership.role))
        .order_by(Membership.id)
        .limit(100)
    )
    return db.session.scalars(statement).all()


def open_invitations(store_id: int | None = None) -> Sequence[Invitation]:
    """Invitations that nobody has followed yet, the newest first; those that are too old for a month still show."""
    statement = (
        select(Invitation)
        .where(Invitation.used_at.is_(None), Invitation.revoked_at.is_(None))
        .options(joinedload(Invitation.role), joinedload(Invitation.store))
        .order_by(Invitation.id.desc())
        .limit(50)
    )
    if store_id is not None:
        statement = statement.where(Invitation.store_id == store_id)
    return db.session.scalars(statement).all()


def invitation(invitation_id: int, store_id: int | None = None) -> Invitation:
    """One invitation, of one store where that is given; raises NotFound."""
    statement = (
        select(Invitation)
        .where(Invitation.id == invitation_id)
        .options(joinedload(Invitation.role), joinedload(Invitation.store), joinedload(Invitation.invited_by))
    )
    if store_id is not None:
        statement = statement.where(Invitation.store_id == store_id)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def role(role_id: int) -> Role:
    """A role of the acting distributor; raises NotFound."""
    found = db.session.scalars(select(Role).where(Role.id == role_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def suggested_stores() -> Sequence[Store]:
    """Stores to choose from while typing; others are found by their number."""
    statement = select(Store).where(Store.active.is_(True)).order_by(Store.number).limit(SUGGESTED_STORES)
    return db.session.scalars(statement).all()


def store_named(text: str) -> Store | None:
    """The store of a number, or of a name that only one has; None for nothing typed. Raises RuleBroken."""
    wanted = text.strip()
    if not wanted:
        return None
    active = select(Store).where(Store.active.is_(True))
    found = db.session.scalars(active.where(Store.number == wanted.partition(" · ")[0].strip())).one_or_none()
    if found is not None:
        return found
    fits = active.where(Store.name.ilike(f"%{_escaped(wanted)}%", escape="\\"))
    named = db.session.scalars(fits.order_by(Store.name != wanted, Store.number).limit(6)).all()
    exact = [store for store in named if store.name == wanted]  # names may lie inside others
    if len(named) == 1 or len(exact) == 1:
        return named[0]
    if not named:
        raise RuleBroken("store", _("There is no store of this number or name."))
    several = _(", ").join(f"{store.number} {store.name}" for store in named[:5])
    raise RuleBroken("store", _("Several stores fit: %(stores)s. Please give the number.", stores=several))


def days_left(invitation: Invitation) -> int:
    """How many days the link still works, begun days counted."""
    return max(0, -(-int((invitation.expires_at - clock.now()).total_seconds()) // 86_400))
