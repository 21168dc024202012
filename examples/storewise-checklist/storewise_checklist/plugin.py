"""What the checklist declares, and what it answers when asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click
from flask import Blueprint
from flask_babel import lazy_gettext as _l

from portal.api import (
    AuditTitle,
    BriefingQuery,
    BriefingSection,
    CalendarEntry,
    DemoBuilder,
    Distributor,
    HomeCard,
    Job,
    NavItem,
    NotificationKind,
    Permission,
    Person,
    PersonalData,
    Plugin,
    PublicSignal,
    SearchHit,
    Span,
    Store,
    StoreSignal,
    Subscription,
    TimelineEntry,
    Viewer,
)
from storewise_checklist import commands, contributions, demo, forms, jobs, services, views, web_api

STORE_PEOPLE = ("store_manager", "store_staff")
LEADERS = ("administrator", "manager")
TICK, MANAGE = "checklist.tick", "checklist.manage"
RHYTHM_WORDS = (
    AuditTitle("checklist.details.rhythm", _l("How often")),
    *(AuditTitle(f"checklist.details.rhythm.{each.value}", each.label) for each in forms.RHYTHMS),
)


class ChecklistPlugin(Plugin):
    """What a store looks at when it opens, and whether it did."""

    name = "checklist"
    title = _l("Opening checklist")
    description = _l("What a store looks at when it opens, ticked off on the phone.")
    version = "1.1"
    icon = "list-check"
    requires_api = (1, 0)
    settings_form = forms.SettingsForm
    default_settings = {"weekly_day": 0, "remind": True}

    def blueprints(self) -> Iterable[Blueprint]:
        """The store's list and the distributor's."""
        return (views.blueprint,)

    def api_blueprints(self) -> Iterable[Any]:
        """The store's list for programs."""
        return (web_api.blueprint,)

    def permissions(self) -> Iterable[Permission]:
        """Who ticks off, and who keeps the list."""
        return (
            Permission(TICK, _l("Tick off the opening checklist"), "store", STORE_PEOPLE),
            Permission(MANAGE, _l("Keep the opening checklist"), "distributor", LEADERS),
        )

    def nav_items(self) -> Iterable[NavItem]:
        """Under "more" for stores, under the tools for the distributor."""
        return (
            NavItem(self.title, "checklist.today", self.icon, TICK, "store", order=45, count=contributions.waiting),
            NavItem(self.title, "checklist.items", self.icon, MANAGE, "distributor", "tools", order=70),
        )

    def commands(self) -> Iterable[click.Command]:
        """flask checklist standard."""
        return (commands.standard,)

    def jobs(self) -> Iterable[Job]:
        """The reminder at ten o'clock."""
        return jobs.JOBS

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """What stores are told."""
        return (NotificationKind("checklist.open", _l("The opening checklist"), "store", mail_by_default=False),)

    def subscriptions(self) -> Iterable[Subscription]:
        """New people of a store are welcomed."""
        return jobs.SUBSCRIPTIONS

    def public_signals(self) -> Iterable[PublicSignal]:
        """What a distributor can have sent to its other systems."""
        return (PublicSignal("checklist.finished", _l("A store has looked at everything"), ("store_id",)),)

    def audit_titles(self) -> Iterable[AuditTitle]:
        """What the audit log calls it."""
        return (
            AuditTitle("checklist_item", _l("Thing to look at")),
            AuditTitle("checklist_tick", _l("Tick")),
            AuditTitle("checklist.item_added", _l("added a thing to look at")),
            AuditTitle("checklist.item_retired", _l("took a thing off the checklist")),
            AuditTitle("checklist.ticked", _l("ticked something off")),
            AuditTitle("checklist.unticked", _l("took a tick back")),
            *RHYTHM_WORDS,
        )

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """What is still open this morning."""
        return contributions.home_cards(viewer)

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """The days on which the store went through its list."""
        return contributions.timeline(store, span)

    def calendar_entries(self, viewer: Viewer, span: Span) -> Iterable[CalendarEntry]:
        """The day of the weekly things."""
        return contributions.calendar_entries(viewer, span)

    def search(self, query: str, viewer: Viewer) -> Iterable[SearchHit]:
        """Things to look at."""
        return contributions.search(query, viewer)

    def briefing_sections(self, query: BriefingQuery) -> Iterable[BriefingSection]:
        """What was looked at too rarely."""
        return contributions.briefing_sections(query)

    def store_signals(self, store: Store, span: Span) -> Iterable[StoreSignal]:
        """How much of the list was done."""
        return contributions.store_signals(store, span)

    def personal_data(self, person: Person) -> Iterable[PersonalData]:
        """What this person has ticked."""
        return contributions.personal_data(person)

    def erase_person(self, person: Person) -> None:
        """The ticks stay, without the name."""
        services.forget_person(person)

    def demo(self, builder: DemoBuilder) -> None:
        """Two weeks of ticks."""
        demo.build(builder)

    def activated(self, distributor: Distributor) -> None:
        """Begin with a list that fits most stores."""
        services.write_standard_list()

    def deactivated(self, distributor: Distributor) -> None:
        """Tell the stores that nobody waits for their ticks any more; the ticks stay."""
        services.say_that_it_ended()
