"""What a promotion has to bring, and what it brought.

Sources. Break-even: Nagle and Müller, The Strategy and Tactics of Pricing (6th ed. 2018), chapter 10. Baseline and lift:
Blattberg and Neslin, Sales Promotion: Concepts, Methods, and Strategies (1990), chapter 9; the dip that follows when shoppers
have stocked up: van Heerde, Leeflang and Wittink (2000), Journal of Marketing Research 37, 383-395.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, isfinite, log, sqrt

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.student import half_width

Numbers = npt.NDArray[np.float64]
WEEK = 7
FEWEST_WEEKS = 4  # of sales before, for a baseline and its spread
FEWEST_UNITS = 20  # expected during the promotion, for a ratio that can be told
TRAFFIC = 0.70  # how far a product follows the rest of its store (methods/effect/learning.py draws to the same)
CONFIDENCE = 0.90


def break_even_lift(contribution_margin: float, price_change: float, fixed_cost: float = 0.0) -> float:
    """By which share sales must change so that a new price earns as much as the old one: (cost - dP) / (CM + dP).

    contribution_margin: share of the old price that is left after variable cost, in (0, 1]. price_change: share of the
    old price, negative for a cut, above -contribution_margin: a cut of the whole margin no sales make good (ValueError).
    fixed_cost: what the promotion costs, as a share of the sales at the old price while it runs.
    0.3 and -0.1 give 0.5: a tenth off a margin of three tenths has to sell half as much again.
    """
    if not (isfinite(contribution_margin) and 0 < contribution_margin <= 1):
        raise ValueError("a contribution margin is a share of the price between 0 and 1")
    if not isfinite(price_change) or contribution_margin + price_change <= 0:
        raise ValueError("no volume makes good a price at or under the variable cost")
    if not (isfinite(fixed_cost) and fixed_cost >= 0):
        raise ValueError("a cost is not negative")
    return (fixed_cost - price_change) / (contribution_margin + price_change)


@dataclass(frozen=True, slots=True)
class PromotionEffect:
    """What went with a promotion: an association, as nothing was tried without it at the same time.

    lift, low, high: shares of the units that were expected, with the 90% range. expected, sold: units while it ran.
    dip: units that were missing in the days after it, negative where more was sold; None where they are not over.
    """

    lift: float
    low: float
    high: float
    expected: float
    sold: int
    dip: float | None

    @property
    def extra(self) -> tuple[float, float]:
        """Units more than expected, as a range."""
        return self.expected * self.low, self.expected * self.high


def promotion_effect(
    units: npt.ArrayLike, others: npt.ArrayLike, start: int, days: int, after: int = 0
) -> PromotionEffect:
    """The lift of a product group while it was promoted, against its own weekdays and trend before and its store's traffic.

    units, others [days]: units a day of the group and of the rest of the store, from the weeks before the promotion
    (the whole weeks just before `start`, four at least) to the last day known. start: the place of its first day.
    days: how long it ran. after: days after it that are looked at for a dip. The traffic is how much more the rest of
    the store sold than on its weekdays before, to the power of 0.70. The range, t distributed: chance in the counts,
    what moves whole weeks, and how well the trend is known. Raises ValueError where there are fewer than four weeks
    before, days missing, or under 20 units expected.
    """
    own, rest = np.asarray(units, float), np.asarray(others, float)
    if own.shape != rest.shape or own.ndim != 1:
        raise ValueError("both series have one number for each day")
    weeks = start // WEEK
    if weeks < FEWEST_WEEKS:
        raise ValueError("fewer than four weeks before the promotion")
    if days < 1 or after < 0 or start + days > len(own):
        raise ValueError("the promotion does not lie within the days known")
    first = start - weeks * WEEK
    before = _Before.of(own[first:start].reshape(-1, WEEK), rest[first:start].reshape(-1, WEEK))
    own, rest, end = own[start:], rest[start:], days + after
    expected = before.expected(rest[:days], 0)
    if expected < FEWEST_UNITS:
        raise ValueError("too little is sold for a change to be told from chance")
    sold = float(own[:days].sum())
    lift = log(max(sold, 0.5) / expected)
    reach = half_width(CONFIDENCE, weeks - 2) * before.log_spread(days, sold)
    known = after > 0 and end <= len(own)
    dip = before.expected(rest[days:end], days) - float(own[days:end].sum()) if known else None
    return PromotionEffect(exp(lift) - 1, exp(lift - reach) - 1, exp(lift + reach) - 1, expected, int(sold), dip)


@dataclass(frozen=True, slots=True)
class _Before:
    """The weeks before: units by weekday of group and rest, the group's trend, and how its weeks scatter around it.

    slope: of the logarithm, a week. scatter: variance of a week's logarithm; chance: the part of it that counts have.
    """

    weeks: int
    profile: Numbers
    usual: Numbers
    slope: float
    scatter: float
    chance: float

    @classmethod
    def of(cls, own: Numbers, rest: Numbers) -> _Before:
        """own, rest [weeks, 7]."""
        weeks = len(own)
        traffic = np.maximum(rest.sum(axis=1) / max(float(rest.sum(axis=1).mean()), 1e-9), 0.1) ** TRAFFIC
        logs = np.log((own.sum(axis=1) + 0.5) / traffic)
        at = np.arange(weeks) - (weeks - 1) / 2
        slope = float((at * logs).sum() / (at**2).sum())
        rests = logs - logs.mean() - slope * at
        chance = 1 / max(float(own.sum(axis=1).mean()), 0.5)
        scatter = max(float((rests**2).sum()) / (weeks - 2), chance)
        return cls(weeks, own.mean(axis=0), rest.mean(axis=0), slope, scatter, chance)

    def expected(self, rest: Numbers, skipped: int) -> float:
        """Units of the group on days that begin so many days after the weeks: weekday's mean, traffic, trend."""
        days = np.arange(skipped, skipped + len(rest))
        usual = float(self.usual[days % WEEK].sum())
        traffic = float(rest.sum()) / usual if usual > 0 else 1.0
        trend = np.exp(self.slope * (self.weeks / 2 + (days + 0.5) / WEEK))
        return float((self.profile[days % WEEK] * trend).sum() * max(traffic, 0.1) ** TRAFFIC)

    def log_spread(self, days: int, sold: float) -> float:
        """The standard error of the logarithm of the lift of a promotion of so many days that follows at once."""
        ahead = self.weeks / 2 + days / WEEK / 2
        spans = self.weeks * (self.weeks**2 - 1) / 12  # the sum of squares of the weeks' places
        known = self.scatter * (1 / self.weeks + ahead**2 / spans)
        return sqrt(1 / max(sold, 1.0) + (self.scatter - self.chance) * WEEK / max(days, WEEK) + known)


@dataclass(frozen=True, slots=True)
class Share:
    """What one partner bears and gets, as shares of the whole; NaN where there is no whole."""

    cost: float
    benefit: float


def shares(costs: Mapping[str, float], benefits: Mapping[str, float]) -> dict[str, Share]:
    """For each partner the share of the cost that it bears and of the benefit that it gets.

    costs, benefits: yuan by partner; a partner that is not named bears or gets nothing. Raises ValueError for a negative
    cost; a negative benefit is a loss, and shares of a benefit that is none in sum are not told (NaN).
    """
    if any(cost < 0 for cost in costs.values()):
        raise ValueError("a cost is not negative")
    cost, benefit = sum(costs.values()), sum(benefits.values())
    return {
        partner: Share(
            costs.get(partner, 0.0) / cost if cost > 0 else float("nan"),
            benefits.get(partner, 0.0) / benefit if benefit > 0 else float("nan"),
        )
        for partner in sorted({*costs, *benefits})
    }
