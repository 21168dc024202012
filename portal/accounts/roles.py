"""What roles may do with a distributor: edited by it, within the limits that keep it from locking itself out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select

from portal import clock
from portal.accounts.models import Distributor, Invitation, Membership, Person, Role
from portal.accounts.viewer import BUILT_IN_ROLES, Viewer, role_title
from portal.audit.services import record
from portal.contracts import Permission
from portal.db import db
from portal.errors import RuleBroken
from portal.host import the_host
from portal.tenancy import current_scope

# Who may give these to others, or take them away, has them.
POWERS = frozenset({"portal.manage_people", "portal.manage_roles", "portal.manage_plugins", "portal.manage_settings"})
# Somebody must always have both, or nobody could ever change anything again.
KEYS_OF_THE_HOUSE = frozenset({"portal.manage_people", "portal.manage_roles"})


@dataclass(frozen=True, slots=True)
class PermissionGroup:
    """The permissions that one plug-in, or the core, declares for one side."""

    title: Any
    permissions: tuple[Permission, ...]


def permission_groups(side: str) -> list[PermissionGroup]:
    """All permissions of a side, grouped by who declares them, the core first."""
    from portal.core import PERMISSIONS

    groups: list[tuple[Any, tuple[Permission, ...]]] = [(_("Portal"), PERMISSIONS)]
    groups += [(plugin.title, tuple(plugin.permissions())) for plugin in the_host().plugins.values()]
    found = ((title, tuple(p for p in permissions if p.side in {side, "both"})) for title, permissions in groups)
    return [PermissionGroup(title, permissions) for title, permissions in found if permissions]


def declared_permissions(side: str) -> dict[str, Permission]:
    """Every permission that a role of this side can have, by name."""
    return {p.name: p for group in permission_groups(side) for p in group.permissions}


def roles() -> Sequence[Role]:
    """The roles of the acting distributor: ours first, the built-in ones in their order."""
    found = db.session.scalars(select(Role)).all()
    order = list(BUILT_IN_ROLES)
    return sorted(
        found, key=lambda role: (role.side, not role.built_in, order.index(role.key) if role.built_in else role.id)
    )


def may_give(role: Role, viewer: Viewer | None) -> bool:
    """Whether the viewer may put somebody into this role, or take somebody out of it; nobody gives what they lack."""
    return viewer is None or not (POWERS & set(role.permissions)) - viewer.permissions


def lock_distributor() -> None:
    """One change of rights at a time, so that two administrators cannot take the keys from each other at once."""
    statement = select(Distributor.id).where(Distributor.id == current_scope().distributor_id).with_for_update()
    db.session.execute(statement)


def check_keys_remain() -> None:
    """Raise RuleBroken when nobody would be left who may manage people and roles; call after the change is flushed."""
    keepers = [role.id for role in db.session.scalars(select(Role)) if set(role.permissions) >= KEYS_OF_THE_HOUSE]
    left = db.session.scalar(
        select(func.count(Membership.id))
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.role_id.in_(keepers), Membership.active.is_(True), Person.active.is_(True))
    )
    if not left:
        raise RuleBroken("", _("At least one active person must be able to manage people and roles."))


def change_permissions(role: Role, wanted: Iterable[str], *, seen: Iterable[str], by: Viewer | None) -> bool:
    """Give the role exactly these permissions of those that are declared now; whether anything changed.

    seen: what the role had when the form was shown, to notice somebody else's change in the meantime. Permissions of
    plug-ins that are not loaded now are kept as they are.
    """
    declared = declared_permissions(role.side).keys()
    before, new = set(role.permissions) & declared, set(wanted) & declared
    if before == new:
        return False
    if before != set(seen) & declared:
        raise RuleBroken("", _("Somebody else has changed the role %(role)s in the meantime.", role=role_title(role)))
    _check_own_rights(role, before, new, by)
    with db.session.begin_nested():
        lock_distributor()
        role.permissions = sorted((set(role.permissions) - declared) | new)
        db.session.flush()
        check_keys_remain()
    record("role.changed", role, added=sorted(new - before), removed=sorted(before - new))
    return True


def _check_own_rights(role: Role, before: set[str], new: set[str], by: Viewer | None) -> None:
    if by is None:
        return
    if by.role.id == role.id and (before - new) & KEYS_OF_THE_HOUSE:
        raise RuleBroken("", _("You would lose the right to manage people or roles yourself."))


def add_role(title: str, side: str, *, like: Role | None = None) -> Role:
    """A role of the distributor's own, with the permissions of another one to begin with."""
    title = title.strip()
    if not title:
        raise RuleBroken("title", _("Please name the role."))
    if title.casefold() in {role_title(role).casefold() for role in roles()}:
        raise RuleBroken("title", _("There is a role of this name already."))
    if like is not None and like.side != side:
        raise RuleBroken("like", _("This role is for the other side."))
    role = Role(
        key=f"own-{int(clock.now().timestamp() * 1_000_000):x}",
        title=title[:80],
        side=side,
        permissions=list(like.permissions) if like else [],
    )
    db.session.add(role)
    record("role.added", role, title=role.title, side=side)
    return role


def rename_role(role: Role, title: str) -> None:
    """Call the role something else; empty gives a built-in role its own name back."""
    title = title.strip()[:80]
    others = {role_title(other).casefold() for other in roles() if other.id != role.id}
    if title.casefold() in others:
        raise RuleBroken("title", _("There is a role of this name already."))
    if not title and not role.built_in:
        raise RuleBroken("title", _("Please name the role."))
    if title != role.title:
        role.title = title
        record("role.renamed", role, title=title)


def remove_role(role: Role) -> None:
    """Remove a role of the distributor's own that nobody has."""
    if role.built_in:
        raise RuleBroken("", _("The roles that come with the portal stay. Take their permissions away instead."))
    members = db.session.scalar(select(func.count(Membership.id)).where(Membership.role_id == role.id))
    if members:
        raise RuleBroken("", _("People have this role, now or before. Give them another one first."))
    for invitation in db.session.scalars(select(Invitation).where(Invitation.role_id == role.id)):
        db.session.delete(invitation)
    record("role.removed", role, title=role.title)
    db.session.flush()
    db.session.delete(role)
