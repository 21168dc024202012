"""What the demo's first store pays to be open: five months, wages higher in the last one that has ended."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from plugins.trade.costs.models import StoreCost
from portal.api import DemoBuilder, insert_rows

MONTHS = 5
USUAL = {"rent": 8_500, "labour": 10_100, "energy": 1_650, "shrinkage": 880, "payment_fees": 460, "other": 600}
LAST = {"labour": 11_600}  # a second person on weekends


def build(builder: DemoBuilder) -> None:
    """The months that have ended."""
    store = builder.stores[0]
    count = builder.today.year * 12 + builder.today.month - 1
    rows = [
        {"store_id": store.id, "month": date(at // 12, at % 12 + 1, 1), "kind": kind, "amount": Decimal(amount)}
        for at in range(count - MONTHS, count)
        for kind, amount in (USUAL | LAST if at == count - 1 else USUAL).items()
    ]
    insert_rows(StoreCost, rows)
