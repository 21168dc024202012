"""A shelf unit set anew: who gets how many facings on which shelf, and the range of what that may bring.

Source of the form: methods/display.py. A product that sells d a day with n facings on a shelf of factor f is taken to sell
d x (n'/n)^e x f'/f with others. e, the space elasticity: mean .17 (Eisend 2014, Journal of Retailing 90, 168), drawn evenly around
it from .086 (Corstjens and Doyle 1981, Management Science 27, 822). f: from the worst height to the best sales differ by up to
39 % (Dreze, Hoch and Purk 1994, Journal of Retailing 70, 301), drawn evenly from nothing to all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.display import SPACE_ELASTICITY, TIME_LIMIT, Candidate, Shelf, optimal_facings

Floats = npt.NDArray[np.float64]
LEAST_ELASTICITY = 0.086
MOST_ELASTICITY = 2 * SPACE_ELASTICITY - LEAST_ELASTICITY
MOST_BY_HEIGHT = 0.39  # more at the best height than at the worst
BEST_HEIGHT_CM, REACH_CM = (
    135.0,
    120.0,
)  # of the middle of the goods above the floor; beyond this distance it is the worst
MOST_FACINGS = 12
MOVING = 0.25  # yuan a week, so that nothing is carried to another shelf for pennies
DAYS_A_MONTH = 30
DRAWS, LOW, HIGH = 2_000, 5, 95  # per cent
ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Standing:
    """A product as it stands: facings on a shelf (from 0, the top), and how it sells there.

    margin: yuan a unit, NaN where it is not known. daily, error: units a day and its standard error. width, height: cm of one
    facing. sells: whether it may get more facings. stays: whether its facings are left as they are.
    """

    margin: float
    daily: float
    error: float
    width: float
    height: float
    facings: int
    shelf: int
    category: str = ""
    own: bool = False
    sells: bool = True
    stays: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """width, height above the floor, room above it, all in cm."""

    width: float
    height: float
    clear: float


@dataclass(frozen=True, slots=True)
class Plan:
    """facings, shelf [products]. gap: the share of the margin by which a better plan could at most be better."""

    facings: tuple[int, ...]
    shelf: tuple[int, ...]
    gap: float


@dataclass(frozen=True, slots=True)
class Gain:
    """Yuan a month: by the means of all that is drawn, and the range of nine draws in ten. each [products]: by the means."""

    mid: float
    low: float
    high: float
    each: tuple[float, ...]


def height_factor(board: Board, most: float = MOST_BY_HEIGHT / 2) -> float:
    """What a product sells at this height, as a multiple of the worst: 1 to 1 + most."""
    distance = abs(board.height + board.clear / 2 - BEST_HEIGHT_CM)
    return 1 + most * max(1 - distance / REACH_CM, 0.0)


def medians(values: Sequence[float], groups: Sequence[str]) -> list[float]:
    """Each value that is NaN as the median of its group, or of all where the group has none; NaN where nothing is known."""
    known = np.asarray(values, float)
    overall = float(np.nanmedian(known)) if np.isfinite(known).any() else np.nan
    of_group = {}
    for group in set(groups):
        own = known[[name == group for name in groups]]
        of_group[group] = float(np.nanmedian(own)) if np.isfinite(own).any() else overall
    return [of_group[group] if np.isnan(value) else float(value) for value, group in zip(known, groups, strict=True)]


def set_anew(
    products: Sequence[Standing], boards: Sequence[Board], *, own_weight: float = 1.0, time_limit: float = TIME_LIMIT
) -> Plan:
    """The plan that earns most by the means of what is drawn; own_weight: how much the distributor's own brands count.

    What does not sell gets no more facings than it has; what stays keeps them; nothing gets more than twice what it has, as
    further away the elasticity says little. Raises ValueError where the goods do not fit with one facing each.
    """
    candidates, shelves = as_candidates(products, boards, own_weight)
    found = optimal_facings(candidates, shelves, MOST_FACINGS, time_limit)
    gap = found.best / found.profit - 1 if found.profit > 0 else 0.0
    return Plan(found.facings, found.shelf, gap)


def as_candidates(
    products: Sequence[Standing], boards: Sequence[Board], own_weight: float = 1.0
) -> tuple[list[Candidate], list[Shelf]]:
    """What stands there as the program of methods/display.py sees it."""
    shelves = [Shelf(board.width + ROUNDING, height_factor(board), board.clear + ROUNDING) for board in boards]
    return [_candidate(product, shelves, own_weight) for product in products], shelves


def _candidate(product: Standing, shelves: Sequence[Shelf], own_weight: float) -> Candidate:
    """Its units with one facing on a usual shelf are those of today, brought back by the form of the model."""
    margin = product.margin if np.isfinite(product.margin) else 0.0
    today = min(product.facings, MOST_FACINGS)
    base = product.daily * 7 / (product.facings**SPACE_ELASTICITY * shelves[product.shelf].factor)
    most = min(max(2 * today, today + 1), MOST_FACINGS) if product.sells else today
    return Candidate(
        margin=max(margin, 0.0) * (own_weight if product.own else 1.0),
        units=max(base, 0.0),
        width=product.width,
        category=product.category,
        min_facings=today if product.stays else 1,
        max_facings=today if product.stays else most,
        height=min(product.height, shelves[product.shelf].clear),  # it stands there, whatever was measured
        home=product.shelf,
        moving=MOVING,
    )


def gain_of(products: Sequence[Standing], boards: Sequence[Board], plan: Plan, *, seed: int) -> Gain:
    """What the plan brings against what stands now; one elasticity and one effect of height for each draw.

    Products without a margin count nothing. The same seed gives the same range.
    """
    margin = np.asarray([p.margin if np.isfinite(p.margin) else 0.0 for p in products])
    daily, error = np.asarray([p.daily for p in products]), np.asarray([p.error for p in products])
    ratio = np.asarray([new / p.facings for new, p in zip(plan.facings, products, strict=True)])
    close = np.asarray([height_factor(board, 1.0) - 1 for board in boards])
    before, after = close[[p.shelf for p in products]], close[list(plan.shelf)]
    noise = np.random.default_rng(seed)
    elasticity = noise.uniform(LEAST_ELASTICITY, MOST_ELASTICITY, (DRAWS, 1))
    by_height = noise.uniform(0, MOST_BY_HEIGHT, (DRAWS, 1))
    units = np.maximum(noise.normal(daily, error, (DRAWS, len(products))), 0)
    drawn = (units * margin * _rise(ratio, before, after, elasticity, by_height)).sum(axis=1) * DAYS_A_MONTH
    rise = _rise(ratio, before, after, np.asarray([[SPACE_ELASTICITY]]), np.asarray([[MOST_BY_HEIGHT / 2]]))[0]
    each = daily * margin * rise * DAYS_A_MONTH
    low, high = np.percentile(drawn, [LOW, HIGH])
    return Gain(float(each.sum()), float(low), float(high), tuple(each.tolist()))


def _rise(ratio: Floats, before: Floats, after: Floats, elasticity: Floats, by_height: Floats) -> Floats:
    """The share by which each product sells more, one row a draw."""
    rise: Floats = ratio**elasticity * (1 + by_height * after) / (1 + by_height * before) - 1
    return rise


def without_weight(products: Sequence[Standing], boards: Sequence[Board], *, time_limit: float = TIME_LIMIT) -> Plan:
    """The plan if the distributor's own brands counted nothing: they get what is left."""
    return set_anew(products, boards, own_weight=0.0, time_limit=time_limit)
