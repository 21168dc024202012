"""Tables in and out of files, for every importer and exporter: read_table, write_xlsx, write_csv."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from portal.files.archives import check_unfolded_size
from portal.files.cells import Cell, as_text, shown
from portal.files.content import encodings_to_try, recognise
from portal.files.exports import LEADS_A_FORMULA, Sheet, write_csv, write_xlsx
from portal.files.limited import run_limited
from portal.files.limits import CSV, XLSX, Limits, kind_title
from portal.files.models import StoredFile
from portal.files.services import read_stored
from portal.files.tables import CellError, Column, Record, Records, TableBroken, TableData

__all__ = [
    "Cell", "CellError", "Column", "Record", "Records", "Sheet", "TableBroken", "TableData",
    "read_table", "write_csv", "write_xlsx",
]  # fmt: skip

DELIMITERS = (",", "\t", ";", "|")
# For each cell that is allowed. The reader takes a whole row apart before its cells can be counted, and one row can be
# all of the file; some delimiters stand inside of quoted texts.
MOST_DELIMITERS = 2


def read_table(
    source: StoredFile | bytes,
    *,
    max_rows: int = 50_000,
    max_cells: int = 1_000_000,
    sheet: str | None = None,
    limits: Limits | None = None,
) -> TableData:
    """The table in an XLSX or CSV file (of a workbook: the named sheet, else the first visible one with content).

    Cells of XLSX have their types, those of CSV are texts. Raises TableBroken with row and column where possible.
    """
    data = source if isinstance(source, bytes) else read_stored(source)
    content = recognise(data)
    if content.locked:
        raise _broken(_("This file is locked with a password. Please save it without one."))
    if content.media_type == XLSX:
        return _table(*_read_xlsx(data, sheet, max_rows, max_cells, limits or Limits()))
    if content.media_type == CSV:
        return _table(_read_csv(data, max_rows, max_cells), "")
    raise _broken(_("This is not %(expected)s: it is %(what)s.", expected=kind_title("spreadsheet"), what=content.what))


def _broken(text: Any, row: int = 0, column: str = "") -> TableBroken:
    return TableBroken([CellError(row, column, str(text))])


def _table(numbered: Iterable[tuple[int, list[Cell]]], sheet: str) -> TableData:
    filled = [(number, cells) for number, cells in numbered if any(as_text(cell) for cell in cells)]
    if not filled:
        raise _broken(_("There is nothing in this file."))
    head_number, titles = filled[0]
    head = tuple(as_text(cell) for cell in titles)
    while head and not head[-1]:
        head = head[:-1]
    errors = [error for number, cells in filled[1:] for error in _too_long(number, cells, len(head))]
    if errors:
        raise TableBroken(errors)
    rows = tuple(tuple((cells + [None] * len(head))[: len(head)]) for _number, cells in filled[1:])
    return TableData(head, rows, sheet, tuple(number for number, _cells in filled[1:]), head_number)


def _too_long(number: int, cells: Sequence[Cell], width: int) -> Iterator[CellError]:
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


# XLSX


def _read_xlsx(
    data: bytes, sheet: str | None, max_rows: int, max_cells: int, limits: Limits
) -> tuple[list[tuple[int, list[Cell]]], str]:
    check_unfolded_size(data, limits, field="file")
    answer = run_limited("read_sheet", data, sheet=sheet, max_rows=max_rows, max_cells=max_cells)
    refused = answer.refused
    if refused == "no_sheet":
        names = ", ".join(answer.facts["sheets"])
        raise _broken(_("There is no sheet “%(sheet)s”. There are: %(names)s.", sheet=sheet, names=names))
    if refused == "too_large" and answer.facts.get("height", 0) > max_rows + 1:
        raise _too_many_rows(answer.facts["height"] - 1, max_rows)
    if refused == "too_large":
        raise _too_many_cells(max_cells)
    if refused == "empty":
        raise _broken(_("There is nothing in this file."))
    if refused:
        raise _broken(_("This file is broken and cannot be opened. Please save it again."))
    return _numbered(json.loads(answer.body), answer.facts), answer.facts["sheet"]


def _numbered(rows: list[list[Any]], facts: dict[str, Any]) -> list[tuple[int, list[Cell]]]:
    margin: list[Cell] = [None] * facts["column"]
    return [(facts["row"] + at, margin + [_cell(value) for value in row]) for at, row in enumerate(rows)]


def _cell(value: Any) -> Cell:
    """A value as it came through JSON: moments are marked, whole numbers are whole again."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, dict):
        return _moment(value["t"])
    return None if value == "" else value


def _moment(text: str) -> Cell:
    if "T" in text:
        moment = datetime.fromisoformat(text)
        return moment.date() if moment.time() == time() else moment
    return date.fromisoformat(text) if "-" in text else time.fromisoformat(text)


def _too_many_rows(rows: int, max_rows: int) -> TableBroken:
    text = _("There are %(rows)s rows. The limit is %(limit)s; please split the file.", rows=rows, limit=max_rows)
    return _broken(text)


def _too_many_cells(max_cells: int) -> TableBroken:
    return _broken(_("There is more in this file than %(limit)s cells; please split it.", limit=max_cells))


# CSV


def _read_csv(data: bytes, max_rows: int, max_cells: int) -> list[tuple[int, list[Cell]]]:
    text = _decoded(data)
    delimiter = _delimiter(text)
    if text.lower().startswith("sep="):
        delimiter, text = text[4:5], "\n" + text.partition("\n")[2]
    if text.count(delimiter) > MOST_DELIMITERS * max_cells:
        raise _too_many_cells(max_cells)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[Cell]]] = []
    cells_left, started = max_cells, 1
    try:
        for cells in reader:
            cells_left -= len(cells)
            if len(rows) > max_rows:
                raise _too_many_rows(sum(1 for _rest in reader) + len(rows), max_rows)
            if cells_left < 0:
                raise _too_many_cells(max_cells)
            rows.append((started, [_without_guard(cell) for cell in cells]))
            started = reader.line_num + 1
    except csv.Error as error:
        hint = _("This row cannot be read (%(why)s). Is a quotation mark missing?", why=str(error))
        raise _broken(hint, row=started) from error
    return rows


def _without_guard(cell: str) -> str:
    """Without the apostrophe that write_csv puts before what could be taken for a formula."""
    return cell[1:] if cell[:1] == "'" and LEADS_A_FORMULA.match(cell[1:]) else cell


def _decoded(data: bytes) -> str:
    """The text, in the encoding that fits; the row where none does any more."""
    best: UnicodeDecodeError | None = None
    for encoding in encodings_to_try(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            best = error if best is None or error.start > best.start else best
    row = data[: best.start].count(b"\n") + 1 if best else 0
    raise _broken(_("These characters cannot be read. Please save the file as CSV UTF-8."), row=row)


def _delimiter(text: str) -> str:
    """What separates the cells: the sign by which the first rows fall into most and equally many columns."""
    lines = text[:20_000].splitlines()[:20]

    def score(sign: str) -> tuple[int, int]:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=sign) if row]
        except csv.Error:
            return 0, 0
        common = max(set(widths), key=widths.count, default=1)
        return (widths.count(common) if common > 1 else 0), common

    return max(DELIMITERS, key=score)
