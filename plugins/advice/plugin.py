"""What the advice plug-in declares."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _l

from plugins.advice import contributions, jobs
from plugins.advice.assortment.views import blueprint as assortment
from plugins.advice.assortment.web_api import blueprint as assortment_api
from plugins.advice.audit import AUDIT_TITLES
from plugins.advice.campaigns.views import blueprint as campaigns
from plugins.advice.campaigns.web_api import blueprint as campaigns_api
from plugins.advice.commands import compute
from plugins.advice.costs.views import blueprint as costs
from plugins.advice.costs.web_api import blueprint as costs_api
from plugins.advice.layout.views import blueprint as layout
from plugins.advice.library import comments
from plugins.advice.library.comment_api import blueprint as comments_api
from plugins.advice.library.comment_views import blueprint as comment_pages
from plugins.advice.library.version_api import blueprint as versions_api
from plugins.advice.library.version_views import blueprint as versions
from plugins.advice.library.views import blueprint
from plugins.advice.library.web_api import blueprint as web_api
from plugins.advice.members.views import blueprint as members
from plugins.advice.navigation import NAV_ITEMS
from plugins.advice.proposals.views import blueprint as proposals
from plugins.advice.proposals.web_api import blueprint as proposals_api
from plugins.advice.questions import contributions as question_contributions
from plugins.advice.questions.views import blueprint as questions
from plugins.advice.questions.web_api import blueprint as questions_api
from plugins.advice.settings import AdviceSettings
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

LEADERS = ("administrator", "manager")
OUR_PEOPLE = (*LEADERS, "expert", "rep")
STORE_PEOPLE = ("store_manager", "store_staff")


class AdvicePlugin(Plugin):
    """Professional support and advice: the core of the trade relationship."""

    name = "advice"
    title = _l("Advice")
    description = _l("Layout, display, inventory and more: written by experts, reviewed, sent to the stores it helps.")
    version = "1.0"
    icon = "bulb"
    requires = ("trade",)
    settings_form = AdviceSettings
    default_settings = {
        "review_days": 7,
        "lead_days": 2,
        "exchange_days": 14,
        "fill_percent": 97,
        "second_person": True,
        "answer_hours": 8,
        "work_from": time(9),
        "work_until": time(18),
    }

    def blueprints(self) -> Iterable[Any]:
        """Pages."""
        return (blueprint, versions, comment_pages, proposals, questions, costs, campaigns, members, layout, assortment)

    def api_blueprints(self) -> Iterable[Any]:
        """Web API."""
        return (
            web_api,
            versions_api,
            comments_api,
            proposals_api,
            questions_api,
            costs_api,
            campaigns_api,
            assortment_api,
        )

    def commands(self) -> Iterable[Any]:
        """flask advice compute."""
        return (compute,)

    def jobs(self) -> Iterable[Job]:
        """Every night for all stores; at once for a store whose figures came in."""
        return jobs.JOBS

    def subscriptions(self) -> Iterable[Subscription]:
        """New figures."""
        return jobs.SUBSCRIPTIONS

    def permissions(self) -> Iterable[Permission]:
        """Who reads, writes, publishes, answers."""
        return (
            Permission("advice.see", _l("Read advice"), "both", (*OUR_PEOPLE, *STORE_PEOPLE)),
            Permission("advice.follow", _l("See what advice changed"), "distributor", (*LEADERS, "expert")),
            Permission("advice.write", _l("Write advice"), "distributor", (*LEADERS, "expert")),
            Permission("advice.publish", _l("Review and publish advice"), "distributor", (*LEADERS, "expert")),
            Permission("advice.ask", _l("Ask an expert"), "store", STORE_PEOPLE),
            Permission("advice.reply", _l("Answer questions of stores"), "distributor", (*LEADERS, "expert")),
            Permission("advice.manage_questions", _l("Say who answers questions"), "distributor", LEADERS),
            Permission("advice.answer", _l("Answer advice for the store"), "store", STORE_PEOPLE),
            Permission("advice.campaigns", _l("Plan campaigns"), "store", STORE_PEOPLE),
            Permission("advice.costs", _l("Tell and see what the store costs"), "store", ("store_manager",)),
        )

    def nav_items(self) -> Iterable[NavItem]:
        """A tab in the store, daily places on the desk, tools on both sides."""
        return NAV_ITEMS

    def notification_kinds(self) -> Iterable[NotificationKind]:
        """What stores hear, and what they need us for."""
        return (
            NotificationKind("advice.published", _l("New advice"), "store"),
            NotificationKind("advice.comment_answered", _l("Answers to your comments on advice"), "store"),
            NotificationKind("advice.commented", _l("Comments of stores on advice"), "distributor"),
            NotificationKind("advice.question_answered", _l("Answers to your questions"), "store"),
            NotificationKind("advice.asked", _l("Questions of stores"), "distributor"),
            NotificationKind(
                "advice.question_overdue", _l("Questions not answered in time"), "distributor", urgent=True
            ),
            NotificationKind("advice.help_wanted", _l("A store asks for an exchange or a transfer"), "distributor"),
        )

    def public_signals(self) -> Iterable[PublicSignal]:
        """What other systems may hear of."""
        return (
            PublicSignal("advice.published", _l("Advice was published"), ("note_id",)),
            PublicSignal("advice.answered", _l("A store answered an advice"), ("recipient_id",)),
            PublicSignal("advice.question_asked", _l("A store asked an expert"), ("question_id",)),
            PublicSignal("advice.question_answered", _l("A question was answered"), ("question_id",)),
            PublicSignal("advice.proposal_answered", _l("A store answered computed advice"), ("proposal_id",)),
        )

    def audit_titles(self) -> Iterable[AuditTitle]:
        """What the audit log calls it."""
        return AUDIT_TITLES

    def home_cards(self, viewer: Viewer) -> Iterable[HomeCard]:
        """What is worth doing today."""
        return contributions.home_cards(viewer)

    def timeline(self, store: Store, span: Span) -> Iterable[TimelineEntry]:
        """Advised, done, declined."""
        return contributions.timeline(store, span)

    def calendar_entries(self, viewer: Viewer, span: Span) -> Iterable[CalendarEntry]:
        """Promised answers, campaigns."""
        return contributions.calendar_entries(viewer, span)

    def search(self, query: str, viewer: Viewer) -> Iterable[SearchHit]:
        """Notes by their words."""
        return contributions.search(query, viewer)

    def briefing_sections(self, query: BriefingQuery) -> Iterable[BriefingSection]:
        """A store's open advice."""
        return contributions.briefing_sections(query)

    def personal_data(self, person: Person) -> Iterable[PersonalData]:
        """What the person wrote and answered."""
        return contributions.personal_data(person)

    def erase_person(self, person: Person) -> None:
        """Texts go with the person."""
        question_contributions.erase_person(person)
        comments.erase_person(person)

    def demo(self, builder: DemoBuilder) -> None:
        """A small library."""
        from plugins.advice import demo

        demo.build(builder)
