"""What the details of the audit log are called: fields, and values that are codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.accounts.viewer import BUILT_IN_TITLES
from portal.host import the_host
from portal.i18n import local_dt
from portal.jobs.registry import the_registry
from portal.notifications.kinds import kind_named
from portal.stores.forms import FORMAT_TITLES
from portal.webhooks.events import title_of

FIELDS: dict[str, Any] = {
    "active": _l("Active"),
    "added": _l("Added"),
    "address": _l("Address"),
    "after": _l("After"),
    "area_m2": _l("Area m2"),
    "before": _l("Before"),
    "by_mail": _l("By e-mail"),
    "changed": _l("Changed"),
    "count": _l("Number of them"),
    "events": _l("Hears of"),
    "expires_at": _l("Ends"),
    "failing_since": _l("Has failed since"),
    "fields": _l("Fields"),
    "format": _l("Format"),
    "former_until": _l("Former secret valid until"),
    "from_store_id": _l("Store before, no."),
    "had_one": _l("Had one before"),
    "kind": _l("Type"),
    "kinds": _l("Hears of"),
    "language": _l("Language"),
    "name": _l("Called"),
    "number": _l("Number"),
    "opened_on": _l("Opened"),
    "plugin": _l("Plug-in"),
    "region": _l("Region"),
    "removed": _l("Removed"),
    "rep_membership_id": _l("Sales rep"),
    "role": _l("Role"),
    "role_id_before": _l("Role before, no."),
    "rows": _l("Rows"),
    "scopes": _l("Narrowed to"),
    "side": _l("Side"),
    "skipped": _l("Left out"),
    "state": _l("State"),
    "stores": _l("Stores"),
    "successor": _l("Successor, no."),
    "tier": _l("Tier"),
    "timezone": _l("Time zone"),
    "title": _l("Title"),
    "unchanged": _l("Unchanged"),
    "url": _l("Address"),
}
VALUES: dict[str, Mapping[str, Any]] = {
    "format": FORMAT_TITLES,
    "language": {"zh_Hans": "中文", "en": "English"},
    "role": BUILT_IN_TITLES,
    "side": {"distributor": _l("Distributor"), "store": _l("Store")},
}
MOMENTS = frozenset({"expires_at", "failing_since", "former_until"})


def _kind_title(name: str) -> Any:
    return kind.title if (kind := kind_named(name)) else ""


def _permission_title(name: str) -> Any:
    from portal.core import PERMISSIONS  # it knows every room, and so this one

    known = (PERMISSIONS, *(plugin.permissions() for plugin in the_host().plugins.values()))
    return next((each.title for some in known for each in some if each.name == name), "")


def _plugin_title(name: str) -> Any:
    plugin = the_host().plugins.get(name)
    return plugin.title if plugin else ""


def _job_title(name: str) -> Any:
    return the_registry().get(name).title if name in the_registry() else ""


# Codes whose words stand elsewhere, by the feature and the field.
ELSEWHERE: dict[tuple[str, str], Callable[[str], Any]] = {
    ("channels", "kinds"): _kind_title,
    ("jobs", "name"): _job_title,
    ("plugins", "plugin"): _plugin_title,
    ("role", "added"): _permission_title,
    ("role", "removed"): _permission_title,
    ("token", "scopes"): _permission_title,
    ("web_hooks", "events"): title_of,
}


class Words:
    """The words for the details of one feature: a plug-in's own before the portal's, the code where there are none."""

    def __init__(self, feature: str) -> None:
        self.feature = feature
        plugin = the_host().plugins.get(feature)
        begin = f"{feature}.details."
        titles = plugin.audit_titles() if plugin else ()
        self.own = {each.name.removeprefix(begin): each.title for each in titles if each.name.startswith(begin)}

    def field(self, name: str) -> str:
        """What a field is called."""
        return str(self.own.get(name) or FIELDS.get(name) or name)

    def value(self, name: str, value: Any) -> str:
        """What stands in a field."""
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, list):
            return _(", ").join(self._listed(name, each) for each in value)
        return self._code(name, str(value))

    def _listed(self, name: str, value: Any) -> str:
        if name == "fields":
            return self.field(str(value))
        inner, equals, content = str(value).partition("=")
        if name in ("before", "after") and equals:
            empty = content in ("", "None")
            shown = "–" if empty else self.value(inner, content == "True" if content in ("True", "False") else content)
            return f"{self.field(inner)} {shown}"
        return self.value(name, value)

    def _code(self, name: str, value: str) -> str:
        if name in MOMENTS:
            return _moment(value)
        known = self.own.get(f"{name}.{value}") or VALUES.get(name, {}).get(value)
        if known is None and (find := ELSEWHERE.get((self.feature, name))):
            known = find(value)
        word, colon, number = value.partition(":")  # such as order:12
        if known is None and colon and (title := self.own.get(f"{name}.{word}")):
            return f"{title} {number}"
        return str(known or value)


def _moment(value: str) -> str:
    try:
        return local_dt(datetime.fromisoformat(value), near=False)
    except ValueError:
        return value
