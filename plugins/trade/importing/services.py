"""Taking in tables, with errors by row and cell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade.fixtures.tables import read_planograms
from plugins.trade.importing.columns import COLUMNS
from plugins.trade.importing.finding import Products, Stores
from plugins.trade.importing.products import read_products
from plugins.trade.importing.sales import read_sales, write_sales
from plugins.trade.importing.stock import read_stock
from plugins.trade.models import Upload
from portal.api import CellError, Records, RuleBroken, Viewer, read_coded, read_table, record, session

MOST_ROWS = 300_000
MOST_CELLS = 3_000_000
MOST_SALES_ROWS = 1_500_000  # of a CSV; a workbook is opened as a whole, and holds MOST_ROWS at most
READERS: dict[str, Callable[[Records, Viewer], dict[str, int]]] = {"products": read_products, "stock": read_stock}


@dataclass(slots=True)
class Intake:
    """What an upload did, or would not do."""

    rows: int = 0
    errors: list[CellError] = field(default_factory=list)
    error_count: int = 0  # errors has the first of them
    written: bool = False
    repeated: bool = False
    counts: dict[str, int] = field(default_factory=dict)


def take_in(kind: str, data: bytes, *, name: str = "", by: Viewer) -> Intake:
    """Take in a CSV or XLSX of products, sales, stock or planograms; with a wrong row nothing is written.

    The same file again is recognised and changes nothing. Raises TableBroken when it is no table of this kind,
    RuleBroken for an unknown kind.
    """
    if kind not in COLUMNS:
        raise RuleBroken("kind", _("Unknown kind of file."))
    if kind == "products" and by.is_store_side:
        raise RuleBroken("kind", _("Products are kept by the distributor."))
    digest = hashlib.sha256(data).hexdigest()
    if _was_taken_in(kind, digest, by):
        return Intake(repeated=True, written=True)
    intake = _read(kind, data, by)
    if intake.errors:
        return intake
    upload = Upload(
        kind=kind,
        name=name[:200],
        sha256=digest,
        store_id=by.store.id if by.store else None,
        person_id=by.person.id,
        rows=intake.rows,
        counts=intake.counts,
    )
    session.add(upload)
    record("trade.taken_in", upload, kind=kind, rows=intake.rows)
    intake.written = True
    return intake


def _read(kind: str, data: bytes, by: Viewer) -> Intake:
    if kind == "sales":
        table = read_coded(data, COLUMNS[kind], max_rows=MOST_SALES_ROWS, max_sheet_rows=MOST_ROWS)
        sold = read_sales(table, by)
        if table.error_count:
            return Intake(rows=len(table), errors=table.first_errors(), error_count=table.error_count)
        return Intake(rows=len(table), counts=write_sales(sold))
    records = read_table(data, max_rows=MOST_ROWS, max_cells=MOST_CELLS).records(COLUMNS[kind])
    counts = READERS[kind](records, by) if kind in READERS else _read_planograms(records, by)
    return Intake(rows=len(records), errors=records.errors, error_count=len(records.errors), counts=counts)


def _was_taken_in(kind: str, digest: str, by: Viewer) -> bool:
    """Only the very last upload of the kind counts: an older file may be sent again to restore what it says."""
    statement = select(Upload.sha256).where(Upload.kind == kind)
    if by.store is not None:
        statement = statement.where(Upload.store_id == by.store.id)
    return session.scalar(statement.order_by(Upload.id.desc()).limit(1)) == digest


def _read_planograms(records: Records, by: Viewer) -> dict[str, int]:
    return read_planograms(records, Stores(by).find, Products(records).find, by)
