"""Stores that can be compared: of one format, tier and region, with the same two products sold every day for months."""

from datetime import date

import numpy as np
from sqlalchemy import select

from plugins.trade.cohorts.ratios import earlier
from plugins.trade.methods.blocks import MonthBlock, days_in, pack
from plugins.trade.models import Product, SalesMonth, Stock
from portal.db import db
from portal.stores.models import Store
from portal.tenancy import insert_rows

KIND = {"format": "convenience", "tier": "B", "region": "华东"}
PRODUCTS = {"T": ("冰红茶", "饮料", "4", "3"), "W": ("矿泉水", "饮料", "2", "1"), "Y": ("酸奶", "乳品", "6", "4")}


def add_products():
    """Tea at 4 yuan and water at 2 in one category, yogurt at 6 in another; their ids by code."""
    for code, (name, category, price, cost) in PRODUCTS.items():
        row = Product(code=code, name=name, category=category, price=price, cost=cost, pack_size=6)
        row.own_brand, row.brand = code == "W", "禾川" if code == "W" else "山泉"
        db.session.add(row)
    db.session.flush()
    return dict(db.session.execute(select(Product.code, Product.id)).all())


def add_stores(count, first=100):
    """So many stores that are alike; their ids."""
    rows = [Store(number=f"K{number}", name=f"便利店{number}", **KIND) for number in range(first, first + count)]
    db.session.add_all(rows)
    db.session.flush()
    return [row.id for row in rows]


def sell(store_ids, products, daily, months, upto, *, stock=None):
    """Each store sells daily[code] of each product in each of the months before `upto`; stock: units of each on hand."""
    ids = np.asarray(sorted(products[code] for code in daily), np.int32)
    amounts = {products[code]: units for code, units in daily.items()}
    rows = []
    for back in range(1, months + 1):
        month = earlier(upto, back)
        units = np.repeat(
            np.asarray([[amounts[product]] for product in ids.tolist()], np.int32), days_in(month), axis=1
        )
        block = pack(MonthBlock(month, ids, units))
        rows += [{"store_id": store, "month": month, "block": block} for store in store_ids]
    insert_rows(SalesMonth, rows)
    if stock is not None:
        held = [(store, product, stock) for store in store_ids for product in ids.tolist()]
        insert_rows(
            Stock,
            [
                {"store_id": store, "product_id": product, "on_hand": units, "on_order": 0, "as_of": date(2026, 1, 1)}
                for store, product, units in held
            ],
        )
