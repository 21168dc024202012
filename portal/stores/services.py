"""Adding and changing stores, and keeping the contact bench."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal import clock, signals
from portal.accounts.models import Membership, Role
from portal.audit.services import record
from portal.db import db
from portal.errors import RuleBroken
from portal.identity import normal_phone
from portal.stores import queries
from portal.stores.models import FORMATS, TIERS, Contact, Store


@dataclass(frozen=True, slots=True)
class StoreDetails:
    """What is known of a store."""

    number: str
    name: str
    format: str = "other"
    tier: str = "C"
    region: str = ""
    address: str = ""
    area_m2: float | None = None
    opened_on: date | None = None
    rep_membership_id: int | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """What is known of somebody on the bench."""

    name: str
    position: str = ""
    phone: str = ""
    email: str = ""
    note: str = ""
    is_main: bool = False
    since: date | None = None


def add_store(details: StoreDetails) -> Store:
    """A new store of the acting distributor."""
    check(details)
    if queries.by_number(details.number.strip()) is not None:
        raise RuleBroken("number", _("There is a store with this number already."))
    store = Store(**_values(details))
    db.session.add(store)
    record("stores.added", store, number=store.number)
    signals.store_created.send(None, store_id=store.id)
    return store


def change_store(store: Store, details: StoreDetails) -> Store:
    """Bring the store to these details; the log keeps what changed."""
    check(details)
    number = details.number.strip()
    other = queries.by_number(number)
    if other is not None and other.id != store.id:
        raise RuleBroken("number", _("There is a store with this number already."))
    changed = {name: value for name, value in _values(details).items() if getattr(store, name) != value}
    before = {name: getattr(store, name) for name in changed}
    for name, value in changed.items():
        setattr(store, name, value)
    if changed:
        record("stores.changed", store, fields=sorted(changed), before=_plain(before), after=_plain(changed))
        signals.store_changed.send(None, store_id=store.id)
    if "rep_membership_id" in changed:
        signals.rep_assigned.send(None, store_id=store.id, membership_id=store.rep_membership_id)
    return store


def details_of(store: Store) -> StoreDetails:
    """The store as it stands."""
    return StoreDetails(**{field.name: getattr(store, field.name) for field in fields(StoreDetails)})


def check(details: StoreDetails) -> None:
    """Raise RuleBroken when the details make no sense."""
    if not details.number.strip():
        raise RuleBroken("number", _("A store needs a number."))
    if not details.name.strip():
        raise RuleBroken("name", _("A store needs a name."))
    if details.format not in FORMATS:
        raise RuleBroken("format", _("Unknown store format."))
    if details.tier not in TIERS:
        raise RuleBroken("tier", _("The tier is one of KA, A, B, C."))
    if details.area_m2 is not None and not 0 < details.area_m2 <= 200_000:
        raise RuleBroken("area_m2", _("The area must be between 0 and 200,000 m²."))
    if details.opened_on is not None and details.opened_on > clock.now().date():
        raise RuleBroken("opened_on", _("The opening day lies in the future."))
    if details.rep_membership_id is not None:
        _check_rep(details.rep_membership_id)


def _check_rep(membership_id: int) -> None:
    statement = (
        select(Membership.id)
        .join(Role, Role.id == Membership.role_id)
        .where(Membership.id == membership_id, Role.key == "rep", Membership.active.is_(True))
    )
    if db.session.scalar(statement) is None:
        raise RuleBroken("rep_membership_id", _("Choose one of your sales reps."))


def _values(details: StoreDetails) -> dict[str, Any]:
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _plain(values: dict[str, Any]) -> list[str]:
    return [f"{name}={value}" for name, value in sorted(values.items())]


def add_contact(store: Store, details: ContactDetails) -> Contact:
    """Somebody joins the bench."""
    contact = Contact(store_id=store.id, **_contact_values(details))
    db.session.add(contact)
    record("contacts.added", contact)
    if details.is_main:
        _only_main(contact)
    return contact


def change_contact(contact: Contact, details: ContactDetails) -> Contact:
    """Bring what is known of somebody up to date."""
    for name, value in _contact_values(details).items():
        setattr(contact, name, value)
    record("contacts.changed", contact)
    if details.is_main:
        _only_main(contact)
    return contact


def hand_over(contact: Contact, *, left_on: date, successor: Contact | None, note: str = "") -> Contact:
    """Somebody leaves the store; what was theirs goes to the successor, and the bench remembers the handover."""
    if contact.left_on is not None:
        raise RuleBroken("left_on", _("This person has left already."))
    if successor is not None and (successor.store_id != contact.store_id or successor.id == contact.id):
        raise RuleBroken("successor_id", _("The successor must be somebody else of the same store."))
    contact.left_on = left_on
    contact.successor_id = successor.id if successor else None
    contact.note = "\n".join(part for part in (contact.note, note.strip()) if part)
    if successor is not None and contact.is_main:
        successor.is_main = True
    contact.is_main = False
    record("contacts.handed_over", contact, successor=successor.id if successor else None)
    return contact


def _contact_values(details: ContactDetails) -> dict[str, Any]:
    if not details.name.strip():
        raise RuleBroken("name", _("Please write the name."))
    phone = details.phone.strip()
    values = {field.name: getattr(details, field.name) for field in fields(details)}
    return values | {"name": details.name.strip(), "phone": normal_phone(phone) or phone}


def _only_main(contact: Contact) -> None:
    db.session.flush()
    for other in queries.bench(contact.store_id):
        other.is_main = other.id == contact.id
