"""How many facings each product gets, and on which shelf, so that the fixture earns most.

Source of the form: Corstjens and Doyle (1981), Management Science 27, 822; sales grow with a small power of the facings (the
mean space elasticity is .17, Eisend 2014, Journal of Retailing 90, 168). One facing and shelf for each product is chosen by mixed
integer programming (HiGHS). scipy is imported where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import inf, isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

SPACE_ELASTICITY = 0.17
GAP = 0.005  # of the best profit, as near as is asked for
TIME_LIMIT = 1.8  # seconds; Facings.best says how far from the best plan it may be


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product for the fixture. margin: yuan a unit. units: sold a week with one facing. width: cm of one facing.

    height: cm; it stands only where there is so much room. max_facings: for it alone, within the most for all. home: the shelf
    where it stands now, and moving: yuan a week that another one has to bring more; -1 for one that stands nowhere.
    """

    margin: float
    units: float
    width: float
    category: str = ""
    elasticity: float = SPACE_ELASTICITY
    min_facings: int = 1
    max_facings: int | None = None
    height: float = 0.0
    home: int = -1
    moving: float = 0.0


@dataclass(frozen=True, slots=True)
class Shelf:
    """width: cm. factor: what a product sells here, as a multiple of a usual shelf: eye level over 1, the floor under.

    clear: cm of room above the board.
    """

    width: float
    factor: float = 1.0
    clear: float = inf


@dataclass(frozen=True, slots=True)
class Facings:
    """facings, shelf [products]: how many, and on which (from 0). profit: yuan a week. best: no plan can earn more."""

    facings: tuple[int, ...]
    shelf: tuple[int, ...]
    profit: float
    best: float


def optimal_facings(
    products: Sequence[Candidate],
    shelves: Sequence[Shelf],
    max_facings: int = 6,
    time_limit: float = TIME_LIMIT,
    gap: float = GAP,
) -> Facings:
    """The plan with the highest profit: sum of margin x units x facings^elasticity x factor of the shelf, less what moving costs.

    Each product stands on one shelf with its minimum of facings at least; widths fit; a category stands on shelves that follow
    each other, not on both sides of another one. shelves: from the top down. time_limit: seconds; after it the best plan found is
    given. gap: of the profit, within which it may end before. Raises ValueError for what makes no sense and for products that do
    not fit with their minimum.
    """
    _check(products, shelves, max_facings)
    if not products:
        return Facings((), (), 0.0, 0.0)
    program = _Program(products, shelves, max_facings)
    return program.solve(time_limit, gap)


def profit_of(
    products: Sequence[Candidate], shelves: Sequence[Shelf], facings: Sequence[int], shelf: Sequence[int]
) -> float:
    """Yuan a week of a plan."""
    worth: float = sum(
        p.margin * p.units * n**p.elasticity * shelves[s].factor - (p.moving if p.home not in (-1, s) else 0.0)
        for p, n, s in zip(products, facings, shelf, strict=True)
    )
    return worth


