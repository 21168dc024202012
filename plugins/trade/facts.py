"""What stores sell and have, as arrays over many stores at once: the ground of all advice that is computed.

Half a year of 500 products is seven rows of sales and one statement for the stock of a hundred stores, so that a night
is enough for ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, reduce
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import String, bindparam, cast, func, select

from plugins.trade.methods.blocks import MonthBlock, last_day_sold, put_together, unpack_once
from plugins.trade.models import ON_THE_WAY, Batch, OrderLine, Product, SalesMonth, Stock, StoreOrder
from portal.api import Prepared

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
HISTORY_DAYS = 182
STALE_DAYS = 14  # figures that end earlier say nothing of today
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The distributor's products, by ascending id. active: still sold. price, cost: yuan, NaN where not told.

    width, height: mm of one facing, NaN where nobody measured it.
    """

    ids: Ints
    codes: tuple[str, ...]
    names: tuple[str, ...]
    brands: tuple[str, ...]
    categories: tuple[str, ...]
    own_brand: Flags
    active: Flags
    pack_size: Ints
    price: Floats
    cost: Floats
    width: Floats
    height: Floats

    def places(self, product_ids: Ints) -> npt.NDArray[np.intp]:
        """Where each of the products stands in the arrays."""
        return np.searchsorted(self.ids, product_ids)


@dataclass(frozen=True, slots=True)
class Panel:
    """Several stores, one line for each product that a store sells or has; the lines of a store stand together.

    store_ids, until, known_days: one for each store: the last day with sales, and for how many of the days there is a
    history at all. begins: where the lines of each store begin, and at its end where the last ones end. units[n, d]:
    sold on day d, the last column being the store's `until`; returns are negative. on_hand, on_order: units, on_hand
    -1 where no stock was told. counted_on: how many days before `until` the stock was counted (negative: after it).
    """

    store_ids: Ints
    until: tuple[date, ...]
    known_days: Ints
    begins: Ints
    product_ids: Ints
    units: Ints
    on_hand: Ints
    on_order: Ints
    counted_on: Ints

    def __len__(self) -> int:
        return len(self.store_ids)

    @property
    def store_of_line(self) -> npt.NDArray[np.intp]:
        """For each line which of the stores it belongs to."""
        return np.repeat(np.arange(len(self.store_ids)), np.diff(self.begins))

    def lines_of(self, store: int) -> slice:
        """The lines of the store at this place."""
        return slice(int(self.begins[store]), int(self.begins[store + 1]))


@dataclass(frozen=True, slots=True)
class BatchLine:
    """A batch in a store, as columns."""

    id: int
    store_id: int
    product_id: int
    number: str
    expires_on: date
    units: int


def catalogue() -> Catalogue:
    """All products of the acting distributor."""
    rows = _products().rows()
    return Catalogue(
        ids=np.asarray([row.id for row in rows], np.int32),
        codes=tuple(row.code for row in rows),
        names=tuple(row.name for row in rows),
        brands=tuple(row.brand for row in rows),
        categories=tuple(row.category for row in rows),
        own_brand=np.asarray([row.own_brand for row in rows], bool),
        active=np.asarray([row.active for row in rows], bool),
        pack_size=np.asarray([row.pack_size for row in rows], np.int32),
        price=_numbers(row.price for row in rows),
        cost=_numbers(row.cost for row in rows),
        width=_numbers(row.width_mm for row in rows),
        height=_numbers(row.height_mm for row in rows),
    )


def _numbers(amounts: Iterable[Any]) -> Floats:
    return np.asarray([np.nan if amount is None else float(amount) for amount in amounts], float)


@lru_cache(maxsize=1)
def _products() -> Prepared:
    p = Product
    columns: Any = (
        *(p.id, p.code, p.name, p.brand, p.category, p.own_brand, p.active, p.pack_size, p.price, p.cost),
        *(p.width_mm, p.height_mm),
    )
    return Prepared(select(*columns).order_by(Product.id))


def panel(store_ids: Sequence[int], *, today: date, days: int = HISTORY_DAYS) -> Panel:
    """The stores (in ascending order of id) whose figures are fresh enough to advise on, with `days` days of history."""
    first_month = (today - timedelta(days=days + STALE_DAYS)).replace(day=1)
    sold = _sales().rows(stores=list(store_ids), first=first_month)
    stocks = _by_store(_stocks().rows(stores=list(store_ids)))
    ordered = _by_store(_ordered().rows(stores=list(store_ids)))
    parts = [
        part
        for store_id, rows in groupby(sold, _store_of)
        if (part := _of_store(store_id, list(rows), stocks, ordered, today, days)) is not None
    ]
    return _joined(parts, days)


def _store_of(row: Any) -> int:
    return int(row[0])


def _by_store(rows: Iterable[Any]) -> dict[int, list[Any]]:
    return {store_id: list(found) for store_id, found in groupby(rows, _store_of)}


@lru_cache(maxsize=1)
def _sales() -> Prepared:
    statement = select(SalesMonth.store_id, SalesMonth.month, SalesMonth.block)
    stores: Any = bindparam("stores", expanding=True)
    statement = statement.where(SalesMonth.store_id.in_(stores), SalesMonth.month >= bindparam("first"))
    return Prepared(statement.order_by(SalesMonth.store_id, SalesMonth.month))


