"""What a kind of computed advice changed, over all stores where it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from plugins.advice.measuring import queries as measurement_queries
from plugins.advice.methods.effect import Pooled, pool
from plugins.advice.models import Measurement

LEAST_STORES = 2
TRIGGERED_BY_LOW_SALES = frozenset({"near_expiry", "dead_stock", "overstock"})


@dataclass(frozen=True, slots=True)
class Results:
    """How many pieces were measured after eight weeks, with which verdict, and the effect pooled over their stores."""

    measured: int = 0
    kept: int = 0
    inconclusive: int = 0
    withdrawn: int = 0
    too_little: int = 0
    pooled: Pooled | None = None


def results_since(since: datetime) -> dict[str, Results]:
    """The results by kind of advice."""
    return {kind: results_of(kind, rows) for kind, rows in measurement_queries.final_since(since).items()}


def results_of(kind: str, rows: Sequence[Measurement]) -> Results:
    """The results of one kind of advice; pooled where two stores or more had enough data."""
    known = [(row.theta, row.se) for row in rows if row.theta is not None and row.se]
    pooled = None
    if len(known) >= LEAST_STORES:
        thetas, errors = zip(*known, strict=True)
        pooled = pool(thetas, errors, triggered_by_low_sales=kind in TRIGGERED_BY_LOW_SALES)
    verdicts = [row.verdict for row in rows]
    return Results(
        measured=len(rows),
        kept=verdicts.count("kept"),
        inconclusive=verdicts.count("inconclusive"),
        withdrawn=verdicts.count("withdrawn"),
        too_little=verdicts.count("too little data"),
        pooled=pooled,
    )
