"""Receipts from the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise

import numpy as np
import numpy.typing as npt
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade.importing.intake import Before, Summary, digest
from plugins.trade.importing.months import put_back as put_back_months
from plugins.trade.importing.rows import Ints, days_of, months_of, products_of, stores_of
from plugins.trade.methods.receipts import compare, digest_of, empty, lines_of, pack, unpack, with_receipts
from plugins.trade.receipts.models import ReceiptBlock
from plugins.trade.signals import receipts_changed
from portal.api import CodedTable, Viewer, as_int, as_text, clock, insert_rows, session

RECEIPTS = "receipts"
MOST_UNITS = 10_000  # of a product on one receipt
Lines = npt.NDArray[np.void]


@dataclass(frozen=True, slots=True)
class ReceiptRows:
    """Lines of receipts by store and month, with their figures for a preview."""

    months: tuple[tuple[int, date, Lines], ...]
    units: int
    first: date | None
    last: date | None

    def summary(self) -> Summary:
        """Receipts against what is known of those of the same day and number."""
        new = changed = same = 0
        for (_store, month, lines), row in _with_blocks(self.months, lock=False):
            more = compare(unpack(month, row.block) if row is not None else empty(month), lines)
            new, changed, same = new + more[0], changed + more[1], same + more[2]
        products = {int(product) for _store, _month, lines in self.months for product in np.unique(lines["product"])}
        return Summary(
            stores=len({store for store, _month, _lines in self.months}),
            products=len(products),
            new=new,
            changed=changed,
            same=same,
            first=self.first,
            last=self.last,
            units=self.units,
        )

    def write(self) -> tuple[dict[str, int], list[Before]]:
        """Keep these receipts, each as a whole, and leave the others as they are."""
        new, befores = [], []
        for (store_id, month, lines), row in _with_blocks(self.months, lock=True):
            known = unpack(month, row.block) if row is not None else empty(month)
            block = pack(with_receipts(known, lines))
            if row is not None and row.block == block:
                continue
            was = row.block if row is not None else None
            befores.append(Before(RECEIPTS, store_id, month.isoformat(), was, digest(block)))
            if row is None:
                new.append({"store_id": store_id, "month": month, "block": block})
            else:
                row.block = block
        if new:
            insert_rows(ReceiptBlock, new)
        session.flush()
        stores = dict.fromkeys(store for store, _month, _lines in self.months)
        for store_id in stores:
            receipts_changed.send(None, store_id=store_id)
        return {"stores": len(stores)}, befores


def read_receipts(table: CodedTable, by: Viewer) -> ReceiptRows:
    """What the rows say, a line of a receipt each; one unit where no number is told. What is wrong is noted in the table."""
    stores, products = stores_of(table, by), products_of(table)
    days = days_of(table, clock.today(by.distributor.timezone))
    receipt = table.read("receipt", lambda cell: digest_of(as_text(cell))).take(int)
    units = table.read("units", as_int, required=False).take(int, 1)
    table.refuse("units", np.abs(units) > MOST_UNITS, _("This is more than fits on a receipt."))
    if table.error_count:
        return ReceiptRows((), 0, None, None)
    first, last = (date.fromordinal(int(day)) for day in (days.min(), days.max()))
    months = tuple(_by_month(stores, products, days, receipt, units))
    return ReceiptRows(months, int(units.sum()), first, last)


def _by_month(store: Ints, product: Ints, day: Ints, receipt: Ints, units: Ints) -> Iterator[tuple[int, date, Lines]]:
    month = months_of(day)
    order = np.lexsort((month, store))
    store, product, day, receipt, units, month = (
        column[order] for column in (store, product, day, receipt, units, month)
    )
    changes = np.flatnonzero((np.diff(store) != 0) | (np.diff(month) != 0)) + 1
    for begin, end in pairwise([0, *changes.tolist(), len(store)]):
        at = slice(begin, end)
        lines = lines_of(day[at] - month[begin], receipt[at], product[at], units[at])
        yield int(store[begin]), date.fromordinal(int(month[begin])), lines


def _with_blocks(
    months: Sequence[tuple[int, date, Lines]], *, lock: bool
) -> Iterator[tuple[tuple[int, date, Lines], ReceiptBlock | None]]:
    """Each month with the row that it has in the database, a store at a time."""
    for store_id, group in groupby(months, lambda each: each[0]):
        parts = list(group)
        statement = select(ReceiptBlock).where(
            ReceiptBlock.store_id == store_id, ReceiptBlock.month.in_([month for _store, month, _lines in parts])
        )
        rows = {row.month: row for row in session.scalars(statement.with_for_update() if lock else statement)}
        for part in parts:
            yield part, rows.get(part[1])


def put_back(store_id: int, befores: Sequence[Before]) -> bool:
    """Put a store's months back as they were; False, and nothing done, where one of them was changed since."""
    if not put_back_months(ReceiptBlock, store_id, befores):
        return False
    receipts_changed.send(None, store_id=store_id)
    return True
