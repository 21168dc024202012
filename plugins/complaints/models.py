"""Complaints, what was said about them, their photos, and the counter that numbers them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, Numeric, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from plugins.complaints.methods.stages import RECEIVED
from portal.api import DistributorOwned, Membership, Model, Person, Store, StoredFile, StoreOwned, clock

CATEGORIES = ("damage_short", "near_expiry", "quality", "price_fee", "invoice", "service", "other")
SERVICE = "service"
WISHES = ("replace", "return", "credit", "advise")
SEVERITIES = ("normal", "serious")
UNITS = ("piece", "bottle", "bag", "box", "case", "kg")


class Counter(DistributorOwned, Model):
    """The last number given in a year; its row is locked while a complaint is filed, so that no number is lost."""

    __tablename__ = "complaints_counter"
    __table_args__ = (UniqueConstraint("distributor_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)


class Complaint(StoreOwned, Model):
    """What a store complains about, and how it is being handled."""

    __tablename__ = "complaints_complaint"
    __table_args__ = (
        UniqueConstraint("distributor_id", "number"),
        Index("ix_complaints_complaint_due", "distributor_id", "is_open", "next_due_at", "id"),
        Index("ix_complaints_complaint_age", "distributor_id", "is_open", "created_at", "id"),
        Index("ix_complaints_complaint_owner", "owner_membership_id", "is_open", "next_due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(default="")
    product: Mapped[str] = mapped_column(String(120), default="")
    # The product of another plug-in, as plain text: complaints work without that plug-in.
    product_id: Mapped[str] = mapped_column(String(40), default="")
    batch: Mapped[str] = mapped_column(String(60), default="")
    expires_on: Mapped[date | None]
    quantity: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    quantity_unit: Mapped[str] = mapped_column(String(12), default="piece")
    delivery_note: Mapped[str] = mapped_column(String(60), default="")
    wish: Mapped[str] = mapped_column(String(12), default="")
    severity: Mapped[str] = mapped_column(String(12), default="normal")
    state: Mapped[str] = mapped_column(String(16), default=RECEIVED)
    is_open: Mapped[bool] = mapped_column(default=True)
    # About the store's own rep: no rep ever sees it, nor does whoever looked after the store when it was filed.
    about_rep: Mapped[bool] = mapped_column(default=False)
    about_membership_id: Mapped[int | None]
    owner_membership_id: Mapped[int | None] = mapped_column(ForeignKey("portal_membership.id", ondelete="SET NULL"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"), index=True)
    filed_by_store: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    acknowledged_at: Mapped[datetime | None]
    first_answered_at: Mapped[datetime | None]
    remedied_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    reopened_at: Mapped[datetime | None]
    times_reopened: Mapped[int] = mapped_column(default=0)
    # What was promised when it was filed or reopened; a changed setting never moves it.
    answer_due_at: Mapped[datetime]
    resolve_due_at: Mapped[datetime]
    next_due_at: Mapped[datetime]
    late_told_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)

    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
    owner: Mapped[Membership | None] = relationship(lambda: Membership, lazy="raise_on_sql", viewonly=True)
    created_by: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)

    @property
    def url(self) -> str:
        """Where both sides read it."""
        return f"/complaints/{self.number}"


class Message(StoreOwned, Model):
    """Something said about a complaint; `state_after` is set where it was said with a step to another stage."""

    __tablename__ = "complaints_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints_complaint.id", ondelete="CASCADE"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"), index=True)
    by_store: Mapped[bool]
    internal: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(default="")
    state_after: Mapped[str] = mapped_column(String(16), default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)


class Photo(StoreOwned, Model):
    """A picture of the complaint, or of one message; with an internal note it is as internal as the note."""

    __tablename__ = "complaints_photo"

    id: Mapped[int] = mapped_column(primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaints_complaint.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("complaints_message.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("portal_file.id"), index=True)
    internal: Mapped[bool] = mapped_column(default=False)

    file: Mapped[StoredFile] = relationship(lambda: StoredFile, lazy="raise_on_sql", viewonly=True)
