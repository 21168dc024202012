"""Briefings, their editorial sections, and one edition per store and language."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Model, Store, StoredFile, StoreOwned, clock

KINDS = ("weekly", "monthly", "category", "festival")
DRAFT, ISSUED, WITHDRAWN = "draft", "issued", "withdrawn"
WAITING, READY, FAILED = "waiting", "ready", "failed"


class Briefing(DistributorOwned, Model):
    """A briefing over a span of days; when it is issued its common content is frozen in `content`."""

    __tablename__ = "briefings_briefing"
    __table_args__ = (
        CheckConstraint("period_end >= period_start", name="period"),
        Index("ix_briefings_briefing_list", "distributor_id", "created_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    subtitle: Mapped[str] = mapped_column(default="")
    kind: Mapped[str] = mapped_column(String(12), default="monthly")
    period_start: Mapped[date]
    period_end: Mapped[date]
    audience: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    lock_version: Mapped[int] = mapped_column(default=1)
    content: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    issued_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str] = mapped_column(default="")


class Section(DistributorOwned, Model):
    """A section of editorial text in Markdown."""

    __tablename__ = "briefings_section"
    __table_args__ = (UniqueConstraint("briefing_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefings_briefing.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str]
    lede: Mapped[str] = mapped_column(default="")
    text: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")


class Edition(StoreOwned, Model):
    """One store's briefing in one language: the PDF, and whether it was opened."""

    __tablename__ = "briefings_edition"
    __table_args__ = (
        UniqueConstraint("briefing_id", "store_id", "language"),
        Index("ix_briefings_edition_newest", "store_id", "language", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    briefing_id: Mapped[int] = mapped_column(ForeignKey("briefings_briefing.id", ondelete="CASCADE"), index=True)
    language: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("portal_file.id"))
    pages: Mapped[int] = mapped_column(default=0)
    missing: Mapped[list[str]] = mapped_column(default=list)  # titles of plug-ins whose part could not be produced
    error: Mapped[str] = mapped_column(default="")
    finished_at: Mapped[datetime | None]
    downloaded_at: Mapped[datetime | None]
    useful: Mapped[bool | None]

    briefing: Mapped[Briefing] = relationship(lambda: Briefing, lazy="raise_on_sql", viewonly=True)
    file: Mapped[StoredFile | None] = relationship(lambda: StoredFile, lazy="raise_on_sql", viewonly=True)
    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
