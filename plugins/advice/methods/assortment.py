"""Which products carry a store, how steadily they sell, what their stock earns, and what is missing.

Sources: ABC and XYZ classes after Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains (4th ed.
2017), chapter 2; GMROI and the space index as retailers use them (Berman and Evans, Retail Management, chapters on merchandise
and layout); lift after Agrawal, Imielinski and Swami (1993), SIGMOD 22, 207.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.str_]

NEW_SALES = (0.2, 0.4, 0.6)  # of what a new product sells, the rest it takes from those beside it: least, likely, most
GRID_ROUNDING = 0.011  # a published share stands on a grid, half a step of which it may lie over 1
FAIR = 100.0  # a space index at which a category sells as much as the space it has


def abc_classes(values: npt.ArrayLike, a: float = 0.8, b: float = 0.95) -> Classes:
    """A for the products that make the first `a` of all value together, B up to `b`, C the rest [n].

    values [n]: money or units, not negative. A product belongs to the class in which its share begins, so that the largest is
    always an A. What sells nothing is a C. Raises ValueError for negative values and shares out of order.
    """
    money = np.asarray(values, float)
    _not_negative(money, "values")
    if not 0 < a < b <= 1:
        raise ValueError("the shares lie between 0 and 1, a below b")
    classes = np.full(money.shape, "C")
    total = money.sum()
    if not total:
        return classes
    order = np.argsort(-money, kind="stable")
    begins = (np.cumsum(money[order]) - money[order]) / total
    classes[order] = np.where(begins < a - ROUNDING, "A", np.where(begins < b - ROUNDING, "B", "C"))
    classes[money == 0] = "C"
    return classes


def xyz_classes(weekly: npt.ArrayLike, x: float = 0.5, y: float = 1.0) -> Classes:
    """X for products whose weeks vary little, Y for some, Z for much [n], by the coefficient of variation.

    weekly [n, weeks]: units a week, at least two weeks. What sells nothing is a Z.
    """
    units = np.asarray(weekly, float)
    _not_negative(units, "weekly units")
    if units.ndim != 2 or units.shape[1] < 2:
        raise ValueError("weekly units have a row for each product and at least two weeks")
    if not 0 < x < y:
        raise ValueError("the bounds are positive, x below y")
    mean = units.mean(axis=1)
    variation = np.divide(units.std(axis=1, ddof=1), mean, out=np.full(len(units), np.inf), where=mean > 0)
    return np.where(variation <= x, "X", np.where(variation <= y, "Y", "Z"))


def gmroi(gross_margin: npt.ArrayLike, average_stock_cost: npt.ArrayLike) -> Floats:
    """Gross margin of a period over the mean stock at cost in it; NaN where there was no stock.

    gross_margin: yuan of the period, negative where sold below cost. average_stock_cost: yuan, not negative.
    """
    margin, stock = np.broadcast_arrays(np.asarray(gross_margin, float), np.asarray(average_stock_cost, float))
    _not_negative(stock, "a stock at cost")
    returned: Floats = np.divide(margin, stock, out=np.full(margin.shape, np.nan), where=stock > 0)
    return returned


def space_index(sales_share: npt.ArrayLike, space_share: npt.ArrayLike) -> Floats:
    """Share of sales over share of space, times 100: above 100 a category sells more than its space. NaN without space."""
    sales, space = np.broadcast_arrays(np.asarray(sales_share, float), np.asarray(space_share, float))
    for name, share in (("sales", sales), ("space", space)):
        if np.any(share < 0) or np.any(share > 1 + ROUNDING):
            raise ValueError(f"a share of {name} lies between 0 and 1")
    index: Floats = np.divide(FAIR * sales, space, out=np.full(sales.shape, np.nan), where=space > 0)
    return index


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product of which a typical share is published: its category, and its gross margin as a share of its price."""

    product: int
    category: str
    typical_share: float
    margin_rate: float


@dataclass(frozen=True, slots=True)
class Gap:
    """A product that the typical comparable store sells and this one does not: yuan a month of gross margin, as a range."""

    product: int
    typical_share: float
    low: float
    mid: float
    high: float


