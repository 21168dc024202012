"""Sell-through since a delivery: what the store sold of what came, counted from the day after it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from plugins.trade.models import DELIVERED, OrderLine, StoreOrder
from plugins.trade.queries import last_day, store_history

LONGEST_DAYS = 182


@dataclass(frozen=True, slots=True)
class SoldSince:
    """Units sold by product id from `first` to `until`. What stood there before the delivery counts too: goods are alike."""

    first: date
    until: date
    units: Mapping[int, int]

    @property
    def days(self) -> int:
        """How many days that are."""
        return (self.until - self.first).days + 1

    def share(self, line: OrderLine) -> float:
        """Of the delivered units, at most all: the sell-through of a line."""
        return max(min(self.units.get(line.product_id, 0) / line.units, 1.0), 0.0)

    def share_of_all(self, lines: list[OrderLine]) -> float:
        """Of all units of the lines."""
        return sum(self.share(line) * line.units for line in lines) / sum(line.units for line in lines)


def sold_since(order: StoreOrder, lines: list[OrderLine], timezone: str) -> SoldSince | None:
    """None while it is not delivered, and before the first day with sales after it."""
    if order.state != DELIVERED or order.closed_at is None:
        return None
    first = order.closed_at.astimezone(ZoneInfo(timezone)).date() + timedelta(days=1)
    known = last_day(order.store_id)
    if known is None or known < first:
        return None
    until = min(known, first + timedelta(days=LONGEST_DAYS - 1))
    sold = store_history(order.store_id, until=until, days=(until - first).days + 1)
    return SoldSince(first, until, {line.product_id: int(sold.of(line.product_id).sum()) for line in lines})
