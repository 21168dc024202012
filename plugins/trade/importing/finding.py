"""Which store and which product a row speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade import queries
from portal.api import Record, Records, Store, Viewer, as_text, session


def sound(records: Records, read: Callable[[Record], Any]) -> Iterator[Any]:
    """Each row as read, of those in which nothing was wrong."""
    for row in records:
        before = len(records.errors)
        value = read(row)
        if len(records.errors) == before:
            yield value


class Stores:
    """Finds the store of a row; store people need not name theirs and cannot name another."""

    def __init__(self, by: Viewer) -> None:
        self.own = by.store
        self.by_number = {store.number: store.id for store in session.scalars(select(Store))}

    def find(self, row: Record) -> int | None:
        """The store's id, or None with the error noted."""
        number = row.text("store", required=self.own is None, max_length=40)
        if self.own is not None and not number:
            return self.own.id
        if number is None:
            return None
        if number not in self.by_number:
            row.refuse("store", _("There is no such store."))
        return self.by_number.get(number)


class Products:
    """Finds the product of a row."""

    def __init__(self, records: Records) -> None:
        self.by_code = queries.by_code({as_text(row["product"]) for row in records})

    def find(self, row: Record) -> int | None:
        """The product's id, or None with the error noted."""
        code = row.text("product", max_length=40)
        if code is None:
            return None
        product = self.by_code.get(code)
        if product is None:
            row.refuse("product", _("There is no product with this code."))
            return None
        return product.id
