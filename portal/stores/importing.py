"""Stores in and out as tables: errors by row and cell, and nothing written while a row is wrong unless asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal.audit.services import record
from portal.db import db
from portal.errors import RuleBroken
from portal.files.exports import Sheet
from portal.files.spreadsheets import read_table
from portal.files.tables import CellError, Column, Record, Records
from portal.stores import queries, services
from portal.stores.forms import FORMAT_TITLES
from portal.stores.models import FORMATS, TIERS, Store
from portal.stores.services import StoreDetails

LARGEST_IMPORT = 20_000

COLUMNS = (
    Column("number", ("门店编号", "编号", "number", "store number")),
    Column("name", ("门店名称", "名称", "name", "store name")),
    Column("format", ("业态", "format"), required=False),
    Column("tier", ("等级", "tier"), required=False),
    Column("region", ("区域", "region"), required=False),
    Column("address", ("地址", "address"), required=False),
    Column("area_m2", ("面积", "面积（平方米）", "面积（m2）", "area", "area m2"), required=False),
    Column("opened_on", ("开业日期", "开业", "opened", "opened on"), required=False),
    Column("rep", ("业务员", "sales rep", "rep"), required=False),
)
FORMAT_SPELLINGS = {
    "便利店": "convenience",
    "超市": "supermarket",
    "大卖场": "hypermarket",
    "小卖部": "corner_shop",
    "小店": "corner_shop",
    "夫妻店": "corner_shop",
    "专卖店": "specialty",
    "餐饮店": "restaurant",
    "餐饮": "restaurant",
    "其他": "other",
    "convenience store": "convenience",
    "corner shop": "corner_shop",
    "specialty store": "specialty",
} | {key: key for key in FORMATS}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would not do."""

    added: int
    changed: int
    unchanged: int
    errors: Sequence[CellError]
    written: bool


def import_stores(data: bytes, *, skip_wrong_rows: bool = False) -> ImportResult:
    """Add and change stores by number from CSV or XLSX; with a wrong row nothing is written unless it may be skipped.

    Raises TableBroken (a RuleBroken) when the file is no table, or lacks the number or the name.
    """
    records = read_table(data, max_rows=LARGEST_IMPORT).records(COLUMNS)
    reps = {member.person.name.casefold(): member.id for member in queries.reps()}
    known = {store.number: store for store in db.session.scalars(select(Store))}
    rows = list(_rows(records, known, reps))
    if records.errors and not skip_wrong_rows:
        return ImportResult(0, 0, 0, records.errors, written=False)
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    for details, store in rows:
        counts[_write(details, store)] += 1
    record("stores.imported", None, **counts, skipped=len({error.row for error in records.errors}))
    return ImportResult(**counts, errors=records.errors, written=True)


def _rows(
    records: Records, known: dict[str, Store], reps: dict[str, int]
) -> Iterator[tuple[StoreDetails, Store | None]]:
    seen: set[str] = set()
    for row in records:
        before = len(records.errors)
        number = row.text("number", max_length=40)
        store = known.get(number or "")
        details = _details(row, number, store, reps)
        if number in seen:
            row.refuse("number", _("This number stands twice in the file."))
        if number:
            seen.add(number)
        if len(records.errors) == before and details is not None and _is_sound(row, details):
            yield details, store


def _details(row: Record, number: str | None, store: Store | None, reps: dict[str, int]) -> StoreDetails | None:
    name = row.text("name", max_length=120)
    area = row.decimal("area_m2", required=False)
    rep = row.choice("rep", reps, required=False) if row["rep"] else None
    kind = row.choice("format", FORMAT_SPELLINGS, required=False) if row["format"] else None
    tier = row.choice("tier", {tier: tier for tier in TIERS}, required=False) if row["tier"] else None
    opened = row.day("opened_on", required=False)
    region, address = row.text("region", required=False), row.text("address", required=False)
    if number is None or name is None:
        return None
    old = store or Store(format="other", tier="C", region="", address="", active=True)
    return StoreDetails(
        number=number,
        name=name,
        format=kind or old.format,
        tier=tier or old.tier,
        region=region or old.region,
        address=address or old.address,
        area_m2=float(area) if area is not None else old.area_m2,
        opened_on=opened or old.opened_on,
        rep_membership_id=rep or old.rep_membership_id,
        active=old.active,
    )


def _is_sound(row: Record, details: StoreDetails) -> bool:
    try:
        services.check(details)
    except RuleBroken as error:
        row.refuse("rep" if error.field == "rep_membership_id" else error.field, error.message)
        return False
    return True


def _write(details: StoreDetails, store: Store | None) -> str:
    if store is None:
        services.add_store(details)
        return "added"
    before = services.details_of(store)
    services.change_store(store, details)
    return "unchanged" if before == details else "changed"


def export_sheet() -> Sheet:
    """All stores of the walls, in the form that the import reads."""
    reps = {member.id: member.person.name for member in queries.reps()}
    head = [
        _("Store number"),
        _("Store name"),
        _("Format"),
        _("Tier"),
        _("Region"),
        _("Address"),
        _("Area m2"),
        _("Opened"),
        _("Sales rep"),
    ]
    stores = db.session.scalars(select(Store).order_by(Store.number))
    rows = (
        (
            store.number,
            store.name,
            str(FORMAT_TITLES.get(store.format, store.format)),
            store.tier,
            store.region,
            store.address,
            store.area_m2,
            store.opened_on,
            reps.get(store.rep_membership_id or 0, ""),
        )
        for store in stores
    )
    return Sheet(_l("Stores"), head, rows)
