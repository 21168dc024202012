"""What a store's categories sell and earn beside the shelf they have: the ground of layout advice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from plugins.advice.methods.assortment import Together, bought_together, space_index
from plugins.advice.methods.demand import FEWEST_DAYS, Demand, demand_of
from plugins.trade.api import (
    RECENT_DAYS,
    Catalogue,
    FloorPlan,
    FloorZone,
    Panel,
    catalogue,
    panel,
    receipts_of,
    zones_of,
)

DAYS_A_WEEK = 7
LEAST_KNOWN = 0.5  # of a category's sales whose cost is told, under which nobody knows what it earns
RECEIPT_DAYS = 91
FEWEST_RECEIPTS = 300  # of goods on the plan, under which nothing is said of what goes together


@dataclass(frozen=True, slots=True)
class Goods:
    """A product of a category, as evidence lists it. weekly, margin: yuan a week; margin NaN where no cost is told."""

    product: int
    code: str
    name: str
    own: bool
    daily: float
    weekly: float
    margin: float


@dataclass(frozen=True, slots=True)
class Place:
    """A zone with what its category sells. sales, margin: yuan a week; margin None where nobody knows it."""

    zone: FloorZone
    goods: tuple[Goods, ...]
    sales: float
    margin: float | None
    index: int | None

    @property
    def units(self) -> float:
        """Units a week."""
        return DAYS_A_WEEK * sum(item.daily for item in self.goods)

    @property
    def can_be_reckoned(self) -> bool:
        """Whether it sells, and it is known what that earns."""
        return self.margin is not None and self.sales > 0


@dataclass(frozen=True, slots=True)
class Baskets:
    """What the receipts of the last weeks say of the places, in their order: share of the receipts, and pairs.

    receipts: those that hold goods of any of the places.
    """

    receipts: int
    together: Together


@dataclass(frozen=True, slots=True)
class StoreLayout:
    """A floor plan with its figures. days: how much history there is; until: its last day, None without any.

    baskets: None where there are too few receipts to say anything.
    """

    floor: FloorPlan
    as_of: date
    places: tuple[Place, ...]
    days: int
    until: date | None
    baskets: Baskets | None = None

    @property
    def long_enough(self) -> bool:
        """Whether the history is enough to forecast anything."""
        return self.days >= FEWEST_DAYS


def layouts(floors: Sequence[FloorPlan], *, today: date, timezone: str) -> Iterator[StoreLayout]:
    """The floor plans (by ascending id of their store) with what stands on them and what it sells."""
    if not floors:
        return
    products, shops = catalogue(), panel([floor.store_id for floor in floors], today=today)
    demand = demand_of(shops.units, shops.begins) if len(shops) and shops.units.shape[1] >= FEWEST_DAYS else None
    at_of = {int(store): at for at, store in enumerate(shops.store_ids)}
    for floor in floors:
        at = at_of.get(floor.store_id)
        days = int(shops.known_days[at]) if at is not None else 0
        sold = _by_category(products, shops, demand, at) if demand is not None and at is not None else {}
        enough = days >= FEWEST_DAYS
        zones = zones_of(floor.id)
        yield StoreLayout(
            floor=floor,
            as_of=floor.changed_at.astimezone(ZoneInfo(timezone)).date(),
            places=tuple(_places(zones, sold if enough else {})),
            days=days,
            until=shops.until[at] if at is not None else None,
            baskets=_baskets(floor.store_id, zones, products, today),
        )


def _baskets(store_id: int, zones: Sequence[FloorZone], products: Catalogue, today: date) -> Baskets | None:
    found = receipts_of(store_id, today=today, days=RECEIPT_DAYS)
    if not found.count or not zones:
        return None
    place_of = {zone.category: at for at, zone in enumerate(zones)}
    at_of_product = np.asarray([place_of.get(category, -1) for category in products.categories], np.int64)
    things = at_of_product[products.places(found.product.astype(np.int32))]
    lines = things >= 0
    named, basket = np.unique(found.receipt[lines], return_inverse=True)
    if len(named) < FEWEST_RECEIPTS:
        return None
    return Baskets(len(named), bought_together(basket, things[lines], baskets=len(named), things=len(zones)))


def _by_category(products: Catalogue, shops: Panel, demand: Demand, at: int) -> dict[str, list[Goods]]:
    """What the store sells, by category; what does not sell any more, or has no price, counts nothing."""
    found: dict[str, list[Goods]] = {}
    lines = shops.lines_of(at)
    ids = shops.product_ids[lines]
    places, daily = products.places(ids), demand.mean[lines]
    price, cost = products.price[places], products.cost[places]
    lately = shops.units[lines, -RECENT_DAYS:].sum(axis=1)  # nothing, or more back than sold: it does not sell any more
    weekly, margin = DAYS_A_WEEK * daily * price, DAYS_A_WEEK * daily * (price - cost)
    for line in np.flatnonzero((lately > 0) & (daily > 0) & ~np.isnan(price)).tolist():
        place = int(places[line])
        item = Goods(
            product=int(ids[line]),
            code=products.codes[place],
            name=products.names[place],
            own=bool(products.own_brand[place]),
            daily=float(daily[line]),
            weekly=float(weekly[line]),
            margin=float(margin[line]),
        )
        found.setdefault(products.categories[place], []).append(item)
    return found


def _places(zones: Sequence[FloorZone], sold: dict[str, list[Goods]]) -> Iterator[Place]:
    goods = [sold.get(zone.category, []) for zone in zones]
    sales = np.asarray([sum(item.weekly for item in items) for items in goods])
    shelf = np.asarray([zone.shelf_cm for zone in zones], float)
    total = sales.sum()
    index: Any = space_index(sales / total, shelf / shelf.sum()) if total > 0 else np.full(len(zones), np.nan)
    for at, zone in enumerate(zones):
        yield Place(
            zone=zone,
            goods=tuple(sorted(goods[at], key=lambda item: -item.weekly)),
            sales=float(sales[at]),
            margin=margin_of(goods[at]),
            index=round(float(index[at])) if np.isfinite(index[at]) and sales[at] > 0 else None,
        )


def margin_of(goods: Sequence[Goods]) -> float | None:
    """Yuan a week: the margin of what has a cost, carried over to the rest; None where too little of the sales has one."""
    known = [item for item in goods if not np.isnan(item.margin)]
    sales, all_sales = sum(item.weekly for item in known), sum(item.weekly for item in goods)
    if all_sales <= 0 or sales < LEAST_KNOWN * all_sales:
        return None
    return sum(item.margin for item in known) * all_sales / sales
