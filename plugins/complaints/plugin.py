"""What the complaints plug-in declares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.complaints import contributions, jobs, queries
from plugins.complaints.audit import AUDIT_TITLES
from plugins.complaints.forms import ComplaintSettings
from plugins.complaints.views import blueprint
from plugins.complaints.web_api import blueprint as web_api
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
    StoreSignal,
    TimelineEntry,
    Viewer,
)

LEADERS = ("administrator", "manager")
OUR_PEOPLE = (*LEADERS, "expert", "rep")
STORE_PEOPLE = ("store_manager", "store_staff")


class ComplaintsPlugin(Plugin):
    """The key of the trade relationship: one complaint, handled well, outweighs everything else."""

    name = "complaints"
    title = _l("Complaints & service")
    description = _l("Stores report problems with a photo; somebody answers in time; the store says when it is solved.")
    version = "1.0"
    icon = "message-report"
    settings_form = ComplaintSettings
    default_settings = {"first_answer_hours": 12, "resolution_hours": 72}

    def blueprints(self) -> Iterable[Any]:
        """Pages."""
        return (blueprint,)

    def api_blueprints(self) -> Iterable[Any]:
        """Web API."""
        return (web_api,)

    def permissions(self) -> Iterable[Permission]:
        """Who sees, files, handles, assigns, confirms."""
        everybody = (*OUR_PEOPLE, *STORE_PEOPLE)
        return (
            Permission("complaints.see", _l("See complaints"), "both", everybody),
            Permission("complaints.file", _l("File complaints and write about them"), "both", everybody),
            Permission("complaints.handle", _l("Handle complaints"), "distributor", OUR_PEOPLE),
            Permission("complaints.assign", _l("Give complaints to somebody"), "distributor", LEADERS),
            Permission("complaints.confirm", _l("Confirm that a complaint is solved"), "store", STORE_PEOPLE),
        )

    def nav_items(self) -> Iterable[NavItem]:
        """The desk's inbox with its count; the store's tab to report, and its own list under "more"."""
        return (
            NavItem(
                self.title,
                "complaints.index",
                "inbox",
                "complaints.see",
                "distributor",
                "daily",
                order=20,
                count=queries.open_count,
            ),
            NavItem(_l("Report"), "complaints.new", "camera", "complaints.file", "store", order=40, tab=True),
            NavItem(_l("My complaints"), "complaints.index", "message-report", "complaints.see", "store", order=45),
        )

    def jobs(self) -> Iterable[Job]:
        """The reminder of what was not answered in time."""
        return jobs.JOBS

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """What both sides hear."""
        return (
            NotificationKind("complaints.filed", _l("New complaints"), "distributor"),
            NotificationKind("complaints.assigned", _l("Complaints given to you"), "distributor"),
            NotificationKind("complaints.store_wrote", _l("What stores write about complaints"), "distributor"),
            NotificationKind("complaints.overdue", _l("Complaints not answered in time"), "distributor", urgent=True),
            NotificationKind("complaints.answered", _l("Answers to your complaints"), "store"),
        )

    def public_signals(self) -> Iterable[PublicSignal]:
        """What other systems may hear of."""
        return (
            PublicSignal("complaints.filed", _l("A complaint was filed"), ("complaint_id",)),
            PublicSignal("complaints.answered", _l("A complaint was answered"), ("complaint_id",)),
            PublicSignal("complaints.closed", _l("A complaint was closed"), ("complaint_id",)),
        )

    def audit_titles(self) -> Iterable[AuditTitle]:
        """What the audit log calls it."""
        return AUDIT_TITLES

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """Open complaints with their clocks; what is overdue or without an owner."""
        return contributions.home_cards(viewer)

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """What became of the store's complaints."""
        return contributions.timeline(store, span)

    def calendar_entries(self, viewer: Viewer, span: Span) -> Iterable[CalendarEntry]:
        """Promised deadlines."""
        return contributions.calendar_entries(viewer, span)

    def search(self, query: str, viewer: Viewer) -> Iterable[SearchHit]:
        """Complaints by number, product, batch and text."""
        return contributions.search(query, viewer)

    def briefing_sections(self, query: BriefingQuery) -> Iterable[BriefingSection]:
        """What complaints teach, without names."""
        return contributions.briefing_sections(query)

    def store_signals(self, store: Store, span: Span) -> Iterable[StoreSignal]:
        """Open and overdue complaints."""
        return contributions.store_signals(store, span)

    def personal_data(self, person: Person) -> Iterable[PersonalData]:
        """What the person filed and wrote."""
        return contributions.personal_data(person)

    def erase_person(self, person: Person) -> None:
        """Texts go with the person."""
        contributions.erase_person(person)

    def demo(self, builder: DemoBuilder) -> None:
        """Complaints of the last months."""
        from plugins.complaints import demo

        demo.build(builder)
