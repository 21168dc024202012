"""Reading the typical store like yours: the same figures for everybody who reads a cohort."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from plugins.trade.methods.benchmarks import Figure, Published, Ratio
from plugins.trade.methods.cohorts import Label, StoreKind
from plugins.trade.models import CohortMonth, CohortRow, CohortSeat
from portal.api import Store, session

FRESH_DAYS = 130  # after which the figures of a month say nothing of today
PRODUCT = "product:"


@dataclass(frozen=True, slots=True)
class Typical:
    """What was published of a cohort for a month; label: format, tier and region of its stores, or fewer of them."""

    label: Label
    month: date
    steps: dict[str, dict[str, int]]

    def value(self, ratio: Ratio, of: str = "") -> float | None:
        """The ratio of the typical store, None where it was not published."""
        step = self.steps.get(ratio, {}).get(of)
        return None if step is None else Published(Figure(ratio, of), step).value

    def product_shares(self) -> dict[int, float]:
        """By product its share of its category's sales, of products that at least half of the stores sell."""
        steps = self.steps.get("category share", {})
        return {
            int(of.removeprefix(PRODUCT)): Published(Figure("category share", of), step).value
            for of, step in steps.items()
            if of.startswith(PRODUCT)
        }


def label_text(label: Label) -> str:
    """A label as its column has it."""
    return json.dumps(label, ensure_ascii=False)


def label_of(text: str) -> Label:
    """What label_text() wrote."""
    return tuple(json.loads(text))


def is_formed(quarter: date) -> bool:
    """Whether the cohorts of a quarter stand."""
    return session.scalar(select(CohortRow.id).where(CohortRow.quarter == quarter).limit(1)) is not None


def store_kinds() -> dict[int, StoreKind]:
    """What makes the distributor's stores comparable, by their ids."""
    rows = session.execute(select(Store.id, Store.format, Store.tier, Store.region).where(Store.active.is_(True)))
    return {row.id: StoreKind(row.format, row.tier, row.region) for row in rows}


def unpublished(quarter: date, month: date) -> Sequence[int]:
    """The cohorts of the quarter of which nothing was written down for the month."""
    published = select(CohortMonth.cohort_id).where(CohortMonth.month == month)
    statement = select(CohortRow.id).where(CohortRow.quarter == quarter, CohortRow.id.not_in(published))
    return session.scalars(statement.order_by(CohortRow.id)).all()


def typical_stores(store_ids: Sequence[int], today: date) -> dict[int, Typical]:
    """For each store the figures that it reads: its own cohort's, a newcomer's the narrowest of its kind; the latest month."""
    since = today - timedelta(days=FRESH_DAYS)
    columns: Any = (CohortRow.label, CohortMonth.month, CohortMonth.id)
    seats = (
        select(CohortSeat.store_id, *columns)
        .join(CohortRow, CohortRow.id == CohortSeat.cohort_id)
        .join(CohortMonth, CohortMonth.cohort_id == CohortRow.id)
        .where(CohortSeat.store_id.in_(store_ids), CohortMonth.month >= since)
        .order_by(CohortMonth.month)
    )
    chosen: dict[int, Any] = {row.store_id: row for row in session.execute(seats)}
    newcomers = [store for store in store_ids if store not in chosen]
    chosen |= _of_their_kind(newcomers, columns, since)
    months = {row.id for row in chosen.values()}
    published = session.execute(select(CohortMonth.id, CohortMonth.steps).where(CohortMonth.id.in_(months)))
    steps: dict[int, dict[str, dict[str, int]]] = {row.id: row.steps for row in published}
    return {
        store: Typical(label_of(row.label), row.month, steps[row.id])
        for store, row in chosen.items()
        if row.id in steps
    }


def _of_their_kind(store_ids: Sequence[int], columns: Iterable[Any], since: date) -> dict[int, Any]:
    if not store_ids:
        return {}
    kinds = session.execute(select(Store.id, Store.format, Store.tier, Store.region).where(Store.id.in_(store_ids)))
    wanted = {row.id: [label_text((row.format, row.tier, row.region)[:width]) for width in (1, 2, 3)] for row in kinds}
    labels = {label for choice in wanted.values() for label in choice}
    statement = select(*columns).join(CohortRow, CohortRow.id == CohortMonth.cohort_id)
    statement = statement.where(CohortRow.label.in_(labels), CohortMonth.month >= since)
    known = session.execute(statement.order_by(CohortMonth.month)).all()
    found: dict[int, Any] = {}
    for store, choice in wanted.items():
        rows = [row for row in known if row.label in choice]
        if rows:
            found[store] = max(rows, key=lambda row: (row.month, choice.index(row.label)))
    return found


def typical_store(store_id: int, today: date) -> Typical | None:
    """The typical store like this one; None where there is no cohort for it."""
    return typical_stores([store_id], today).get(store_id)
