"""Where advice stands in the navigation of stores and of our people."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from plugins.advice.library import queries
from plugins.advice.questions import queries as question_queries
from portal.api import NavItem, Viewer


def _open_for_store(viewer: Viewer) -> Select[Any]:
    return queries.open_count()


def _in_review(viewer: Viewer) -> Select[Any] | int:
    return queries.in_review_count() if viewer.may("advice.publish") else 0


def _open_questions(viewer: Viewer) -> Select[Any]:
    return question_queries.open_count()


def _answered_questions(viewer: Viewer) -> Select[Any]:
    return question_queries.answered_count()


NAV_ITEMS = (
    NavItem(_l("Advice"), "advice.index", "bulb", "advice.see", "store", order=20, tab=True, count=_open_for_store),
    NavItem(_l("Advice"), "advice.index", "bulb", "advice.see", "distributor", "daily", order=20, count=_in_review),
    NavItem(
        _l("Computed advice"),
        "advice_proposals.index",
        "calculator",
        "advice.see",
        "distributor",
        "tools",
        order=20,
    ),
    NavItem(_l("From our figures"), "advice_proposals.index", "calculator", "advice.see", "store", "tools", order=48),
    NavItem(_l("Campaigns"), "advice_campaigns.index", "speakerphone", "advice.see", "store", "tools", order=47),
    NavItem(
        _l("Campaigns"),
        "advice_campaigns.index",
        "speakerphone",
        "advice.see",
        "distributor",
        "tools",
        order=24,
    ),
    NavItem(
        _l("Assortment and profit"),
        "advice_assortment.index",
        "chart-treemap",
        "advice.see",
        "store",
        "tools",
        order=51,
    ),
    NavItem(
        _l("Assortment and profit"),
        "advice_assortment.index",
        "chart-treemap",
        "advice.see",
        "distributor",
        "tools",
        order=28,
    ),
    NavItem(_l("Layout"), "advice_layout.index", "map-2", "advice.see", "store", "tools", order=50),
    NavItem(_l("Layout"), "advice_layout.index", "map-2", "advice.see", "distributor", "tools", order=26),
    NavItem(_l("Store members"), "advice_members.index", "users", "advice.campaigns", "store", "tools", order=53),
    NavItem(_l("Costs"), "advice_costs.index", "receipt", "advice.costs", "store", "tools", order=49),
    NavItem(
        _l("Questions of stores"),
        "advice_questions.index",
        "help-circle",
        "advice.see",
        "distributor",
        "daily",
        order=22,
        count=_open_questions,
    ),
    NavItem(
        _l("Ask an expert"),
        "advice_questions.index",
        "help-circle",
        "advice.see",
        "store",
        order=42,
        count=_answered_questions,
    ),
)
