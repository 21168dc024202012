"""A month of one store's receipts as one compact block: what was bought together, line by line.

A receipt is known by its day and a digest of its number: the numbers themselves say nothing about goods, and are not kept.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

from plugins.trade.methods.blocks import days_in

Integers = npt.NDArray[np.integer[Any]]
LINE = np.dtype([("day", "u1"), ("receipt", "<i8"), ("product", "<i4"), ("units", "<i4")])
HEAD = b"R1"


@dataclass(frozen=True, slots=True)
class ReceiptMonth:
    """Lines [n] in order of day, receipt and product, each product once on a receipt. day: from 0, in the month."""

    month: date
    lines: npt.NDArray[np.void]

    def __post_init__(self) -> None:
        if self.month.day != 1:
            raise ValueError("receipts are kept by the month")
        if self.lines.dtype != LINE:
            raise ValueError("a line has day, receipt, product and units")

    def __len__(self) -> int:
        """How many receipts there are."""
        return int(begins(self.lines).sum())


def digest_of(number: str) -> int:
    """By what a receipt is known beside its day: 64 bits, so that two of a million numbers hardly ever meet."""
    return int.from_bytes(blake2b(number.encode(), digest_size=8).digest(), "little", signed=True)


def lines_of(day: Integers, receipt: Integers, product: Integers, units: Integers) -> npt.NDArray[np.void]:
    """Lines in order; those of a product that stands twice on a receipt are added up."""
    order = np.lexsort((product, receipt, day))
    found = np.zeros(len(order), LINE)
    for name, column in (("day", day), ("receipt", receipt), ("product", product), ("units", units)):
        found[name] = column[order]
    first = begins(found)
    first[1:] |= np.diff(found["product"]) != 0
    starts = np.flatnonzero(first)
    added: npt.NDArray[np.void] = found[starts]
    if len(starts):
        added["units"] = np.add.reduceat(found["units"], starts)
    return added


def empty(month: date) -> ReceiptMonth:
    """A month without receipts."""
    return ReceiptMonth(month, np.zeros(0, LINE))


def pack(month: ReceiptMonth) -> bytes:
    """The lines as bytes for a column, field by field: days and receipts repeat, and take next to no room."""
    parts = [np.ascontiguousarray(month.lines[name]).tobytes() for name in LINE.names or ()]
    return HEAD + zlib.compress(len(month.lines).to_bytes(4, "little") + b"".join(parts), 3)


def unpack(month: date, data: bytes) -> ReceiptMonth:
    """What pack() made; raises ValueError for anything else."""
    try:
        raw = zlib.decompress(data.removeprefix(HEAD)) if data.startswith(HEAD) else b""
    except zlib.error as error:
        raise ValueError("not a block of receipts") from error
    count = int.from_bytes(raw[:4], "little")
    if len(raw) != 4 + count * LINE.itemsize:
        raise ValueError("not a block of receipts")
    lines, at = np.zeros(count, LINE), 4
    for name in LINE.names or ():
        kind = LINE[name]
        lines[name] = np.frombuffer(raw, kind, count, at)
        at += count * kind.itemsize
    if count and int(lines["day"].max()) >= days_in(month):
        raise ValueError("a block of another month")
    return ReceiptMonth(month, lines)


def with_receipts(known: ReceiptMonth, lines: npt.NDArray[np.void]) -> ReceiptMonth:
    """The month with these receipts (as of lines_of()) instead of those of the same day and number; a repeat changes nothing."""
    kept = known.lines[~np.isin(_keys(known.lines), _keys(lines))]
    both = np.concatenate([kept, lines])
    return ReceiptMonth(known.month, both[np.lexsort((both["product"], both["receipt"], both["day"]))])


def compare(known: ReceiptMonth, lines: npt.NDArray[np.void]) -> tuple[int, int, int]:
    """How many receipts of these lines are new, changed, and the same as before."""
    mine = _whole(lines)
    before = _whole(known.lines)
    new = sum(key not in before for key in mine)
    same = sum(before.get(key) == whole for key, whole in mine.items())
    return new, len(mine) - new - same, same


def _whole(lines: npt.NDArray[np.void]) -> dict[tuple[int, int], bytes]:
    """Each receipt's lines as bytes, by day and digest."""
    starts = np.flatnonzero(begins(lines))
    return {
        (int(part["day"][0]), int(part["receipt"][0])): part[["product", "units"]].tobytes()
        for part in np.split(lines, starts[1:])
        if len(part)
    }


def _keys(lines: npt.NDArray[np.void]) -> Integers:
    """One number for each day and receipt, as far as 64 bits tell them apart."""
    keys: Integers = lines["receipt"] ^ (lines["day"].astype("<i8") << 56)
    return keys


def begins(lines: npt.NDArray[np.void]) -> npt.NDArray[np.bool_]:
    """Whether a receipt begins with the line [n]; lines in order."""
    first = np.ones(len(lines), bool)
    first[1:] = (np.diff(lines["day"].astype(int)) != 0) | (np.diff(lines["receipt"]) != 0)
    return first
