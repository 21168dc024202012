"""Taking in tables: looked at first, written whole or not at all, and undone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from plugins.trade.fixtures.tables import read_planograms
from plugins.trade.importing import headings, products, queries, receipts, sales, stock
from plugins.trade.importing.columns import COLUMNS
from plugins.trade.importing.finding import Products, Stores
from plugins.trade.importing.intake import Before, Parsed
from plugins.trade.importing.models import TAKEN_IN, WAITING, Upload, UploadBefore
from portal.api import (
    MEGABYTE,
    CellError,
    CodedTable,
    Column,
    Limits,
    Records,
    RuleBroken,
    TableBroken,
    TableData,
    Viewer,
    clock,
    code_rows,
    delete_stored,
    insert_rows,
    peek_table,
    read_coded,
    read_table,
    record,
    session,
    store_upload,
)

MOST_ROWS = 300_000
MOST_CELLS = 3_000_000
MOST_CODED_ROWS = 1_500_000  # of a CSV; a workbook is opened as a whole, and holds MOST_ROWS at most
LARGEST_FILE = Limits(max_bytes=60 * MEGABYTE)
# Kinds with so many rows that they are read column by column
CODED: dict[str, Callable[[CodedTable, Viewer], Parsed]] = {
    "sales": sales.read_sales,
    "receipts": receipts.read_receipts,
}
READERS: dict[str, Callable[[Records, Viewer], Parsed]] = {
    "products": products.read_products,
    "stock": stock.read_stock,
}


@dataclass(slots=True)
class Intake:
    """What an upload did, or would not do. parsed: the rows, where nothing is wrong; None for shelves."""

    rows: int = 0
    errors: Sequence[CellError] = field(default_factory=list)
    error_count: int = 0  # errors has the first of them
    written: bool = False
    repeated: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)
    parsed: Parsed | None = None


def take_in(kind: str, data: bytes, *, name: str = "", by: Viewer) -> Intake:
    """Take in a CSV or XLSX of products, sales, stock or planograms; with a wrong row nothing is written.

    The same file again is recognised and changes nothing. Raises TableBroken when it is no table of this kind,
    RuleBroken for an unknown kind.
    """
    _check_kind(kind, by)
    sha256 = hashlib.sha256(data).hexdigest()
    if queries.last_digest(kind, by) == sha256:
        return Intake(repeated=True, written=True)
    intake = read(kind, data, by)
    if not intake.errors:
        _write(_upload(kind, name, sha256, by), intake)
    return intake


def take_rows(kind: str, rows: Sequence[Mapping[str, Any]], *, by: Viewer) -> Intake:
    """Take in rows by the names of our columns, as a program sends them, numbered from 1; all of them or none.

    The same rows again change nothing.
    """
    _check_kind(kind, by)
    told = json.dumps(rows, sort_keys=True, default=str, ensure_ascii=False)
    sha256 = hashlib.sha256(told.encode()).hexdigest()
    if queries.last_digest(kind, by) == sha256:
        return Intake(rows=len(rows), repeated=True, written=True)
    columns = [Column(column.name, (column.name,), column.required) for column in COLUMNS[kind]]
    head = tuple(column.name for column in columns)
    cells = [tuple(_cell(row.get(name)) for name in head) for row in rows]
    if kind in CODED:
        numbered: Any = iter([(0, head), *enumerate(cells, 1)])
        intake = _parsed_coded(kind, code_rows(numbered, columns, lambda cell: cell), by)
    else:
        table = TableData(head, tuple(cells), "", tuple(range(1, len(cells) + 1)), 0)
        intake = _parsed(kind, table.records(columns), by)
    if not intake.errors:
        _write(_upload(kind, _("by a program"), sha256, by), intake)
    return intake


def _cell(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def stage(kind: str, data: bytes, *, name: str = "", by: Viewer) -> tuple[Upload | None, Intake]:
    """Look at a table and let it wait; None where something is wrong in it, or it was taken in already.

    Shelves are taken in at once: their page shows what became of them. Raises as take_in does; where only headings are
    not known, MissingColumns has the upload that waits for them.
    """
    _check_kind(kind, by)
    if kind == "planogram":
        return None, take_in(kind, data, name=name, by=by)
    sha256 = hashlib.sha256(data).hexdigest()
    if queries.last_digest(kind, by) == sha256:
        return None, Intake(repeated=True, written=True)
    try:
        intake = read(kind, data, by)
    except TableBroken as broken:
        head, _rows = peek_table(data)
        if not head or not headings.only_headings(broken, head):
            raise
        raise MissingColumns(broken, _waiting(kind, name, sha256, data, by)) from broken
    if intake.errors:
        return None, intake
    upload = _waiting(kind, name, sha256, data, by)
    upload.rows = intake.rows
    return upload, intake


class MissingColumns(TableBroken):
    """Headings that nobody has explained yet; `upload` waits until somebody does."""

    def __init__(self, broken: TableBroken, upload: Upload) -> None:
        super().__init__(broken.errors)
        self.upload = upload


def _check_kind(kind: str, by: Viewer) -> None:
    if kind not in COLUMNS:
        raise RuleBroken("kind", _("Unknown kind of file."))
    if kind == "products" and by.is_store_side:
        raise RuleBroken("kind", _("Products are kept by the distributor."))


def read(kind: str, data: bytes, by: Viewer) -> Intake:
    """What the rows say; nothing is written, but for shelves."""
    columns = headings.columns_for(kind, data)
    if kind in CODED:
        table = read_coded(data, columns, max_rows=MOST_CODED_ROWS, max_sheet_rows=MOST_ROWS)
        return _parsed_coded(kind, table, by)
    records = read_table(data, max_rows=MOST_ROWS, max_cells=MOST_CELLS).records(columns)
    _check_rows(len(records))
    if kind == "planogram":
        counts = read_planograms(records, Stores(by).find, Products(records).find, by)
        return Intake(len(records), records.errors, len(records.errors), counts=counts)
    return _parsed(kind, records, by)


def _check_rows(count: int) -> None:
    if not count:
        raise RuleBroken("file", _("There are only headings in this file, and no rows under them."))


def _parsed_coded(kind: str, table: CodedTable, by: Viewer) -> Intake:
    _check_rows(len(table))
    parsed = CODED[kind](table, by)
    if table.error_count:
        return Intake(rows=len(table), errors=table.first_errors(), error_count=table.error_count)
    return Intake(rows=len(table), parsed=parsed)


def _parsed(kind: str, records: Records, by: Viewer) -> Intake:
    parsed = READERS[kind](records, by)
    if records.errors:
        return Intake(len(records), records.errors, len(records.errors))
    return Intake(len(records), parsed=parsed)


def look_again(upload: Upload, by: Viewer) -> Intake:
    """Read a waiting upload once more, as it would be taken in now."""
    _check_waiting(upload)
    return read(upload.kind, queries.bytes_of(upload), by)


def take_waiting(upload: Upload, *, by: Viewer) -> Intake:
    """Take in what was looked at; with a wrong row (the products may have changed) nothing is written."""
    intake = look_again(upload, by)
    if not intake.errors:
        file = upload.file
        upload.file_id = None
        upload.created_at = clock.now()
        _write(upload, intake)
        if file is not None:
            delete_stored(file)
    return intake


def discard(upload: Upload) -> None:
    """Do not take it in."""
    _check_waiting(upload)
    file = upload.file
    session.delete(upload)
    session.flush()
    if file is not None:
        delete_stored(file)


def _upload(kind: str, name: str, sha256: str, by: Viewer, state: str = TAKEN_IN) -> Upload:
    upload = Upload(
        kind=kind,
        name=name[:200],
        sha256=sha256,
        state=state,
        store_id=by.store.id if by.store else None,
        person_id=by.person.id,
    )
    session.add(upload)
    return upload


def _waiting(kind: str, name: str, sha256: str, data: bytes, by: Viewer) -> Upload:
    upload = _upload(kind, name, sha256, by, WAITING)
    stored = store_upload(data, name or "table.csv", kinds=("spreadsheet",), limits=LARGEST_FILE)
    session.flush()
    upload.file_id = stored.id
    session.flush()
    return upload


def _check_waiting(upload: Upload) -> None:
    if upload.state != WAITING or upload.file_id is None:
        raise RuleBroken("", _("This file was taken in already."))


def _write(upload: Upload, intake: Intake) -> None:
    """Write the rows, with what was there before them."""
    befores: Sequence[Before] = ()
    if intake.parsed is not None:
        intake.counts, befores = intake.parsed.write()
    upload.rows, upload.counts, upload.state = intake.rows, dict(intake.counts), TAKEN_IN
    session.flush()
    if befores:
        names = ("kind", "store_id", "key", "data", "after")
        rows = [{name: getattr(before, name) for name in names} | {"upload_id": upload.id} for before in befores]
        insert_rows(UploadBefore, rows)
    record("trade.taken_in", upload, kind=upload.kind, rows=upload.rows)
    intake.written = True
