"""Each store's own ratios for a month, from its sales and stock: what the typical figure of a cohort is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import func, select

from plugins.trade.facts import Catalogue, Floats
from plugins.trade.methods.blocks import MonthBlock, days_in, put_together, unpack_once
from plugins.trade.models import SalesMonth, Stock
from portal.api import session

MONTHS = 3  # of sales that a share and a cover rest on; growth is against the three months before
AT_ONCE = 200
COMPLETE_LOOKED_AT = 9
EDGE_DAYS = 7  # without a sale, at the beginning or the end of a month: then it is not complete


@dataclass(frozen=True, slots=True)
class Ratios:
    """One store's: growth of its sales a day, shares of its sales by category, and of a category's by product; weeks of cover.

    shares, covers [categories], product_shares [products of the catalogue]; NaN where it is not known.
    """

    growth: float
    shares: Floats
    product_shares: Floats
    covers: Floats


def categories_of(products: Catalogue) -> tuple[tuple[str, ...], npt.NDArray[np.intp]]:
    """The names of the categories, and for each product which of them it is in."""
    names, codes = np.unique(np.asarray(products.categories, str), return_inverse=True)
    return tuple(str(name) for name in names), codes


def earlier(month: date, months: int) -> date:
    """The first day of the month so many months before."""
    count = month.year * 12 + month.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def complete_months(store_ids: Sequence[int], before: date) -> dict[int, int]:
    """For each store how many of the last nine months before that one it has reported from beginning to end."""
    counts: dict[int, int] = defaultdict(int)
    for store, rows in _blocks(store_ids, earlier(before, COMPLETE_LOOKED_AT), earlier(before, 1)):
        counts[store] = sum(map(_is_complete, rows))
    return counts


def _is_complete(block: MonthBlock) -> bool:
    sold = np.flatnonzero(block.units.any(axis=0))
    return bool(len(sold)) and sold[0] < EDGE_DAYS and sold[-1] >= block.units.shape[1] - EDGE_DAYS


def ratios_of(store_ids: Sequence[int], month: date, products: Catalogue) -> dict[int, Ratios]:
    """The ratios of each store for the month; a silent one's are those of the last month in which it reported."""
    found: dict[int, Ratios] = {}
    for start in range(0, len(store_ids), AT_ONCE):
        chunk = store_ids[start : start + AT_ONCE]
        stocks = _stock_costs(chunk, products)
        last: dict[date, list[int]] = defaultdict(list)
        for store, newest in _last_months(chunk, month):
            last[newest].append(store)
        for newest, stores in last.items():
            for store, blocks in _blocks(stores, earlier(newest, MONTHS), newest):
                found[store] = _ratios(blocks, newest, products, stocks.get(store))
    return found


def _last_months(store_ids: Sequence[int], month: date) -> Iterable[Any]:
    statement = select(SalesMonth.store_id, func.max(SalesMonth.month))
    statement = statement.where(SalesMonth.store_id.in_(store_ids), SalesMonth.month <= month)
    return session.execute(statement.group_by(SalesMonth.store_id)).all()


def _blocks(store_ids: Sequence[int], first: date, last: date) -> Iterator[tuple[int, list[MonthBlock]]]:
    for start in range(0, len(store_ids), AT_ONCE):
        statement = select(SalesMonth.store_id, SalesMonth.month, SalesMonth.block).where(
            SalesMonth.store_id.in_(store_ids[start : start + AT_ONCE]),
            SalesMonth.month >= first,
            SalesMonth.month <= last,
        )
        rows = session.execute(statement.order_by(SalesMonth.store_id, SalesMonth.month)).all()
        for store, found in groupby(rows, lambda row: int(row.store_id)):
            yield store, [unpack_once(row.month, row.block) for row in found]


def _stock_costs(store_ids: Sequence[int], products: Catalogue) -> dict[int, Floats]:
    """Of each store that has told its stock what stands in it at cost, by category."""
    _names, category = categories_of(products)
    statement = select(Stock.store_id, Stock.product_id, Stock.on_hand).where(Stock.store_id.in_(store_ids))
    found: dict[int, Floats] = {}
    rows = session.execute(statement.order_by(Stock.store_id)).all()
    for store, of_store in groupby(rows, lambda row: int(row.store_id)):
        held = np.asarray([row[1:] for row in of_store], np.int32)
        places = products.places(held[:, 0])
        worth = np.nan_to_num(products.cost[places]) * held[:, 1]
        found[store] = _by_category(category[places], worth, len(_names))
    return found


def _ratios(blocks: Sequence[MonthBlock], month: date, products: Catalogue, stock: Floats | None) -> Ratios:
    names, category = categories_of(products)
    first = earlier(month, MONTHS)
    ids = np.unique(np.concatenate([block.product_ids for block in blocks]))
    units = put_together(blocks, ids, first, (month - first).days + days_in(month))
    places = products.places(ids)
    price, cost = np.nan_to_num(products.price[places]), np.nan_to_num(products.cost[places])
    in_month, before = units[:, -days_in(month) :], units[:, : -days_in(month)]
    recent = np.maximum(units[:, (earlier(month, MONTHS - 1) - first).days :].sum(axis=1), 0)
    by_product = np.zeros(len(products.ids))
    by_product[places] = recent * price
    by_category = _by_category(category, by_product, len(names))
    weeks = (month + timedelta(days=days_in(month)) - earlier(month, MONTHS - 1)).days / 7
    used = _by_category(category[places], recent * cost, len(names)) / weeks
    return Ratios(
        growth=_over(_a_day(in_month, price), _a_day(before, price)),
        shares=_divide(by_category, np.full(len(names), by_category.sum())),
        product_shares=_divide(by_product, by_category[category]),
        covers=np.full(len(names), np.nan) if stock is None else _divide(stock, used),
    )


def _by_category(category: npt.NDArray[np.intp], amounts: Floats, count: int) -> Floats:
    return np.bincount(category, amounts, count).astype(float)


def _a_day(units: npt.NDArray[np.int32], price: Floats) -> float:
    sold: Floats = units.sum(axis=1) * price
    return max(float(sold.sum()), 0.0) / max(units.shape[1], 1)


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")


def _divide(part: Floats, whole: Floats) -> Floats:
    """NaN where there is nothing to divide by: a category that a store does not have says nothing of its products."""
    result: Floats = np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0)
    return result
