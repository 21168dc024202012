"""Reading stores and their people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounts.models import Membership, Person, Role
from portal.contracts import Span, TimelineEntry
from portal.db import db
from portal.errors import NotFound
from portal.host import the_host
from portal.paging import Order, Page, keyset
from portal.reading import Reading
from portal.stores.models import Contact, Store

ENOUGH_CONTACTS = 2  # the bench warns below this, as managers change often


@dataclass(frozen=True, slots=True)
class StoreFilter:
    """What a list of stores is narrowed to; empty means all."""

    words: str = ""
    region: str = ""
    format: str = ""
    tier: str = ""
    only_active: bool = True


@lru_cache(maxsize=128)
def matching(wanted: StoreFilter) -> Select[Store]:
    """The stores that meet the filter, in no order; made once for each filter that is asked for again and again."""
    statement = select(Store)
    for word in wanted.words.split():
        like = f"%{_escaped(word)}%"
        statement = statement.where(
            or_(
                *(column.ilike(like, escape="\\") for column in (Store.number, Store.name, Store.address, Store.region))
            )
        )
    for column, value in ((Store.region, wanted.region), (Store.format, wanted.format), (Store.tier, wanted.tier)):
        if value:
            statement = statement.where(column == value)
    return statement.where(Store.active.is_(True)) if wanted.only_active else statement


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def page_of_stores(wanted: StoreFilter, cursor: str | None = None, size: int = 25) -> Page[Store]:
    """One page, by number."""
    rows = matching(wanted) if wanted.words else _places(wanted)
    return keyset(rows, [Order(Store.number), Order(Store.id)], cursor, size)


@lru_cache(maxsize=128)
def _places(wanted: StoreFilter) -> Reading[Store]:
    """The same for a filter without words, of which there are few."""
    criteria = matching(wanted).whereclause
    return Reading(Store, change=lambda statement: statement if criteria is None else statement.where(criteria))


def count_of(wanted: StoreFilter) -> int:
    """How many stores meet the filter."""
    return db.session.scalar(_count_of(wanted)) or 0


@lru_cache(maxsize=128)
def _count_of(wanted: StoreFilter) -> Select[int]:
    return matching(wanted).with_only_columns(func.count(Store.id))


def store(store_id: int) -> Store:
    """One store inside the walls; raises NotFound."""
    found: Store | None = db.session.get(Store, store_id)
    if found is None:
        raise NotFound
    return found


def by_number(number: str) -> Store | None:
    """The store with this number."""
    return db.session.scalars(select(Store).where(Store.number == number)).one_or_none()


def regions() -> Sequence[str]:
    """The regions that stores lie in."""
    return db.session.scalars(_regions()).all()


@lru_cache(maxsize=1)
def _regions() -> Select[str]:
    return select(Store.region).where(Store.region != "").distinct().order_by(Store.region)


def bench(store_id: int) -> Sequence[Contact]:
    """The contact bench: those who are there first, then those who left."""
    statement = select(Contact).where(Contact.store_id == store_id)
    return db.session.scalars(
        statement.order_by(Contact.left_on.is_not(None), Contact.is_main.desc(), Contact.id)
    ).all()


def contact(contact_id: int) -> Contact:
    """One contact inside the walls; raises NotFound."""
    found: Contact | None = db.session.get(Contact, contact_id)
    if found is None:
        raise NotFound
    return found


def thin_benches(store_ids: Sequence[int]) -> set[int]:
    """Those of the stores that have fewer than two known people."""
    return set(store_ids) - set(db.session.scalars(_with_enough_contacts(), {"stores": store_ids}))


@lru_cache(maxsize=1)
def _with_enough_contacts() -> Select[int]:
    stores: Any = bindparam("stores", expanding=True)
    return (
        select(Contact.store_id)
        .where(Contact.store_id.in_(stores), Contact.left_on.is_(None))
        .group_by(Contact.store_id)
        .having(func.count() >= ENOUGH_CONTACTS)
    )


def reps() -> Sequence[Membership]:
    """The active sales reps, with their names."""
    statement = (
        select(Membership)
        .join(Role, Role.id == Membership.role_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Role.key == "rep", Membership.active.is_(True))
        .options(joinedload(Membership.person))
        .order_by(Person.name)
    )
    return db.session.scalars(statement).all()


def rep_of(shop: Store) -> Membership | None:
    """The store's rep with the name, or None."""
    if shop.rep_membership_id is None:
        return None
    statement = select(Membership).where(Membership.id == shop.rep_membership_id)
    return db.session.scalars(statement.options(joinedload(Membership.person))).one_or_none()


def timeline(shop: Store, span: Span) -> list[TimelineEntry]:
    """What happened between the store and its distributor, the newest first, from every plug-in and the core."""
    entries = list(the_host().collect("timeline", shop, span))
    entries += [entry for entry in _own_entries(shop) if entry.at in span]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _own_entries(shop: Store) -> list[TimelineEntry]:
    return (
        [TimelineEntry(shop.created_at, _("Store added"), "building-store")] if shop.created_at <= clock.now() else []
    )
