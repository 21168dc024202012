"""Months of a store as one block each: put back as they were before an upload."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from plugins.trade.importing.intake import Before, digest
from portal.api import session


def put_back(model: Any, store_id: int, befores: Sequence[Before]) -> bool:
    """Put a store's months (SalesMonth, ReceiptBlock) back as they were; False, and nothing done, where one of them was changed since."""
    months = [date.fromisoformat(before.key) for before in befores]
    statement = select(model).where(model.store_id == store_id, model.month.in_(months))
    rows = {row.month.isoformat(): row for row in session.scalars(statement.with_for_update())}
    if any(before.key not in rows or digest(rows[before.key].block) != before.after for before in befores):
        return False
    for before in befores:
        row = rows[before.key]
        if before.data is None:
            session.delete(row)
        else:
            row.block = before.data
    session.flush()
    return True
