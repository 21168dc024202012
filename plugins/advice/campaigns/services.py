"""Planning campaigns, and calling them off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import and_, select

from plugins.advice.campaigns.models import CHANNELS, Campaign
from plugins.trade.api import Product
from portal.api import RuleBroken, Viewer, clock, record, session

MOST_DAYS = 62
DAYS_AHEAD = 400
DAYS_BACK = 92  # a campaign that ran already may be noted, to see what went with it
MOST_CUT = 90  # per cent
MOST_YUAN = Decimal(999_999)


@dataclass(frozen=True, slots=True)
class CampaignWish:
    """What a store wants to do. target: "product:<id>" or "category:<name>". price_cut: per cent. cost, support: yuan."""

    title: str
    channel: str
    target: str
    price_cut: int
    cost: Decimal
    support: Decimal
    starts_on: date
    ends_on: date


def plan_campaign(wish: CampaignWish, *, by: Viewer) -> Campaign:
    """Put a campaign into the store's calendar."""
    if by.store is None:
        raise RuleBroken("", _("Only a store plans its campaigns."))
    _check(wish, clock.today(by.distributor.timezone))
    category, product = _target(wish.target)
    _check_alone(wish, by.store.id, category, product)
    campaign = Campaign(
        store_id=by.store.id,
        title=wish.title.strip(),
        channel=wish.channel,
        category=category,
        product_id=product.id if product else None,
        product_name=product.name if product else "",
        price_cut=wish.price_cut,
        cost=wish.cost,
        support=wish.support,
        starts_on=wish.starts_on,
        ends_on=wish.ends_on,
        planned_by_id=by.person.id,
    )
    session.add(campaign)
    session.flush()
    record("advice.campaign_planned", campaign, starts_on=f"{wish.starts_on}", ends_on=f"{wish.ends_on}")
    return campaign


def _check(wish: CampaignWish, today: date) -> None:
    if not wish.title.strip():
        raise RuleBroken("title", _("A name, please."))
    if wish.channel not in CHANNELS:
        raise RuleBroken("channel", _("Please choose one."))
    if wish.ends_on < wish.starts_on:
        raise RuleBroken("ends_on", _("It ends before it begins."))
    if (wish.ends_on - wish.starts_on).days >= MOST_DAYS:
        raise RuleBroken("ends_on", _("At most %(days)s days: what lasts longer is no campaign.", days=MOST_DAYS))
    if not today - timedelta(days=DAYS_BACK) <= wish.starts_on <= today + timedelta(days=DAYS_AHEAD):
        raise RuleBroken("starts_on", _("At most three months back, or a year ahead."))
    if not 0 <= wish.price_cut <= MOST_CUT:
        raise RuleBroken("price_cut", _("Between 0 and %(most)s %%.", most=MOST_CUT))
    for name in ("cost", "support"):
        if not 0 <= getattr(wish, name) <= MOST_YUAN:
            raise RuleBroken(name, _("An amount between 0 and %(most)s yuan.", most=f"{MOST_YUAN:,}"))


def _target(target: str) -> tuple[str, Product | None]:
    kind, _colon, name = target.partition(":")
    if kind == "product" and name.isdecimal() and len(name) < 10:
        product = session.get(Product, int(name))
        if product is not None:
            return product.category, product
    if kind == "category" and name and session.scalar(select(Product.id).where(Product.category == name).limit(1)):
        return name, None
    raise RuleBroken("target", _("Please choose what is promoted."))


def _check_alone(wish: CampaignWish, store_id: int, category: str, product: Product | None) -> None:
    """Of two campaigns for the same goods on the same days nobody could tell what went with which."""
    whole_category = and_(Campaign.category == category, Campaign.product_name == "")
    other = session.scalar(
        select(Campaign.title)
        .where(Campaign.store_id == store_id, Campaign.cancelled_at.is_(None))
        .where(Campaign.starts_on <= wish.ends_on, Campaign.ends_on >= wish.starts_on)
        .where(Campaign.product_id == product.id if product else whole_category)
        .limit(1)
    )
    if other is not None:
        raise RuleBroken("target", _("“%(title)s” promotes the same on these days: call it off first.", title=other))


def call_off(campaign: Campaign) -> None:
    """Take it out of the calendar, or say of one that has ended that it did not take place."""
    if campaign.cancelled_at is not None:
        return
    campaign.cancelled_at, campaign.sequence = clock.now(), campaign.sequence + 1
    record("advice.campaign_cancelled", campaign)
