"""Changing a person's place with the acting distributor: another role, another store, off and on again."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from portal import signals
from portal.accounts.models import Membership, Person, Role
from portal.accounts.roles import KEYS_OF_THE_HOUSE, check_keys_remain, lock_distributor, may_give
from portal.accounts.viewer import Viewer
from portal.audit.services import record
from portal.db import db
from portal.errors import NotAllowed, RuleBroken
from portal.stores.models import Store


def change_member(member: Membership, *, role: Role, store: Store | None, by: Viewer | None) -> Membership:
    """Give the member another role, on the store side possibly in another store; the place that is now theirs.

    Another store is another place: the old one ends with its messages and tokens, which belong to the old store.
    """
    _check_may_touch(member, by)
    if not may_give(role, by):
        raise NotAllowed("portal.manage_roles")
    if (role.side == "store") != (store is not None):
        raise RuleBroken("store", _("Store people need a store, the distributor's own have none."))
    if (member.store_id is None) != (store is None):
        raise RuleBroken("role", _("Nobody changes sides: invite the person to the other side instead."))
    _check_own_role(member, role, by)
    if store is not None and store.id != member.store_id:
        return _move(member, role, store)
    if role.id != member.role_id:
        before = member.role_id
        with db.session.begin_nested():
            lock_distributor()
            member.role_id = role.id
            db.session.flush()
            check_keys_remain()
        record("member.changed", member, role=role.key, role_id_before=before)
    return member


def _move(member: Membership, role: Role, store: Store) -> Membership:
    there = select(Membership).where(Membership.person_id == member.person_id, Membership.store_id == store.id)
    place = db.session.scalars(there).one_or_none()
    if place is not None and place.active:
        raise RuleBroken("store", _("This person has a place in that store already."))
    if place is None:
        place = Membership(person_id=member.person_id, role_id=role.id, store_id=store.id)
        db.session.add(place)
    place.active, place.role_id = True, role.id
    member.active = False
    db.session.flush()
    record("member.moved", place, role=role.key, from_store_id=member.store_id)
    signals.person_left.send(None, person_id=member.person_id, membership_id=member.id)
    signals.person_joined.send(None, person_id=member.person_id, membership_id=place.id)
    return place


def deactivate(member: Membership, *, by: Viewer | None) -> None:
    """End the person's access to this distributor at once; what they did stays."""
    if not member.active:
        return
    _check_may_touch(member, by)
    if by is not None and by.person.id == member.person_id:
        raise RuleBroken("", _("You cannot switch yourself off. Ask another administrator."))
    with db.session.begin_nested():
        lock_distributor()
        member.active = False
        db.session.flush()
        check_keys_remain()
    record("member.deactivated", member)
    signals.person_left.send(None, person_id=member.person_id, membership_id=member.id)


def reactivate(member: Membership, *, by: Viewer | None) -> None:
    """Let the person in again, in the role that they had."""
    if member.active:
        return
    _check_may_touch(member, by)
    if db.session.scalar(select(Person.erased_at).where(Person.id == member.person_id)):
        raise RuleBroken("", _("This person has erased the account. Send a new invitation."))
    member.active = True
    db.session.flush()
    record("member.reactivated", member)
    signals.person_joined.send(None, person_id=member.person_id, membership_id=member.id)


def _check_may_touch(member: Membership, by: Viewer | None) -> None:
    role = db.session.scalars(select(Role).where(Role.id == member.role_id)).one()
    if not may_give(role, by):
        raise NotAllowed("portal.manage_roles")


def _check_own_role(member: Membership, role: Role, by: Viewer | None) -> None:
    if by is not None and by.membership.id == member.id and role.id != member.role_id and not may_keep(role, by):
        raise RuleBroken("role", _("You would lose the right to manage people or roles yourself."))


def may_keep(role: Role, viewer: Viewer) -> bool:
    """Whether this role leaves the viewer what they need to undo the change."""
    return set(role.permissions) >= KEYS_OF_THE_HOUSE & viewer.permissions
