"""Sales from the rows of a table, a million of them if need be."""

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
from plugins.trade.methods.blocks import empty, pack, unpack_once, with_entries
from plugins.trade.models import SalesMonth
from plugins.trade.signals import sales_changed
from portal.api import CodedTable, Viewer, as_int, clock, insert_rows, session

SALES = "sales"
MOST_UNITS_A_DAY = 100_000
STORES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class SoldRows:
    """Units by store, product and day (ordinal), each of them once, in this order."""

    store: Ints
    product: Ints
    day: Ints
    units: Ints

    def summary(self) -> Summary:
        """Entries against what is known of the same products on the same days; a zero is known as nothing."""
        new = changed = 0
        for part, before in _with_blocks(list(_months(self)), lock=False):
            was, now = _entries(self, part, before), self.units[part.rows]
            new += int(((was == 0) & (now != 0)).sum())
            changed += int(((was != 0) & (now != was)).sum())
        return Summary(
            stores=len(np.unique(self.store)),
            products=len(np.unique(self.product)),
            new=new,
            changed=changed,
            same=len(self.units) - new - changed,
            first=date.fromordinal(int(self.day.min())) if len(self.day) else None,
            last=date.fromordinal(int(self.day.max())) if len(self.day) else None,
            units=int(self.units.sum()),
        )

    def write(self) -> tuple[dict[str, int], list[Before]]:
        """Set these units, and leave the days and products that are not named as they are."""
        befores: list[Before] = []
        stores: dict[int, None] = {}
        for chunk in _chunks(list(_months(self))):
            befores += _write(self, chunk)
            stores |= dict.fromkeys(part.store_id for part in chunk)
        for store_id in stores:
            sales_changed.send(None, store_id=store_id)
        return {"stores": len(stores)}, befores


def read_sales(table: CodedTable, by: Viewer) -> SoldRows:
    """What the rows say; repeated rows of a product on a day add up. What is wrong is noted in the table."""
    stores, products = stores_of(table, by), products_of(table)
    days = days_of(table, clock.today(by.distributor.timezone))
    units = table.read("units", as_int).take(int)
    table.refuse("units", np.abs(units) > MOST_UNITS_A_DAY, _("This is more than a store can sell in a day."))
    if table.error_count:
        none = np.zeros(0, np.int64)
        return SoldRows(none, none, none, none)
    return _added_up(stores, products, days, units)


def _added_up(store: Ints, product: Ints, day: Ints, units: Ints) -> SoldRows:
    order = np.lexsort((product, day, store))
    store, product, day, units = store[order], product[order], day[order], units[order]
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(store) != 0) | (np.diff(day) != 0) | (np.diff(product) != 0)
    starts = np.flatnonzero(first)
    return SoldRows(store[starts], product[starts], day[starts], np.add.reduceat(units, starts))


@dataclass(frozen=True, slots=True)
class _Month:
    """The rows of one store in one month: places in SoldRows."""

    store_id: int
    month: date
    rows: slice


def _months(sold: SoldRows) -> Iterator[_Month]:
    """Store by store, month by month."""
    months = months_of(sold.day)
    changes = np.flatnonzero((np.diff(sold.store) != 0) | (np.diff(months) != 0)) + 1
    bounds = [0, *changes.tolist(), len(sold.store)]
    for begin, end in pairwise(bounds):
        yield _Month(int(sold.store[begin]), date.fromordinal(int(months[begin])), slice(begin, end))


def _chunks(parts: Sequence[_Month]) -> Iterator[list[_Month]]:
    """The months of so many stores at a time."""
    by_store = [list(group) for _store, group in groupby(parts, lambda part: part.store_id)]
    for start in range(0, len(by_store), STORES_AT_ONCE):
        yield [part for group in by_store[start : start + STORES_AT_ONCE] for part in group]


def _with_blocks(parts: Sequence[_Month], *, lock: bool) -> Iterator[tuple[_Month, SalesMonth | None]]:
    """Each month with the row that it has in the database."""
    for chunk in _chunks(parts):
        statement = select(SalesMonth).where(
            SalesMonth.store_id.in_({part.store_id for part in chunk}),
            SalesMonth.month >= min(part.month for part in chunk),
            SalesMonth.month <= max(part.month for part in chunk),
        )
        if lock:
            statement = statement.with_for_update()
        rows = {(row.store_id, row.month): row for row in session.scalars(statement)}
        for part in chunk:
            yield part, rows.get((part.store_id, part.month))


def _entries(sold: SoldRows, part: _Month, row: SalesMonth | None) -> npt.NDArray[np.int32]:
    """What was known of the products and days that a month's rows name."""
    block = unpack_once(part.month, row.block) if row is not None else empty(part.month)
    product, day = sold.product[part.rows], sold.day[part.rows] - part.month.toordinal()
    if not len(block.product_ids):
        return np.zeros(len(product), np.int32)
    place = np.minimum(np.searchsorted(block.product_ids, product), len(block.product_ids) - 1)
    return np.where(block.product_ids[place] == product, block.units[place, day], 0)


def _write(sold: SoldRows, parts: Sequence[_Month]) -> list[Before]:
    new, befores = [], []
    for part, row in _with_blocks(parts, lock=True):
        before = unpack_once(part.month, row.block) if row is not None else empty(part.month)
        at = part.rows
        block = pack(with_entries(before, sold.product[at], sold.day[at] - part.month.toordinal(), sold.units[at]))
        if row is not None and row.block == block:
            continue
        was = row.block if row is not None else None
        befores.append(Before(SALES, part.store_id, part.month.isoformat(), was, digest(block)))
        if row is None:
            new.append({"store_id": part.store_id, "month": part.month, "block": block})
        else:
            row.block = block
    if new:
        insert_rows(SalesMonth, new)
    session.flush()
    return befores


def put_back(store_id: int, befores: Sequence[Before]) -> bool:
    """Put a store's months back as they were; False, and nothing done, where one of them was changed since."""
    if not put_back_months(SalesMonth, store_id, befores):
        return False
    sales_changed.send(None, store_id=store_id)
    return True
