"""A store's own costs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.api import Model, StoreOwned, clock

# Those are there whatever is sold, these grow with it.
FIXED = ("rent", "labour", "energy", "other")
VARIABLE = ("shrinkage", "payment_fees")
COST_KINDS = ("rent", "labour", "energy", "shrinkage", "payment_fees", "other")


class StoreCost(StoreOwned, Model):
    """What a store paid for one thing in one month; the distributor is shown none of it."""

    __tablename__ = "trade_store_cost"
    __table_args__ = (UniqueConstraint("store_id", "month", "kind"), CheckConstraint("amount >= 0", name="amount"))

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]  # its first day
    kind: Mapped[str] = mapped_column(String(20))
    amount: Mapped[Decimal]  # yuan
    told_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
