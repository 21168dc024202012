"""The first page of the day in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from portal.access import signed_in
from portal.accounts.viewer import current_viewer
from portal.contracts import HomeCard
from portal.home.today import headline, todays_page
from portal.web_api.blueprint import ApiBlueprint
from portal.web_api.fields import Amount, Choice

blueprint = ApiBlueprint("today", "today", url_prefix="/today", description="What to do today, and why.")
SECTIONS = ("advice", "open", "next", "news")


class CardSchema(ma.Schema):
    """Something to do, what it is worth, and why."""

    section = Choice(SECTIONS, required=True)
    kind = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    body = ma.fields.String(required=True)
    action = ma.fields.String(required=True)
    url = ma.fields.String(required=True, metadata={"description": "its page"})
    due = ma.fields.AwareDateTime(required=True, allow_none=True)
    gain = Amount(0, 10**12, required=True, allow_none=True, metadata={"description": "yuan"})
    risk = Amount(0, 10**12, required=True, allow_none=True, metadata={"description": "yuan"})


class TodaySchema(ma.Schema):
    """The page: its headline, and every plug-in's cards, the most urgent and most valuable first."""

    headline = ma.fields.String(required=True)
    cards = ma.fields.List(ma.fields.Nested(CardSchema), required=True)


@blueprint.route("")
class Today(MethodView):
    """The page."""

    @signed_in
    @blueprint.response(200, TodaySchema)
    def get(self) -> dict[str, Any]:
        """What to do today, and why."""
        page = todays_page(current_viewer())
        cards: tuple[HomeCard, ...] = (*page.advice, *page.more_advice, *page.open, *page.next, *page.news)
        return {"headline": headline(page), "cards": cards}
