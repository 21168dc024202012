"""From the floor plans of stores to the moves that are worth most in each of them: read, compute, write."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from plugins.advice.advisors.findings import LAYOUT, QUIET_DAYS, Finding
from plugins.advice.layout.figures import StoreLayout, layouts
from plugins.advice.layout.finding import finding_of
from plugins.advice.proposals import computing, queries
from plugins.trade.api import floors_of_stores
from portal.api import Distributor, clock, current_scope, reading_only, session


def compute(store_ids: Sequence[int]) -> int:
    """Bring the layout advice of these stores up to date; how many pieces are open now.

    A store that follows such advice is left alone for as long as that is measured.
    """
    asked = sorted(set(store_ids))
    with reading_only():
        distributor = session.get_one(Distributor, current_scope().distributor_id)
        today = clock.today(distributor.timezone)
        since = clock.now() - timedelta(days=QUIET_DAYS[LAYOUT])
        followed = {store for store, _subject in queries.followed(asked, LAYOUT, since)}
        floors = floors_of_stores([store for store in asked if store not in followed])
        read = list(layouts(floors, today=today, timezone=distributor.timezone))
    findings = tuple(found for each in read if (found := _finding(each)) is not None)
    return computing.write(asked, computing.Computed(findings, {}), today, kinds=(LAYOUT,))


def _finding(layout: StoreLayout) -> Finding | None:
    """None too where the plan cannot be walked through: its page says so."""
    try:
        return finding_of(layout)
    except ValueError:
        return None
