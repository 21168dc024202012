"""Events, whom they invite, and who comes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Model, StoreOwned, clock

KINDS = (
    "order_meeting",
    "symposium",
    "social",
    "festival",
    "product_launch",
    "training",
    "mobilisation",
)
DRAFT, PUBLISHED, CLOSED, CANCELLED = "draft", "published", "closed", "cancelled"
CONFIRMED, WAITING = "confirmed", "waiting"


class Event(DistributorOwned, Model):
    """Something stores are invited to, with a number of seats."""

    __tablename__ = "events_event"
    __table_args__ = (
        CheckConstraint("seats_taken >= 0 AND seats_taken <= seats", name="never_oversold"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index("ix_events_event_coming", "distributor_id", "state", "starts_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    seats: Mapped[int]
    seats_taken: Mapped[int] = mapped_column(default=0)
    seats_per_store: Mapped[int] = mapped_column(default=2)
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))

    @property
    def seats_left(self) -> int:
        """Seats that nobody has taken."""
        return self.seats - self.seats_taken

    def is_open(self, now: datetime) -> bool:
        """Whether a store can sign up now."""
        return self.state == PUBLISHED and now < self.deadline_at


class Invitation(StoreOwned, Model):
    """One store of the event's audience: what makes the event visible to it."""

    __tablename__ = "events_invitation"
    __table_args__ = (UniqueConstraint("event_id", "store_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events_event.id", ondelete="CASCADE"), index=True)
    opened_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(lambda: Event, lazy="raise_on_sql", viewonly=True)


class Registration(StoreOwned, Model):
    """The people a store sends; at most one live registration per store and event."""

    __tablename__ = "events_registration"
    __table_args__ = (
        CheckConstraint("seats > 0", name="some_seats"),
        Index(
            "uq_events_registration_live",
            "event_id",
            "store_id",
            unique=True,
            sqlite_where=text("cancelled_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events_event.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(12))
    attendees: Mapped[list[str]]
    seats: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    cancelled_at: Mapped[datetime | None]

    event: Mapped[Event] = relationship(lambda: Event, lazy="raise_on_sql", viewonly=True)
