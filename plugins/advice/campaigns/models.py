"""A campaign that a store plans."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import Model, Person, Store, StoreOwned, clock

CHANNELS = ("price_tag", "second_placement", "window", "leaflet", "tasting", "member_group", "delivery_platform")
PLANNED, RUNNING, ENDED, CANCELLED = "planned", "running", "ended", "cancelled"
STATES = (PLANNED, RUNNING, ENDED, CANCELLED)


class Campaign(StoreOwned, Model):
    """What is promoted, how, for how long, at which price cut and cost."""

    __tablename__ = "advice_campaign"
    __table_args__ = (
        Index("ix_advice_campaign_days", "distributor_id", "starts_on", "id"),
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("price_cut >= 0 AND price_cut < 100", name="price_cut"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(24))
    category: Mapped[str] = mapped_column(String(120), default="")  # all of it, unless there is a product
    product_id: Mapped[int | None] = mapped_column(ForeignKey("trade_product.id", ondelete="SET NULL"), index=True)
    product_name: Mapped[str] = mapped_column(default="")  # as it was called then
    price_cut: Mapped[int] = mapped_column(default=0)  # per cent of the price
    cost: Mapped[Decimal]  # yuan that the store pays for it
    support: Mapped[Decimal]  # yuan that the distributor adds, for the store as a whole
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    planned_at: Mapped[datetime] = mapped_column(default=clock.now)
    planned_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"), index=True)
    cancelled_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)

    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
    planned_by: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)

    @property
    def days(self) -> int:
        """For how many days it runs."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def target(self) -> str:
        """What is promoted, by name."""
        return self.product_name or self.category

    @property
    def url(self) -> str:
        """Its page."""
        return f"/advice/campaigns/{self.id}"

    def state(self, today: date) -> str:
        """Where it stands on this day."""
        if self.cancelled_at is not None:
            return CANCELLED
        if today < self.starts_on:
            return PLANNED
        return RUNNING if today <= self.ends_on else ENDED
