"""Forming the cohorts of a quarter, and writing down what is published of each of them, once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil
from typing import Any

import numpy as np

from plugins.trade.cohorts import queries
from plugins.trade.cohorts.ratios import Ratios, categories_of, complete_months, earlier, ratios_of
from plugins.trade.facts import Catalogue, catalogue
from plugins.trade.methods.benchmarks import Figure, publish
from plugins.trade.methods.cohorts import FEWEST_MEMBERS, Cohort, contributors, form_cohorts, quarter_of
from plugins.trade.models import CohortMonth, CohortRow, CohortSeat
from portal.api import checkpoint, insert_rows, reading_only, record, secret_for, session

SOLD_BY = 0.5  # a product's share is published where at least so many of the members sell it, and at least 12
PURPOSE = "trade.cohorts"


def month_to_publish(today: date) -> date:
    """The last month that has ended."""
    return earlier(today.replace(day=1), 1)


def form_due(today: date) -> int:
    """Form the cohorts of this quarter and of the last month's, where they do not stand yet; how many were formed."""
    formed = 0
    for quarter in sorted({quarter_of(month_to_publish(today)), quarter_of(today)}):
        with reading_only():
            if queries.is_formed(quarter):
                continue
            kinds = queries.store_kinds()
            months = complete_months(sorted(kinds), today.replace(day=1))
        cohorts = form_cohorts(contributors(kinds, months), quarter)
        checkpoint()
        _write(cohorts)
        formed += len(cohorts)
    return formed


def _write(cohorts: Sequence[Cohort]) -> None:
    for cohort in cohorts:
        row = CohortRow(
            quarter=cohort.quarter,
            label=queries.label_text(cohort.label),
            members=[int(store) for store in cohort.members],
        )
        session.add(row)
        session.flush()
        insert_rows(
            CohortSeat,
            [{"store_id": store, "cohort_id": row.id, "quarter": cohort.quarter} for store in cohort.members],
        )
    if cohorts:
        record("trade.cohorts_formed", quarter=cohorts[0].quarter.isoformat(), cohorts=len(cohorts))


def publish_month(cohort_id: int, month: date) -> bool:
    """Write down what is published of a cohort for the month; False where that was done before."""
    with reading_only():
        row = session.get_one(CohortRow, cohort_id)
        cohort = Cohort(tuple(queries.label_of(row.label)), row.quarter, tuple(row.members))
        if cohort_id not in queries.unpublished(cohort.quarter, month):
            return False
        products = catalogue()
        ratios = ratios_of(cohort.members, month, products)
    steps = steps_of(cohort, ratios, products, month, secret_for(PURPOSE))
    checkpoint()
    session.add(CohortMonth(cohort_id=cohort_id, month=month, steps=steps))
    record("trade.cohort_published", cohort=cohort_id, month=month.isoformat())
    return True


def steps_of(
    cohort: Cohort, ratios: Mapping[int, Ratios], products: Catalogue, month: date, key: bytes
) -> dict[str, dict[str, int]]:
    """{ratio: {of what: place on the grid}} of all that may be published; a member without figures leaves nothing."""
    if any(store not in ratios for store in cohort.members):
        return {}
    names, _category = categories_of(products)
    rows = [ratios[store] for store in cohort.members]
    figures: list[tuple[Figure, Any]] = [(Figure("growth index"), [row.growth for row in rows])]
    shares, covers = np.stack([row.shares for row in rows]), np.stack([row.covers for row in rows])
    for place, name in enumerate(names):
        figures.append((Figure("category share", name), shares[:, place]))
        figures.append((Figure("weeks of cover", name), covers[:, place]))
    sold = np.nan_to_num(np.stack([row.product_shares for row in rows]))
    enough = max(FEWEST_MEMBERS, ceil(SOLD_BY * len(rows)))
    figures += [
        (Figure("category share", f"{queries.PRODUCT}{products.ids[place]}"), sold[:, place])
        for place in np.flatnonzero((sold > 0).sum(axis=0) >= enough)
    ]
    steps: dict[str, dict[str, int]] = {}
    for figure, values in figures:
        known = {
            store: None if np.isnan(value) else float(value)
            for store, value in zip(cohort.members, values, strict=True)
        }
        published = publish(cohort, known, figure, month, key)
        if published is not None:
            steps.setdefault(figure.ratio, {})[figure.of] = published.step
    return steps
