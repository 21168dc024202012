"""Taking in tables: looked at first, written whole or not at all, and undone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade.fixtures.tables import read_planograms
from plugins.trade.importing import products, queries, sales, stock
from plugins.trade.importing.columns import COLUMNS
from plugins.trade.importing.finding import Products, Stores
from plugins.trade.importing.intake import Before, Parsed
from plugins.trade.importing.models import TAKEN_IN, UNDONE, WAITING, ColumnMap, Upload, UploadBefore
from portal.api import (
    MEGABYTE,
    CellError,
    CodedTable,
    Column,
    Limits,
    Records,
    RuleBroken,
    StoredFile,
    TableBroken,
    TableData,
    Viewer,
    clock,
    code_rows,
    delete_rows,
    delete_stored,
    insert_rows,
    peek_table,
    read_coded,
    read_stored,
    read_table,
    record,
    session,
    store_upload,
)

MOST_ROWS = 300_000
MOST_CELLS = 3_000_000
MOST_SALES_ROWS = 1_500_000  # of a CSV; a workbook is opened as a whole, and holds MOST_ROWS at most
LARGEST_FILE = Limits(max_bytes=60 * MEGABYTE)
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
    if kind == "sales":
        numbered: Any = iter([(0, head), *enumerate(cells, 1)])
        intake = _parsed_sales(code_rows(numbered, columns, lambda cell: cell), by)
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
        if not head or not _only_headings(broken, head):
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


def _only_headings(broken: TableBroken, head: Sequence[str]) -> bool:
    """Whether nothing but the headings is wrong: each error stands in the row of the headings."""
    return (
        len(head) > 1
        and all(error.row and error.column for error in broken.errors)
        and len({error.row for error in broken.errors}) == 1
    )


def _check_kind(kind: str, by: Viewer) -> None:
    if kind not in COLUMNS:
        raise RuleBroken("kind", _("Unknown kind of file."))
    if kind == "products" and by.is_store_side:
        raise RuleBroken("kind", _("Products are kept by the distributor."))


def read(kind: str, data: bytes, by: Viewer) -> Intake:
    """What the rows say; nothing is written, but for shelves."""
    columns = columns_for(kind, data)
    if kind == "sales":
        return _parsed_sales(read_coded(data, columns, max_rows=MOST_SALES_ROWS, max_sheet_rows=MOST_ROWS), by)
    records = read_table(data, max_rows=MOST_ROWS, max_cells=MOST_CELLS).records(columns)
    _check_rows(len(records))
    if kind == "planogram":
        counts = read_planograms(records, Stores(by).find, Products(records).find, by)
        return Intake(len(records), records.errors, len(records.errors), counts=counts)
    return _parsed(kind, records, by)


def _check_rows(count: int) -> None:
    if not count:
        raise RuleBroken("file", _("There are only headings in this file, and no rows under them."))


def _parsed_sales(table: CodedTable, by: Viewer) -> Intake:
    _check_rows(len(table))
    sold = sales.read_sales(table, by)
    if table.error_count:
        return Intake(rows=len(table), errors=table.first_errors(), error_count=table.error_count)
    return Intake(rows=len(table), parsed=sold)


def _parsed(kind: str, records: Records, by: Viewer) -> Intake:
    parsed = READERS[kind](records, by)
    if records.errors:
        return Intake(len(records), records.errors, len(records.errors))
    return Intake(len(records), parsed=parsed)


def columns_for(kind: str, data: bytes) -> Sequence[Column]:
    """Our columns, under the headings that somebody chose for a file like this one, else under the usual ones."""
    head, _rows = peek_table(data)
    said = queries.column_map(kind, head)
    if said is None:
        return COLUMNS[kind]
    return [
        Column(column.name, (said.columns[column.name],), column.required)
        for column in COLUMNS[kind]
        if column.name in said.columns
    ]


def say_columns(upload: Upload, chosen: Mapping[str, str], *, by: Viewer) -> None:
    """Remember under which headings our columns stand in files with these headings."""
    head, _rows = peek_table(_bytes_of(upload))
    missing = [column for column in COLUMNS[upload.kind] if column.required and not chosen.get(column.name)]
    if missing:
        raise RuleBroken(missing[0].name, _("Which column is that? It is needed."))
    headings = [heading for heading in chosen.values() if heading]
    if len(set(headings)) < len(headings) or not set(headings) <= set(head):
        raise RuleBroken("", _("Each column of the file can be chosen once."))
    said = queries.column_map(upload.kind, head)
    if said is None:
        said = ColumnMap(kind=upload.kind, headings=queries.headings_digest(head))
        session.add(said)
    said.columns = {name: heading for name, heading in chosen.items() if heading}
    said.told_by_id = by.person.id
    session.flush()
    record("trade.columns_said", said, kind=upload.kind)


def look_again(upload: Upload, by: Viewer) -> Intake:
    """Read a waiting upload once more, as it would be taken in now."""
    _check_waiting(upload)
    return read(upload.kind, _bytes_of(upload), by)


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


def undo(upload: Upload, *, by: Viewer) -> None:
    """Put back all that an upload changed; raises RuleBroken, and changes nothing, where some of it was changed since."""
    if upload.id not in queries.can_be_undone([upload]):
        raise RuleBroken("", _("This can no longer be undone."))
    befores = sorted(queries.befores(upload.id), key=lambda before: (before.kind, before.store_id or 0))
    for (kind, store_id), group in groupby(befores, key=lambda before: (before.kind, before.store_id)):
        if not _put_back(kind, store_id, list(group)):
            raise RuleBroken(
                "", _("Some of these figures were changed again since then, or are in use: undo that first.")
            )
    upload.state, upload.undone_at = UNDONE, clock.now()
    delete_rows(UploadBefore, UploadBefore.upload_id == upload.id)
    record("trade.undone", upload, kind=upload.kind, rows=upload.rows)


def _put_back(kind: str, store_id: int | None, befores: Sequence[Before]) -> bool:
    if kind == products.PRODUCTS:
        return products.put_back(befores)
    if store_id is None:
        raise ValueError("sales and stock belong to a store")
    return (sales if kind == sales.SALES else stock).put_back(store_id, befores)


def forget_old() -> None:
    """What waited for a day goes, and what was kept for undoing after a month."""
    now = clock.now()
    waiting = select(Upload).where(Upload.state == WAITING, Upload.created_at < now - queries.WAITS)
    for upload in session.scalars(waiting).all():
        file = session.get(StoredFile, upload.file_id) if upload.file_id else None
        session.delete(upload)
        session.flush()
        if file is not None:
            delete_stored(file)
    old = select(Upload.id).where(Upload.created_at < now - queries.UNDONE_WITHIN)
    delete_rows(UploadBefore, UploadBefore.upload_id.in_(old))


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


def _bytes_of(upload: Upload) -> bytes:
    if upload.file is None:
        raise RuleBroken("", _("This file was taken in already."))
    return read_stored(upload.file)


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
