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
from portal.files.cells import Cell, as_text
from portal.files.coded import CodedTable, code_rows
from portal.files.content import encodings_to_try, recognise
from portal.files.exports import LEADS_A_FORMULA, Sheet, write_csv, write_xlsx
from portal.files.limited import run_limited
from portal.files.limits import CSV, XLSX, Limits, kind_title
from portal.files.models import StoredFile
from portal.files.services import read_stored
from portal.files.tables import (
    CellError,
    Column,
    Record,
    Records,
    TableBroken,
    TableData,
    nothing_in_it,
    too_long,
)

__all__ = [
    "Cell",
    "CellError",
    "CodedTable",
    "Column",
    "Record",
    "Records",
    "Sheet",
    "TableBroken",
    "TableData",
    "read_coded",
    "read_table",
    "write_csv",
    "write_xlsx",
]  # fmt: skip

DELIMITERS = (",", "\t", ";", "|")
# For each cell that is allowed. The reader takes a whole row apart before its cells can be counted, and one row can be
# all of the file; some delimiters stand inside of quoted texts.
MOST_DELIMITERS = 2
MOST_A_LINE = 100_000  # delimiters
SAMPLE_BYTES = 40_000  # from which the delimiter is told
PEEKED, MOST_COLUMNS = 100, 500  # of a workbook that is only looked at
MOST_ROWS = 10_000_000  # of a CSV that is: its first rows are all that is read of it
CELLS_A_ROW = 20  # of a long table, on average


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
    if _media_type(data) == XLSX:
        return _table(*_read_xlsx(data, sheet, max_rows, max_cells, limits or Limits()))
    rows: Any = (
        (number, [_without_guard(cell) for cell in cells]) for number, cells in _csv_rows(data, max_rows, max_cells)
    )
    return _table(rows, "")


def read_coded(
    source: StoredFile | bytes, columns: Sequence[Column], *, max_rows: int, max_sheet_rows: int
) -> CodedTable:
    """The wanted columns of a long table, each spelling once (portal/files/coded.py).

    max_rows: of CSV; max_sheet_rows: of a workbook, which is read as a whole. Raises TableBroken as read_table does.
    """
    data = source if isinstance(source, bytes) else read_stored(source)
    if _media_type(data) == XLSX:
        most = max_sheet_rows * CELLS_A_ROW
        rows, _sheet = _read_xlsx(data, None, max_sheet_rows, most, Limits())
        return code_rows(iter(rows), columns, lambda cell: cell)
    numbered: Any = _csv_rows(data, max_rows, max_rows * CELLS_A_ROW)
    return code_rows(numbered, columns, _without_guard)


def peek_table(source: StoredFile | bytes, rows: int = 5) -> tuple[tuple[str, ...], list[tuple[Cell, ...]]]:
    """The headings and the first rows under them; nothing at all of what is no table."""
    data = source if isinstance(source, bytes) else read_stored(source)
    found: list[list[Cell]] = []
    try:
        if _media_type(data) == XLSX:
            numbered: Any = _read_xlsx(data, None, PEEKED, PEEKED * MOST_COLUMNS, Limits(), PEEKED)[0]
        else:
            numbered = _csv_rows(data, MOST_ROWS, MOST_ROWS * CELLS_A_ROW)
        for _number, cells in numbered:
            if any(map(as_text, cells)):
                found.append([_without_guard(cell) if isinstance(cell, str) else cell for cell in cells])
            if len(found) > rows:
                break
    except TableBroken:
        return (), []
    if not found:
        return (), []
    head = tuple(as_text(cell) for cell in found[0])
    return head, [tuple((cells + [None] * len(head))[: len(head)]) for cells in found[1:]]


