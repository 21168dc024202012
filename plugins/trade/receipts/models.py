"""A store's receipts, a month in a row."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.api import Model, StoreOwned, clock


class ReceiptBlock(StoreOwned, Model):
    """The lines of all receipts of a month (methods/receipts.py)."""

    __tablename__ = "trade_receipt_block"
    __table_args__ = (UniqueConstraint("store_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]  # its first day
    block: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)
