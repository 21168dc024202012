"""The person behind a request: who, for whom, and what they may do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, has_request_context
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Distributor, Membership, Person, Role
from portal.accounts.secret_keys import hash_of
from portal.accounts.session_rows import AROUND_A_PERSON, person_of_session, switches_of_person
from portal.db import db
from portal.errors import NotAllowed
from portal.stores.models import Store
from portal.tenancy import NobodyActing, Scope, all_distributors

REP = "rep"


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person in one membership, with all that a page asks about them."""

    person: Person
    membership: Membership
    memberships: Sequence[Membership]
    permissions: frozenset[str]
    active_plugins: frozenset[str]
    plugin_settings: Mapping[str, Mapping[str, Any]]  # of those that are switched on

    @property
    def role(self) -> Role:
        return self.membership.role

    @property
    def role_title(self) -> str:
        """The role as people call it."""
        return role_title(self.membership.role)

    @property
    def distributor(self) -> Distributor:
        return self.membership.distributor

    @property
    def store(self) -> Store | None:
        return self.membership.store

    @property
    def is_store_side(self) -> bool:
        return self.membership.store_id is not None

    @property
    def scope(self) -> Scope:
        """The walls around this viewer; a rep sees the stores assigned to it."""
        member = self.membership
        rep = member.id if member.role.key == REP else None
        return Scope(member.distributor_id, member.store_id, rep)

    def may(self, permission: str) -> bool:
        """Whether the viewer has the permission and its plug-in is switched on."""
        return permission in self.permissions and self.has_plugin(permission.partition(".")[0])

    def has_plugin(self, name: str) -> bool:
        """Whether the plug-in is switched on for the viewer's distributor (the core always is)."""
        return name == "portal" or name in self.active_plugins

    def must(self, permission: str) -> None:
        """Raise NotAllowed without the permission: for services that several views share."""
        if not self.may(permission):
            raise NotAllowed(permission)


def load_session(session_key: str) -> Person | None:
    """The active person whom a session key belongs to, while that sign-in is open; all that a page asks, in one query."""
    uniquifier, _, secret = session_key.partition(".")
    with all_distributors(reason="who is this person", quiet=True):
        found = person_of_session(db.session(), uniquifier, hash_of(secret), clock.now())
    if found is None:
        return None
    person, g.sign_in, switches = found
    return _with_switches(person, switches)


def load_person(fs_uniquifier: str) -> Person | None:
    """The active person of this uniquifier with all that load_session gives, for programs that hold no session."""
    return _person(Person.fs_uniquifier == fs_uniquifier)


def person_by_id(person_id: int) -> Person | None:
    """As load_person, by the person's id."""
    return _person(Person.id == person_id)


def _person(criterion: Any) -> Person | None:
    statement = select(Person, switches_of_person()).where(Person.active.is_(True), criterion)
    statement = statement.options(*AROUND_A_PERSON)
    with all_distributors(reason="who is this person", quiet=True):
        row = db.session.execute(statement).unique().one_or_none()
    return _with_switches(*row) if row is not None else None


def _with_switches(person: Person, switches: str | None) -> Person:
    by_distributor: dict[int, dict[str, Any]] = {}
    for distributor_id, plugin, settings in json.loads(switches or "[]"):
        by_distributor.setdefault(distributor_id, {})[plugin] = settings
    for membership in person.memberships:
        vars(membership.distributor)["switched_on"] = by_distributor.get(membership.distributor_id, {})
    return person


def viewer_of(person: Person, membership_id: int | None) -> Viewer | None:
    """The person in the wanted membership, else in the first active one; None without any."""
    usable = sorted((m for m in person.memberships if _usable(m)), key=lambda m: m.id)
    if not usable:
        return None
    chosen = next((m for m in usable if m.id == membership_id), usable[0])
    settings = chosen.distributor.switched_on
    return Viewer(person, chosen, usable, frozenset(chosen.role.permissions), frozenset(settings), settings)


def _usable(membership: Membership) -> bool:
    return membership.active and (membership.store is None or membership.store.active)


def current_viewer() -> Viewer:
    """The viewer of this request; raises NobodyActing where nobody is signed in."""
    viewer = viewer_or_none()
    if viewer is None:
        raise NobodyActing("nobody is signed in")
    return viewer


def viewer_or_none() -> Viewer | None:
    """The viewer of this request, or None."""
    return g.get("viewer") if has_request_context() else None


BUILT_IN_ROLES: dict[str, str] = {
    "administrator": "distributor",
    "manager": "distributor",
    "expert": "distributor",
    "rep": "distributor",
    "store_manager": "store",
    "store_staff": "store",
}


BUILT_IN_TITLES = {
    "administrator": _l("Administrator"),
    "manager": _l("Manager"),
    "expert": _l("Expert"),
    "rep": _l("Sales rep"),
    "store_manager": _l("Store manager"),
    "store_staff": _l("Store staff"),
}


def role_title(role: Role) -> str:
    """The role's own title, or the translated one of a built-in role."""
    return role.title or str(BUILT_IN_TITLES.get(role.key, role.key))
