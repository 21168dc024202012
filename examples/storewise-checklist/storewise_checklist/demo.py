"""Demo data: two weeks of a list that some stores follow better than others."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.api import DemoBuilder, insert_rows
from storewise_checklist import queries, services
from storewise_checklist.models import Tick

DAYS = 14


def build(builder: DemoBuilder) -> None:
    """Write the standard list, and what the stores have ticked of it."""
    services.write_standard_list()
    daily = queries.items(weekly=False)
    opening = datetime.combine(builder.today, time(9), ZoneInfo(services.timezone()))
    days = [opening - timedelta(days=back) for back in range(1, DAYS + 1)]
    rows = [
        {"store_id": store.id, "item_id": item.id, "day": at.date(), "at": at, "by_id": None}
        for store in builder.stores
        for at in days
        for item in daily
        if builder.random.random() < 0.55 + 0.4 * (store.id % 2)
    ]
    insert_rows(Tick, rows)
