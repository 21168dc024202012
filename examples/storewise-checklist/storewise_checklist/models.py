"""What is to be looked at, and what a store has looked at."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Model, StoreOwned, clock

DAILY, WEEKLY = "daily", "weekly"


class Item(DistributorOwned, Model):
    """One thing to look at, the same for all stores of a distributor."""

    __tablename__ = "checklist_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    why: Mapped[str] = mapped_column(default="")
    rhythm: Mapped[str] = mapped_column(String(8), default=DAILY)
    position: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Tick(StoreOwned, Model):
    """One thing that a store has looked at on one day."""

    __tablename__ = "checklist_tick"
    __table_args__ = (UniqueConstraint("store_id", "day", "item_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("checklist_item.id", ondelete="CASCADE"), index=True)
    day: Mapped[date]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))

    item: Mapped[Item] = relationship(lambda: Item, lazy="raise_on_sql", viewonly=True)