@lru_cache(maxsize=1)
def _stocks() -> Prepared:
    """One row for each store and day of counting, its products as text: half a thousand rows would cost three times as much."""
    numbers: Any = (cast(column, String) for column in (Stock.product_id, Stock.on_hand, Stock.on_order))
    line = reduce(lambda text, number: text + " " + number, numbers)
    stores: Any = bindparam("stores", expanding=True)
    statement = select(Stock.store_id, Stock.as_of, func.aggregate_strings(line, " ")).where(Stock.store_id.in_(stores))
    return Prepared(statement.group_by(Stock.store_id, Stock.as_of).order_by(Stock.store_id))


@lru_cache(maxsize=1)
def _ordered() -> Prepared:
    """What stores have ordered and not received: it is on its way, whether the last count of the stock knew it or not."""
    line: Any = OrderLine
    statement = select(line.store_id, line.product_id, func.sum(line.units))
    statement = statement.join(StoreOrder, StoreOrder.id == line.order_id).where(StoreOrder.state.in_(ON_THE_WAY))
    stores: Any = bindparam("stores", expanding=True)
    statement = statement.where(line.store_id.in_(stores)).group_by(line.store_id, line.product_id)
    return Prepared(statement.order_by(line.store_id, line.product_id))


def _of_store(
    store_id: int,
    rows: list[Any],
    stocks: dict[int, list[Any]],
    ordered: dict[int, list[Any]],
    today: date,
    days: int,
) -> Panel | None:
    blocks = [unpack_once(month, data) for _store, month, data in rows]
    until = last_day_sold(blocks[-1])
    if (today - until).days > STALE_DAYS:
        return None
    first = until - timedelta(days=days - 1)
    stock, orders = stocks.get(store_id, []), ordered.get(store_id, [])
    told, counted_on = _told(stock, until)
    asked = np.asarray([row[1:3] for row in orders], np.int32).reshape(-1, 2)
    ids = np.unique(np.concatenate([*(block.product_ids for block in blocks), told[:, 0], asked[:, 0]]))
    levels = np.full((len(ids), 3), (UNKNOWN, 0, 0), np.int32)
    places = np.searchsorted(ids, told[:, 0])
    levels[places, :2] = told[:, 1:]
    levels[places, 2] = counted_on
    coming = np.searchsorted(ids, asked[:, 0])
    levels[coming, 1] = np.maximum(levels[coming, 1], asked[:, 1])
    return Panel(
        store_ids=np.asarray([store_id], np.int32),
        until=(until,),
        known_days=np.asarray([min(days, (until - _first_day(blocks)).days + 1)], np.int32),
        begins=np.asarray([0, len(ids)], np.int32),
        product_ids=ids,
        units=put_together(blocks, ids, first, days),
        on_hand=levels[:, 0],
        on_order=levels[:, 1],
        counted_on=levels[:, 2],
    )


def _told(stock: list[Any], until: date) -> tuple[Ints, Ints]:
    """Product, on hand and on order of each counted product, and how many days before `until` that was."""
    parts = [np.fromstring(text, np.int32, sep=" ").reshape(-1, 3) for _store, _day, text in stock]
    days = [np.full(len(part), (until - row[1]).days, np.int32) for part, row in zip(parts, stock, strict=True)]
    none = np.zeros((0, 3), np.int32)
    return np.concatenate([none, *parts]), np.concatenate([none[:, 0], *days])


def _first_day(blocks: Sequence[MonthBlock]) -> date:
    """The day on which the store's history begins: the first with any sales in its first month that has some."""
    for block in blocks:
        sold = np.flatnonzero(block.units.any(axis=0))
        if len(sold):
            return block.month + timedelta(days=int(sold[0]))
    return blocks[-1].month


def _joined(parts: Sequence[Panel], days: int) -> Panel:
    def all_of(name: str, empty: tuple[int, ...] = (0,)) -> Ints:
        found = [getattr(part, name) for part in parts]
        return np.concatenate(found) if found else np.zeros(empty, np.int32)

    counts = [len(part.product_ids) for part in parts]
    return Panel(
        store_ids=all_of("store_ids"),
        until=tuple(part.until[0] for part in parts),
        known_days=all_of("known_days"),
        begins=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        product_ids=all_of("product_ids"),
        units=all_of("units", (0, days)),
        on_hand=all_of("on_hand"),
        on_order=all_of("on_order"),
        counted_on=all_of("counted_on"),
    )


def batches(store_ids: Sequence[int], *, last: date) -> Iterator[BatchLine]:
    """The batches of these stores with units that end on or before `last`, by store and product, first-expiring first."""
    for row in _batches().rows(stores=list(store_ids), last=last):
        yield BatchLine(*row)


@lru_cache(maxsize=1)
def _batches() -> Prepared:
    b = Batch
    columns: Any = (b.id, b.store_id, b.product_id, b.number, b.expires_on, b.units)
    stores: Any = bindparam("stores", expanding=True)
    statement = select(*columns).where(b.store_id.in_(stores), b.units > 0, b.expires_on <= bindparam("last"))
    return Prepared(statement.order_by(b.store_id, b.product_id, b.expires_on, b.id))
