"""Reading receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from sqlalchemy import bindparam, select

from plugins.trade.methods.receipts import begins, unpack
from plugins.trade.receipts.models import ReceiptBlock
from portal.api import Prepared

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Receipts:
    """Lines [n] of so many receipts: which of them a line belongs to (from 0, ascending), and its product. Returns are left out."""

    count: int
    receipt: Ints
    product: Ints


def receipts_of(store_id: int, *, today: date, days: int) -> Receipts:
    """The store's receipts of the last `days` days."""
    first = today - timedelta(days=days)
    rows = _blocks().rows(store=store_id, first=first.replace(day=1))
    count, receipts, products = 0, [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for row in rows:
        lines = unpack(row.month, row.block).lines
        lines = lines[(lines["units"] > 0) & (lines["day"] >= (first - row.month).days)]
        if not len(lines):
            continue
        number = count + np.cumsum(begins(lines))
        receipts.append(number - 1)
        products.append(lines["product"].astype(np.int64))
        count = int(number[-1])
    return Receipts(count, np.concatenate(receipts), np.concatenate(products))


@lru_cache(maxsize=1)
def _blocks() -> Prepared:
    statement = select(ReceiptBlock.month, ReceiptBlock.block).where(ReceiptBlock.store_id == bindparam("store"))
    return Prepared(statement.where(ReceiptBlock.month >= bindparam("first")).order_by(ReceiptBlock.month))
