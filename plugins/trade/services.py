"""Taking in products, sales and stock from tables, with errors by row and cell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade import queries
from plugins.trade.fixtures.tables import LARGEST_PRODUCT_CM, PLANOGRAM_COLUMNS, millimetres, read_planograms
from plugins.trade.methods.blocks import empty, pack, unpack, with_days
from plugins.trade.models import Batch, Product, SalesMonth, Stock, Upload
from portal.api import (
    CellError,
    Column,
    Record,
    Records,
    RuleBroken,
    Store,
    Viewer,
    as_text,
    clock,
    read_table,
    record,
    session,
    signal,
)

sales_changed = signal("trade.sales_changed")
stock_changed = signal("trade.stock_changed")
LARGEST_ROWS = 300_000
LARGEST_CELLS = 3_000_000
MOST_UNITS_A_DAY = 100_000
MOST_UNITS_IN_STOCK = 1_000_000

STORE = Column("store", ("门店编号", "门店", "store", "store number"), required=False)
PRODUCT = Column("product", ("商品编码", "编码", "货号", "product", "product code", "code"))
COLUMNS: dict[str, tuple[Column, ...]] = {
    "products": (
        PRODUCT,
        Column("name", ("商品名称", "品名", "名称", "name")),
        Column("barcode", ("条码", "条形码", "barcode"), required=False),
        Column("brand", ("品牌", "brand"), required=False),
        Column("own_brand", ("自有品牌", "代理品牌", "own brand"), required=False),
        Column("category", ("品类", "类别", "category"), required=False),
        Column("pack_size", ("箱规", "pack size"), required=False),
        Column("price", ("零售价", "售价", "price"), required=False),
        Column("cost", ("进价", "成本", "cost"), required=False),
        Column("shelf_life_days", ("保质期天数", "保质期", "shelf life days"), required=False),
        Column("width_cm", ("宽cm", "宽度cm", "宽(cm)", "宽（cm）", "width cm"), required=False),
        Column("height_cm", ("高cm", "高度cm", "高(cm)", "高（cm）", "height cm"), required=False),
        Column("depth_cm", ("深cm", "深度cm", "深(cm)", "深（cm）", "depth cm"), required=False),
    ),
    "sales": (
        STORE,
        PRODUCT,
        Column("day", ("日期", "销售日期", "date", "day")),
        Column("units", ("数量", "销量", "units", "quantity")),
    ),
    "stock": (
        STORE,
        PRODUCT,
        Column("on_hand", ("库存", "现有库存", "on hand", "stock")),
        Column("on_order", ("在途", "已订未到", "on order"), required=False),
        Column("batch", ("批号", "batch"), required=False),
        Column("expires_on", ("到期日", "有效期至", "expires", "expiry"), required=False),
        Column("as_of", ("盘点日期", "截至日期", "as of"), required=False),
    ),
    "planogram": PLANOGRAM_COLUMNS,
}
KINDS = tuple(COLUMNS)


@dataclass(slots=True)
class Intake:
    """What an upload did, or would not do."""

    rows: int = 0
    errors: list[CellError] = field(default_factory=list)
    written: bool = False
    repeated: bool = False
    counts: dict[str, int] = field(default_factory=dict)


def take_in(kind: str, data: bytes, *, name: str = "", by: Viewer) -> Intake:
    """Take in a CSV or XLSX of products, sales or stock; with a wrong row nothing is written.

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
    records = read_table(data, max_rows=LARGEST_ROWS, max_cells=LARGEST_CELLS).records(COLUMNS[kind])
    readers: dict[str, Callable[[Records, Viewer], dict[str, int]]] = {
        "products": _read_products,
        "sales": _read_sales,
        "stock": _read_stock,
        "planogram": _read_planograms,
    }
    counts = readers[kind](records, by)
    if records.errors:
        return Intake(rows=len(records), errors=records.errors)
    upload = Upload(
        kind=kind,
        name=name[:200],
        sha256=digest,
        store_id=by.store.id if by.store else None,
        person_id=by.person.id,
        rows=len(records),
        counts=counts,
    )
    session.add(upload)
    record("trade.taken_in", upload, kind=kind, rows=len(records))
    return Intake(rows=len(records), written=True, counts=counts)


