"""Which products carry a store, how steadily they sell, what their stock earns, and what is missing.

Sources: ABC and XYZ classes after Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains (4th ed.
2017), chapter 2; GMROI and the space index as retailers use them (Berman and Evans, Retail Management, chapters on merchandise
and layout); lift after Agrawal, Imielinski and Swami (1993), SIGMOD 22, 207.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Classes = npt.NDArray[np.str_]

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
class Gap:
    """A product that most comparable stores sell and this one does not.

    sold_by: the share of the comparable stores. weekly: median units a week of those that sell it, times what this store sells
    beside them. gross_margin: yuan a week, before what it takes from others.
    """

    product: int
    sold_by: float
    weekly: float
    gross_margin: float


def assortment_gap(
    store: Mapping[int, float],
    peers: Sequence[Mapping[int, float]],
    margin: Mapping[int, float],
    *,
    sold_by: float = 0.5,
    least_weekly: float = 1.0,
    least_peers: int = 12,
) -> list[Gap]:
    """What is missing in a store, what earns most first.

    store, peers: units a week by product; peers are at least `least_peers` comparable stores, else ValueError. margin: yuan a
    unit; products without one are left out. Scaled by what the store sells of the products that it shares with each peer.
    """
    if len(peers) < least_peers:
        raise ValueError(f"a gap needs {least_peers} comparable stores")
    scale = float(np.median([_beside(store, peer) for peer in peers]))
    candidates = {product for peer in peers for product in peer} - {p for p, units in store.items() if units > 0}
    gaps = []
    for product in sorted(candidates & margin.keys()):
        sold = [peer[product] for peer in peers if peer.get(product, 0.0) > 0]
        weekly = scale * float(np.median(sold)) if sold else 0.0
        if len(sold) / len(peers) >= sold_by and weekly >= least_weekly:
            gaps.append(Gap(product, len(sold) / len(peers), weekly, weekly * margin[product]))
    return sorted(gaps, key=lambda gap: (-gap.gross_margin, gap.product))


def _beside(store: Mapping[int, float], peer: Mapping[int, float]) -> float:
    shared = store.keys() & peer.keys()
    theirs = sum(peer[product] for product in shared)
    return sum(store[product] for product in shared) / theirs if theirs > 0 else 1.0


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


ROUNDING = 1e-12


def _not_negative(values: Floats, what: str) -> None:
    if not np.all(np.isfinite(values)) or np.any(values < 0):
        raise ValueError(f"{what} are numbers that are not negative")
