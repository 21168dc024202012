"""What a note said when it was published, what it is to say next, and what was said about it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Model, Person, Store, StoreOwned, clock


class Version(DistributorOwned, Model):
    """A version of a published note: its working copy while it is a draft or in review, never changed once published."""

    __tablename__ = "advice_version"
    __table_args__ = (
        UniqueConstraint("note_id", "number"),
        Index(
            "uq_advice_version_working",
            "note_id",
            unique=True,
            sqlite_where=text("state <> 'published'"),
            postgresql_where=text("state <> 'published'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("advice_note.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12))
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(24))
    reason: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    gain: Mapped[Decimal | None]
    minutes: Mapped[int | None]
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    shown_pictures: Mapped[list[Any]] = mapped_column(default=list)  # the positions of those that it shows
    change: Mapped[str] = mapped_column(String(200), default="")  # what is new in it, in one line
    writers: Mapped[list[Any]] = mapped_column(default=list)  # ids of the people who changed it
    edits: Mapped[int] = mapped_column(default=0)  # of two who change it at once, one is told
    review_note: Mapped[str] = mapped_column(default="")
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    published_at: Mapped[datetime | None]

    approved_by: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)


class Comment(StoreOwned, Model):
    """What a store, or one of our people, said under a note; a store reads its own thread and no other."""

    __tablename__ = "advice_comment"
    __table_args__ = (Index("ix_advice_comment_thread", "note_id", "store_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("advice_note.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    by_store: Mapped[bool]
    text: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    author: Mapped[Person | None] = relationship(lambda: Person, lazy="raise_on_sql", viewonly=True)
    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
