"""Keeping the record of what was migrated, and giving roles the permissions that a new version brings.

Written with plain statements in the transaction of the migrations: there is no session then, and nobody is acting.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import Connection, Table, insert, select, update

from portal import clock
from portal.accounts.models import PluginActivation, Role
from portal.contracts import Permission, Plugin
from portal.db import Model
from portal.host.host import Host
from portal.host.models import PluginRecord

CORE = "portal"
RECORDS = cast(Table, PluginRecord.__table__)
ROLES = cast(Table, Role.__table__)
ACTIVATIONS = cast(Table, PluginActivation.__table__)


def tables_of(owner: str) -> list[str]:
    """The tables that the models of an owner make, each after those it refers to."""
    return [table.name for table in Model.metadata.sorted_tables if table.name.startswith(f"{owner}_")]


def keep(connection: Connection, host: Host, owners: Iterable[str], core: Iterable[Permission]) -> None:
    """Bring the record of each owner up to date, once its migrations have run."""
    for owner in owners:
        plugin = host.migratable().get(owner)
        permissions = list(plugin.permissions() if plugin else core)
        _grant_new(connection, owner, permissions)
        _write(connection, owner, _facts(host, owner, plugin, permissions))


def _facts(host: Host, owner: str, plugin: Plugin | None, permissions: list[Permission]) -> dict[str, Any]:
    return {
        "version": plugin.version if plugin else "",
        "distribution": host.distributions.get(owner, ""),
        "tables": tables_of(owner),
        "requires": list(plugin.requires) if plugin else [],
        "permissions": sorted(permission.name for permission in permissions),
        "migrated_at": clock.now(),
    }


def _write(connection: Connection, owner: str, facts: dict[str, Any]) -> None:
    known = connection.execute(update(RECORDS).where(RECORDS.c.name == owner).values(**facts))
    if not known.rowcount:
        connection.execute(insert(RECORDS).values(name=owner, **facts))


def _grant_new(connection: Connection, owner: str, permissions: list[Permission]) -> None:
    """Give what the last version did not have to the built-in roles; what an administrator took away stays away."""
    before = connection.scalar(select(RECORDS.c.permissions).where(RECORDS.c.name == owner))
    new = [permission for permission in permissions if permission.name not in (before or ())]
    if before is None or not new:  # a first version is given out when a distributor switches it on
        return
    statement = select(ROLES.c.id, ROLES.c.key, ROLES.c.permissions).where(ROLES.c.built_in.is_(True))
    if owner != CORE:
        using = select(ACTIVATIONS.c.distributor_id).where(ACTIVATIONS.c.plugin == owner)
        statement = statement.where(ROLES.c.distributor_id.in_(using))
    for role in connection.execute(statement).all():
        given = {permission.name for permission in new if role.key in permission.roles}
        if given:
            allowed = sorted({*role.permissions, *given})
            connection.execute(update(ROLES).where(ROLES.c.id == role.id).values(permissions=allowed))


def on_record(connection: Connection, owner: str) -> Any:
    """The record of an owner, or None."""
    return connection.execute(select(RECORDS).where(RECORDS.c.name == owner)).one_or_none()
