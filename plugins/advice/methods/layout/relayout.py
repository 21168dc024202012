"""The best full layout that can be found: what there would be to gain if everything were moved at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.layout.floor import Floats
from plugins.advice.methods.layout.model import Model
from plugins.advice.methods.layout.rules import Rules
from plugins.advice.methods.layout.shop import Places, Shop

CHUNK = 400_000  # pairs of categories that are weighed at once
NO_GAIN = 1e-9


@dataclass(frozen=True, slots=True)
class Layout:
    """places: the zone of each category. today and margin: yuan of margin a week, before and after."""

    places: tuple[int, ...]
    today: float
    margin: float


def optimise(shop: Shop, *, starts: int = 30, seed: int = 0) -> Layout:
    """Exchange pairs as long as it gains, then threes; from today's layout and from starts - 1 drawn ones. Keep the best.

    Metres stay with their zones. Never worse than today, and breaks no rule that is not broken today. 20 zones take a few
    seconds; the time grows with the fourth power of them. Raises ValueError for no start.
    """
    if starts < 1:
        raise ValueError("begins at least once")
    search, noise = _Search(shop), np.random.default_rng(seed)
    today = search.value(shop.today[None, :])[0]
    best, places = today, shop.today
    for start in range(starts):
        begin = shop.today.copy()
        if start:
            begin[search.movable] = noise.permutation(begin[search.movable])
        value, end = search.climb(begin)
        if value > best + NO_GAIN and search.broken(end) == 0:
            best, places = value, end
    return Layout(tuple(places.tolist()), float(today), float(best))


class _Search:
    """Climbs by exchanges; each rule that breaks anew costs as much as the whole store earns."""

    def __init__(self, shop: Shop) -> None:
        self._shop, self._rules, self._model = shop, Rules(shop), Model(shop)
        self.movable = np.flatnonzero(~self._rules.fixed[shop.today])
        self._penalty = max(1.0, abs(float(self._model.margin(shop.today, shop.shelf[shop.today]))))
        pairs = list(combinations(self.movable.tolist(), 2))
        threes = [turn for a, b, c in combinations(self.movable.tolist(), 3) for turn in ((a, b, c), (a, c, b))]
        self._cycles = [np.asarray(cycles, np.int64) for cycles in (pairs, threes) if cycles]
        self._rows = max(1, CHUNK // len(shop.today) ** 2)

    def value(self, places: Places) -> Floats:
        """Margin less penalties [...]."""
        shelf = self._shop.shelf[places]
        return self._model.margin(places, shelf) - self._penalty * self._rules.count(places, shelf)

    def broken(self, places: Places) -> int:
        return int(self._rules.count(places, self._shop.shelf[places]))

    def climb(self, places: Places) -> tuple[float, Places]:
        """The value and the layout from which no exchange of two or three gains."""
        value = float(self.value(places[None, :])[0])
        while (better := self._step(places, value)) is not None:
            value, places = better
        return value, places

    def _step(self, places: Places, value: float) -> tuple[float, Places] | None:
        """The best exchange of two; of three only where none of two gains."""
        for cycles in self._cycles:
            for first in range(0, len(cycles), self._rows):
                ends = _exchanged(places, cycles[first : first + self._rows])
                values = self.value(ends)
                at = int(np.argmax(values))
                if values[at] > value + NO_GAIN:
                    return float(values[at]), ends[at]
        return None


def _exchanged(places: Places, cycles: npt.NDArray[np.int64]) -> Places:
    """The layouts [cycles, categories] in which each of a cycle stands where the next one stood."""
    ends = np.repeat(places[None, :], len(cycles), axis=0)
    np.put_along_axis(ends, cycles, places[np.roll(cycles, -1, axis=1)], axis=1)
    return ends