def assortment_gap(
    category_sales: Mapping[str, float], listed: Collection[int], candidates: Iterable[Candidate]
) -> list[Gap]:
    """What is missing in a store, what would earn most first; from published shares only, never from another store's figures.

    category_sales: yuan a month of this store, by category; one that it does not sell says nothing, and is no gap. listed: the
    products that it has. The margin is sales of the category x typical share x what of it is new and not taken from the
    products beside it (NEW_SALES: an assumption, no measurement), as if those had the same margin. A typical share counts the
    stores without the product as 0, and at least half of the stores sell it: where it stands it is at most twice as much, so
    that the range goes up to twice the share. No candidate without a margin above 0 (NaN: not known) is a gap.
    Raises ValueError for sales under 0 and shares outside of 0 to 1.
    """
    _not_negative(np.asarray(list(category_sales.values()), float), "sales of a category")
    least, likely, most = NEW_SALES
    gaps = []
    for one in candidates:
        if not 0 <= one.typical_share <= 1 + GRID_ROUNDING:
            raise ValueError("a typical share lies between 0 and 1")
        sales = category_sales.get(one.category, 0.0)
        if one.product in listed or not sales * one.typical_share > 0 or not one.margin_rate > 0:
            continue
        earned = sales * one.margin_rate
        share, highest = min(one.typical_share, 1.0), min(2 * one.typical_share, 1.0)
        gaps.append(Gap(one.product, share, earned * share * least, earned * share * likely, earned * highest * most))
    return sorted(gaps, key=lambda gap: (-gap.mid, gap.product))


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the nine cells of the grid: how many products, and their share of all value."""

    products: int
    share: float


def nine_cells(abc: npt.ArrayLike, xyz: npt.ArrayLike, values: npt.ArrayLike) -> dict[str, Cell]:
    """Each cell from "AX" to "CZ", the empty ones too; abc, xyz, values [n]: the classes and the money of the products."""
    money = np.asarray(values, float)
    _not_negative(money, "values")
    first, second = np.asarray(abc, str), np.asarray(xyz, str)
    if not first.shape == second.shape == money.shape:
        raise ValueError("each product has two classes and a value")
    total = float(money.sum())
    cells = {}
    for letter in "ABC":
        for other in "XYZ":
            inside = (first == letter) & (second == other)
            share = float(money[inside].sum()) / total if total else 0.0
            cells[letter + other] = Cell(int(inside.sum()), share)
    return cells


@dataclass(frozen=True, slots=True)
class Pair:
    """Two products in one basket: how many baskets hold both, and how much oftener than by chance."""

    first: int
    second: int
    together: int
    lift: float


def lift(baskets: Sequence[Sequence[int]], *, least_together: int = 5) -> list[Pair]:
    """Pairs of products that are bought together, the strongest first: P(A and B) / (P(A) P(B)).

    baskets: the products of each receipt; one that stands twice counts once. Pairs in fewer than `least_together` baskets say
    nothing and are left out. Counted as the product of the sparse table of baskets with itself.
    """
    from scipy import sparse

    if not baskets:
        return []
    rows = np.concatenate([np.full(len(set(basket)), number) for number, basket in enumerate(baskets)])
    bought = np.concatenate([np.asarray(sorted(set(basket)), np.int64) for basket in baskets])
    products, columns = np.unique(bought, return_inverse=True)
    table = sparse.csr_array((np.ones(len(rows), np.int64), (rows.astype(int), columns)))
    counts = np.asarray(table.sum(axis=0)).ravel()
    pairs = sparse.triu(table.T @ table, k=1).tocoo()
    found = [
        Pair(int(products[i]), int(products[j]), int(n), float(n * len(baskets) / (counts[i] * counts[j])))
        for i, j, n in zip(pairs.row, pairs.col, pairs.data, strict=True)
        if n >= least_together
    ]
    return sorted(found, key=lambda pair: (-pair.lift, -pair.together, pair.first, pair.second))


BASKETS_AT_ONCE = 4_096


@dataclass(frozen=True, slots=True)
class Together:
    """Of things 0 to n - 1: share[n] of the baskets that hold each; lift[n, n] and count[n, n] of the baskets that hold two."""

    share: Floats
    lift: Floats
    count: npt.NDArray[np.int64]


def bought_together(
    basket: npt.ArrayLike, thing: npt.ArrayLike, *, baskets: int, things: int, least_expected: float = 10.0
) -> Together:
    """How often each two things are in one basket, over how often they would be by chance; 1 where that is not known.

    basket, thing [lines]: which basket (0 to baskets - 1) holds which thing; twice counts once. A pair of which fewer than
    `least_expected` baskets would hold both by chance says nothing. Raises ValueError for numbers out of range.
    """
    rows, columns = np.asarray(basket, np.int64), np.asarray(thing, np.int64)
    if rows.shape != columns.shape or baskets < 1 or things < 1:
        raise ValueError("each line has a basket and a thing")
    if len(rows) and not (0 <= rows.min() <= rows.max() < baskets and 0 <= columns.min() <= columns.max() < things):
        raise ValueError("there is no such basket or thing")
    order = np.argsort(rows, kind="stable")
    rows, columns = rows[order], columns[order]
    together = np.zeros((things, things), np.int64)
    for first in range(0, baskets, BASKETS_AT_ONCE):  # dense: a few dozen things, and no library of a hundred megabytes
        at = slice(*np.searchsorted(rows, (first, first + BASKETS_AT_ONCE)))
        table = np.zeros((BASKETS_AT_ONCE, things), np.float32)
        table[rows[at] - first, columns[at]] = 1
        together += (table.T @ table).astype(np.int64)
    single = np.diag(together).astype(float)
    expected = np.outer(single, single) / baskets
    lift = np.divide(
        together, expected, out=np.ones((things, things)), where=(expected > 0) & (expected >= least_expected)
    )
    np.fill_diagonal(lift, 1.0)
    return Together(single / baskets, lift, together)


ROUNDING = 1e-12


def _not_negative(values: Floats, what: str) -> None:
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        raise ValueError(f"{what} are numbers that are not negative")
