"""From what stands on a store's shelf units and what it sells to a better plan for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from plugins.advice.advisors.findings import PLANOGRAM, QUIET_DAYS, Finding, yuan
from plugins.advice.advisors.order import now_on_hand
from plugins.advice.methods.demand import FEWEST_DAYS, SPREAD_DAYS, Demand, demand_of
from plugins.advice.methods.planogram import Standing, medians
from plugins.advice.planogram.finding import Goods, Stands, Unit, finding_of
from plugins.advice.proposals import computing, queries
from plugins.trade.api import (
    Catalogue,
    Panel,
    catalogue,
    fixtures_of_stores,
    panel,
    sell_through_class,
    standing,
)
from portal.api import Distributor, clock, current_scope, reading_only, session

USUAL_HEIGHT_CM = 15.0  # of a product where no height at all is known
SILENT = ("dead", "returned")
LEAST_GAIN = 10.0  # yuan a month, under which nobody moves anything


@dataclass(frozen=True, slots=True)
class Figures:
    """What the plans of some stores rest on."""

    today: date
    products: Catalogue
    panel: Panel
    units: Sequence[Unit]


def compute(store_ids: Sequence[int]) -> int:
    """Bring the planogram advice of these stores up to date; how many pieces are open now."""
    asked = sorted(set(store_ids))
    figures = read(asked)
    findings = tuple(work_out(figures))
    return computing.write(asked, computing.Computed(findings, {}), figures.today, kinds=(PLANOGRAM,))


def read(store_ids: Sequence[int]) -> Figures:
    """The figures of the stores; shelf units that were set as advised are left alone for as long as that is measured."""
    with reading_only():
        distributor = session.get_one(Distributor, current_scope().distributor_id)
        today = clock.today(distributor.timezone)
        since = clock.now() - timedelta(days=QUIET_DAYS[PLANOGRAM])
        followed = queries.followed(store_ids, PLANOGRAM, since)
        return Figures(
            today=today,
            products=catalogue(),
            panel=panel(store_ids, today=today),
            units=tuple(_units(store_ids, followed, distributor.timezone)),
        )


def _units(store_ids: Sequence[int], followed: set[tuple[int, str]], timezone: str) -> Iterator[Unit]:
    fixtures = [row for row in fixtures_of_stores(store_ids) if (row.store_id, subject_of(row.id)) not in followed]
    stands = standing([fixture.id for fixture in fixtures])
    for row in fixtures:
        shelves = tuple(
            Stands(
                found.shelf.height_mm,
                found.shelf.clear_mm,
                tuple((item.product_id, item.facings) for item in found.placements),
            )
            for found in stands[row.id]
        )
        as_of = row.changed_at.astimezone(ZoneInfo(timezone)).date()
        yield Unit(row.id, row.store_id, row.name, row.version, row.width_mm, as_of, shelves)


def work_out(figures: Figures) -> Iterator[Finding]:
    """A better plan for each shelf unit where there is one; touches no database."""
    shops = figures.panel
    if not len(shops):
        return
    demand, on_hand = demand_of(shops.units, shops.begins), now_on_hand(shops)
    sizes = _sizes(figures.products)
    places = {int(store): at for at, store in enumerate(shops.store_ids)}
    for unit in figures.units:
        at = places.get(unit.store_id)
        if at is None or shops.known_days[at] < FEWEST_DAYS:
            continue
        lines = shops.lines_of(at)
        line_of = {int(product): line for line, product in enumerate(shops.product_ids[lines], lines.start)}
        goods = [
            _goods(product, by_shelf, line_of.get(product), figures, demand, on_hand, sizes)
            for product, by_shelf in _facings(unit).items()
        ]
        if not goods or any(np.isnan(item.standing.width) for item in goods):
            continue
        found = finding_of(unit, goods, shops.until[at], int(shops.known_days[at]))
        if found is not None and found.gain is not None and found.gain >= yuan(LEAST_GAIN):
            yield found


def _facings(unit: Unit) -> dict[int, dict[int, int]]:
    """Of each product its facings by shelf from 0."""
    found: dict[int, dict[int, int]] = {}
    for at, shelf in enumerate(unit.shelves):
        for product, facings in shelf.placed:
            found.setdefault(product, {})[at] = facings
    return found


def subject_of(fixture_id: int) -> str:
    """By what a later run finds the advice again."""
    return f"fixture:{fixture_id}"


def _sizes(products: Catalogue) -> tuple[list[float], list[float]]:
    """Width and height of each product in cm, what nobody measured as the median of its category."""
    widths = medians((products.width / 10).tolist(), products.categories)
    heights = medians((products.height / 10).tolist(), products.categories)
    return widths, [USUAL_HEIGHT_CM if np.isnan(height) else height for height in heights]


def _goods(
    product: int,
    by_shelf: dict[int, int],
    line: int | None,
    figures: Figures,
    demand: Demand,
    on_hand: Any,
    sizes: tuple[list[float], list[float]],
) -> Goods:
    """A product counts once, on the shelf where it has most facings.

    What is out of stock, or never sold and may have come yesterday, keeps its facings: nothing is known of it.
    """
    products = figures.products
    place = int(np.searchsorted(products.ids, product))
    sold = figures.panel.units[line] if line is not None else np.zeros(0)
    state = sell_through_class(sold)
    silent = state in SILENT
    unknown = silent and (line is None or int(on_hand[line]) <= 0 or not (sold > 0).any())
    margin = float(products.price[place] - products.cost[place])
    sells = line is not None and not silent
    return Goods(
        product=product,
        code=products.codes[place],
        name=products.names[place],
        by_shelf=by_shelf,
        state=state,
        estimated=bool(np.isnan(products.width[place])),
        standing=Standing(
            margin=margin,
            daily=float(demand.mean[line]) if sells else 0.0,
            error=float(np.sqrt(demand.variance[line] / SPREAD_DAYS)) if sells else 0.0,
            width=sizes[0][place],
            height=sizes[1][place],
            facings=sum(by_shelf.values()),
            shelf=max(by_shelf, key=lambda at: (by_shelf[at], -at)),
            category=products.categories[place],
            own=bool(products.own_brand[place]),
            sells=state == "moving",
            stays=unknown or bool(np.isnan(margin)),
        ),
    )
