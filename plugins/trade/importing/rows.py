"""Whose, of what and when: the columns that sales and receipts share, read for all rows at once."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade import queries
from portal.api import CellRefused, CodedTable, Store, Viewer, as_date, as_text, session

DAYS_BACK = 1_500
Ints = npt.NDArray[np.int64]


def stores_of(table: CodedTable, by: Viewer) -> Ints:
    """The store of each row; store people need not name theirs and cannot name another."""
    by_number = {store.number: store.id for store in session.scalars(select(Store))}

    def find(cell: object) -> int:
        number = as_text(cell)  # type: ignore[arg-type]
        if number not in by_number:
            raise CellRefused.quoting(number, _("There is no such store."))
        return by_number[number]

    own = by.store.id if by.store is not None else 0
    return table.read("store", find, required=not own).take(int, own)


def products_of(table: CodedTable) -> Ints:
    """The product of each row."""
    known = queries.by_code({as_text(cell) for cell in table.cells.get("product", ())})

    def find(cell: object) -> int:
        code = as_text(cell)  # type: ignore[arg-type]
        if code not in known:
            raise CellRefused.quoting(code, _("There is no product with this code."))
        return known[code].id

    return table.read("product", find).take(int)


def days_of(table: CodedTable, today: date) -> Ints:
    """The day of each row, as an ordinal."""
    days = table.read("day", as_date).take(date.toordinal)
    wrong = (days != 0) & ((days > today.toordinal()) | (days < today.toordinal() - DAYS_BACK))
    table.refuse("day", wrong, _("This day lies in the future or too far back."))
    return days


def months_of(days: Ints) -> Ints:
    """The first of the month of each day, both as ordinals."""
    each, place = np.unique(days, return_inverse=True)
    firsts = np.asarray([date.fromordinal(int(day)).replace(day=1).toordinal() for day in each], np.int64)
    months: Ints = firsts[place]
    return months
