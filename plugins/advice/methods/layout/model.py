"""What a layout sells: exposure to passers-by, space, and neighbours that go together.

Sales of a category = today's x (shelf / today's shelf)^elasticity x (1 - impulse + impulse x (exposure / today's)^eta) x
(1 + the change of its neighbourhood, at most 10% either way). Exposure is the chance that a shopper who did not come for
the category passes it: on the walks to what people come for, at the door, at the till. That destinations belong to the
back follows from it and is no rule. Sources: space, Eisend (2014), Journal of Retailing 90, 168; neighbours, Bezawada
et al. (2009), Journal of Marketing 73(3), 99; walks and unplanned buying, Hui et al. (2013), Journal of Marketing 77(2),
1. That exposure works with the power eta, and over which distances, are assumptions, and drawn anew where a range is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.layout.floor import Floats
from plugins.advice.methods.layout.shop import Category, Places, Shop

MOST_OF_A_NEIGHBOURHOOD = 0.10
HIGHEST_AFFINITY = 5.0  # of the lift, and a fifth of none: what few baskets say beyond is noise
MOST_COME_FOR_IT = 0.95
PASSED_AT_AN_END = 0.999  # door and till are passed by all
LEAST_EXPOSURE = 0.01


@dataclass(frozen=True, slots=True)
class Parameters:
    """eta: power of exposure. sight: metres over which a shelf is noticed. pull: of neighbours, and neighbourhood: metres
    over which they pull. incremental: share of more sales that the store did not lose elsewhere. elasticity: added to that
    of each category, or one number for each.
    """

    eta: float = 0.5
    sight: float = 3.0
    pull: float = 0.13
    neighbourhood: float = 2.5
    incremental: float = 0.7
    elasticity: float | tuple[float, ...] = 0.0

    def __post_init__(self) -> None:
        if self.sight <= 0 or self.neighbourhood <= 0:
            raise ValueError("sight and neighbourhood are lengths over 0")
        if self.eta < 0 or self.pull < 0 or not 0 <= self.incremental <= 1:
            raise ValueError("eta and pull are not negative, and incremental is a share")


USUAL = Parameters()


@dataclass(frozen=True, slots=True)
class Spread:
    """From where parameters are drawn: between two ends, or with a standard deviation around what was given."""

    eta: tuple[float, float] = (0.2, 0.8)
    sight: tuple[float, float] = (2.0, 5.0)
    pull: tuple[float, float] = (0.0, 0.2)
    neighbourhood: tuple[float, float] = (1.5, 4.0)
    incremental: tuple[float, float] = (0.4, 1.0)
    elasticity: float = 0.05
    impulse: float = 0.1
    sales: float = 0.1  # of the logarithm

    def draw(self, noise: np.random.Generator, categories: Sequence[Category]) -> tuple[Parameters, Facts]:
        """Parameters, and what the categories may be in truth."""
        count = len(categories)
        parameters = Parameters(
            eta=noise.uniform(*self.eta),
            sight=noise.uniform(*self.sight),
            pull=noise.uniform(*self.pull),
            neighbourhood=noise.uniform(*self.neighbourhood),
            incremental=noise.uniform(*self.incremental),
            elasticity=tuple(noise.normal(0, self.elasticity, count).tolist()),
        )
        known = Facts.of(categories)
        return parameters, Facts(
            sales=known.sales * np.exp(noise.normal(0, self.sales, count)),
            margin=known.margin,
            impulse=np.clip(known.impulse + noise.normal(0, self.impulse, count), 0.0, 0.95),
            baskets=known.baskets,
            elasticity=known.elasticity,
        )


SPREAD = Spread()


@dataclass(frozen=True, slots=True)
class Facts:
    """What the model needs of the categories, each [categories]."""

    sales: Floats
    margin: Floats
    impulse: Floats
    baskets: Floats
    elasticity: Floats

    @classmethod
    def of(cls, categories: Sequence[Category]) -> Facts:
        """As they were given."""
        rows = [(each.sales, each.margin, each.impulse, each.baskets, each.elasticity) for each in categories]
        return cls(*np.asarray(rows, float).T)


class Model:
    """The model of one shop with one set of parameters. Layouts are given many at once as places [..., categories] and
    shelf [..., categories] in metres, and are compared with today's.
    """

    def __init__(self, shop: Shop, parameters: Parameters = USUAL, facts: Facts | None = None) -> None:
        self._facts = facts or Facts.of(shop.categories)
        self._parameters, floor = parameters, shop.floor
        come_for_it = np.minimum(MOST_COME_FOR_IT, self._facts.baskets * (1 - self._facts.impulse))
        self._come_for_it = come_for_it
        self._noticed = np.exp(-floor.to_walk / parameters.sight)
        ends = np.exp(-np.stack([floor.to_door, floor.to_till]) / parameters.sight)
        self._missed_at_ends = np.log1p(-PASSED_AT_AN_END * ends).sum(axis=0)
        affinity = np.log(np.clip(shop.lift, 1 / HIGHEST_AFFINITY, HIGHEST_AFFINITY))
        self._affinity = affinity - np.diag(np.diag(affinity))
        self._near = np.exp(-floor.apart / parameters.neighbourhood)
        self._elasticity = np.maximum(self._facts.elasticity + np.asarray(parameters.elasticity), 0.0)
        self._shelf_today = shop.shelf[shop.today]
        self._exposure_today = self.exposure(shop.today)
        self._neighbours_today = self._neighbours(shop.today)

    def exposure(self, places: Places) -> Floats:
        """The chance that a shopper who did not come for a category passes it [..., categories]."""
        passed = self._noticed[places[..., :, None], places[..., None, :]]
        missed = np.log1p(-self._come_for_it * passed)
        own = np.arange(places.shape[-1])
        missed[..., own, own] = 0.0
        return np.maximum(-np.expm1(missed.sum(axis=-1) + self._missed_at_ends[places]), LEAST_EXPOSURE)  # type: ignore[no-any-return]

    def sales(self, places: Places, shelf: Floats) -> Floats:
        """Yuan a week of each category [..., categories]."""
        facts, parameters = self._facts, self._parameters
        seen = (self.exposure(places) / self._exposure_today) ** parameters.eta
        drawn = parameters.pull * (self._neighbours(places) - self._neighbours_today)
        drawn = np.clip(drawn, -MOST_OF_A_NEIGHBOURHOOD, MOST_OF_A_NEIGHBOURHOOD)
        space = (shelf / self._shelf_today) ** self._elasticity
        return facts.sales * space * (1 - facts.impulse + facts.impulse * seen) * (1 + drawn)  # type: ignore[no-any-return]

    def margin(self, places: Places, shelf: Floats) -> Floats:
        """Yuan of margin a week of the whole store [...], more sales counting by their incremental share."""
        facts = self._facts
        more = self.sales(places, shelf) - facts.sales
        return (facts.margin * (facts.sales + self._parameters.incremental * more)).sum(axis=-1)  # type: ignore[no-any-return]

    def _neighbours(self, places: Places) -> Floats:
        near = self._near[places[..., :, None], places[..., None, :]]
        return (self._affinity * near).sum(axis=-1)  # type: ignore[no-any-return]


def sales(
    shop: Shop, places: npt.ArrayLike | None = None, shelf: npt.ArrayLike | None = None, parameters: Parameters = USUAL
) -> Floats:
    """Yuan a week of each category [categories] with the categories in `places`; see score()."""
    return Model(shop, parameters).sales(*_layout(shop, places, shelf))


def score(
    shop: Shop, places: npt.ArrayLike | None = None, shelf: npt.ArrayLike | None = None, parameters: Parameters = USUAL
) -> float:
    """Yuan of margin a week with category c in zone places[c] on shelf[c] metres; today's places, the zone's metres.

    Says nothing about rules: see broken(). Raises ValueError for a place that is not there or is taken twice, and for a
    shelf of no length.
    """
    return float(Model(shop, parameters).margin(*_layout(shop, places, shelf)))


def _layout(shop: Shop, places: npt.ArrayLike | None, shelf: npt.ArrayLike | None) -> tuple[Places, Floats]:
    where = shop.today if places is None else np.asarray(places, np.int64)
    if where.shape != shop.today.shape or len(np.unique(where)) != len(where):
        raise ValueError("each category has a zone of its own")
    if where.min() < 0 or where.max() >= len(shop.zones):
        raise ValueError("there is no such zone")
    metres = shop.shelf[where] if shelf is None else np.asarray(shelf, float)
    if metres.shape != where.shape or not np.all(np.isfinite(metres)) or np.any(metres <= 0):
        raise ValueError("each category has some metres of shelf")
    return where, metres
