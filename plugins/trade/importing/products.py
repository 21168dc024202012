"""Products from the rows of a table."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from plugins.trade import queries
from plugins.trade.fixtures.tables import LARGEST_PRODUCT_CM, millimetres
from plugins.trade.importing.finding import sound
from plugins.trade.models import Product
from portal.api import Record, Records, Viewer, session


def read_products(records: Records, by: Viewer) -> dict[str, int]:
    rows = list(sound(records, _product_row))
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
