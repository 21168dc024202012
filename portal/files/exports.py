"""Writing tables: what people typed can never become a formula in the spreadsheet of somebody else."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain, islice
from tempfile import TemporaryDirectory
from typing import Any

from flask_babel import get_timezone

CellValue = Any  # str, int, float, Decimal, bool, date, datetime, a lazy translation or None

# Spreadsheets take a text for a formula that starts so; the full-width signs count in East Asian ones.
LEADS_A_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_LARGEST_EXACT_NUMBER = 10**15
_WIDEST = 60
_SHEET_NAME_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook."""

    title: Any
    head: Sequence[Any]
    rows: Iterable[Sequence[CellValue]]


def write_csv(rows: Iterable[Sequence[CellValue]]) -> bytes:
    """A CSV that Excel opens rightly in Chinese (UTF-8 with BOM); the head is simply the first row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    for row in rows:
        writer.writerow([_guarded(value) for value in row])
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _guarded(value: CellValue) -> Any:
    if value is None or isinstance(value, bool | int | float | Decimal):
        return _plain_number(value)
    if isinstance(value, datetime):
        return _local(value).isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date | time):
        return value.isoformat()
    text = str(value).replace("\x00", "")
    return f"'{text}" if LEADS_A_FORMULA.match(text) else text


def _plain_number(value: Any) -> Any:
    return format(value, "f") if isinstance(value, Decimal) and value.is_finite() else value


def _local(moment: datetime) -> datetime:
    """The wall clock of the reader; spreadsheets know no time zones."""
    return moment.astimezone(get_timezone()).replace(tzinfo=None) if moment.tzinfo else moment


def write_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A workbook; rows are written as they come and are not kept in memory."""
    import xlsxwriter

    out = io.BytesIO()
    with TemporaryDirectory(prefix="storewise-xlsx-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(out, options) as book:
            formats = _Formats(book)
            names: set[str] = set()
            for sheet in sheets:
                _write_sheet(book.add_worksheet(_sheet_name(str(sheet.title), names)), sheet, formats)
    return out.getvalue()


class _Formats:
    def __init__(self, book: Any) -> None:
        head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "quote_prefix": True}
        self.head = book.add_format(head)
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        # What Excel itself sets when somebody types an apostrophe: a text, also after the cell was edited.
        self.text = book.add_format({"quote_prefix": True})


def _sheet_name(title: str, taken: set[str]) -> str:
    base = _SHEET_NAME_FORBIDDEN.sub(" ", title).strip()[:31] or "Sheet"
    name, count = base, 1
    while name.casefold() in taken:
        count += 1
        name = f"{base[:27]} {count}"
    taken.add(name.casefold())
    return name


def _write_sheet(page: Any, sheet: Sheet, formats: _Formats) -> None:
    rows = iter(sheet.rows)
    first = list(islice(rows, 50))
    for at, title in enumerate(sheet.head):
        widths = [_width(title), *(_width(row[at]) for row in first if at < len(row))]
        page.set_column(at, at, min(max(widths) + 2, _WIDEST))
    for at, title in enumerate(sheet.head):
        page.write_string(0, at, str(title), formats.head)
    count = 0
    for count, row in enumerate(chain(first, rows), start=1):
        for at, value in enumerate(row):
            _write_cell(page, count, at, value, formats)
    page.freeze_panes(1, 0)
    if sheet.head:
        page.autofilter(0, 0, count, len(sheet.head) - 1)


def _width(value: CellValue) -> int:
    """About how many digits wide: a Chinese character takes two."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in str(value if value is not None else ""))


def _write_cell(page: Any, row: int, column: int, value: CellValue, formats: _Formats) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        _write_number(page, row, column, value, formats)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, _local(value), formats.moment)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, formats.day)
    else:
        text = str(value)[:32_767]
        page.write_string(row, column, text, *([formats.text] if LEADS_A_FORMULA.match(text) else []))


def _write_number(page: Any, row: int, column: int, value: Any, formats: _Formats) -> None:
    if not Decimal(str(value)).is_finite():
        return
    if isinstance(value, int) and abs(value) >= _LARGEST_EXACT_NUMBER:  # Excel would round it
        page.write_string(row, column, str(value))
    else:
        page.write_number(row, column, value, *([formats.money] if isinstance(value, Decimal) else []))
