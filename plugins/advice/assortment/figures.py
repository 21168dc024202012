"""A store's products with their classes and what their stock earns, its categories, and what comparable stores sell besides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.assortment import (
    Candidate,
    Cell,
    Gap,
    abc_classes,
    assortment_gap,
    gmroi,
    nine_cells,
    xyz_classes,
)
from plugins.advice.methods.demand import FEWEST_DAYS
from plugins.trade.api import UNKNOWN, Catalogue, Typical, catalogue, panel, typical_store

DAYS_A_WEEK, DAYS_A_MONTH, DAYS_A_YEAR = 7, 30, 365
COST_KNOWN = 0.8  # of the sales: from there on products are weighed by their margin, else by their sales
MOST_GAPS = 5
LEAST_GAP = 10.0  # yuan of margin a month, under which nobody orders something new
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProductLine:
    """A product of the store. cell: AX to CZ. sales, margin: yuan a month; margin, stock, gmroi None without a cost.

    on_hand: units, None where no stock was told. cover: days, None where nothing sells or no stock is known.
    """

    product: int
    code: str
    name: str
    category: str
    own: bool
    cell: str
    sales: Decimal
    margin: Decimal | None
    on_hand: int | None
    stock: Decimal | None
    cover: float | None
    gmroi: float | None


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category, or the whole store: sales, margin a month; stock at cost; yuan of margin a year for each yuan of stock.

    margin, stock and gmroi are those of the products whose cost is told; told: the share of the sales that these make.
    """

    name: str
    sales: Decimal
    margin: Decimal
    stock: Decimal
    gmroi: float | None
    told: float


@dataclass(frozen=True, slots=True)
class Missing:
    """A product that at least half of the comparable stores sell and this one does not: yuan of margin a month."""

    code: str
    name: str
    category: str
    own: bool
    low: Decimal
    high: Decimal


@dataclass(frozen=True, slots=True)
class Assortment:
    """All of it. days: of history; by_margin: whether products are weighed by margin, else by sales."""

    until: date
    days: int
    by_margin: bool
    cells: Mapping[str, Cell]
    lines: tuple[ProductLine, ...]
    categories: tuple[CategoryLine, ...]
    store: CategoryLine
    missing: tuple[Missing, ...]
    compared: bool  # whether there are comparable stores whose figures are published


def assortment_of(store_id: int, today: date) -> Assortment | None:
    """None where the store's figures are too old, or go back less than four weeks."""
    shops = panel([store_id], today=today)
    if not len(shops) or shops.known_days[0] < FEWEST_DAYS:
        return None
    products, days = catalogue(), int(shops.known_days[0])
    places = products.places(shops.product_ids)
    units = np.maximum(shops.units[:, -days:], 0).astype(float)
    kept = ~np.isnan(products.price[places]) & ((units.sum(axis=1) > 0) | (shops.on_hand > 0))
    places, units, on_hand = places[kept], units[kept], shops.on_hand[kept]
    if not len(places):
        return None
    table = _Table(products, places, units, on_hand, days)
    typical = typical_store(store_id, today)
    cells = table.cells()
    return Assortment(
        until=shops.until[0],
        days=days,
        by_margin=table.by_margin,
        cells=nine_cells(*cells, table.worth),
        lines=tuple(table.lines(["".join(pair) for pair in zip(*cells, strict=True)])),
        categories=tuple(table.categories()),
        store=table.category("", np.ones(len(places), bool)),
        missing=tuple(_missing(typical, table, shops.product_ids)),
        compared=typical is not None and bool(typical.product_shares()),
    )


