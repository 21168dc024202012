"""The few moves worth most, each with what it brings as a range; what does not surely gain is not proposed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.layout.floor import Floats
from plugins.advice.methods.layout.model import SPREAD, Model, Spread
from plugins.advice.methods.layout.moves import Arrangement, Move, Shift, possible_moves, stacked
from plugins.advice.methods.layout.rules import NOTHING, Rules
from plugins.advice.methods.layout.shop import Places, Shop

LEAST_LEFT = 0.3  # of its shelf of today, that each category keeps more than
SURE = 0.8  # the share of draws in which a move that is proposed gains
LOW, HIGH = 0.1, 0.9  # the quantiles of a range


@dataclass(frozen=True, slots=True)
class ProposedMove:
    """A move after those before it. gain: yuan of margin a week, with a range that holds 80% of the draws; chance: the
    share of draws in which it gains.
    """

    move: Move
    gain: float
    low: float
    high: float
    chance: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Moves in their order, and what all of them bring. today: yuan of margin a week. withheld: moves that were found
    and do not gain in enough draws.
    """

    today: float
    moves: tuple[ProposedMove, ...]
    gain: float
    low: float
    high: float
    arrangement: Arrangement
    withheld: int


def propose(
    shop: Shop,
    *,
    moves: int = 3,
    beam: int = 40,
    shift: float = 1.0,
    worth_at_least: float = 0.0,
    draws: int = 400,
    seed: int = 0,
    spread: Spread = SPREAD,
) -> Proposal:
    """Up to `moves` moves that together are worth most, each of which gains in at least 80% of `draws` drawn parameters.

    beam: arrangements that are followed from each step to the next. shift: metres of shelf that change hands at a time, 0
    for none. worth_at_least: yuan a week that each step has to bring. Raises ValueError for counts under 1 and negative
    metres.
    """
    if draws < 1:
        raise ValueError("a range needs at least one draw")
    rules, found = (
        Rules(shop),
        list(best_moves(shop, moves=moves, beam=beam, shift=shift, worth_at_least=worth_at_least)),
    )
    noise = np.random.default_rng(seed)
    drawn = [Model(shop, *spread.draw(noise, shop.categories)) for _draw in range(draws)] if found else []
    count = len(found)
    while True:
        while (barred := first_barred(shop, rules, found)) is not None:
            del found[barred]
        path = _path(shop, found)
        usual = Model(shop).margin(*stacked(shop, path))
        values = np.asarray([model.margin(*stacked(shop, path)) for model in drawn] or [usual])
        chances = (np.diff(values, axis=1) > 0).mean(axis=0)
        unsure = np.flatnonzero((chances < SURE) | (np.diff(usual) <= worth_at_least))
        if not len(unsure):
            return _said(found, usual, values, path[-1], count - len(found))
        del found[int(unsure[np.argmin(chances[unsure])])]


def best_moves(
    shop: Shop, *, moves: int = 3, beam: int = 40, shift: float = 1.0, worth_at_least: float = 0.0
) -> tuple[Move, ...]:
    """The moves worth most by the usual parameters, found step by step from the `beam` best arrangements of each step."""
    if moves < 1 or beam < 1:
        raise ValueError("looks for at least one move, along at least one way")
    if not np.isfinite(shift) or shift < 0:
        raise ValueError("shelf that changes hands is not negative")
    rules, model = Rules(shop), Model(shop)
    start = Arrangement.today(shop)
    best: tuple[float, tuple[Move, ...], Arrangement] = (float(model.margin(*stacked(shop, [start]))[0]), (), start)
    front = [best]
    for _step in range(moves):
        reached: dict[Arrangement, tuple[float, tuple[Move, ...], Arrangement]] = {}
        for value, path, here in front:
            ways = list(possible_moves(here.places, rules, shift))
            ends = [here.after(move) for move in ways]
            if not ends:
                continue
            places, shelf = stacked(shop, ends)
            values = np.where(
                _allowed(shop, rules, places, shelf), model.margin(places, np.maximum(shelf, NOTHING)), -np.inf
            )
            for at in np.flatnonzero(values > value + worth_at_least).tolist():
                reached.setdefault(ends[at], (float(values[at]), (*path, ways[at]), ends[at]))
        front = sorted(reached.values(), key=lambda each: -each[0])[:beam]
        best = max((best, *front), key=lambda each: each[0])
    return best[1]


def _allowed(shop: Shop, rules: Rules, places: Places, shelf: Floats) -> npt.NDArray[np.bool_]:
    """Which arrangements break no rule anew and leave each category enough of its shelf."""
    enough = (shelf > LEAST_LEFT * shop.shelf[shop.today]).all(axis=-1)
    return enough & (rules.count(places, shelf) == 0)  # type: ignore[no-any-return]


def _path(shop: Shop, moves: list[Move]) -> list[Arrangement]:
    path = [Arrangement.today(shop)]
    for move in moves:
        path.append(path[-1].after(move))
    return path


def first_barred(shop: Shop, rules: Rules, moves: list[Move]) -> int | None:
    """The first move that may not be made where the ones before it lead to: one that it needed has been left out."""
    here = Arrangement.today(shop)
    for at, move in enumerate(moves):
        if isinstance(move, Shift) and not rules.may_shift(here.places[move.giver], here.places[move.taker]):
            return at
        here = here.after(move)
        if not _allowed(shop, rules, *stacked(shop, [here]))[0]:
            return at
    return None


def _said(found: list[Move], usual: Floats, values: Floats, end: Arrangement, withheld: int) -> Proposal:
    steps = np.diff(values, axis=1)
    low, high = np.quantile(steps, (LOW, HIGH), axis=0)
    whole = np.quantile(values[:, -1] - values[:, 0], (LOW, HIGH))
    return Proposal(
        today=float(usual[0]),
        moves=tuple(
            ProposedMove(
                move,
                float(usual[at + 1] - usual[at]),
                float(low[at]),
                float(high[at]),
                float((steps[:, at] > 0).mean()),
            )
            for at, move in enumerate(found)
        ),
        gain=float(usual[-1] - usual[0]),
        low=float(whole[0]),
        high=float(whole[1]),
        arrangement=end,
        withheld=withheld,
    )
