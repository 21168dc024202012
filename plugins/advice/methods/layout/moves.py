"""What can be done in a store in one evening: two categories change places, or one gives another some shelf."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from plugins.advice.methods.layout.floor import Floats
from plugins.advice.methods.layout.rules import Rules
from plugins.advice.methods.layout.shop import Places, Shop


@dataclass(frozen=True, slots=True)
class Swap:
    """Two categories change places."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Shift:
    """A category takes metres of shelf from its neighbour."""

    taker: int
    giver: int
    metres: float


Move = Swap | Shift


@dataclass(frozen=True, slots=True)
class Arrangement:
    """Where each category stands, and the metres that each zone took from its neighbours (negative: gave)."""

    places: tuple[int, ...]
    taken: tuple[float, ...]

    @classmethod
    def today(cls, shop: Shop) -> Arrangement:
        """Nothing has been moved."""
        return cls(tuple(shop.today.tolist()), (0.0,) * len(shop.zones))

    def after(self, move: Move) -> Arrangement:
        """The arrangement after one more move. Metres belong to the zones: who comes into a zone gets them."""
        places, taken = list(self.places), list(self.taken)
        if isinstance(move, Swap):
            places[move.first], places[move.second] = places[move.second], places[move.first]
        else:
            taken[places[move.taker]] += move.metres
            taken[places[move.giver]] -= move.metres
        return Arrangement(tuple(places), tuple(round(metres, 6) for metres in taken))

    def shelf(self, shop: Shop) -> Floats:
        """Metres of shelf of each category [categories]."""
        return (shop.shelf + np.asarray(self.taken))[list(self.places)]  # type: ignore[no-any-return]


def possible_moves(places: tuple[int, ...], rules: Rules, metres: float) -> Iterator[Move]:
    """Every exchange of two, and every shift of so many metres between zones that may; none where metres is 0."""
    categories = range(len(places))
    for first, second in combinations(categories, 2):
        yield Swap(first, second)
    if metres:
        for taker, giver in permutations(categories, 2):
            if rules.may_shift(places[giver], places[taker]):
                yield Shift(taker, giver, metres)


def stacked(shop: Shop, arrangements: list[Arrangement]) -> tuple[Places, Floats]:
    """Places and shelf [arrangements, categories]."""
    places = np.asarray([each.places for each in arrangements], np.int64)
    taken = np.asarray([each.taken for each in arrangements], float)
    return places, shop.shelf[places] + np.take_along_axis(taken, places, axis=1)
