"""Keyset paging: a page of 25 rows costs the same at the end of a list as at its beginning."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from flask_babel import gettext as _
from sqlalchemy import Integer, Select, TypeDecorator, and_, bindparam, or_
from sqlalchemy.orm import InstrumentedAttribute

from portal.db import Money, db
from portal.errors import RuleBroken
from portal.reading import Reading

Row = TypeVar("Row")
PAGE_SIZE = 25
LARGEST_PAGE = 200
LARGEST_INTEGER, LARGEST_AMOUNT = 2**31 - 1, 10**14


@dataclass(frozen=True, slots=True)
class Order:
    """A column to sort by; the last one of a list must be unique, such as the id. Columns must not be null."""

    column: InstrumentedAttribute[Any]
    descending: bool = False

    def beyond(self, value: Any, *, backwards: bool) -> Any:
        """The criterion for rows that come after (before, when backwards) this value."""
        return self.column < value if self.descending != backwards else self.column > value

    def clause(self, *, backwards: bool) -> Any:
        """The ORDER BY element."""
        return self.column.desc() if self.descending != backwards else self.column.asc()


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursors to those after and before them (None at the ends)."""

    items: Sequence[Row]
    next: str | None = None
    previous: str | None = None

    def __iter__(self) -> Any:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def keyset(
    rows: Select[Row] | Reading[Row],
    order: Sequence[Order],
    cursor: str | None,
    size: int = PAGE_SIZE,
    asked: Mapping[str, Any] | None = None,
) -> Page[Row]:
    """One page of mapped rows in this order; `cursor` is a Page's next or previous, None for the first page.

    A statement that is made once, with bindparam() for what changes (`asked`), makes its pages cheap; a Reading, whose
    rows are not to be changed, makes them the cheapest.

    Raises RuleBroken("cursor", ...) for a cursor that is none. Costs one query.
    """
    backwards, values = _read(cursor, order) if cursor else (False, None)
    size = min(max(size, 1), LARGEST_PAGE)
    where = WHERE[backwards] if values is not None else WHOLE
    known = {f"{PLACE}{index}": value for index, value in enumerate(values or ())}
    known |= {**(asked or {}), MOST: size + 1}
    page = _page_of(rows, order, where)
    found = list(page.all(known) if isinstance(page, Reading) else db.session.scalars(page, known).unique())
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_next, has_previous = (True, more) if backwards else (more, values is not None)
    return Page(
        found,
        _write(order, found[-1], backwards=False) if found and has_next else None,
        _write(order, found[0], backwards=True) if found and has_previous else None,
    )


WHOLE, WHERE, PLACE, MOST = "whole", {False: "after", True: "before"}, "keyset_", "keyset_most"


def _page_of(rows: Any, order: Sequence[Order], where: str) -> Any:
    """The statement of a page, made once for rows that are made once; its size is a parameter, as anybody can ask one."""
    pages = _PAGES.setdefault(rows, {})
    key = (where, *((part.column.key, part.descending) for part in order))
    if key not in pages:
        change = partial(_cut, order=order, where=where)
        pages[key] = rows.changed(change) if isinstance(rows, Reading) else change(rows)
    return pages[key]


_PAGES: WeakKeyDictionary[Any, dict[Any, Any]] = WeakKeyDictionary()


def _cut(statement: Select[Any], *, order: Sequence[Order], where: str) -> Select[Any]:
    backwards = where == WHERE[True]
    if where != WHOLE:
        statement = statement.where(_beyond(order, backwards))
    clauses = (part.clause(backwards=backwards) for part in order)
    return statement.order_by(None).order_by(*clauses).limit(bindparam(MOST, type_=Integer))


def _beyond(order: Sequence[Order], backwards: bool) -> Any:
    values = [bindparam(f"{PLACE}{index}", type_=part.column.type) for index, part in enumerate(order)]
    choices = []
    for index, part in enumerate(order):
        equal = [earlier.column == value for earlier, value in zip(order[:index], values, strict=False)]
        choices.append(and_(*equal, part.beyond(values[index], backwards=backwards)))
    return or_(*choices)


_WRITERS: dict[type, tuple[str, Any]] = {
    datetime: ("t", datetime.isoformat),
    date: ("d", date.isoformat),
    Decimal: ("m", str),
}
_READERS: dict[str, Any] = {"t": datetime.fromisoformat, "d": date.fromisoformat, "m": Decimal}


def _write(order: Sequence[Order], row: Any, *, backwards: bool) -> str:
    values: list[Any] = ["<" if backwards else ">"]
    for part in order:
        value = getattr(row, part.column.key)
        tag, writer = _WRITERS.get(type(value), ("", None))
        values.append([tag, writer(value)] if writer else value)
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def _read(cursor: str, order: Sequence[Order]) -> tuple[bool, list[Any]]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        direction, *found = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        values = [_READERS[v[0]](v[1]) if isinstance(v, list) else v for v in found]
        if direction not in {"<", ">"} or len(values) != len(order):
            raise ValueError("wrong length")
        if not all(_fits(part.column, value) for part, value in zip(order, values, strict=True)):
            raise ValueError("the cursor of another list")
        return direction == "<", values
    except (ValueError, KeyError, IndexError, TypeError, ArithmeticError, RecursionError, binascii.Error) as error:
        raise RuleBroken("cursor", _("This page of the list is not there. Please begin at the first one.")) from error


def _fits(column: InstrumentedAttribute[Any], value: Any) -> bool:
    """Whether the column can be compared with the value; anybody can write a cursor."""
    kept = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    kind = Decimal if isinstance(column.type, Money) else kept.python_type
    if type(value) is not kind:
        return False
    if isinstance(value, int):
        return abs(value) <= LARGEST_INTEGER
    if isinstance(value, str):
        return "\x00" not in value.encode().decode()  # what UTF-8 cannot spell raises ValueError
    if isinstance(value, datetime):
        return value.tzinfo is not None and abs(value.astimezone(UTC).year - 2000) < 1000
    return not isinstance(value, Decimal) or (value.is_finite() and abs(value) < LARGEST_AMOUNT)
