"""Reading a store's own costs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from plugins.trade.costs.models import StoreCost
from portal.api import session


def costs_of(store_id: int, first: date, last: date) -> dict[date, dict[str, Decimal]]:
    """{month: {kind: yuan}} of the months from `first` to `last` for which something was told."""
    statement = select(StoreCost.month, StoreCost.kind, StoreCost.amount).where(
        StoreCost.store_id == store_id, StoreCost.month >= first, StoreCost.month <= last
    )
    found: dict[date, dict[str, Decimal]] = {}
    for month, kind, amount in session.execute(statement.order_by(StoreCost.month)):
        found.setdefault(month, {})[kind] = amount
    return found
