"""A long table, column by column: each spelling is kept and read once, however many rows have it.

A million rows of sales name a few stores, a thousand products and a year of days. As texts in tuples they fill half a
gigabyte and are read a million times; as numbers of spellings they are four small arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
from flask_babel import gettext as _

from portal.files.cells import Cell, CellRefused, as_text, shown
from portal.files.tables import CellError, Column, nothing_in_it, places_of, too_long

Codes = npt.NDArray[np.int32]
T = TypeVar("T")
MOST_ERRORS = 1_000  # that are told of; all are counted


@dataclass(frozen=True, slots=True)
class Spellings(Generic[T]):
    """What the spellings of a column mean: `values` by code, None where a cell is refused or empty."""

    codes: Codes
    values: Sequence[T | None]

    def take(self, of: Callable[[T], int], missing: int = 0) -> npt.NDArray[np.int64]:
        """A number for each row."""
        numbers = np.asarray([missing if value is None else of(value) for value in self.values] or [missing], np.int64)
        return numbers[self.codes]


@dataclass(slots=True)
class CodedTable:
    """Rows as codes of spellings; collects what is wrong in cells, by row and column."""

    head: tuple[str, ...]
    places: dict[str, int]
    numbers: Codes  # of the rows, as a spreadsheet counts
    codes: dict[str, Codes]
    cells: dict[str, list[Cell]]
    errors: list[CellError] = field(default_factory=list)
    error_count: int = 0

    def __len__(self) -> int:
        return len(self.numbers)

    def read(self, name: str, reader: Callable[[Cell], T], *, required: bool = True) -> Spellings[T]:
        """Read each spelling of a column; rows whose cell is refused, or empty and required, are noted.

        `reader` raises CellRefused. A column that is not there is empty.
        """
        if name not in self.codes:
            if required:
                self._note(np.arange(len(self)), name, [_("This cell must not be empty.")], np.zeros(len(self), int))
            return Spellings(np.zeros(len(self), np.int32), [None])
        values: list[T | None] = []
        wrong: dict[int, str] = {}
        for code, cell in enumerate(self.cells[name]):
            value = None
            try:
                if as_text(cell):
                    value = reader(cell)
                elif required:
                    wrong[code] = _("This cell must not be empty.")
            except CellRefused as error:
                wrong[code] = str(error)
            values.append(value)
        self._note_codes(name, wrong)
        return Spellings(self.codes[name], values)

    def refuse(self, name: str, rows: npt.NDArray[np.bool_], text: Any) -> None:
        """Note what is wrong with the cells of some rows, where only the importer can tell."""
        found = np.flatnonzero(rows)
        if len(found):
            texts = [_("“%(cell)s”: %(text)s", cell=shown(cell), text=text) for cell in self.cells[name]]
            self._note(found, name, texts, self.codes[name][found])

    def _note_codes(self, name: str, wrong: dict[int, str]) -> None:
        if wrong:
            rows = np.flatnonzero(np.isin(self.codes[name], list(wrong)))
            self._note(rows, name, wrong, self.codes[name][rows])

    def _note(self, rows: npt.NDArray[np.intp], name: str, texts: Any, codes: npt.NDArray[Any]) -> None:
        title = self.head[self.places[name]] if name in self.places else name
        self.error_count += len(rows)
        self.errors += [
            CellError(int(self.numbers[row]), title, str(texts[int(code)]))
            for row, code in zip(rows[:MOST_ERRORS], codes[:MOST_ERRORS], strict=True)
        ]

    def first_errors(self) -> list[CellError]:
        """What is wrong, from the top of the file, each row from its first column on."""
        places = {title: place for place, title in enumerate(self.head)}
        return sorted(self.errors, key=lambda error: (error.row, places.get(error.column, 0)))[:MOST_ERRORS]


def code_rows(
    numbered: Iterator[tuple[int, Sequence[Cell]]], columns: Sequence[Column], clean: Callable[[Any], Cell]
) -> CodedTable:
    """The rows under the first one that is not empty. clean: done to each spelling.

    Raises TableBroken when there is no row, or when required columns are missing.
    """
    head_number, head = _head(numbered)
    places = places_of(head, head_number, columns)
    known: dict[str, dict[Any, int]] = {name: {} for name in places}
    found: dict[str, list[int]] = {name: [] for name in places}
    numbers: list[int] = []
    errors: list[CellError] = []
    ways = [(place, known[name], found[name]) for name, place in places.items()]
    width = len(head)
    for number, cells in numbered:
        if len(cells) != width:
            cells = _fitted(number, cells, width, errors)
        if not any(map(as_text, cells)):
            continue
        numbers.append(number)
        for place, codes, column in ways:
            cell = cells[place]
            key = cell if cell.__class__ is str else (cell.__class__, cell)  # 1, 1.0 and True are not the same cell
            code = codes.get(key)
            if code is None:
                code = codes[key] = len(codes)
            column.append(code)
    return CodedTable(
        head=head,
        places=places,
        numbers=np.asarray(numbers, np.int32),
        codes={name: np.asarray(column, np.int32) for name, column in found.items()},
        cells={
            name: [clean(key if isinstance(key, str) else key[1]) for key in codes] for name, codes in known.items()
        },
        errors=errors,
        error_count=len(errors),
    )


def _head(numbered: Iterable[tuple[int, Sequence[Cell]]]) -> tuple[int, tuple[str, ...]]:
    for number, cells in numbered:
        head = tuple(as_text(cell) for cell in cells)
        while head and not head[-1]:
            head = head[:-1]
        if head:
            return number, head
    raise nothing_in_it()


def _fitted(number: int, cells: Sequence[Cell], width: int, errors: list[CellError]) -> Sequence[Cell]:
    """A row as wide as the head; what stands beyond it is noted."""
    if len(cells) > width and len(errors) < MOST_ERRORS:
        errors.extend(too_long(number, cells, width))
    return [*cells[:width], *([None] * (width - len(cells)))]
