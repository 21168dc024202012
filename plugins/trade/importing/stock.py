"""Stock and batches from the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade.importing.finding import Products, Stores, sound
from plugins.trade.models import Batch, Stock
from plugins.trade.signals import stock_changed
from portal.api import Record, Records, Viewer, clock, session

MOST_UNITS_IN_STOCK = 1_000_000


def read_stock(records: Records, by: Viewer) -> dict[str, int]:
    stores, products = Stores(by), Products(records)
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

    for _row in sound(records, read):
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


def _of_stores(model: Any, store_ids: set[int]) -> Iterator[Any]:
    wanted = sorted(store_ids)
    for start in range(0, len(wanted), 500):
        yield from session.scalars(select(model).where(model.store_id.in_(wanted[start : start + 500])))
