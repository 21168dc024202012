"""The typical figure of stores like yours, printed so that next to nothing is given away about any of them.

Every reader of a cohort is told the identical figure, the own store counted: there is no way to ask for it without one.
Each store counts the same, the extremes in part; the mean is shifted by a secret that stays the same, and stands on a
grid. Sources: Willenborg and de Waal, Elements of Statistical Disclosure Control (2001), chapters 5 and 6 (p% rule);
Fraser and Wooton (2005), UNECE work session on statistical data confidentiality (a shift that hangs on the cell);
Wilcox, Introduction to Robust Estimation (2012), chapter 3 (winsorised mean). Not covered: coalitions of all members but
one, sham stores, chains with more than three members, a key that leaks, guesses over more than a year.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import exp, isfinite, log
from typing import Literal, get_args

from plugins.trade.methods.cohorts import FEWEST_MEMBERS, Cohort, quarter_of

Ratio = Literal["growth index", "category share", "weeks of cover", "price index"]  # and no amount, count or rank
MONTHLY: frozenset[Ratio] = frozenset({"growth index"})  # shifted anew each month; of the others the shift stays

EXTREMES = 10  # one store in so many counts as the next one inside of it, at each end
SHIFT = 0.40  # of what one store contributes on average, up or down
GRID = 0.02  # between the logarithms of two figures that can be printed
LEAST_REST = 0.15  # of the largest contribution, that the others make up
COALITION = 3  # stores that pool what they know
SHORTEST_KEY = 16  # bytes


@dataclass(frozen=True, slots=True)
class Figure:
    """What is compared, and of what: a category's share, a product's price; nothing for the whole store."""

    ratio: Ratio
    of: str = ""

    def __post_init__(self) -> None:
        if self.ratio not in get_args(Ratio):
            raise ValueError("only ratios are published: growth, share, cover, price")


@dataclass(frozen=True, slots=True)
class Published:
    """A figure as it stands on the grid. Every channel (page, CSV, tooltip, chart) says this value and no other."""

    figure: Figure
    step: int

    @property
    def value(self) -> float:
        """The ratio."""
        return exp(GRID * self.step)


def carried(
    last: Mapping[int, float | None], ratios: Mapping[int, float | None], members: Iterable[int]
) -> dict[int, float | None]:
    """Each member's ratio of the month; a store that is silent keeps its last one, None where it never had any."""
    return {store: last.get(store) if ratios.get(store) is None else ratios[store] for store in members}


def publish(
    cohort: Cohort, ratios: Mapping[int, float | None], figure: Figure, month: date, key: bytes
) -> Published | None:
    """The one figure of a cohort for a month of its quarter, or None where it would give too much away.

    ratios {member: its own ratio}, as carried(); those of other stores are left aside. key: the portal's secret, at least
    16 bytes, the same for ever. None where a member's ratio is not known, fewer than 12 are over 0, or one store stands
    out so far that three others could reckon it out.
    Raises ValueError for a month outside of the quarter and for a key that is too short.
    """
    if quarter_of(month) != cohort.quarter:
        raise ValueError("a cohort stands for the months of its own quarter")
    if len(key) < SHORTEST_KEY:
        raise ValueError(f"the key has at least {SHORTEST_KEY} bytes")
    values = [ratios.get(store) for store in cohort.members]
    known = [value for value in values if value is not None and isfinite(value) and value >= 0]
    if len(known) < len(values) or sum(value > 0 for value in known) < FEWEST_MEMBERS or _stands_out(known):
        return None
    typical = _winsorised_mean(known)
    if typical <= 0:
        return None
    shifted = typical * (1 + SHIFT / len(known) * _secret(key, figure, cohort.members, month))
    return Published(figure, round(log(shifted) / GRID))


def _stands_out(values: Sequence[float]) -> bool:
    """Whether the largest value could be told to within p% by the next ones together, were all of it added up."""
    largest, *others = sorted(values, reverse=True)
    return sum(others[COALITION:]) < LEAST_REST * largest


def _winsorised_mean(values: Sequence[float]) -> float:
    """The mean in which the extremes count as the last one inside of them."""
    ordered = sorted(values)
    cut = max(1, len(ordered) // EXTREMES)
    low, high = ordered[cut], ordered[-cut - 1]
    return sum(min(max(value, low), high) for value in ordered) / len(ordered)


def _secret(key: bytes, figure: Figure, members: Sequence[int], month: date) -> float:
    """A number in [-1, 1) that nobody can guess: the same for the same figure and members, in growth for the same month."""
    period = f"{month:%Y-%m}" if figure.ratio in MONTHLY else ""
    message = json.dumps([figure.ratio, figure.of, period, list(members)]).encode()
    drawn = int.from_bytes(hmac.digest(key, message, "sha256")[:8], "big")
    return drawn / 2**63 - 1
