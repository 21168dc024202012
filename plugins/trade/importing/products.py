"""Products from the rows of a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import numpy as np
from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade import queries
from plugins.trade.fixtures.tables import LARGEST_PRODUCT_CM, millimetres
from plugins.trade.importing.finding import sound
from plugins.trade.importing.intake import Before, Summary, digest, packed, unpacked
from plugins.trade.methods.blocks import unpack_once
from plugins.trade.methods.receipts import unpack
from plugins.trade.models import Batch, OrderLine, Placement, Product, SalesMonth, Stock
from plugins.trade.receipts.models import ReceiptBlock
from portal.api import Record, Records, Viewer, session

PRODUCTS = "products"
MONEY = frozenset({"price", "cost"})
COLUMNS_OF_PRODUCT = (
    "name", "barcode", "brand", "own_brand", "category", "pack_size", "price", "cost", "shelf_life_days",
    "width_mm", "height_mm", "depth_mm",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ProductRows:
    """Products as the rows have them; an empty cell says nothing."""

    rows: Sequence[dict[str, Any]]

    def summary(self) -> Summary:
        """Products against those that are known."""
        known = queries.by_code({row["code"] for row in self.rows})
        added = {row["code"] for row in self.rows} - known.keys()
        changed = {row["code"] for row in self.rows if row["code"] in known and _differs(known[row["code"]], row)}
        codes = {row["code"] for row in self.rows}
        return Summary(0, len(codes), len(added), len(changed), len(codes) - len(added) - len(changed))

    def write(self) -> tuple[dict[str, int], list[Before]]:
        """Add and change; products that are not named stay as they are."""
        known = queries.by_code({row["code"] for row in self.rows})
        was: dict[str, dict[str, Any] | None] = {}
        touched: dict[str, Product] = {}
        for row in self.rows:
            product = known.get(row["code"])
            if product is None:
                known[row["code"]] = product = Product(**row)
                session.add(product)
                was[row["code"]] = None
            elif _differs(product, row):
                was.setdefault(row["code"], _values(product))
                for name, value in row.items():
                    setattr(product, name, value)
            else:
                continue
            touched[row["code"]] = product
        session.flush()
        added = sum(values is None for values in was.values())
        counts = {"added": added, "changed": len(was) - added}
        after = {code: _values(product) for code, product in touched.items()}
        return counts, [Before(PRODUCTS, None, "", packed(was), digest(packed(after)))] if was else []


def read_products(records: Records, by: Viewer) -> ProductRows:
    """What the rows say; what is wrong is noted in the records."""
    seen: dict[str, int] = {}

    def read(row: Record) -> dict[str, Any]:
        values = _product_row(row)
        before = seen.setdefault(values["code"] or "", row.number)
        if values["code"] and before != row.number:
            row.refuse("product", _("This code stands in row %(row)s already.", row=before))
        return values

    rows = list(sound(records, read))
    return ProductRows([{name: value for name, value in row.items() if value not in (None, "")} for row in rows])


def _differs(product: Product, row: dict[str, Any]) -> bool:
    return any(getattr(product, name) != value for name, value in row.items())


def _values(product: Product) -> dict[str, Any]:
    """All that a row can say of it, as plain values."""
    values = {name: getattr(product, name) for name in COLUMNS_OF_PRODUCT}
    return {
        name: str(value.normalize()) if name in MONEY and value is not None else value for name, value in values.items()
    }


def put_back(befores: Sequence[Before], since: datetime) -> bool:
    """Put products back as they were; False, and nothing done, where one of them was changed since, or is in use by now.

    since: when they came, before which nobody can have sold one that was new.
    """
    was = {code: values for before in befores for code, values in unpacked(before.data or b"").items()}
    known = queries.by_code(set(was))
    if known.keys() != was.keys() or digest(packed({code: _values(known[code]) for code in was})) != befores[0].after:
        return False
    added = [known[code].id for code, values in was.items() if values is None]
    if _in_use(added, since):
        return False
    for code, values in was.items():
        if values is None:
            session.delete(known[code])
            continue
        for name, value in values.items():
            setattr(known[code], name, Decimal(value) if name in MONEY and value is not None else value)
    session.flush()
    return True


def _in_use(product_ids: Sequence[int], since: datetime) -> bool:
    """Whether something speaks of one of the products: stock, orders, shelves, receipts, or sales."""
    for model in (Stock, Batch, OrderLine, Placement):
        if session.scalar(select(model.id).where(model.product_id.in_(product_ids)).limit(1)) is not None:
            return True
    sold_since = select(SalesMonth.month, SalesMonth.block).where(SalesMonth.changed_at >= since)
    blocks = session.execute(sold_since) if product_ids else ()
    if any(np.isin(unpack_once(month, block).product_ids, product_ids).any() for month, block in blocks):
        return True
    bought_since = select(ReceiptBlock.month, ReceiptBlock.block).where(ReceiptBlock.changed_at >= since)
    receipts = session.execute(bought_since) if product_ids else ()
    return any(np.isin(unpack(month, block).lines["product"], product_ids).any() for month, block in receipts)


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
