"""What the briefings plug-in declares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.briefings import contributions, jobs
from plugins.briefings.audit import AUDIT_TITLES
from plugins.briefings.commands import issue, render
from plugins.briefings.views import blueprint
from plugins.briefings.web_api import blueprint as web_api
from portal.api import (
    AuditTitle,
    DemoBuilder,
    HomeCard,
    Job,
    NavItem,
    NotificationKind,
    Permission,
    Plugin,
    PublicSignal,
    SearchHit,
    Span,
    Store,
    TimelineEntry,
    Viewer,
)

LEADERS = ("administrator", "manager")
OUR_PEOPLE = (*LEADERS, "expert", "rep")
STORE_PEOPLE = ("store_manager", "store_staff")


class BriefingsPlugin(Plugin):
    """The market briefing: editorial text and what every plug-in contributes, one edition per store."""

    name = "briefings"
    title = _l("Market briefings")
    description = _l("Your text and what every plug-in contributes, as a personal PDF for each store.")
    version = "1.0"
    icon = "file-text"

    def blueprints(self) -> Iterable[Any]:
        """Pages."""
        return (blueprint,)

    def api_blueprints(self) -> Iterable[Any]:
        """Web API."""
        return (web_api,)

    def permissions(self) -> Iterable[Permission]:
        """Who reads, writes, issues."""
        return (
            Permission("briefings.see", _l("Read briefings"), "both", (*OUR_PEOPLE, *STORE_PEOPLE)),
            Permission("briefings.write", _l("Write briefings"), "distributor", (*LEADERS, "expert")),
            Permission("briefings.issue", _l("Issue and withdraw briefings"), "distributor", LEADERS),
        )

    def nav_items(self) -> Iterable[NavItem]:
        """A tool on the desk, the archive in the store."""
        return (
            NavItem(self.title, "briefings.index", "file-text", "briefings.see", "distributor", "tools", order=65),
            NavItem(self.title, "briefings.index", "file-text", "briefings.see", "store", order=58),
        )

    def commands(self) -> Iterable[Any]:
        """flask briefings render, issue."""
        return (render, issue)

    def jobs(self) -> Iterable[Job]:
        """Making editions."""
        return jobs.JOBS

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """What stores hear."""
        return (NotificationKind("briefings.issued", _l("New briefings"), "store"),)

    def public_signals(self) -> Iterable[PublicSignal]:
        """What other systems may hear of."""
        return (PublicSignal("briefings.issued", _l("A briefing was issued"), ("briefing_id",)),)

    def audit_titles(self) -> Iterable[AuditTitle]:
        """What the audit log calls it."""
        return AUDIT_TITLES

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """The newest briefing."""
        return contributions.home_cards(viewer)

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """Briefings that reached the store."""
        return contributions.timeline(store, span)

    def search(self, query: str, viewer: Viewer) -> Iterable[SearchHit]:
        """Briefings by title and text."""
        return contributions.search(query, viewer)

    def demo(self, builder: DemoBuilder) -> None:
        """A briefing of last month, issued."""
        from plugins.briefings import demo

        demo.build(builder)
