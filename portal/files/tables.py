"""A table that was read from a file: its rows under their headings, and where something is wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from flask_babel import gettext as _

from portal.errors import RuleBroken
from portal.files.cells import Cell, CellRefused, as_bool, as_choice, as_date, as_decimal, as_int, as_text, shown

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CellError:
    """What is wrong in a cell; `row` as the spreadsheet counts (0: the whole file), `column` its heading or letter."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        if not self.row:
            return self.text
        if not self.column:
            return _("Row %(row)s: %(text)s", row=self.row, text=self.text)
        return _("Row %(row)s, %(column)s: %(text)s", row=self.row, column=self.column, text=self.text)


class TableBroken(RuleBroken):
    """A file that cannot be read as a table; `errors` says where."""

    def __init__(self, errors: Sequence[CellError], field: str = "file") -> None:
        super().__init__(field, " ".join(str(error) for error in errors[:3]))
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that an importer looks for, under any of its headings."""

    name: str
    titles: tuple[str, ...]
    required: bool = True


@dataclass(frozen=True, slots=True)
class TableData:
    """The first row that is not empty as head, and every row after it that is not; `numbers` are their row numbers."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    sheet: str
    numbers: tuple[int, ...]
    head_number: int = 1

    def records(self, columns: Sequence[Column]) -> Records:
        """The rows, to be read by column name; raises TableBroken when required columns are missing."""
        return Records(self, places_of(self.head, self.head_number, columns))


def places_of(head: Sequence[str], head_number: int, columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands; raises TableBroken when a required one is missing, or one is there twice."""
    places, errors = {}, []
    titles = [_folded(title) for title in head]
    for column in columns:
        spellings = {_folded(each) for each in column.titles}
        found = [at for at, title in enumerate(titles) if title in spellings]
        if len(found) > 1:
            errors.append(CellError(head_number, head[found[0]], _("This column is there twice.")))
        elif found:
            places[column.name] = found[0]
        elif column.required:
            errors.append(CellError(head_number, column.titles[0], _("This column is missing.")))
    if errors:
        raise TableBroken(errors)
    return places


def nothing_in_it() -> TableBroken:
    """A file without a row."""
    return TableBroken([CellError(0, "", _("There is nothing in this file."))])


def too_long(number: int, cells: Sequence[Cell], width: int) -> Iterator[CellError]:
    """What stands in a row beyond the last heading."""
    for at in range(width, len(cells)):
        if as_text(cells[at]):
            yield CellError(
                number,
                _letters(at),
                _("“%(cell)s”: %(text)s", cell=shown(cells[at]), text=_("There is no heading over this cell.")),
            )
            return


def _letters(at: int) -> str:
    """The name of a column by its place: A, B, ... Z, AA."""
    name, at = "", at + 1
    while at:
        at, rest = divmod(at - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _folded(title: str) -> str:
    return "".join(title.split()).casefold()


@dataclass(slots=True)
class Records:
    """The rows of a table one after the other; collects what is wrong in their cells."""

    table: TableData
    places: Mapping[str, int]
    errors: list[CellError] = field(default_factory=list)

    def __iter__(self) -> Iterator[Record]:
        for number, cells in zip(self.table.numbers, self.table.rows, strict=True):
            yield Record(self, number, cells)

    def __len__(self) -> int:
        return len(self.table.rows)


@dataclass(frozen=True, slots=True)
class Record:
    """One row: each reader gives the cell's value, or notes what is wrong with it and gives None."""

    records: Records
    number: int
    cells: tuple[Cell, ...]

    def __getitem__(self, name: str) -> Cell:
        place = self.records.places.get(name)
        return self.cells[place] if place is not None else None

    def refuse(self, name: str, text: Any, *, because_of: str = "") -> None:
        """Note what is wrong with a cell, where only the importer can tell; what stands in it (in another) is quoted."""
        cell = shown(self[because_of or name])
        self._note(name, _("“%(cell)s”: %(text)s", cell=cell, text=text) if cell else text)

    def _note(self, name: str, text: Any) -> None:
        place = self.records.places.get(name)
        title = self.records.table.head[place] if place is not None else name
        self.records.errors.append(CellError(self.number, title, str(text)))

    def text(self, name: str, *, required: bool = True, max_length: int = 500) -> str | None:
        """A text; None when it is empty and was required."""
        value = self._read(name, as_text, required, "")
        if value is not None and len(value) > max_length:
            self.refuse(name, _("Longer than %(limit)s characters.", limit=max_length))
            return None
        return value

    def decimal(self, name: str, *, required: bool = True, minimum: Decimal | int | None = None) -> Decimal | None:
        """A number."""
        return self._at_least(name, self._read(name, as_decimal, required, None), minimum)

    def integer(self, name: str, *, required: bool = True, minimum: int | None = None) -> int | None:
        """A whole number."""
        return self._at_least(name, self._read(name, as_int, required, None), minimum)

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A day."""
        return self._read(name, as_date, required, None)

    def flag(self, name: str) -> bool | None:
        """Yes or no; empty is no."""
        return self._read(name, as_bool, False, False)

    def choice(self, name: str, choices: Mapping[str, T], *, required: bool = True) -> T | None:
        """One of the spellings of the choices."""
        return self._read(name, lambda cell: as_choice(cell, choices), required, None)

    def _read(self, name: str, reader: Callable[[Cell], T], required: bool, empty: T | None) -> T | None:
        cell = self[name]
        if as_text(cell) == "":
            if required:
                self._note(name, _("This cell must not be empty."))
                return None
            return empty
        try:
            return reader(cell)
        except CellRefused as error:
            self._note(name, error)  # it quotes the cell itself
            return None

    def _at_least(self, name: str, value: Any, minimum: Decimal | int | None) -> Any:
        if value is not None and minimum is not None and value < minimum:
            self.refuse(name, _("Must be at least %(minimum)s.", minimum=minimum))
            return None
        return value
