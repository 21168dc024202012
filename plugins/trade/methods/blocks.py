"""A month of one store's daily sales as one compact block: reading half a year of a store is reading seven rows.

A long table of the same (a row per store, product and day) would be hundreds of times as many rows.
"""

from __future__ import annotations

import calendar
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Integers = npt.NDArray[np.integer[Any]]
WIDTHS = {1: "<i1", 2: "<i2", 4: "<i4"}  # bytes of a count, and how numpy calls them


@dataclass(frozen=True, slots=True)
class MonthBlock:
    """Units sold: `units[i, d]` of product `product_ids[i]` (ascending) on day d + 1 of the month; returns are negative."""

    month: date
    product_ids: Ints
    units: Ints

    def __post_init__(self) -> None:
        if self.month.day != 1:
            raise ValueError("a block begins on the first of its month")
        if self.units.shape != (len(self.product_ids), days_in(self.month)):
            raise ValueError("units has a row for each product and a column for each day of the month")


def days_in(month: date) -> int:
    """How many days the month has."""
    return calendar.monthrange(month.year, month.month)[1]


def empty(month: date) -> MonthBlock:
    """A month in which nothing was sold."""
    return MonthBlock(month, np.zeros(0, np.int32), np.zeros((0, days_in(month)), np.int32))


def pack(block: MonthBlock) -> bytes:
    """The block as bytes for a column: one byte that says how wide a count is, how many products, their ids, the units."""
    width = _narrowest(block.units)
    head = bytes((width,)) + np.asarray([len(block.product_ids)], "<i4").tobytes()
    return zlib.compress(
        head + block.product_ids.astype("<i4").tobytes() + block.units.astype(WIDTHS[width]).tobytes(), 3
    )


def _narrowest(units: Ints) -> int:
    """The fewest bytes that hold each count: a shop mostly sells under 128 of a product in a day."""
    low, high = (int(units.min()), int(units.max())) if units.size else (0, 0)
    return next(width for width in WIDTHS if -(2 ** (8 * width - 1)) <= low and high < 2 ** (8 * width - 1))


@lru_cache(maxsize=512)
def unpack(month: date, data: bytes) -> MonthBlock:
    """What pack() made, not to be written to; raises ValueError for anything else. Remembers the last blocks."""
    return unpack_once(month, data)


def unpack_once(month: date, data: bytes) -> MonthBlock:
    """The same for who goes through all stores and meets no block twice."""
    try:
        raw = zlib.decompress(data)
    except zlib.error as error:
        raise ValueError("not a block of sales") from error
    days, kind = days_in(month), WIDTHS.get(raw[0]) if raw else None
    if kind is None or len(raw) < 5:
        raise ValueError("not a block of sales")
    count = int.from_bytes(raw[1:5], "little")
    if len(raw) != 5 + count * (4 + raw[0] * days):
        raise ValueError("a block of another month")
    ids = np.frombuffer(raw, "<i4", count, 5).astype(np.int32)
    units = np.frombuffer(raw, kind, count * days, 5 + 4 * count).astype(np.int32).reshape(count, days)
    for numbers in (ids, units):
        numbers.setflags(write=False)
    return MonthBlock(month, ids, units)


def with_entries(block: MonthBlock, product_ids: Integers, days: Integers, units: Integers) -> MonthBlock:
    """The block with units set, for entries [n]: product id, place of the day in the month from 0, units; none of them twice.

    A repeat of the same changes nothing.
    """
    ids = np.union1d(block.product_ids, product_ids).astype(np.int32)
    changed = np.zeros((len(ids), days_in(block.month)), np.int32)
    changed[np.searchsorted(ids, block.product_ids)] = block.units
    changed[np.searchsorted(ids, product_ids), days] = units
    return MonthBlock(block.month, ids, changed)


@dataclass(frozen=True, slots=True)
class History:
    """Daily units of one store over a span of days: `units[i, d]` of product `product_ids[i]` on day `first` + d."""

    first: date
    product_ids: Ints
    units: Ints

    def of(self, product_id: int) -> Ints:
        """The product's daily units; zeros when it never sold."""
        place = int(np.searchsorted(self.product_ids, product_id))
        if place < len(self.product_ids) and self.product_ids[place] == product_id:
            row: Ints = self.units[place]
            return row
        return np.zeros(self.units.shape[1], np.int32)


def last_day_sold(block: MonthBlock) -> date:
    """The last day of the month on which anything was sold; its first where nothing was."""
    sold = np.flatnonzero(block.units.any(axis=0))
    return block.month + timedelta(days=int(sold[-1]) if len(sold) else 0)


def history(blocks: Sequence[MonthBlock], first: date, days: int) -> History:
    """The blocks put together from `first` on; days without a block count as no sales."""
    found = [block.product_ids for block in blocks]
    ids = np.unique(np.concatenate(found)).astype(np.int32) if found else np.zeros(0, np.int32)
    return History(first, ids, put_together(blocks, ids, first, days))


def put_together(blocks: Iterable[MonthBlock], product_ids: Ints, first: date, days: int) -> Ints:
    """Daily units [n, days] from `first` on of these products (ascending), all of the blocks' among them."""
    units = np.zeros((len(product_ids), days), np.int32)
    for block in blocks:
        start = (block.month - first).days
        left, right = max(start, 0), min(start + block.units.shape[1], days)
        if left < right:
            rows = np.searchsorted(product_ids, block.product_ids)
            units[rows, left:right] = block.units[:, left - start : right - start]
    return units
