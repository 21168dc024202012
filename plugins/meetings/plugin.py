"""What the meetings plug-in declares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.meetings import contributions
from plugins.meetings.audit import AUDIT_TITLES
from plugins.meetings.views import blueprint
from plugins.meetings.web_api import blueprint as web_api
from portal.api import (
    AuditTitle,
    CalendarEntry,
    DemoBuilder,
    HomeCard,
    NavItem,
    NotificationKind,
    Permission,
    Person,
    PersonalData,
    Plugin,
    PublicSignal,
    Span,
    Store,
    TimelineEntry,
    Viewer,
)

LEADERS = ("administrator", "manager")
OUR_PEOPLE = (*LEADERS, "expert", "rep")
STORE_PEOPLE = ("store_manager", "store_staff")


class MeetingsPlugin(Plugin):
    """Time with the distributor's people, booked by the store from what is free."""

    name = "meetings"
    title = _l("Meetings")
    description = _l("Stores book a time with your people from what is free; nobody is ever booked twice.")
    version = "1.0"
    icon = "calendar-user"

    def blueprints(self) -> Iterable[Any]:
        """Pages."""
        return (blueprint,)

    def api_blueprints(self) -> Iterable[Any]:
        """Web API."""
        return (web_api,)

    def permissions(self) -> Iterable[Permission]:
        """Who sees, books, can be booked."""
        return (
            Permission("meetings.see", _l("See one's meetings"), "both", (*OUR_PEOPLE, *STORE_PEOPLE)),
            Permission("meetings.see_all", _l("See everybody's meetings"), "distributor", LEADERS),
            Permission("meetings.book", _l("Book meetings"), "both", (*STORE_PEOPLE, *OUR_PEOPLE)),
            Permission("meetings.host", _l("Be booked by stores"), "distributor", OUR_PEOPLE),
        )

    def nav_items(self) -> Iterable[NavItem]:
        """Under "tools" on the desk, under "more" in the store."""
        return (
            NavItem(self.title, "meetings.index", "calendar-user", "meetings.see", "distributor", "daily", order=35),
            NavItem(self.title, "meetings.index", "calendar-user", "meetings.see", "store", order=55),
        )

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """What both sides hear."""
        return (
            NotificationKind("meetings.booked", _l("Meetings that were booked with you"), "distributor"),
            NotificationKind("meetings.cancelled", _l("Meetings that were cancelled"), "store", urgent=True),
        )

    def public_signals(self) -> Iterable[PublicSignal]:
        """What other systems may hear of."""
        return (
            PublicSignal("meetings.booked", _l("A meeting was booked"), ("meeting_id",)),
            PublicSignal("meetings.cancelled", _l("A meeting was cancelled"), ("meeting_id",)),
        )

    def audit_titles(self) -> Iterable[AuditTitle]:
        """What the audit log calls it."""
        return AUDIT_TITLES

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """The next meetings."""
        return contributions.home_cards(viewer)

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """Meetings with the store."""
        return contributions.timeline(store, span)

    def calendar_entries(self, viewer: Viewer, span: Span) -> Iterable[CalendarEntry]:
        """Booked meetings."""
        return contributions.calendar_entries(viewer, span)

    def personal_data(self, person: Person) -> Iterable[PersonalData]:
        """Meetings that the person asked for."""
        return contributions.personal_data(person)

    def erase_person(self, person: Person) -> None:
        """Topics go with the person."""
        contributions.erase_person(person)

    def demo(self, builder: DemoBuilder) -> None:
        """Hours of the rep and the expert, a few meetings."""
        from plugins.meetings import demo

        demo.build(builder)
