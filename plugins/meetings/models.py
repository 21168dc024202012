"""Weekly availability, meetings, and the quarter hours that they take."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Membership, Model, Store, StoreOwned, clock

KINDS = ("advice", "negotiation", "training", "rush")
PLACES = ("store", "office", "phone", "video")
LENGTHS_MINUTES = (30, 45, 60, 90)
BOOKED, CANCELLED = "booked", "cancelled"


class Availability(DistributorOwned, Model):
    """A weekly window in which somebody can be booked; minutes from midnight, local time of the distributor."""

    __tablename__ = "meetings_availability"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("start_minute >= 0 AND start_minute < end_minute AND end_minute <= 1440", name="window"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("portal_membership.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]
    start_minute: Mapped[int]
    end_minute: Mapped[int]


class Meeting(StoreOwned, Model):
    """An agreed time of one store with one of our people."""

    __tablename__ = "meetings_meeting"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_meetings_meeting_host", "distributor_id", "host_membership_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    host_membership_id: Mapped[int] = mapped_column(ForeignKey("portal_membership.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(12))
    place: Mapped[str] = mapped_column(String(12))
    topic: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(12), default=BOOKED)
    sequence: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    host: Mapped[Membership] = relationship(lambda: Membership, lazy="raise_on_sql", viewonly=True)
    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)


class TakenCell(DistributorOwned, Model):
    """A quarter hour of one person that a meeting takes: the key makes a double booking impossible on any database."""

    __tablename__ = "meetings_taken_cell"
    __table_args__ = (UniqueConstraint("membership_id", "starts_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("portal_membership.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings_meeting.id", ondelete="CASCADE"), index=True)