def _was_taken_in(kind: str, digest: str, by: Viewer) -> bool:
    """Only the very last upload of the kind counts: an older file may be sent again to restore what it says."""
    statement = select(Upload.sha256).where(Upload.kind == kind)
    if by.store is not None:
        statement = statement.where(Upload.store_id == by.store.id)
    return session.scalar(statement.order_by(Upload.id.desc()).limit(1)) == digest


def _read_products(records: Records, by: Viewer) -> dict[str, int]:
    rows = list(_sound(records, _product_row))
    if records.errors:
        return {}
    known = queries.by_code({row["code"] for row in rows})
    counts = {"added": 0, "changed": 0}
    for row in rows:
        product = known.get(row["code"])
        values = {name: value for name, value in row.items() if value not in (None, "")}  # an empty cell says nothing
        if product is None:
            known[row["code"]] = product = Product(**values)
            session.add(product)
            counts["added"] += 1
            continue
        if any(getattr(product, name) != value for name, value in values.items()):
            counts["changed"] += 1
        for name, value in values.items():
            setattr(product, name, value)
    return counts


def _product_row(row: Record) -> dict[str, Any]:
    """What a row says of a product; None or "" where it says nothing."""
    price = row.decimal("price", required=False, minimum=0)
    cost = row.decimal("cost", required=False, minimum=0)
    barcode = row.text("barcode", required=False, max_length=40) or ""
    if "E+" in barcode.upper():
        row.refuse("barcode", _("The spreadsheet shortened this barcode; format the column as text and export again."))
    return {
        "code": row.text("product", max_length=40),
        "name": row.text("name", max_length=200),
        "barcode": barcode,
        "brand": row.text("brand", required=False, max_length=80) or "",
        "own_brand": row.flag("own_brand") if row.text("own_brand", required=False) else None,
        "category": row.text("category", required=False, max_length=120) or "",
        "pack_size": row.integer("pack_size", required=False, minimum=1),
        "price": _money(price),
        "cost": _money(cost),
        "shelf_life_days": row.integer("shelf_life_days", required=False, minimum=1),
        **{f"{side}_mm": millimetres(row, f"{side}_cm", LARGEST_PRODUCT_CM) for side in ("width", "height", "depth")},
    }


def _money(value: Decimal | None) -> Decimal | None:
    return value.quantize(Decimal("0.0001")) if value is not None else None


def _read_sales(records: Records, by: Viewer) -> dict[str, int]:
    stores, products = _Stores(by), _Products(records)
    today = clock.today(by.distributor.timezone)
    by_block: dict[tuple[int, date], dict[tuple[int, int], int]] = {}

    def read(row: Record) -> None:
        store_id, product_id = stores.find(row), products.find(row)
        day, units = row.day("day"), row.integer("units")
        if day is not None and not today - timedelta(days=1500) <= day <= today:
            row.refuse("day", _("This day lies in the future or too far back."))
        if units is not None and abs(units) > MOST_UNITS_A_DAY:
            row.refuse("units", _("This is more than a store can sell in a day."))
        if store_id and product_id and day is not None and units is not None:
            changes = by_block.setdefault((store_id, day.replace(day=1)), {})
            changes[product_id, day.day] = changes.get((product_id, day.day), 0) + units

    for _row in _sound(records, read):
        pass
    if records.errors:
        return {}
    for (store_id, month), changes in by_block.items():
        _write_block(store_id, month, changes)
    for store_id in {store_id for store_id, _month in by_block}:
        sales_changed.send(None, store_id=store_id)
    return {"stores": len({store_id for store_id, _month in by_block})}


def _write_block(store_id: int, month: date, changes: dict[tuple[int, int], int]) -> None:
    statement = select(SalesMonth).where(SalesMonth.store_id == store_id, SalesMonth.month == month)
    row = session.scalars(statement.with_for_update()).one_or_none()
    if row is None:
        session.add(SalesMonth(store_id=store_id, month=month, block=pack(with_days(empty(month), changes))))
    else:
        row.block = pack(with_days(unpack(month, row.block), changes))


