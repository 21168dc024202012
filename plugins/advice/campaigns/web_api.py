"""Campaigns in the web API."""

from __future__ import annotations

from datetime import date
from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.advice.campaigns import queries, services
from plugins.advice.campaigns.models import CANCELLED, CHANNELS, STATES, Campaign
from plugins.advice.campaigns.pages import figures
from plugins.advice.campaigns.services import MOST_CUT, MOST_YUAN, CampaignWish
from portal.api import ApiBlueprint, PageArguments, api_fields, clock, current_viewer, page_of, requires

blueprint = ApiBlueprint(
    "advice_campaigns",
    "campaigns",
    url_prefix="/advice/campaigns",
    description="What stores promote, and what went with it.",
)
YUAN = int(MOST_YUAN)


class CampaignPlanSchema(ma.Schema):
    """What a store wants to do."""

    title = api_fields.Text(120, filled=True, required=True)
    channel = api_fields.Choice(CHANNELS, required=True)
    target = api_fields.Text(
        140, filled=True, required=True, metadata={"description": "product:<id> or category:<name>"}
    )
    price_cut = api_fields.Whole(0, MOST_CUT, load_default=0, metadata={"description": "per cent of the price"})
    cost = api_fields.Amount(0, YUAN, required=True, metadata={"description": "yuan that the store pays"})
    support = api_fields.Amount(0, YUAN, required=True, metadata={"description": "yuan that the distributor adds"})
    starts_on = api_fields.Day(required=True)
    ends_on = api_fields.Day(required=True)


class CampaignSchema(ma.Schema):
    """A campaign."""

    id = api_fields.Identity(required=True)
    store = ma.fields.String(required=True, metadata={"description": "the number of the store"})
    title = ma.fields.String(required=True)
    channel = api_fields.Choice(CHANNELS, required=True)
    target = ma.fields.String(required=True, metadata={"description": "what is promoted, by name"})
    price_cut = ma.fields.Integer(required=True)
    cost = api_fields.Amount(0, YUAN, required=True)
    support = api_fields.Amount(0, YUAN, required=True)
    starts_on = ma.fields.Date(required=True)
    ends_on = ma.fields.Date(required=True)
    state = api_fields.Choice(STATES, required=True)


class EffectSchema(ma.Schema):
    """What went with it: an association, with its 90 % range."""

    lift = ma.fields.Float(required=True)
    low = ma.fields.Float(required=True)
    high = ma.fields.Float(required=True)
    sold = ma.fields.Integer(required=True, metadata={"description": "units while it ran"})
    expected = ma.fields.Float(required=True, metadata={"description": "units without it"})
    dip = ma.fields.Float(required=True, allow_none=True, metadata={"description": "units missing in two weeks after"})


class CampaignFiguresSchema(CampaignSchema):
    """A campaign with its figures."""

    needed_lift = ma.fields.Float(required=True, allow_none=True, metadata={"description": "from which it pays"})
    effect = ma.fields.Nested(EffectSchema, required=True, allow_none=True)
    paid = ma.fields.Boolean(required=True, allow_none=True, metadata={"description": "null: cannot be told"})


class CampaignChangeSchema(ma.Schema):
    """Call it off."""

    state = api_fields.Choice((CANCELLED,), required=True)


CampaignPage = page_of(CampaignSchema)


@blueprint.route("")
class Campaigns(MethodView):
    """The list."""

    @requires("advice.see")
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, CampaignPage)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Campaigns of the own store, or of all that one sees, the latest to begin first."""
        page = queries.page_of_campaigns(wanted["cursor"], wanted["limit"])
        return {"items": [_as_json(one) for one in page], "next": page.next, "previous": page.previous}

    @requires("advice.campaigns")
    @blueprint.arguments(CampaignPlanSchema)
    @blueprint.response(201, CampaignFiguresSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Plan one; the answer says what it has to bring."""
        planned = services.plan_campaign(CampaignWish(**values), by=current_viewer())
        return _with_figures(queries.find_campaign(planned.id))


@blueprint.route("/<int:campaign_id>")
class OneCampaign(MethodView):
    """One campaign."""

    @requires("advice.see")
    @blueprint.response(200, CampaignFiguresSchema)
    def get(self, campaign_id: int) -> dict[str, Any]:
        """The campaign, what it has to bring, and what went with it."""
        return _with_figures(queries.find_campaign(campaign_id))

    @requires("advice.campaigns")
    @blueprint.arguments(CampaignChangeSchema)
    @blueprint.response(200, CampaignFiguresSchema)
    def patch(self, values: dict[str, str], campaign_id: int) -> dict[str, Any]:
        """Call it off."""
        campaign = queries.find_campaign(campaign_id, for_change=True)
        services.call_off(campaign)
        return _with_figures(campaign)


def _today() -> date:
    return clock.today(current_viewer().distributor.timezone)


def _as_json(campaign: Campaign) -> dict[str, Any]:
    names = ("id", "title", "channel", "target", "price_cut", "cost", "support", "starts_on", "ends_on")
    values = {name: getattr(campaign, name) for name in names}
    return values | {"store": campaign.store.number, "state": campaign.state(_today())}


def _with_figures(campaign: Campaign) -> dict[str, Any]:
    told, found = figures(campaign, _today())
    return _as_json(campaign) | {
        "needed_lift": told.needed,
        "effect": found.effect if found else None,
        "paid": found.paid if found else None,
    }
