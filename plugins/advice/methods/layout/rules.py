"""What may stand where. A rule that a store breaks today may stay broken, but nothing breaks one anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.layout.floor import Floats
from plugins.advice.methods.layout.shop import Places, Shop

Rule = Literal["power", "fixed", "food beside chemicals", "heavy low", "least shelf"]

BESIDE = 1.0  # metres between zones under which goods stand beside each other
TOUCHING = 0.05  # metres under which two zones are one run of shelf
NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule, the number of the category that breaks it, and that of the other one where there are two."""

    rule: Rule
    category: int
    other: int | None = None


class Rules:
    """The rules of one shop, asked of many layouts at once: places and shelf [..., categories]."""

    def __init__(self, shop: Shop) -> None:
        zones, categories = shop.zones, shop.categories
        self.power = np.asarray([zone.power for zone in zones], bool)
        self.low = np.asarray([zone.low for zone in zones], bool)
        self.fixed = np.asarray([zone.fixed for zone in zones], bool)
        self.least = np.asarray([category.least_shelf for category in categories], float)
        self.beside = shop.floor.apart < BESIDE
        self.touching = shop.floor.apart < TOUCHING
        self._today, self._shelf_today = shop.today, shop.shelf[shop.today]
        self._chilled = np.asarray([category.chilled for category in categories], bool)
        self._heavy = np.asarray([category.heavy for category in categories], bool)
        self.food = np.flatnonzero([category.kind == "food" for category in categories])
        self.chemical = np.flatnonzero([category.kind == "chemical" for category in categories])
        self._misplaced = self.no_power() | self.too_high() | self.moved_though_fixed()
        self._misplaced[np.arange(len(categories)), shop.today] = False
        self._mixed_today = self._mixed(shop.today)

    def no_power(self) -> npt.NDArray[np.bool_]:
        """Whether a category [categories, zones] would lack power in a zone."""
        return self._chilled[:, None] & ~self.power[None, :]  # type: ignore[no-any-return]

    def too_high(self) -> npt.NDArray[np.bool_]:
        """Whether a heavy category [categories, zones] would not stand low in a zone."""
        return self._heavy[:, None] & ~self.low[None, :]  # type: ignore[no-any-return]

    def moved_though_fixed(self) -> npt.NDArray[np.bool_]:
        """Whether a category [categories, zones] would leave or enter a fixed zone."""
        moved = self._today[:, None] != np.arange(len(self.fixed))[None, :]
        return moved & (self.fixed[None, :] | self.fixed[self._today][:, None])  # type: ignore[no-any-return]

    def count(self, places: Places, shelf: Floats) -> npt.NDArray[np.int64]:
        """How many rules [...] a layout breaks that today's does not."""
        wrong = self._misplaced[np.arange(places.shape[-1]), places].sum(axis=-1)
        short = (shelf < self.least - NOTHING) & (shelf < self._shelf_today - NOTHING)
        mixed = self._mixed(places) & ~self._mixed_today
        return wrong + short.sum(axis=-1) + mixed.sum(axis=(-2, -1))  # type: ignore[no-any-return]

    def may_shift(self, giver: int, taker: int) -> bool:
        """Whether one zone may give shelf to another: one run of shelf, alike, and neither fixed."""
        return bool(
            self.touching[giver, taker]
            and not self.fixed[[giver, taker]].any()
            and self.power[giver] == self.power[taker]
            and self.low[giver] == self.low[taker]
        )

    def _mixed(self, places: Places) -> npt.NDArray[np.bool_]:
        """Whether food stands beside chemicals [..., food, chemicals]."""
        return self.beside[places[..., self.food][..., :, None], places[..., self.chemical][..., None, :]]


def broken(shop: Shop, places: npt.ArrayLike | None = None, shelf: npt.ArrayLike | None = None) -> tuple[Broken, ...]:
    """Every rule that a layout breaks, today's too: places [categories] and shelf [categories] in metres, or today's."""
    rules = Rules(shop)
    where = shop.today if places is None else np.asarray(places, np.int64)
    metres = shop.shelf[where] if shelf is None else np.asarray(shelf, float)
    found: list[Broken] = []
    of_zone: tuple[tuple[Rule, npt.NDArray[np.bool_]], ...] = (
        ("power", rules.no_power()),
        ("heavy low", rules.too_high()),
        ("fixed", rules.moved_though_fixed()),
    )
    for category, zone in enumerate(where.tolist()):
        found += [Broken(rule, category) for rule, wrong in of_zone if wrong[category, zone]]
        if metres[category] < rules.least[category] - NOTHING:
            found.append(Broken("least shelf", category))
    for food in rules.food.tolist():
        for chemical in rules.chemical.tolist():
            if rules.beside[where[food], where[chemical]]:
                found.append(Broken("food beside chemicals", food, chemical))
    return tuple(found)