def _read_stock(records: Records, by: Viewer) -> dict[str, int]:
    stores, products = _Stores(by), _Products(records)
    today = clock.today(by.distributor.timezone)
    found: list[tuple[int, int, int, int, str, date | None, date]] = []

    def read(row: Record) -> None:
        store_id, product_id = stores.find(row), products.find(row)
        on_hand = row.integer("on_hand", minimum=0)
        on_order = row.integer("on_order", required=False, minimum=0) or 0
        number = row.text("batch", required=False, max_length=60) or ""
        expires = row.day("expires_on", required=False)
        as_of = row.day("as_of", required=False) or today
        if on_hand is not None and on_hand > MOST_UNITS_IN_STOCK:
            row.refuse("on_hand", _("This is more than a store can hold."))
        if bool(number) != bool(expires):
            here, other = ("expires_on", "batch") if number else ("batch", "expires_on")
            row.refuse(here, _("A batch needs its number and its date."), because_of=other)
        if as_of > today:
            row.refuse("as_of", _("This day lies in the future."))
        if store_id and product_id and on_hand is not None:
            found.append((store_id, product_id, on_hand, on_order, number, expires, as_of))

    for _row in _sound(records, read):
        pass
    if records.errors:
        return {}
    return _write_stock(found)


def _write_stock(rows: list[tuple[int, int, int, int, str, date | None, date]]) -> dict[str, int]:
    """Rows of several batches of one product add up to its stock."""
    levels: dict[tuple[int, int], tuple[int, int, date]] = {}
    store_ids = {row[0] for row in rows}
    batches = {(b.store_id, b.product_id, b.number): b for b in _of_stores(Batch, store_ids)}
    stocks = {(s.store_id, s.product_id): s for s in _of_stores(Stock, store_ids)}
    for store_id, product_id, on_hand, on_order, number, expires, as_of in rows:
        before = levels.get((store_id, product_id), (0, 0, as_of))
        levels[store_id, product_id] = (before[0] + on_hand, before[1] + on_order, max(before[2], as_of))
        if expires is not None:
            batch = batches.get((store_id, product_id, number))
            if batch is None:
                batch = Batch(store_id=store_id, product_id=product_id, number=number)
                batches[store_id, product_id, number] = batch
                session.add(batch)
            batch.expires_on, batch.units, batch.as_of = expires, on_hand, as_of
    for (store_id, product_id), (on_hand, on_order, as_of) in levels.items():
        stock = stocks.get((store_id, product_id))
        if stock is None:
            stock = Stock(store_id=store_id, product_id=product_id)
            session.add(stock)
        stock.on_hand, stock.on_order, stock.as_of = on_hand, on_order, as_of
    for store_id in store_ids:
        stock_changed.send(None, store_id=store_id)
    return {"stores": len(store_ids), "products": len(levels)}


def _read_planograms(records: Records, by: Viewer) -> dict[str, int]:
    return read_planograms(records, _Stores(by).find, _Products(records).find, by)


def _of_stores(model: Any, store_ids: set[int]) -> Iterator[Any]:
    wanted = sorted(store_ids)
    for start in range(0, len(wanted), 500):
        yield from session.scalars(select(model).where(model.store_id.in_(wanted[start : start + 500])))


def _sound(records: Records, read: Callable[[Record], Any]) -> Iterator[Any]:
    """Each row as read, of those in which nothing was wrong."""
    for row in records:
        before = len(records.errors)
        value = read(row)
        if len(records.errors) == before:
            yield value


class _Stores:
    """Finds the store of a row; store people need not name theirs and cannot name another."""

    def __init__(self, by: Viewer) -> None:
        self.own = by.store
        self.by_number = {store.number: store.id for store in session.scalars(select(Store))}

    def find(self, row: Record) -> int | None:
        """The store's id, or None with the error noted."""
        number = row.text("store", required=self.own is None, max_length=40)
        if self.own is not None and not number:
            return self.own.id
        if number is None:
            return None
        if number not in self.by_number:
            row.refuse("store", _("There is no such store."))
        return self.by_number.get(number)


class _Products:
    """Finds the product of a row."""

    def __init__(self, records: Records) -> None:
        self.by_code = queries.by_code({as_text(row["product"]) for row in records})

    def find(self, row: Record) -> int | None:
        """The product's id, or None with the error noted."""
        code = row.text("product", max_length=40)
        if code is None:
            return None
        product = self.by_code.get(code)
        if product is None:
            row.refuse("product", _("There is no product with this code."))
            return None
        return product.id
