"""What the pages of campaigns show, gathered for their templates."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
from flask import render_template, request

from plugins.advice.campaigns import queries
from plugins.advice.campaigns.forms import (
    CHANNEL_ICONS,
    CHANNEL_TITLES,
    STATE_CHIPS,
    STATE_TITLES,
    CampaignForm,
)
from plugins.advice.campaigns.models import ENDED, Campaign
from plugins.advice.campaigns.occasions import DAYS_READ, OCCASION_TITLES, occasions
from plugins.advice.campaigns.reckoning import DAYS_AFTER, WEEKS_BEFORE, Outcome, Plan, outcome, plan
from plugins.advice.methods.promotion import Share, shares
from plugins.trade.api import catalogue, last_day, store_history
from portal.api import Viewer

RECENT_DAYS = 28
MOST_PRODUCTS = 150  # to choose from, those that sell most
WORDS = {"channels": CHANNEL_TITLES, "icons": CHANNEL_ICONS, "states": STATE_TITLES, "chips": STATE_CHIPS}


def list_page(viewer: Viewer, today: date) -> str:
    """The campaigns; for a store with the days of the year to promote around."""
    days = []
    if viewer.store is not None:
        sold = store_history(viewer.store.id, until=today - timedelta(days=1), days=DAYS_READ)
        days = occasions(today, sold, catalogue())
    called_off = request.args.get("state") == "called_off"
    page = queries.page_of_campaigns(request.args.get("cursor"), called_off=called_off)
    values = {"page": page, "called_off": called_off, "occasions": days, "today": today, "names": OCCASION_TITLES}
    return render_template("advice/campaigns/list.html", **values, **WORDS)


def offer_what_sells(form: CampaignForm, store_id: int, today: date) -> None:
    """Let the form offer what the store sold in the last weeks, what sells most first."""
    products = catalogue()
    sold = store_history(store_id, until=last_day(store_id) or today, days=RECENT_DAYS)
    units = sold.units.sum(axis=1)
    order = np.argsort(-units, kind="stable")
    places = products.places(sold.product_ids)[order][units[order] > 0]
    categories = sorted({products.categories[place] for place in places} - {""})
    form.offer(categories, [(int(products.ids[place]), products.names[place]) for place in places[:MOST_PRODUCTS]])


def figures(campaign: Campaign, today: date) -> tuple[Plan, Outcome | None]:
    """What the campaign has to bring, and, once it has ended, what went with it."""
    known = last_day(campaign.store_id)
    products = catalogue()
    until = campaign.starts_on - timedelta(days=1)
    until = until if known is None else min(known, until)
    told = plan(campaign, store_history(campaign.store_id, until=until, days=RECENT_DAYS), products, until)
    if known is None or campaign.state(today) != ENDED:
        return told, None
    first = campaign.starts_on - timedelta(weeks=WEEKS_BEFORE)
    last = campaign.ends_on + timedelta(days=DAYS_AFTER)
    sold = store_history(campaign.store_id, until=last, days=(last - first).days + 1)
    return told, outcome(campaign, sold, products, min(known, last), told)


def show_page(campaign: Campaign, today: date) -> str:
    """One campaign: what it has to bring, then what went with it."""
    told, found = figures(campaign, today)
    state = campaign.state(today)
    return render_template(
        "advice/campaigns/show.html",
        campaign=campaign,
        plan=told,
        outcome=found,
        state=state,
        shares=cost_shares(campaign),
        below_cost=told.needed is None and not np.isnan(told.margin),
        no_margin=bool(np.isnan(told.margin)),
        days_after=DAYS_AFTER,
        **WORDS,
    )


def cost_shares(campaign: Campaign) -> dict[str, Share]:
    """Who bears which share of what it costs."""
    return shares({"store": float(campaign.cost), "distributor": float(campaign.support)}, {})