class _Program:
    """Columns: one for each product, number of facings and shelf; then one for each category and shelf that it uses."""

    def __init__(self, products: Sequence[Candidate], shelves: Sequence[Shelf], max_facings: int) -> None:
        self.products, self.shelves = products, shelves
        self.columns = [
            (place, facings, shelf)
            for place, product in enumerate(products)
            for facings in range(product.min_facings, min(product.max_facings or max_facings, max_facings) + 1)
            for shelf in range(len(shelves))
            if product.height <= shelves[shelf].clear
        ]
        names = sorted({product.category for product in products if product.category})
        self.uses = [(name, shelf) for name in names for shelf in range(len(shelves))]
        self.rows: list[tuple[dict[int, float], float, float]] = []
        self._one_place_for_each()
        self._widths()
        self._categories(names)

    def _one_place_for_each(self) -> None:
        for place in range(len(self.products)):
            own = {column: 1.0 for column, (at, _facings, _shelf) in enumerate(self.columns) if at == place}
            self.rows.append((own, 1.0, 1.0))

    def _widths(self) -> None:
        for number, shelf in enumerate(self.shelves):
            taken = {
                column: facings * self.products[place].width
                for column, (place, facings, at) in enumerate(self.columns)
                if at == number
            }
            self.rows.append((taken, -inf, shelf.width))

    def _categories(self, names: Sequence[str]) -> None:
        use = {key: len(self.columns) + number for number, key in enumerate(self.uses)}
        members: dict[tuple[str, int], dict[int, float]] = {}
        for column, (place, _facings, shelf) in enumerate(self.columns):
            category = self.products[place].category
            if category:
                members.setdefault((category, shelf), {})[column] = 1.0
        for key, own in members.items():
            many = sum(self.products[place].category == key[0] for place in range(len(self.products)))
            self.rows.append((own | {use[key]: -float(many)}, -inf, 0.0))
        for name in names:
            for above, between, below in combinations(range(len(self.shelves)), 3):
                gap = {use[name, above]: 1.0, use[name, between]: -1.0, use[name, below]: 1.0}
                self.rows.append((gap, -inf, 1.0))
        for key in use.keys() - members.keys():  # no room for any of them: it joins nothing
            self.rows.append(({use[key]: 1.0}, -inf, 0.0))
        # A shelf that is counted as used holds something: else one between two would cost nothing
        for key, own in members.items():
            self.rows.append(({use[key]: 1.0} | dict.fromkeys(own, -1.0), -inf, 0.0))

    def solve(self, time_limit: float, gap: float) -> Facings:
        from scipy.optimize import Bounds, LinearConstraint, milp

        count = len(self.columns) + len(self.uses)
        worth = np.zeros(count)
        for column, (place, number, at) in enumerate(self.columns):
            worth[column] = profit_of([self.products[place]], self.shelves, [number], [at])
        matrix, low, high = self._matrix(count)
        answer: Any = milp(
            -worth,
            constraints=LinearConstraint(matrix, low, high),
            integrality=np.ones(count),
            bounds=Bounds(0, 1),
            options={"time_limit": time_limit, "mip_rel_gap": gap},
        )
        if answer.x is None:
            raise ValueError("the products do not fit on the shelves with their minimum of facings")
        chosen = sorted(self.columns[column] for column in np.flatnonzero(answer.x[: len(self.columns)] > 0.5))
        facings = tuple(facings for _place, facings, _shelf in chosen)
        shelf = tuple(shelf for _place, _facings, shelf in chosen)
        profit = profit_of(self.products, self.shelves, facings, shelf)
        bound = answer.mip_dual_bound
        return Facings(facings, shelf, profit, max(profit, -bound if bound is not None else profit))

    def _matrix(self, count: int) -> tuple[Any, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        from scipy import sparse

        entries = [(row, column, value) for row, (terms, *_) in enumerate(self.rows) for column, value in terms.items()]
        at_row, at_column, values = zip(*entries, strict=True)
        matrix = sparse.csr_array((values, (at_row, at_column)), shape=(len(self.rows), count))
        return matrix, np.asarray([row[1] for row in self.rows]), np.asarray([row[2] for row in self.rows])


def _check(products: Sequence[Candidate], shelves: Sequence[Shelf], max_facings: int) -> None:
    if not shelves or any(not (isfinite(shelf.width) and shelf.width > 0 and shelf.factor > 0) for shelf in shelves):
        raise ValueError("there is a shelf, and each has a width and a factor over 0")
    for product in products:
        if not (isfinite(product.width) and product.width > 0):
            raise ValueError("a facing has a width over 0")
        if not (isfinite(product.margin) and product.margin >= 0 and isfinite(product.units) and product.units >= 0):
            raise ValueError("margin and units are not negative")
        if not 0 <= product.elasticity < 1:
            raise ValueError("a space elasticity lies between 0 and 1")
        if product.height < 0 or not (isfinite(product.moving) and product.moving >= 0):
            raise ValueError("height and what moving costs are not negative")
        if not 1 <= product.min_facings <= min(product.max_facings or max_facings, max_facings):
            raise ValueError("the minimum of facings lies between 1 and the most that is allowed")
