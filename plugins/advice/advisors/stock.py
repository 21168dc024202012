"""Money that stands on the shelf: goods that do not sell any more, and more of others than can sell for months."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from plugins.advice.advisors.findings import DEAD_STOCK, OVERSTOCK, Finding, yuan
from plugins.advice.advisors.order import now_on_hand
from plugins.advice.methods.demand import FEWEST_DAYS, Demand
from plugins.advice.methods.forecast import UNLIKELY
from plugins.trade.api import Catalogue, Panel

LEAST_GAP_DAYS = 21
OVERSTOCK_DAYS = 90  # of cover, beyond which the rest is too much
LEAST_VALUE = 50.0  # yuan of stock at cost
MOST_LINES = 12


def advise(panel: Panel, products: Catalogue, demand: Demand) -> Iterator[Finding]:
    """At most one finding of each kind for a store, its products by what stands in them."""
    places = products.places(panel.product_ids)
    cost = products.cost[places]
    on_hand = np.maximum(now_on_hand(panel), 0)
    gap = _days_without_sale(panel)
    dead = _dead(panel, gap) & (on_hand > 0)
    too_much = np.maximum(on_hand - np.ceil(demand.mean * OVERSTOCK_DAYS), 0)
    spare = np.where(dead, on_hand, np.where(demand.mean > 0, too_much, 0)).astype(int)
    value = np.where(np.isnan(cost), 0.0, cost) * spare
    for store in range(len(panel)):
        if panel.known_days[store] < FEWEST_DAYS:
            continue
        lines = panel.lines_of(store)
        for kind, chosen in ((DEAD_STOCK, dead[lines]), (OVERSTOCK, ~dead[lines])):
            at = np.flatnonzero(chosen & (value[lines] > 0)) + lines.start
            at = at[np.argsort(-value[at], kind="stable")][:MOST_LINES]
            if value[at].sum() < LEAST_VALUE:
                continue
            rows = [_row(line, products, int(places[line]), demand, on_hand, spare, gap, value) for line in at]
            yield Finding(
                int(panel.store_ids[store]),
                kind,
                risk=yuan(float(value[at].sum())),
                summary={name: rows[0][name] for name in ("name", "on_hand", "daily", "gap")} | {"count": len(rows)},
                evidence={
                    "until": panel.until[store].isoformat(),
                    "days": int(panel.known_days[store]),
                    "lines": rows,
                    "neutral": {
                        "lines": sum(not row["own"] for row in rows),
                        "risk": round(sum(row["value"] for row in rows if not row["own"]), 2),
                    },
                },
            )


def _days_without_sale(panel: Panel) -> npt.NDArray[np.int64]:
    """Days since the last sale; all of the history where there was none."""
    sold = panel.units[:, ::-1] > 0
    return np.where(sold.any(axis=1), sold.argmax(axis=1), panel.units.shape[1])


def _dead(panel: Panel, gap: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Too long without a sale for the product's own rate before it: (1 - rate)^gap < .001, and three weeks at least.

    What never sold in all of the history may have come yesterday: nothing tells, so nothing is said of it.
    """
    days = panel.units.shape[1]
    rate = np.count_nonzero(panel.units > 0, axis=1) / np.maximum(days - gap, 1)
    chance = np.power(1 - np.minimum(rate, 1 - 1e-9), gap)
    return (gap >= LEAST_GAP_DAYS) & (chance < UNLIKELY)


def _row(
    line: Any,
    products: Catalogue,
    place: int,
    demand: Demand,
    on_hand: npt.NDArray[Any],
    spare: npt.NDArray[Any],
    gap: npt.NDArray[Any],
    value: npt.NDArray[Any],
) -> dict[str, Any]:
    return {
        "product": int(products.ids[place]),
        "code": products.codes[place],
        "name": products.names[place],
        "own": bool(products.own_brand[place]),
        "on_hand": int(on_hand[line]),
        "spare": int(spare[line]),
        "daily": round(float(demand.mean[line]), 2),
        "gap": int(gap[line]),
        "value": round(float(value[line]), 2),
    }
