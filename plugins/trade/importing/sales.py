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

from plugins.trade import queries
from plugins.trade.methods.blocks import empty, pack, unpack_once, with_entries
from plugins.trade.models import SalesMonth
from plugins.trade.signals import sales_changed
from portal.api import CellRefused, CodedTable, Store, Viewer, as_date, as_int, as_text, clock, insert_rows, session

MOST_UNITS_A_DAY = 100_000
DAYS_BACK = 1_500
STORES_AT_ONCE = 200
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SoldRows:
    """Units by store, product and day (ordinal), each of them once, in this order."""

    store: Ints
    product: Ints
    day: Ints
    units: Ints


def read_sales(table: CodedTable, by: Viewer) -> SoldRows:
    """What the rows say; repeated rows of a product on a day add up. What is wrong is noted in the table."""
    stores = _stores(table, by)
    products = _products(table)
    days = _days(table, clock.today(by.distributor.timezone))
    units = table.read("units", as_int).take(int)
    table.refuse("units", np.abs(units) > MOST_UNITS_A_DAY, _("This is more than a store can sell in a day."))
    if table.error_count:
        none = np.zeros(0, np.int64)
        return SoldRows(none, none, none, none)
    return _added_up(stores, products, days, units)


def _stores(table: CodedTable, by: Viewer) -> Ints:
    """The store of each row; store people need not name theirs and cannot name another."""
    by_number = {store.number: store.id for store in session.scalars(select(Store))}

    def find(cell: object) -> int:
        number = as_text(cell)  # type: ignore[arg-type]
        if number not in by_number:
            raise CellRefused.quoting(number, _("There is no such store."))
        return by_number[number]

    own = by.store.id if by.store is not None else 0
    return table.read("store", find, required=not own).take(int, own)


def _products(table: CodedTable) -> Ints:
    known = queries.by_code({as_text(cell) for cell in table.cells.get("product", ())})

    def find(cell: object) -> int:
        code = as_text(cell)  # type: ignore[arg-type]
        if code not in known:
            raise CellRefused.quoting(code, _("There is no product with this code."))
        return known[code].id

    return table.read("product", find).take(int)


def _days(table: CodedTable, today: date) -> Ints:
    days = table.read("day", as_date).take(date.toordinal)
    wrong = (days != 0) & ((days > today.toordinal()) | (days < today.toordinal() - DAYS_BACK))
    table.refuse("day", wrong, _("This day lies in the future or too far back."))
    return days


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
    days, place = np.unique(sold.day, return_inverse=True)
    months = np.asarray([date.fromordinal(int(day)).replace(day=1).toordinal() for day in days], np.int64)[place]
    changes = np.flatnonzero((np.diff(sold.store) != 0) | (np.diff(months) != 0)) + 1
    bounds = [0, *changes.tolist(), len(sold.store)]
    for begin, end in pairwise(bounds):
        yield _Month(int(sold.store[begin]), date.fromordinal(int(months[begin])), slice(begin, end))


def write_sales(sold: SoldRows) -> dict[str, int]:
    """Set these units, and leave the days and products that are not named as they are."""
    if not len(sold.store):
        return {"stores": 0}
    stores = 0
    for chunk in _chunks(list(_months(sold))):
        _write(sold, chunk)
        for store_id, _of_store in groupby(chunk, lambda part: part.store_id):
            stores += 1
            sales_changed.send(None, store_id=store_id)
    return {"stores": stores}


def _chunks(parts: Sequence[_Month]) -> Iterator[list[_Month]]:
    """The months of so many stores at a time."""
    by_store = [list(group) for _store, group in groupby(parts, lambda part: part.store_id)]
    for start in range(0, len(by_store), STORES_AT_ONCE):
        yield [part for group in by_store[start : start + STORES_AT_ONCE] for part in group]


def _write(sold: SoldRows, parts: Sequence[_Month]) -> None:
    statement = select(SalesMonth).where(
        SalesMonth.store_id.in_({part.store_id for part in parts}),
        SalesMonth.month >= min(part.month for part in parts),
        SalesMonth.month <= max(part.month for part in parts),
    )
    rows = {(row.store_id, row.month): row for row in session.scalars(statement.with_for_update())}
    new = []
    for part in parts:
        row = rows.get((part.store_id, part.month))
        before = unpack_once(part.month, row.block) if row is not None else empty(part.month)
        at = part.rows
        block = pack(with_entries(before, sold.product[at], sold.day[at] - part.month.toordinal(), sold.units[at]))
        if row is None:
            new.append({"store_id": part.store_id, "month": part.month, "block": block})
        elif row.block != block:
            row.block = block
    if new:
        insert_rows(SalesMonth, new)
    session.flush()
