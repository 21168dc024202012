"""Uploads, what was there before them, and whose headings mean what."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Model, StoredFile, clock

WAITING, TAKEN_IN, UNDONE = "waiting", "taken_in", "undone"
UPLOAD_STATES = (WAITING, TAKEN_IN, UNDONE)


class Upload(DistributorOwned, Model):
    """A file or API batch: waiting to be looked at, taken in, or undone; the same content again changes nothing."""

    __tablename__ = "trade_upload"
    __table_args__ = (Index("ix_trade_upload_at", "distributor_id", "created_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(default="")
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    state: Mapped[str] = mapped_column(String(12), default=TAKEN_IN)
    store_id: Mapped[int | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("portal_file.id", ondelete="SET NULL"), index=True)
    rows: Mapped[int] = mapped_column(default=0)
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    undone_at: Mapped[datetime | None]

    file: Mapped[StoredFile | None] = relationship(lambda: StoredFile, lazy="raise_on_sql", viewonly=True)


class UploadBefore(DistributorOwned, Model):
    """What one thing was before an upload changed it (importing/intake.py), for as long as it can be undone."""

    __tablename__ = "trade_upload_before"

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(ForeignKey("trade_upload.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    store_id: Mapped[int | None]
    key: Mapped[str] = mapped_column(String(20), default="")
    data: Mapped[bytes | None] = mapped_column(LargeBinary)
    after: Mapped[str] = mapped_column(String(64))


class ColumnMap(DistributorOwned, Model):
    """Under which of these headings each of our columns stands, as a person said once."""

    __tablename__ = "trade_column_map"
    __table_args__ = (UniqueConstraint("distributor_id", "kind", "headings"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    headings: Mapped[str] = mapped_column(String(64))  # digest of all headings, in order
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {our column: their heading}
    told_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    told_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
