"""Widths of table columns, reckoned from the texts: a fixed table is laid out in half the time of one that measures."""

from __future__ import annotations

from collections.abc import Sequence

from portal.charts.text import clean, text_width

NARROWEST_EM, WIDEST_EM = 3.0, 24.0


def column_shares(head: Sequence[object], rows: Sequence[Sequence[object]]) -> tuple[float, ...]:
    """The share of each column in per cent, for the `shares` of the table macro; worth it from about 30 rows on."""
    columns = range(len(head))
    cells = [head, *rows]
    needs = [max(_need(row[column]) for row in cells if column < len(row)) for column in columns]
    return tuple(round(100 * need / sum(needs), 2) for need in needs)


def _need(cell: object) -> float:
    return max(NARROWEST_EM, min(WIDEST_EM, text_width(clean(cell), 1.0) + 1.2))
