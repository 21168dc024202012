"""What is known of a stored file; its bytes lie in the storage, under their hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Model
from portal.files.limits import ENDINGS
from portal.tenancy import DistributorOwned


class StoredFile(DistributorOwned, Model):
    """One upload: equal bytes are kept once per distributor, but each upload has its own row, name and owner."""

    __tablename__ = "portal_file"
    __table_args__ = (Index("ix_portal_file_hash", "distributor_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str]
    width_px: Mapped[int | None]
    height_px: Mapped[int | None]
    pages: Mapped[int | None]
    removed: Mapped[list[str]] = mapped_column(default=list)  # what was taken out of it, see services.removed_text
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))

    @property
    def is_picture(self) -> bool:
        """Whether it can stand in an <img>."""
        return self.media_type.startswith("image/")

    @property
    def ending(self) -> str:
        """The ending its name has, by content."""
        return ENDINGS[self.media_type]
