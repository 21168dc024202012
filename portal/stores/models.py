"""Stores (终端) of a distributor, and the people there that are known to it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Model
from portal.tenancy import DistributorOwned, StoreOwned

FORMATS = ("convenience", "supermarket", "hypermarket", "corner_shop", "specialty", "restaurant", "other")
TIERS = ("KA", "A", "B", "C")


class Store(DistributorOwned, Model):
    """A customer of one distributor."""

    __tablename__ = "portal_store"
    __table_args__ = (
        UniqueConstraint("distributor_id", "number"),
        UniqueConstraint("id", "distributor_id"),
        Index("ix_portal_store_place", "distributor_id", "region", "format", "tier"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    name: Mapped[str]
    format: Mapped[str] = mapped_column(String(20), default="other")
    tier: Mapped[str] = mapped_column(String(2), default="C")
    region: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    area_m2: Mapped[float | None] = mapped_column(Numeric(10, 1, asdecimal=False))
    opened_on: Mapped[date | None]
    # No foreign key: memberships refer to stores already, and they are switched off, never deleted.
    rep_membership_id: Mapped[int | None] = mapped_column(index=True)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class Contact(StoreOwned, Model):
    """Somebody of the contact bench (人才储备): a person of the store known to the distributor."""

    __tablename__ = "portal_contact"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    is_main: Mapped[bool] = mapped_column(default=False)
    since: Mapped[date | None]
    left_on: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("portal_contact.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
