"""Which units will not sell before their date, first-expiring first, and what can still be done with them and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from plugins.advice.advisors.findings import NEAR_EXPIRY, Finding, Policy, yuan
from plugins.advice.methods.demand import FEWEST_DAYS, Demand
from plugins.advice.methods.inventory import expected_leftover_many
from plugins.advice.methods.promotion import break_even_lift
from plugins.trade.api import BatchLine, Catalogue, Panel

HORIZON_DAYS = 45
MOST_FOR_A_STORE = 3
LEAST_LOSS = 10.0  # yuan
MARKDOWN = 0.3  # of the price: what is proposed first
LAST_DAYS = 7  # before the date, in which a markdown should have begun


def advise(
    panel: Panel, products: Catalogue, demand: Demand, batches: Sequence[BatchLine], today: date, policy: Policy
) -> Iterator[Finding]:
    """At most three findings for each store, of those batches whose rest costs most. batches: by store and product."""
    rows = _at_risk(panel, products, demand, batches, today)
    for place, found in groupby(rows, key=lambda row: row["place"]):
        costly = sorted(found, key=lambda row: -row["loss"])
        for row in costly[:MOST_FOR_A_STORE]:
            yield _finding(row, panel, place, today, policy)


def _at_risk(
    panel: Panel, products: Catalogue, demand: Demand, batches: Sequence[BatchLine], today: date
) -> list[dict[str, Any]]:
    """Each batch of which something will be left, with what it costs; one row for a batch, stores in their order."""
    lines = [_line_of(panel, batch) for batch in batches]
    kept = [_Batch(batch, *line) for batch, line in zip(batches, lines, strict=True) if line is not None]
    if not kept:
        return []
    days = np.asarray([max((item.batch.expires_on - today).days, 0) for item in kept])
    rows = []
    for item, left, ends_in in zip(kept, _left(kept, days, demand, today), days.tolist(), strict=True):
        product = int(products.places(panel.product_ids[item.line : item.line + 1])[0])
        cost = float(products.cost[product])
        if panel.known_days[item.place] < FEWEST_DAYS or np.isnan(cost) or left * cost < LEAST_LOSS:
            continue
        rows.append(
            {
                "place": item.place,
                "batch": item.batch,
                "product": product,
                "name": products.names[product],
                "code": products.codes[product],
                "own": bool(products.own_brand[product]),
                "left": left,
                "loss": left * cost,
                "daily": float(demand.mean[item.line]),
                "days": ends_in,
                "cost": cost,
                "price": float(products.price[product]),
            }
        )
    return rows


class _Batch(NamedTuple):
    """A batch with the place of its store and the line of its product."""

    batch: BatchLine
    place: int
    line: int


def _left(kept: Sequence[_Batch], days: npt.NDArray[np.integer], demand: Demand, today: date) -> list[float]:
    """Units of each batch that will be left on its date, first-expiring first.

    What has ended already cannot be sold: all of it is left, and none of it stands before the others.
    """
    follows = [
        bool(index) and kept[index - 1].line == item.line and kept[index - 1].batch.expires_on >= today
        for index, item in enumerate(kept)
    ]
    # All units of the product that end by this date, against what sells until then
    together = np.zeros(len(kept))
    for index, item in enumerate(kept):
        together[index] = (together[index - 1] if follows[index] else 0.0) + item.batch.units
    at = np.asarray([item.line for item in kept])
    left = expected_leftover_many(together, demand.mean[at] * days, demand.variance[at] * days).tolist()
    own = []
    for index, item in enumerate(kept):
        units = float(item.batch.units)
        before = left[index - 1] if follows[index] else 0.0
        own.append(units if item.batch.expires_on < today else min(max(left[index] - before, 0.0), units))
    return own


def _line_of(panel: Panel, batch: BatchLine) -> tuple[int, int] | None:
    """The place of the batch's store and the line of its product; None for a store without fresh figures."""
    place = int(np.searchsorted(panel.store_ids, batch.store_id))
    if place == len(panel) or panel.store_ids[place] != batch.store_id:
        return None
    lines = panel.lines_of(place)
    line = lines.start + int(np.searchsorted(panel.product_ids[lines], batch.product_id))
    return (place, line) if line < lines.stop and panel.product_ids[line] == batch.product_id else None


def _finding(row: dict[str, Any], panel: Panel, place: int, today: date, policy: Policy) -> Finding:
    batch: BatchLine = row["batch"]
    exchange_by = batch.expires_on - timedelta(days=policy.exchange_days)
    markdown_by = max(batch.expires_on - timedelta(days=LAST_DAYS), today)
    can_exchange, ended = exchange_by >= today, batch.expires_on < today
    return Finding(
        int(panel.store_ids[place]),
        NEAR_EXPIRY,
        f"batch:{batch.id}",
        risk=yuan(row["loss"]),
        due_on=exchange_by if can_exchange else today if ended else markdown_by,
        summary={
            "name": row["name"],
            "expires_on": batch.expires_on.isoformat(),
            "units": batch.units,
            "left": round(row["left"]),
            "ended": ended,
        },
        evidence={
            "until": panel.until[place].isoformat(),
            "days": int(panel.known_days[place]),
            "product": batch.product_id,
            "code": row["code"],
            "name": row["name"],
            "own": row["own"],
            "batch": batch.number,
            "expires_on": batch.expires_on.isoformat(),
            "units": batch.units,
            "left": round(row["left"]),
            "daily": round(row["daily"], 2),
            "cost": round(row["cost"], 4),
            "price": None if np.isnan(row["price"]) else round(row["price"], 4),
            "exchange_by": exchange_by.isoformat() if can_exchange else None,
            "markdown_by": markdown_by.isoformat(),
            "ended": ended,
            "markdown": None if ended else _markdown(row),
        },
    )


def _markdown(row: dict[str, Any]) -> dict[str, float] | None:
    """What a lower price has to bring: the lift that sells all, and the one from which the margin is not worse."""
    price, cost, days = row["price"], row["cost"], row["days"]
    expected = row["daily"] * days
    if np.isnan(price) or not expected or (1 - MARKDOWN) * price <= 0:
        return None
    sells_all = (row["batch"].units - expected) / expected if expected else None
    margin = (price - cost) / price
    pays = break_even_lift(margin, -MARKDOWN) if margin > MARKDOWN else None
    return {
        "cut": MARKDOWN,
        "sells_all": round(max(sells_all or 0.0, 0.0), 2),
        **({"pays": round(pays, 2)} if pays is not None else {}),
    }