class _Table:
    """The store's products as arrays [n], yuan a month."""

    def __init__(
        self,
        products: Catalogue,
        places: npt.NDArray[np.intp],
        units: Floats,
        on_hand: npt.NDArray[np.int32],
        days: int,
    ) -> None:
        self.products, self.places, self.units, self.on_hand = products, places, units, on_hand
        price, cost = products.price[places], products.cost[places]
        self.daily = units.sum(axis=1) / days
        self.sales = DAYS_A_MONTH * self.daily * price
        self.margin = DAYS_A_MONTH * self.daily * (price - cost)  # NaN without a cost
        self.stock = np.where(on_hand == UNKNOWN, np.nan, np.maximum(on_hand, 0) * cost)
        self.told = ~np.isnan(self.margin)
        total = self.sales.sum()
        self.by_margin = bool(total > 0 and self.sales[self.told].sum() >= COST_KNOWN * total)
        self.worth = np.maximum(self._margin_or_usual(), 0.0) if self.by_margin else self.sales

    def _margin_or_usual(self) -> Floats:
        """A product without a cost counts with the margin that the store usually has: it is not worth nothing."""
        usual = self.margin[self.told].sum() / self.sales[self.told].sum()
        return np.where(self.told, self.margin, self.sales * usual)

    def cells(self) -> tuple[npt.NDArray[np.str_], npt.NDArray[np.str_]]:
        """The two letters of each product."""
        weeks = self.units.shape[1] // DAYS_A_WEEK
        weekly = self.units[:, -weeks * DAYS_A_WEEK :].reshape(len(self.units), weeks, DAYS_A_WEEK).sum(axis=2)
        return abc_classes(self.worth), xyz_classes(weekly)

    def lines(self, cells: list[str]) -> list[ProductLine]:
        """What earns most first."""
        returned = self._gmroi(self.margin, self.stock)
        order = np.argsort(-self.worth, kind="stable")
        return [self._line(int(at), cells[at], float(returned[at])) for at in order]

    def _line(self, at: int, cell: str, returned: float) -> ProductLine:
        place = int(self.places[at])
        on_hand = None if self.on_hand[at] == UNKNOWN else int(self.on_hand[at])
        return ProductLine(
            product=int(self.products.ids[place]),
            code=self.products.codes[place],
            name=self.products.names[place],
            category=self.products.categories[place],
            own=bool(self.products.own_brand[place]),
            cell=cell,
            sales=_yuan(self.sales[at]),
            margin=_yuan(self.margin[at]) if self.told[at] else None,
            on_hand=on_hand,
            stock=None if np.isnan(self.stock[at]) else _yuan(self.stock[at]),
            cover=on_hand / self.daily[at] if on_hand is not None and self.daily[at] > 0 else None,
            gmroi=None if np.isnan(returned) else returned,
        )

    def categories(self) -> list[CategoryLine]:
        """What earns most for its stock first, what is not known last."""
        names = np.asarray([self.products.categories[place] for place in self.places])
        found = [self.category(str(name), names == name) for name in np.unique(names)]
        return sorted(found, key=lambda line: (line.gmroi is None, -(line.gmroi or 0.0), -line.sales))

    def category(self, name: str, chosen: npt.NDArray[np.bool_]) -> CategoryLine:
        """Of the chosen products; margin and stock of those with a cost and a count."""
        both = chosen & ~np.isnan(self.stock)  # without a cost there is no stock at cost either
        sales, margin, stock = self.sales[chosen].sum(), self.margin[both].sum(), self.stock[both].sum()
        returned = self._gmroi(np.asarray([margin]), np.asarray([stock]))[0]
        return CategoryLine(
            name=name,
            sales=_yuan(sales),
            margin=_yuan(margin),
            stock=_yuan(stock),
            gmroi=None if np.isnan(returned) else float(returned),
            told=float(self.sales[both].sum() / sales) if sales > 0 else 0.0,
        )

    @staticmethod
    def _gmroi(margin: Floats, stock: Floats) -> Floats:
        """Of a month's margin carried on to a year, and of the stock of the last count, as no other is known."""
        known = ~np.isnan(stock)
        found = np.full(len(stock), np.nan)
        found[known] = gmroi(margin[known] * DAYS_A_YEAR / DAYS_A_MONTH, stock[known])
        return found


def _missing(typical: Typical | None, table: _Table, listed: npt.NDArray[np.int32]) -> list[Missing]:
    """The few that would earn most: of other stores nothing is read but published shares."""
    if typical is None:
        return []
    products = table.products
    sales: dict[str, float] = {}
    for place, amount in zip(table.places, table.sales, strict=True):
        sales[products.categories[place]] = sales.get(products.categories[place], 0.0) + float(amount)
    candidates = []
    for product, share in typical.product_shares().items():
        place = int(np.searchsorted(products.ids, product))
        if place < len(products.ids) and products.ids[place] == product and products.active[place]:
            price, cost = float(products.price[place]), float(products.cost[place])
            rate = (price - cost) / price if price > 0 else np.nan
            candidates.append(Candidate(product, products.categories[place], share, rate))
    gaps = [gap for gap in assortment_gap(sales, set(listed.tolist()), candidates) if gap.mid >= LEAST_GAP]
    return [_named(gap, products) for gap in gaps[:MOST_GAPS]]


def _named(gap: Gap, products: Catalogue) -> Missing:
    place = int(np.searchsorted(products.ids, gap.product))
    name, category = products.names[place], products.categories[place]
    own = bool(products.own_brand[place])
    return Missing(products.codes[place], name, category, own, _yuan(gap.low), _yuan(gap.high))


def _yuan(amount: float) -> Decimal:
    return Decimal(round(float(amount)))
