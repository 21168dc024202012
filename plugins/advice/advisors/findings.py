"""What an advisor found for a store, and what it has to know of the distributor."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

ORDER, NEAR_EXPIRY, OVERSTOCK, DEAD_STOCK = "order", "near_expiry", "overstock", "dead_stock"
PLANOGRAM, LAYOUT = "planogram", "layout"
NIGHTLY = (ORDER, NEAR_EXPIRY, DEAD_STOCK, OVERSTOCK)
KINDS = (ORDER, NEAR_EXPIRY, PLANOGRAM, LAYOUT, DEAD_STOCK, OVERSTOCK)
# Days for which declined advice is not given again: tomorrow's order is another one, the shelf of next week is the same.
QUIET_DAYS = {ORDER: 1, NEAR_EXPIRY: 28, DEAD_STOCK: 28, OVERSTOCK: 28, PLANOGRAM: 56, LAYOUT: 56}


@dataclass(frozen=True, slots=True)
class Policy:
    """How a distributor supplies its stores: the days between two deliveries, and from an order to its delivery.

    exchange_days: goods can be exchanged up to so many days before their date. fill_rate: the share of the units asked
    for that a store should be able to sell from its shelf, the store as a whole.
    """

    review_days: int = 7
    lead_days: int = 2
    exchange_days: int = 14
    fill_rate: float = 0.97

    @property
    def cover_days(self) -> int:
        """An order has to last until the delivery after the next one."""
        return self.review_days + self.lead_days


@dataclass(frozen=True, slots=True)
class Finding:
    """One piece of advice for one store; a later run finds it again by kind and subject.

    gain: yuan a month; risk: yuan that will be lost. summary: what a card says of it; evidence: all that it rests on. Both
    hold numbers and names that JSON can hold, and no sentences.
    """

    store_id: int
    kind: str
    subject: str = ""
    gain: Decimal | None = None
    risk: Decimal | None = None
    due_on: date | None = None
    summary: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)


def yuan(amount: float) -> Decimal:
    """A computed amount as money, to the whole yuan: nothing that is estimated is known to the cent."""
    return Decimal(round(amount))
