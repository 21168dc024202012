"""A few weeks of receipts of the first store, in which some goods go together."""

from __future__ import annotations

from datetime import date

import numpy as np
from sqlalchemy import select

from plugins.trade.importing.rows import months_of
from plugins.trade.methods.receipts import ReceiptMonth, digest_of, lines_of, pack
from plugins.trade.models import Product, Stock
from plugins.trade.receipts.models import ReceiptBlock
from portal.api import DemoBuilder, insert_rows, session

RECEIPTS, DAYS = 900, 28
GO_TOGETHER = (("方便面", "饮料"), ("牛奶", "饼干"), ("酸奶", "饼干"))
TAKEN_ALONG = 0.45  # of the receipts with the first of a pair, those that hold the second for its sake


def build(builder: DemoBuilder) -> None:
    """Each receipt holds one to three categories, one product of each."""
    store = builder.stores[0]
    statement = select(Product.id, Product.category).join(Stock, Stock.product_id == Product.id)
    goods: dict[str, list[int]] = {}
    for product, category in session.execute(statement.where(Stock.store_id == store.id).order_by(Product.id)):
        goods.setdefault(category, []).append(product)
    if not goods:
        return
    noise = np.random.default_rng(builder.random.randrange(2**32))
    names = sorted(goods)
    rows: list[tuple[int, int, int]] = []
    for number in range(RECEIPTS):
        chosen = set(noise.choice(names, size=int(noise.integers(1, 4)), replace=False).tolist())
        chosen |= {b for a, b in GO_TOGETHER if a in chosen and b in goods and noise.random() < TAKEN_ALONG}
        day = builder.today.toordinal() - 1 - int(noise.integers(DAYS))
        rows += [(day, number, int(noise.choice(goods[name]))) for name in sorted(chosen)]
    _keep(store.id, rows)


def _keep(store_id: int, rows: list[tuple[int, int, int]]) -> None:
    day, number, product = (np.asarray(column, np.int64) for column in zip(*rows, strict=True))
    receipt = np.asarray([digest_of(str(each)) for each in range(RECEIPTS)], np.int64)[number]
    firsts = months_of(day)
    blocks = []
    for first in np.unique(firsts):
        at, month = firsts == first, date.fromordinal(int(first))
        lines = lines_of(day[at] - first, receipt[at], product[at], np.ones(int(at.sum()), np.int64))
        blocks.append({"store_id": store_id, "month": month, "block": pack(ReceiptMonth(month, lines))})
    insert_rows(ReceiptBlock, blocks)
