"""What a store should order today, line by line, rounded to packs, with the risk of running out if it does not.

How much is kept of a product follows from its own margin: a unit that was not there costs its margin, a unit too many
costs what its money could have earned. One factor for each store weighs the two so that the store as a whole reaches its
fill rate; no product is given the same fill rate as the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt

from plugins.advice.advisors.findings import ORDER, Finding, Policy, yuan
from plugins.advice.methods.demand import FEWEST_DAYS, Demand
from plugins.advice.methods.inventory import expected_leftover_many, order_quantities, order_up_to_many
from plugins.advice.methods.replenishment import critical_ratios
from plugins.trade.api import UNKNOWN, Catalogue, Panel

Floats = npt.NDArray[np.float64]

MOST_LINES = 60
LEAST_WORTH = 1.0  # yuan at risk, under which an order is not worth a message
RECENT_DAYS = 28


@dataclass(frozen=True, slots=True)
class _Needs:
    """What is needed of each line of a panel. place: of its product in the catalogue; margin, cost: yuan a unit, NaN unknown.

    there: units on hand and on the way. level: up to which it is ordered. units: to order. short: units that will be asked
    for and not be there if nothing is ordered, and risk their margin in yuan.
    """

    place: npt.NDArray[np.integer]
    margin: Floats
    cost: Floats
    daily: Floats
    on_hand: npt.NDArray[np.int32]
    there: npt.NDArray[np.integer]
    level: npt.NDArray[np.int64]
    units: npt.NDArray[np.int64]
    short: Floats
    risk: Floats


def advise(
    panel: Panel, products: Catalogue, demand: Demand, factor: Floats, today: date, policy: Policy
) -> Iterator[Finding]:
    """At most one finding for each store. factor[s]: the store's weight of its stock against its lost margin.

    Where no margin is known, the order is what it is and its risk is not said in yuan.
    """
    needs = _needs(panel, products, demand, factor, policy)
    for store in range(len(panel)):
        lines = panel.lines_of(store)
        chosen = np.flatnonzero(needs.units[lines]) + lines.start
        chosen = chosen[np.lexsort((-needs.short[chosen], -needs.risk[chosen]))][:MOST_LINES]
        lost = float(needs.risk[chosen].sum())
        in_yuan = bool((~np.isnan(needs.margin[chosen])).any())
        if panel.known_days[store] < FEWEST_DAYS or not len(chosen) or (in_yuan and lost < LEAST_WORTH):
            continue
        rows = [_row(int(at), panel, products, needs) for at in chosen]
        yield Finding(
            int(panel.store_ids[store]),
            ORDER,
            risk=yuan(lost) if in_yuan else None,
            due_on=today,
            summary={name: rows[0][name] for name in ("name", "on_hand", "daily", "cover")}
            | {"count": len(rows), "lead_days": policy.lead_days, "cover_days": policy.cover_days},
            evidence=_evidence(rows, panel, store, policy),
        )


def _needs(panel: Panel, products: Catalogue, demand: Demand, factor: Floats, policy: Policy) -> _Needs:
    places = products.places(panel.product_ids)
    price, cost = products.price[places], products.cost[places]
    margin = np.where(price > cost, price - cost, np.nan)
    mean, variance = demand.over(policy.cover_days)
    ratio = critical_ratios(margin, cost, policy.cover_days, factor[panel.store_of_line])
    level = order_up_to_many(mean, variance, _typical_where_unknown(ratio, panel))
    on_hand = now_on_hand(panel)
    there = np.maximum(on_hand, 0) + panel.on_order
    units = order_quantities(level, np.maximum(on_hand, 0), panel.on_order, products.pack_size[places])
    units[~_sells(panel, demand) | (on_hand < 0) | ~products.active[places]] = 0
    short = np.maximum(mean - there + expected_leftover_many(there, mean, variance), 0.0)
    risk = np.where(np.isnan(margin), 0.0, margin) * short
    return _Needs(places, margin, cost, demand.mean, on_hand, there, level, units, short, risk)


def _row(at: int, panel: Panel, products: Catalogue, needs: _Needs) -> dict[str, Any]:
    """One line of the order, as JSON holds it."""
    place = needs.place[at]
    return {
        "product": int(panel.product_ids[at]),
        "code": products.codes[place],
        "name": products.names[place],
        "own": bool(products.own_brand[place]),
        "on_hand": int(needs.on_hand[at]),
        "on_order": int(panel.on_order[at]),
        "daily": round(float(needs.daily[at]), 2),
        "cover": round(float(needs.there[at] / needs.daily[at]), 1),
        "level": int(needs.level[at]),
        "units": int(needs.units[at]),
        "pack": int(products.pack_size[place]),
        "cost": _told(needs.cost[at]),
        "risk": round(float(needs.risk[at]), 2),
        "short": round(float(needs.short[at]), 1),
    }


def now_on_hand(panel: Panel) -> npt.NDArray[np.int32]:
    """Units on hand at the end of `until`: what was counted, less what was sold since; -1 where no stock was told."""
    sold_since = np.zeros(len(panel.on_hand), np.int32)
    for days in np.unique(panel.counted_on[panel.counted_on > 0]).tolist():  # few: stock is counted on a day
        lines = panel.counted_on == days
        sold_since[lines] = panel.units[lines, -days:].sum(axis=1)
    return np.where(panel.on_hand < 0, UNKNOWN, np.maximum(panel.on_hand - sold_since, 0))


def _sells(panel: Panel, demand: Demand) -> npt.NDArray[np.bool_]:
    """The sell-through gate: nothing is ordered that came back, or that stood on the shelf for four weeks unsold."""
    recent, there = panel.units[:, -RECENT_DAYS:], demand.in_stock[:, -RECENT_DAYS:]
    return (recent.sum(axis=1) > 0) | (~there.any(axis=1) & (demand.mean > 0))


def _typical_where_unknown(ratio: Floats, panel: Panel) -> Floats:
    """Products without price or cost are kept as the store's typical one is."""
    filled = ratio.copy()
    for store in range(len(panel)):
        own = filled[panel.lines_of(store)]
        unknown = np.isnan(own)
        if unknown.any():
            own[unknown] = np.median(own[~unknown]) if not unknown.all() else 0.9
    return filled


def _told(amount: float) -> str | None:
    return None if np.isnan(amount) else str(Decimal(str(round(float(amount), 4))))


def _evidence(rows: list[dict[str, Any]], panel: Panel, store: int, policy: Policy) -> dict[str, Any]:
    neutral = [row for row in rows if not row["own"]]
    return {
        "until": panel.until[store].isoformat(),
        "days": int(panel.known_days[store]),
        "review_days": policy.review_days,
        "lead_days": policy.lead_days,
        "lines": rows,
        "neutral": {"lines": len(neutral), "risk": round(sum(row["risk"] for row in neutral), 2)},
    }
