"""What the events plug-in declares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.events import contributions, jobs
from plugins.events.audit import AUDIT_TITLES
from plugins.events.views import blueprint
from plugins.events.web_api import blueprint as web_api
from portal.api import (
    AuditTitle,
    BriefingQuery,
    BriefingSection,
    CalendarEntry,
    DemoBuilder,
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
    Subscription,
    TimelineEntry,
    Viewer,
)

OUR_PEOPLE = ("administrator", "manager", "expert", "rep")


class EventsPlugin(Plugin):
    """Order meetings, trainings, launches: the supplement of the trade relationship."""

    name = "events"
    title = _l("Events")
    description = _l("Order meetings, trainings and launches, with sign-up and seats that are never oversold.")
    version = "1.0"
    icon = "users-group"

    def blueprints(self) -> Iterable[Any]:
        """Pages."""
        return (blueprint,)

    def api_blueprints(self) -> Iterable[Any]:
        """Web API."""
        return (web_api,)

    def permissions(self) -> Iterable[Permission]:
        """Who sees, who plans, who signs up."""
        return (
            Permission("events.see", _l("See events"), "both", (*OUR_PEOPLE, "store_manager", "store_staff")),
            Permission(
                "events.plan", _l("Plan events and sign stores up"), "distributor", ("administrator", "manager")
            ),
            Permission("events.join", _l("Sign the store up for events"), "store", ("store_manager", "store_staff")),
        )

    def nav_items(self) -> Iterable[NavItem]:
        """The desk's list; the store's list under "more"."""
        return (
            NavItem(self.title, "events.index", "users-group", "events.see", "distributor", "tools", order=60),
            NavItem(self.title, "events.index", "users-group", "events.see", "store", order=60),
        )

    def jobs(self) -> Iterable[Job]:
        """Moving up the waiting list."""
        return jobs.JOBS

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """What stores hear."""
        return (
            NotificationKind("events.invitation", _l("Invitations to events"), "store"),
            NotificationKind("events.seat", _l("Seats that became free"), "store", urgent=True),
            NotificationKind("events.change", _l("Events that change or are cancelled"), "store", urgent=True),
        )

    def public_signals(self) -> Iterable[PublicSignal]:
        """What other systems may hear of."""
        return (
            PublicSignal("events.published", _l("An event was published"), ("event_id",)),
            PublicSignal(
                "events.registration_changed", _l("A registration was made, changed or cancelled"), ("registration_id",)
            ),
        )

    def subscriptions(self) -> Iterable[Subscription]:
        """Freed seats go to the waiting list; a new store is invited to what is coming."""
        return jobs.SUBSCRIPTIONS

    def audit_titles(self) -> Iterable[AuditTitle]:
        """What the audit log calls it."""
        return AUDIT_TITLES

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """Events that wait for the store's answer, or are coming."""
        return contributions.home_cards(viewer)

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """Sign-ups of the store."""
        return contributions.timeline(store, span)

    def calendar_entries(self, viewer: Viewer, span: Span) -> Iterable[CalendarEntry]:
        """What the store goes to; for our people every event."""
        return contributions.calendar_entries(viewer, span)

    def search(self, query: str, viewer: Viewer) -> Iterable[SearchHit]:
        """Events by title or place."""
        return contributions.search(query, viewer)

    def briefing_sections(self, query: BriefingQuery) -> Iterable[BriefingSection]:
        """What is coming."""
        return contributions.briefing_sections(query)

    def personal_data(self, person: Person) -> Iterable[PersonalData]:
        """The sign-ups a person made."""
        return contributions.personal_data(person)

    def demo(self, builder: DemoBuilder) -> None:
        """An order meeting next week, a training after it, one that is over."""
        from plugins.events import demo

        demo.build(builder)
