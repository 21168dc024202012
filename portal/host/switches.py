"""The second switch: a plug-in that runs in this process is on or off for one distributor, with its settings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import g, has_request_context
from flask_babel import gettext as _
from sqlalchemy import select

from portal import signals
from portal.accounts.models import Distributor, PluginActivation, Role
from portal.audit.services import record
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.host.containment import title_of
from portal.tenancy import current_scope

if TYPE_CHECKING:
    from portal.contracts import Plugin
    from portal.host.host import Host

ACTIVE = "active_plugins"


def active_names() -> frozenset[str]:
    """What is switched on for the acting distributor; asked of the database at most once in a transaction."""
    distributor_id = current_scope().distributor_id
    viewer = g.get("viewer") if has_request_context() else None
    if viewer is not None and viewer.distributor.id == distributor_id and not g.get("plugins_switched"):
        return viewer.active_plugins  # type: ignore[no-any-return]
    session = db.session()
    known = session.info.get(ACTIVE)
    if known is None or known[:2] != (session.get_transaction(), distributor_id):
        rows = db.session.scalars(select(PluginActivation.plugin).where(PluginActivation.active.is_(True)))
        names = frozenset(rows)
        known = session.info[ACTIVE] = (session.get_transaction(), distributor_id, names)
    return known[2]


def switch_on(host: Host, name: str) -> None:
    """Switch a plug-in on for the acting distributor; RuleBroken names what has to be on before."""
    plugin = _loaded(host, name)
    active = active_names()
    if name in active:
        return
    for needed in plugin.requires:
        if needed not in active:
            raise RuleBroken("", _("Switch on %(name)s first.", name=title_of(host.plugins[needed])))
    row = _row(name)
    if row is None:
        row = PluginActivation(plugin=name, active=True, settings=first_settings(plugin))
        db.session.add(row)
        grant([(permission.name, permission.roles) for permission in plugin.permissions()])
    row.active = True
    _after_switching(host, plugin, active=True)


def switch_off(host: Host, name: str) -> None:
    """Switch a plug-in off for the acting distributor; its data stays. RuleBroken names what needs it."""
    plugin = _loaded(host, name)
    row = _row(name)
    if row is None or not row.active:
        return
    for other in host.active():
        if name in other.requires:
            raise RuleBroken("", _("Switch off %(name)s first.", name=title_of(other)))
    row.active = False
    _after_switching(host, plugin, active=False)


def _loaded(host: Host, name: str) -> Plugin:
    if name not in host.plugins:
        raise NotFound
    return host.plugins[name]


def _row(name: str) -> PluginActivation | None:
    return db.session.scalars(select(PluginActivation).where(PluginActivation.plugin == name)).one_or_none()


def _after_switching(host: Host, plugin: Plugin, *, active: bool) -> None:
    db.session.flush()
    db.session().info.pop(ACTIVE, None)
    if has_request_context():
        g.plugins_switched = True
    distributor = db.session.get(Distributor, current_scope().distributor_id)
    host.call(plugin, "activated" if active else "deactivated", distributor)
    record("plugins.switched_on" if active else "plugins.switched_off", plugin=plugin.name)
    signals.plugin_switched.send(None, plugin=plugin.name, active=active)


def grant(permissions: Iterable[tuple[str, tuple[str, ...]]]) -> None:
    """Give permissions to the built-in roles that have them from the start."""
    roles = {role.key: role for role in db.session.scalars(select(Role).where(Role.built_in.is_(True)))}
    for name, keys in permissions:
        for role in (roles[key] for key in keys if key in roles):
            role.permissions = sorted({*role.permissions, name})


def settings_of(host: Host, name: str) -> dict[str, Any]:
    """A plug-in's settings for the acting distributor: what it has set, else the defaults."""
    viewer = g.get("viewer") if has_request_context() else None
    known: Mapping[str, Any] = {}
    if viewer is not None and viewer.distributor.id == current_scope().distributor_id and not g.get("plugins_switched"):
        known = viewer.plugin_settings
    if name in known:
        settings = known[name]
    else:
        row = _row(name)
        settings = row.settings if row else {}
    return {**_loaded(host, name).default_settings, **{key: _from_json(value) for key, value in settings.items()}}


def first_settings(plugin: Plugin) -> dict[str, Any]:
    """The default settings, as they are kept."""
    return {key: _as_json(value) for key, value in plugin.default_settings.items()}


def can_be_kept(values: Mapping[str, Any]) -> bool:
    """Whether settings can be written down and read again."""
    try:
        _as_json(dict(values))
    except TypeError:
        return False
    return True


def save_settings(host: Host, name: str, values: Mapping[str, Any]) -> None:
    """Keep a distributor's settings of a plug-in: texts, numbers, Decimals, dates, times, and lists of them."""
    row = _row(name)
    if row is None:
        raise NotFound
    row.settings = {**row.settings, **{key: _as_json(value) for key, value in values.items()}}
    if has_request_context():
        g.plugins_switched = True  # what the viewer came with is out of date
    record("plugins.settings_changed", plugin=name, fields=sorted(values))


READERS: dict[str, Callable[[str], Any]] = {
    "decimal": Decimal,
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "time": time.fromisoformat,
}


def _as_json(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    for kind, name in ((datetime, "moment"), (date, "day"), (time, "time")):
        if isinstance(value, kind):
            return {name: value.isoformat()}
    if isinstance(value, list | tuple | set):
        return [_as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _as_json(item) for key, item in value.items()}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a setting cannot be a {type(value).__name__}")


def _from_json(value: Any) -> Any:
    if isinstance(value, list):
        return [_from_json(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (kind := next(iter(value))) in READERS:
        return READERS[kind](value[kind])
    return {key: _from_json(item) for key, item in value.items()}
