"""What the plug-in declares, and what it answers when asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from portal.api import (
    AuditTitle,
    DemoBuilder,
    HomeCard,
    NavItem,
    NotificationKind,
    Permission,
    Person,
    PersonalData,
    Plugin,
    SearchHit,
    Span,
    Store,
    TimelineEntry,
    Viewer,
)
from [[ package ]] import contributions, demo, services, views, web_api

LEADERS = ("administrator", "manager")
EVERYBODY = (*LEADERS, "expert", "rep", "store_manager", "store_staff")
READ, WRITE = "[[ name ]].read", "[[ name ]].write"


class NotesPlugin(Plugin):
    """Notes that the distributor writes to its stores."""

    name = "[[ name ]]"
    title = _l("[[ title ]]")
    description = _l("Notes from the distributor to a store.")
    version = "[[ version ]]"
    icon = "note"
    requires_api = [[ api_version ]]

    def blueprints(self) -> Iterable[Blueprint]:
        """One page, for both sides."""
        return (views.blueprint,)

    def api_blueprints(self) -> Iterable[Any]:
        """The same for programs."""
        return (web_api.blueprint,)

    def permissions(self) -> Iterable[Permission]:
        """Who reads, and who writes."""
        return (
            Permission(READ, _l("Read notes to stores"), "both", EVERYBODY),
            Permission(WRITE, _l("Write notes to stores"), "distributor", (*LEADERS, "rep")),
        )

    def nav_items(self) -> Iterable[NavItem]:
        """A place on each side."""
        return (
            NavItem(self.title, "[[ name ]].index", self.icon, READ, "distributor", order=80),
            NavItem(self.title, "[[ name ]].index", self.icon, READ, "store", order=80),
        )

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """What stores are told."""
        return (NotificationKind("[[ name ]].written", _l("A note to your store"), "store"),)

    def audit_titles(self) -> Iterable[AuditTitle]:
        """What the audit log calls it."""
        return (
            AuditTitle("[[ name ]]_note", _l("Note to a store")),
            AuditTitle("[[ name ]].written", _l("wrote a note")),
            AuditTitle("[[ name ]].done", _l("did what a note asked for")),
        )

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """What a store has still to do."""
        return contributions.home_cards(viewer)

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """What was written to the store."""
        return contributions.timeline(store, span)

    def search(self, query: str, viewer: Viewer) -> Iterable[SearchHit]:
        """Notes, by their text."""
        return contributions.search(query, viewer)

    def personal_data(self, person: Person) -> Iterable[PersonalData]:
        """What this person has written."""
        return contributions.personal_data(person)

    def erase_person(self, person: Person) -> None:
        """The notes stay, without the name."""
        services.forget_person(person)

    def demo(self, builder: DemoBuilder) -> None:
        """A note to each of the first stores."""
        demo.build(builder)