def _media_type(data: bytes) -> str:
    """XLSX or CSV; raises TableBroken for anything else."""
    content = recognise(data)
    if content.locked:
        raise _broken(_("This file is locked with a password. Please save it without one."))
    if content.media_type not in (XLSX, CSV):
        raise _broken(
            _("This is not %(expected)s: it is %(what)s.", expected=kind_title("spreadsheet"), what=content.what)
        )
    return content.media_type


def _broken(text: Any, row: int = 0, column: str = "") -> TableBroken:
    return TableBroken([CellError(row, column, str(text))])


def _table(numbered: Iterable[tuple[int, list[Cell]]], sheet: str) -> TableData:
    filled = [(number, cells) for number, cells in numbered if any(as_text(cell) for cell in cells)]
    if not filled:
        raise nothing_in_it()
    head_number, titles = filled[0]
    head = tuple(as_text(cell) for cell in titles)
    while head and not head[-1]:
        head = head[:-1]
    errors = [error for number, cells in filled[1:] for error in too_long(number, cells, len(head))]
    if errors:
        raise TableBroken(errors)
    rows = tuple(tuple((cells + [None] * len(head))[: len(head)]) for _number, cells in filled[1:])
    return TableData(head, rows, sheet, tuple(number for number, _cells in filled[1:]), head_number)


# XLSX


def _read_xlsx(
    data: bytes,
    sheet: str | None,
    max_rows: int,
    max_cells: int,
    limits: Limits,
    first_rows: int | None = None,
) -> tuple[list[tuple[int, list[Cell]]], str]:
    check_unfolded_size(data, limits, field="file")
    answer = run_limited("read_sheet", data, sheet=sheet, max_rows=max_rows, max_cells=max_cells, first_rows=first_rows)
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


def _csv_rows(data: bytes, max_rows: int, max_cells: int) -> Iterator[tuple[int, list[str]]]:
    """The rows with the number of the line on which each begins; the text is never there as a whole."""
    encoding = _encoding(data)
    beginning = data[:SAMPLE_BYTES].decode(encoding, errors="ignore")
    delimiter, skipped = _delimiter(beginning), 0
    if beginning.lower().startswith("sep="):
        delimiter, skipped = beginning[4:5], 1
    if data.count(delimiter.encode()) > MOST_DELIMITERS * max_cells:
        raise _too_many_cells(max_cells)
    lines = io.TextIOWrapper(io.BytesIO(data), encoding, newline="")
    for _line in range(skipped):
        next(lines)
    narrow = _narrow(lines, delimiter, min(MOST_A_LINE, MOST_DELIMITERS * max_cells), max_cells)
    reader = csv.reader(narrow, delimiter=delimiter, strict=True)
    cells_left, started, count = max_cells, 1 + skipped, 0
    try:
        for cells in reader:
            cells_left -= len(cells)
            count += 1
            if count > max_rows + 1:
                raise _too_many_rows(sum(1 for _rest in reader) + count - 1, max_rows)
            if cells_left < 0:
                raise _too_many_cells(max_cells)
            yield started, cells
            started = reader.line_num + 1 + skipped
    except csv.Error as error:
        hint = _("This row cannot be read (%(why)s). Is a quotation mark missing?", why=str(error))
        raise _broken(hint, row=started) from error


def _narrow(lines: Iterable[str], delimiter: str, most: int, max_cells: int) -> Iterator[str]:
    """The lines, as long as the reader can take each of them apart: it makes all cells of one at once."""
    for line in lines:
        if line.count(delimiter) > most:
            raise _too_many_cells(max_cells)
        yield line


def _without_guard(cell: str) -> str:
    """Without the apostrophe that write_csv puts before what could be taken for a formula."""
    return cell[1:] if cell[:1] == "'" and LEADS_A_FORMULA.match(cell[1:]) else cell


def _encoding(data: bytes) -> str:
    """The encoding that fits from the first to the last byte; names the row where none does any more."""
    best: UnicodeDecodeError | None = None
    for encoding in encodings_to_try(data):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            best = error if best is None or error.start > best.start else best
        else:
            return encoding
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
