"""Setting up distributors and bringing people in."""

from __future__ import annotations

import secrets

from flask_security import hash_password
from sqlalchemy import select

from portal import signals
from portal.accounts.models import Distributor, Membership, Person, PluginActivation, Role
from portal.accounts.viewer import BUILT_IN_ROLES
from portal.audit.services import record
from portal.contracts import Plugin
from portal.core import PERMISSIONS
from portal.db import db
from portal.host import the_host
from portal.host.containment import tell
from portal.host.switches import first_settings
from portal.identity import normal_phone
from portal.stores.models import Store
from portal.tenancy import Scope, acting_for, all_distributors, current_scope


def create_distributor(
    slug: str, name: str, *, timezone: str = "Asia/Shanghai", language: str = "zh_Hans", plugins: bool = True
) -> Distributor:
    """A new tenant with the built-in roles, and with every loaded plug-in switched on unless told otherwise."""
    with all_distributors(reason=f"create distributor {slug}"):
        distributor = Distributor(slug=slug, name=name, timezone=timezone, language=language)
        db.session.add(distributor)
        db.session.flush()
    with acting_for(Scope(distributor.id)):
        for key, side in BUILT_IN_ROLES.items():
            db.session.add(Role(key=key, side=side, built_in=True, permissions=default_permissions(key)))
        record("distributor.created", distributor)
        if plugins:
            _switch_everything_on(distributor)
    return distributor


def _switch_everything_on(distributor: Distributor) -> None:
    """Each loaded plug-in; a third-party one that fails at it stays off with those that require it, and is logged."""
    host = the_host()
    rows = {
        plugin.name: PluginActivation(plugin=plugin.name, active=True, settings=first_settings(plugin))
        for plugin in host.plugins.values()
    }
    db.session.add_all(rows.values())
    db.session.flush()
    for plugin in host.plugins.values():
        if host.is_bundled(plugin.name):
            host.call(plugin, "activated", distributor)
        elif not all(rows[name].active for name in plugin.requires) or not _told(plugin, distributor):
            rows[plugin.name].active = False
    db.session.flush()


def _told(plugin: Plugin, distributor: Distributor) -> bool:
    return tell(plugin, "activated", lambda: plugin.activated(distributor)) is None


def default_permissions(role_key: str) -> list[str]:
    """What a built-in role may do before a distributor edits it."""
    declared = list(PERMISSIONS)
    for plugin in the_host().plugins.values():
        declared += plugin.permissions()
    return sorted(permission.name for permission in declared if role_key in permission.roles)


def create_person(name: str, *, email: str | None = None, phone: str | None = None, password: str = "") -> Person:
    """Somebody who can sign in; without a password only after following a link."""
    person = Person(
        name=name,
        email=email.strip().lower() if email else None,
        phone=normal_phone(phone),
        password=hash_password(password) if password else None,
        fs_uniquifier=secrets.token_hex(16),
        active=True,
    )
    db.session.add(person)
    db.session.flush()
    return person


def join(person: Person, role_key: str, *, store: Store | None = None) -> Membership:
    """Make the person a member of the acting distributor, in a role, and on the store side in a store."""
    role = db.session.scalars(select(Role).where(Role.key == role_key)).one()
    if (role.side == "store") != (store is not None):
        raise ValueError("a store role needs a store, a distributor role has none")
    member = Membership(
        person_id=person.id,
        role_id=role.id,
        store_id=store.id if store else None,
        distributor_id=current_scope().distributor_id,
    )
    db.session.add(member)
    db.session.flush()
    record("person.joined", member, by_id=person.id, role=role_key)
    signals.person_joined.send(None, person_id=person.id, membership_id=member.id)
    return member
