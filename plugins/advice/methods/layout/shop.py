"""A store as its floor plan and its categories of goods. Lengths in metres, sales in yuan a week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Literal

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.layout.floor import Floats, Floor, Point, measure

Kind = Literal["food", "chemical", "other"]
Places = npt.NDArray[np.int64]  # [..., categories]: the zone of each

SPACE_ELASTICITY = 0.17  # Eisend (2014), Journal of Retailing 90, 168: mean over 1,268 estimates


@dataclass(frozen=True, slots=True)
class Zone:
    """A rectangle of shelves with its corner at x, y. shelf: metres of shelf; low: takes heavy goods near the floor."""

    name: str
    x: float
    y: float
    width: float
    depth: float
    shelf: float
    power: bool = False
    low: bool = True
    fixed: bool = False

    def __post_init__(self) -> None:
        _positive(self.name, width=self.width, depth=self.depth, shelf=self.shelf)
        if not isfinite(self.x) or not isfinite(self.y):
            raise ValueError(f"{self.name}: a zone has a place")


@dataclass(frozen=True, slots=True)
class Category:
    """Goods that stand together.

    sales: yuan a week today. margin: share of sales. impulse: share of sales to shoppers who did not come for it. baskets:
    share of baskets that hold it. elasticity: per cent more sales for one per cent more shelf. least_shelf: metres.
    """

    name: str
    sales: float
    margin: float
    impulse: float
    baskets: float
    elasticity: float = SPACE_ELASTICITY
    kind: Kind = "other"
    chilled: bool = False
    heavy: bool = False
    least_shelf: float = 0.0

    def __post_init__(self) -> None:
        if not isfinite(self.sales) or self.sales < 0:
            raise ValueError(f"{self.name}: sales are not negative")
        if not -1 <= self.margin <= 1:
            raise ValueError(f"{self.name}: the margin is a share of sales")
        if not 0 <= self.impulse <= 1 or not 0 <= self.baskets <= 1:
            raise ValueError(f"{self.name}: impulse and baskets are shares between 0 and 1")
        if not 0 <= self.elasticity <= 1:
            raise ValueError(f"{self.name}: the elasticity lies between 0 and 1")
        if not isfinite(self.least_shelf) or self.least_shelf < 0:
            raise ValueError(f"{self.name}: the least shelf is not negative")


@dataclass(frozen=True, eq=False)
class Shop:
    """A store of width x depth metres as it stands today: category c in zone places[c], one in a zone.

    affinity [categories, categories]: how much oftener two are bought together than by chance (lift), 1 where not known.
    """

    zones: Sequence[Zone]
    categories: Sequence[Category]
    places: Sequence[int]
    door: Point
    till: Point
    width: float
    depth: float
    affinity: npt.ArrayLike | None = None

    def __post_init__(self) -> None:
        _positive("the shop", width=self.width, depth=self.depth)
        if not self.categories:
            raise ValueError("a shop has at least one category")
        if len(self.places) != len(self.categories) or len(set(self.places)) != len(self.places):
            raise ValueError("each category has a zone of its own")
        if not all(0 <= place < len(self.zones) for place in self.places):
            raise ValueError("there is no such zone")
        for zone in self.zones:
            if zone.x < 0 or zone.y < 0 or zone.x + zone.width > self.width or zone.y + zone.depth > self.depth:
                raise ValueError(f"{zone.name}: lies outside of the shop")
        lift = self.lift
        if lift.shape != (len(self.categories),) * 2 or not np.all(np.isfinite(lift)) or np.any(lift < 0):
            raise ValueError("affinity has a number, not negative, for each two categories")

    @cached_property
    def today(self) -> Places:
        """The zone of each category today."""
        return np.asarray(self.places, np.int64)

    @cached_property
    def shelf(self) -> Floats:
        """Metres of shelf of each zone."""
        return np.asarray([zone.shelf for zone in self.zones], float)

    @cached_property
    def lift(self) -> Floats:
        """The affinities as an array."""
        count = len(self.categories)
        return np.ones((count, count)) if self.affinity is None else np.asarray(self.affinity, float)

    @cached_property
    def floor(self) -> Floor:
        """The distances on the floor; ValueError where a walk is barred."""
        corners = np.asarray([(zone.x, zone.y, zone.x + zone.width, zone.y + zone.depth) for zone in self.zones])
        return measure(corners, self.door, self.till, (self.width, self.depth))


def _positive(name: str, **lengths: float) -> None:
    for what, value in lengths.items():
        if not isfinite(value) or value <= 0:
            raise ValueError(f"{name}: {what} is a length over 0")
