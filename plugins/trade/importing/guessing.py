"""Which of a file's columns is which of ours: told by the headings, else by what stands under them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from plugins.trade.importing.columns import COLUMNS
from portal.api import CellRefused, as_date, as_int, as_text

Cells = Sequence[Sequence[Any]]


def guess(kind: str, head: Sequence[str], rows: Cells, known: Mapping[str, set[str]]) -> dict[str, str]:
    """{our column: their heading}; a heading is used once. known: store numbers and product codes there are."""
    found: dict[str, str] = {}
    left = [heading for heading in head if heading]
    for column in COLUMNS[kind]:
        heading = next((one for one in left if _alike(one, column.titles)), None)
        if heading is not None:
            found[column.name] = heading
            left.remove(heading)
    for name, fits in _signs(known).items():
        if name in found or name not in {column.name for column in COLUMNS[kind]}:
            continue
        heading = next((one for one in left if _all_fit(fits, rows, head.index(one))), None)
        if heading is not None:
            found[name] = heading
            left.remove(heading)
    return found


def _alike(heading: str, titles: Sequence[str]) -> bool:
    """One contains the other: 商品编码(SKU) is 商品编码."""
    plain = _plain(heading)
    return any(_plain(title) in plain or (len(plain) > 1 and plain in _plain(title)) for title in titles)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def _signs(known: Mapping[str, set[str]]) -> dict[str, Callable[[Any], bool]]:
    """By what a cell of our columns is told, the surest first."""
    return {
        "day": _reads(as_date),
        "product": lambda cell: as_text(cell) in known["product"],
        "store": lambda cell: as_text(cell) in known["store"],
        "units": _reads(as_int),
        "on_hand": _reads(as_int),
    }


def _reads(reader: Callable[[Any], object]) -> Callable[[Any], bool]:
    def fits(cell: Any) -> bool:
        try:
            reader(cell)
        except CellRefused:
            return False
        return True

    return fits


def _all_fit(fits: Callable[[Any], bool], rows: Cells, place: int) -> bool:
    cells = [row[place] for row in rows if as_text(row[place])]
    return bool(cells) and all(fits(cell) for cell in cells)
