"""What a campaign has to bring, and what went with it, from the store's own sales."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from plugins.advice.campaigns.models import Campaign
from plugins.advice.methods.promotion import PromotionEffect, break_even_lift, promotion_effect
from plugins.trade.api import Catalogue, History

WEEKS_BEFORE = 8
RECENT_DAYS = 28
DAYS_AFTER = 14


@dataclass(frozen=True, slots=True)
class Plan:
    """What is promoted as it sells now. units, sales (yuan): a day. margin: of the price; needed: the lift that pays.

    margin is NaN where no price or cost is told; needed is None then, and where the price falls to what the goods cost.
    """

    units: float
    sales: float
    margin: float
    needed: float | None

    @property
    def units_needed(self) -> float | None:
        """Units a day from which it pays."""
        return None if self.needed is None else self.units * (1 + self.needed)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What went with a campaign. gain: yuan more for the store than without it, as a range. paid: None if not to be told."""

    effect: PromotionEffect
    gain: tuple[float, float] | None
    paid: bool | None


def rows_of(campaign: Campaign, sold: History, products: Catalogue) -> np.ndarray:
    """Which products of the history are promoted."""
    if campaign.product_id is not None:
        return sold.product_ids == campaign.product_id
    names = np.asarray(products.categories, str)[products.places(sold.product_ids)]
    chosen: np.ndarray = names == campaign.category
    return chosen


def plan(campaign: Campaign, sold: History, products: Catalogue, until: date) -> Plan:
    """What the campaign has to bring, from the four weeks up to `until`."""
    end = (until - sold.first).days + 1
    recent = sold.units[rows_of(campaign, sold, products), max(end - RECENT_DAYS, 0) : end].sum(axis=1)
    ids = sold.product_ids[rows_of(campaign, sold, products)]
    price, cost = products.price[products.places(ids)], products.cost[products.places(ids)]
    known = ~np.isnan(price) & ~np.isnan(cost)
    worth = float((recent[known] * price[known]).sum())
    margin = 1 - float((recent[known] * cost[known]).sum()) / worth if worth > 0 else float("nan")
    sales = float(np.nansum(recent * price)) / RECENT_DAYS
    return Plan(float(recent.sum()) / RECENT_DAYS, sales, margin, _needed(campaign, margin, sales))


def _needed(campaign: Campaign, margin: float, sales: float) -> float | None:
    if np.isnan(margin) or sales <= 0:
        return None
    try:
        return break_even_lift(margin, -campaign.price_cut / 100, float(campaign.cost) / (sales * campaign.days))
    except ValueError:
        return None


def outcome(campaign: Campaign, sold: History, products: Catalogue, last_day: date, told: Plan) -> Outcome | None:
    """What went with an ended campaign; None while its sales are not told, or too few to tell.

    sold: begins eight weeks before the campaign, and ends on the last day known or later.
    """
    chosen = rows_of(campaign, sold, products)
    days = (last_day - sold.first).days + 1
    own = sold.units[chosen, :days].sum(axis=0)
    others = sold.units[~chosen, :days].sum(axis=0)
    start = (campaign.starts_on - sold.first).days
    after = DAYS_AFTER if last_day >= campaign.ends_on + timedelta(days=DAYS_AFTER) else 0
    skipped = _days_without_history(own, others, start)
    try:
        effect = promotion_effect(own[skipped:], others[skipped:], start - skipped, campaign.days, after)
    except ValueError:
        return None
    return Outcome(effect, gain_of(campaign, effect, told), _paid(effect, told))


def _days_without_history(own: np.ndarray, others: np.ndarray, start: int) -> int:
    """Days at the beginning in which the store had no sales at all: they are no quiet weeks, they are not known."""
    sold = np.flatnonzero((own + others)[:start])
    return int(sold[0]) if len(sold) else start


def gain_of(campaign: Campaign, effect: PromotionEffect, told: Plan) -> tuple[float, float] | None:
    """Margin of what was sold at the cut price, less that of what would have been sold at the old one, less the cost."""
    if np.isnan(told.margin) or told.units <= 0:
        return None
    price = told.sales / told.units
    kept = (told.margin - campaign.price_cut / 100) * price * effect.sold - float(campaign.cost)
    # sold / (1 + lift) is what would have been sold without it
    low, high = (kept - told.margin * price * effect.sold / (1 + lift) for lift in (effect.low, effect.high))
    return low, high


def _paid(effect: PromotionEffect, told: Plan) -> bool | None:
    if told.needed is None:
        return False if not np.isnan(told.margin) else None
    if effect.low >= told.needed:
        return True
    return False if effect.high < told.needed else None
