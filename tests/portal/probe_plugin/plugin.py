"""The plug-in: each member asks `behaviour`, which a test fills."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Blueprint

from portal.api import Job, NavItem, NotificationKind, Permission, Plugin, Subscription


class Probe(Plugin):
    """Does what `behaviour` says, and nothing where it says nothing."""

    name = "probe"
    title = "Probe"
    version = "1"
    default_settings: ClassVar[dict[str, Any]] = {"limit": 5}
    behaviour: ClassVar[dict[str, Callable[..., Any]]] = {}

    def _do(self, member: str, *args: Any, default: Any = ()) -> Any:
        return self.behaviour[member](*args) if member in self.behaviour else default

    def blueprints(self) -> list[Blueprint]:
        from tests.portal.probe_plugin.views import blueprint

        return [blueprint]

    def permissions(self) -> list[Permission]:
        both = ("administrator", "manager", "rep")
        return [
            Permission("probe.see", "See the probe", "distributor", both),
            Permission("probe.use", "Use the probe", "store", ("store_manager",)),
        ]

    def nav_items(self) -> list[NavItem]:
        count = lambda viewer: self._do("count", viewer, default=0)  # noqa: E731
        return [
            NavItem("Probe", "probe.index", "puzzle", "probe.see", "distributor", count=count),
            NavItem("Probe", "probe.mine", "puzzle", "probe.use", "store", tab=True, count=count),
        ]

    def jobs(self) -> list[Job]:
        return [Job("probe.work", lambda **arguments: self._do("job", arguments), "Probe work")]

    def notification_kinds(self) -> list[NotificationKind]:
        return [NotificationKind("probe.told", "The probe tells", "store")]

    def subscriptions(self) -> list[Subscription]:
        return [Subscription("probe.happened", lambda **ids: self._do("subscriptions", ids))]

    def home_cards(self, viewer):
        return self._do("home_cards", viewer)

    def timeline(self, store, span):
        return self._do("timeline", store, span)

    def calendar_entries(self, viewer, span):
        return self._do("calendar_entries", viewer, span)

    def search(self, query, viewer):
        return self._do("search", query, viewer)

    def briefing_sections(self, query):
        return self._do("briefing_sections", query)

    def store_signals(self, store, span):
        return self._do("store_signals", store, span)

    def personal_data(self, person):
        return self._do("personal_data", person)

    def erase_person(self, person):
        self._do("erase_person", person)

    def demo(self, builder):
        self._do("demo", builder)

    def activated(self, distributor):
        self._do("activated", distributor)

    def deactivated(self, distributor):
        self._do("deactivated", distributor)
