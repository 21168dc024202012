"""Reading sales, stock and batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Integer, Select, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from plugins.trade.methods.blocks import History, MonthBlock, history, last_day_sold, unpack
from plugins.trade.methods.sell_through import RECENT_DAYS, Class, daily_mean, days_of_cover, sell_through_class
from plugins.trade.models import Batch, Product, SalesMonth, Stock
from portal.api import Order, Page, Prepared, Reading, keyset, session

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class ProductState:
    """How a product does in one store."""

    product: Product
    sold_28_days: int
    daily_mean: float
    on_hand: int | None
    cover_days: float | None
    state: Class


@dataclass(frozen=True, slots=True)
class BatchState:
    """A batch in a store that nears its date."""

    batch: Batch
    daily_mean: float
    units_left_over: int


def store_history(store_id: int, *, until: date, days: int) -> History:
    """The daily units of a store over the `days` days before and with `until`."""
    first = until - timedelta(days=days - 1)
    statement = select(SalesMonth.month, SalesMonth.block).where(
        SalesMonth.store_id == store_id, SalesMonth.month >= first.replace(day=1), SalesMonth.month <= until
    )
    blocks = [unpack(month, block) for month, block in session.execute(statement)]
    return history(blocks, first, days)


def last_day(store_id: int) -> date | None:
    """The last day on which the store sold something; None without sales."""
    newest = newest_months(store_id, 1)
    return last_day_sold(newest[0]) if newest else None


def newest_months(store_id: int, months: int) -> list[MonthBlock]:
    """The latest months for which the store has sales, the latest first."""
    rows = _newest_months().rows(store=store_id, months=months)
    return [unpack(month, block) for month, block in rows]


@lru_cache(maxsize=1)
def _newest_months() -> Prepared:
    """Made once, as every first page of a store sends it."""
    statement = select(SalesMonth.month, SalesMonth.block).where(SalesMonth.store_id == bindparam("store"))
    return Prepared(statement.order_by(SalesMonth.month.desc()).limit(bindparam("months", type_=Integer)))


def product_states(store_id: int, *, until: date) -> list[ProductState]:
    """Every product that the store sells or has, what sells most first."""
    sold = store_history(store_id, until=until, days=84)
    stock = {row.product_id: row for row in session.scalars(select(Stock).where(Stock.store_id == store_id))}
    wanted = {int(product) for product in sold.product_ids} | stock.keys()
    found = []
    for product in products(wanted):
        units = sold.of(product.id)
        mean = daily_mean(units)
        level = stock[product.id].on_hand if product.id in stock else None
        cover = days_of_cover(level, mean) if level is not None else None
        found.append(ProductState(product, int(units[-28:].sum()), mean, level, cover, sell_through_class(units)))
    return sorted(found, key=lambda state: -state.sold_28_days)


def near_expiry(store_id: int, *, today: date, within_days: int = 45) -> list[BatchState]:
    """Batches whose units will not all sell before their date at the present rate, the earliest date first."""
    asked = {"store": store_id, "last": today + timedelta(days=within_days)}
    batches = session.scalars(_ending_batches(), asked).all()
    if not batches:
        return []
    months = newest_months(store_id, 2)
    return [BatchState(batch, mean, left) for batch, mean, left in _left_over(batches, months, today)]


def _left_over(batches: Iterable[Any], months: Sequence[MonthBlock], today: date) -> Iterator[tuple[Any, float, int]]:
    """Each batch (the earliest date first) that will not sell, the daily mean of its product, and what is left."""
    sold = history(months, today - timedelta(days=RECENT_DAYS), RECENT_DAYS)
    spoken_for: dict[int, float] = {}
    for batch in batches:
        mean = daily_mean(sold.of(batch.product_id))
        before = spoken_for.get(batch.product_id, 0.0)
        can_sell = min(max(mean * max((batch.expires_on - today).days, 0) - before, 0.0), batch.units)
        spoken_for[batch.product_id] = before + can_sell  # first-expiring first
        left = int(batch.units - can_sell)
        if left > 0:
            yield batch, mean, left


@lru_cache(maxsize=1)
def _ending_batches() -> Select[Batch]:
    statement = select(Batch).where(
        Batch.store_id == bindparam("store"), Batch.units > 0, Batch.expires_on <= bindparam("last")
    )
    return statement.order_by(Batch.expires_on).options(joinedload(Batch.product))


def products(ids: set[int]) -> Sequence[Product]:
    """The products with these ids."""
    found: list[Product] = []
    wanted = sorted(ids)
    for start in range(0, len(wanted), 500):
        found += session.scalars(select(Product).where(Product.id.in_(wanted[start : start + 500])))
    return found


def by_code(codes: set[str]) -> dict[str, Product]:
    """Products by their code."""
    found: dict[str, Product] = {}
    wanted = sorted(codes)
    for start in range(0, len(wanted), 500):
        rows = session.scalars(select(Product).where(Product.code.in_(wanted[start : start + 500])))
        found |= {product.code: product for product in rows}
    return found


def page_of_products(words: str, cursor: str | None, size: int = 25) -> Page[Product]:
    """Products by code."""
    rows = _matching(words) if words else _products()
    return keyset(rows, [Order(Product.code), Order(Product.id)], cursor, size)


@lru_cache(maxsize=1)
def _products() -> Reading[Product]:
    return Reading(Product)


@lru_cache(maxsize=64)
def _matching(words: str) -> Select[Product]:
    statement = select(Product)
    for word in words.split():
        like = f"%{word.replace('%', '')}%"
        statement = statement.where(
            or_(Product.code.ilike(like), Product.name.ilike(like), Product.brand.ilike(like), Product.barcode == word)
        )
    return statement


def product_count() -> int:
    """How many products there are."""
    return session.scalar(_product_count()) or 0


@lru_cache(maxsize=1)
def _product_count() -> Select[int]:
    return select(func.count()).select_from(Product)


def stores_with_batch(product_id: int, number: str) -> Sequence[int]:
    """Ids of the stores, inside the walls, that hold units of a batch."""
    statement = select(Batch.store_id).where(Batch.product_id == product_id, Batch.number == number, Batch.units > 0)
    return session.scalars(statement.order_by(Batch.store_id)).all()


def category_sales(store_id: int, *, until: date, days: int = 28) -> list[tuple[str, Decimal]]:
    """Sales in money of each category over the last days, the largest first; products without a price count 0."""
    sold = store_history(store_id, until=until, days=days)
    totals: dict[str, Decimal] = {}
    for product in products({int(product) for product in sold.product_ids}):
        amount = (product.price or Decimal(0)) * int(sold.of(product.id).sum())
        totals[product.category] = totals.get(product.category, Decimal(0)) + amount
    return sorted(totals.items(), key=lambda item: -item[1])
