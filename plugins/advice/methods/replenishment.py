"""A store's order policy, and the replay of its last weeks that sets it.

Each product is kept up to the level at which one more unit costs as much to hold as it saves in lost margin (the critical
ratio of the newsvendor). What holding costs is known only roughly, so that one factor for the store as a whole weighs it:
the largest with which the store would have reached its fill rate in the last twelve weeks. Giving each product the same
fill rate instead needs more stock, as it buys safety where it is dear (measured in bench/replenishment.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.demand import Demand, without_bulk
from plugins.advice.methods.forecast import daily_rates
from plugins.advice.methods.inventory import order_quantities, order_up_to_many

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.integer]

HOLDING_SHARE = 0.25  # of the cost of a unit a year: money, space and waste; a usual figure, and weighed by the factor
WEEKS = 12
FACTORS = tuple(0.25 * 2.0 ** (step / 2) for step in range(15))  # 0.25 to 32
UNSET_FACTOR = 1.0


@dataclass(frozen=True, slots=True)
class Replay:
    """What would have happened: units asked for and sold [n], and the mean units on the shelf at the end of a day [n]."""

    asked: Floats
    sold: Floats
    mean_stock: Floats


@dataclass(frozen=True, slots=True)
class Target:
    """factor[s]: of each store. fill[s]: the share of the margin asked for that the replay sold with it, NaN unknown."""

    factor: Floats
    fill: Floats


def critical_ratios(margin: Floats, cost: Floats, days: float, factor: npt.ArrayLike = 1.0) -> Floats:
    """The chance [n] with which the demand of `days` days should be met; NaN where margin or cost is not known.

    margin, cost: yuan a unit.
    """
    holding = cost * HOLDING_SHARE * days / 365.0 * np.asarray(factor, float)
    with np.errstate(invalid="ignore"):
        return margin / (margin + holding)  # type: ignore[no-any-return]


def replay(
    units: Counts, levels: Sequence[npt.ArrayLike], pack_size: npt.ArrayLike, *, review_days: int, lead_days: int
) -> Replay:
    """Go through the days of units [n, days] with an order up to levels[r] on every review r; what is not there is lost.

    Days of units that are negative are not asked for. The shelf begins at the first level. An order comes `lead_days`
    days after its review, in the morning.
    """
    wanted = np.maximum(units, 0)
    n, days = wanted.shape
    if len(levels) * review_days < days:
        raise ValueError("there is a level for each review")
    pack = np.broadcast_to(np.asarray(pack_size), (n,))
    shelf = np.asarray(levels[0], float).copy()
    coming = np.zeros((lead_days + 1, n))
    sold, stock = np.zeros(n), np.zeros(n)
    for day in range(days):
        if day % review_days == 0:
            missing = order_quantities(levels[day // review_days], shelf, coming.sum(axis=0), pack)
            coming[(day + lead_days) % len(coming)] += missing
        due = coming[day % len(coming)]
        shelf += due
        due[:] = 0
        gone = np.minimum(wanted[:, day], shelf)
        sold += gone
        shelf -= gone
        stock += shelf
    return Replay(wanted.sum(axis=1, dtype=float), sold, stock / days)


def set_targets(
    units: Counts,
    demand: Demand,
    margin: Floats,
    cost: Floats,
    pack_size: Counts,
    begins: Counts,
    *,
    review_days: int,
    lead_days: int,
    fill_rate: float,
) -> Target:
    """For each store the largest factor with which its last twelve weeks would have reached the fill rate, in margin.

    units[n, days], margin[n], cost[n] (NaN unknown), pack_size[n]; the lines of store s are begins[s]:begins[s + 1].
    A store without twelve weeks and four before them, or without a margin, keeps the factor 1.
    """
    stores = len(begins) - 1
    if units.shape[1] < WEEKS * 7 + 28 or not len(units):
        return Target(np.full(stores, UNSET_FACTOR), np.full(stores, np.nan))
    weeks = _LastWeeks(units, demand, (margin, cost, pack_size), begins, (review_days, lead_days))
    fill = np.full(stores, np.nan)
    low = np.zeros(stores, np.int64)  # the fill rate falls as the factor grows: halve what lies between
    high = np.full(stores, len(FACTORS) - 1)
    while (low < high).any():
        middle = (low + high + 1) // 2
        got = weeks.fill(np.asarray(FACTORS)[middle])
        good = got >= fill_rate
        low, high = np.where(good, middle, low), np.where(good, high, middle - 1)
        fill = np.where(good | np.isnan(fill), got, fill)
    return Target(np.where(np.isnan(fill), UNSET_FACTOR, np.asarray(FACTORS)[low]), fill)


class _LastWeeks:
    """The twelve weeks that are replayed, and what was known of demand in each."""

    def __init__(
        self,
        units: Counts,
        demand: Demand,
        goods: tuple[Floats, Floats, Counts],
        begins: Counts,
        days: tuple[int, int],
    ) -> None:
        self.margin, self.cost, self.pack_size = goods
        self.begins, (self.review_days, self.lead_days) = begins, days
        span = WEEKS * 7
        self.forecasts = _forecasts(units, demand, *days, span)
        self.asked = np.where(demand.in_stock[:, -span:], units[:, -span:], 0)

    def fill(self, factor: Floats) -> Floats:
        """The share of the margin asked for that each store would have sold with its factor; NaN where none is known."""
        of_line = np.repeat(factor, np.diff(self.begins))
        ratio = critical_ratios(self.margin, self.cost, self.review_days + self.lead_days, of_line)
        ratio = np.where(np.isnan(ratio), 0.9, ratio)
        levels = [order_up_to_many(mean, variance, ratio) for mean, variance in self.forecasts]
        result = replay(self.asked, levels, self.pack_size, review_days=self.review_days, lead_days=self.lead_days)
        weight = np.where(np.isnan(self.margin), 0.0, self.margin)
        asked, sold = (_by_store(units * weight, self.begins) for units in (result.asked, result.sold))
        share: Floats = np.divide(sold, asked, out=np.full(len(factor), np.nan), where=asked > 0)
        return share


def _forecasts(
    units: Counts, demand: Demand, review_days: int, lead_days: int, span: int
) -> list[tuple[Floats, Floats]]:
    """Mean and variance over the days that each order covers, as they were known on the day of its review."""
    sold, days = without_bulk(np.maximum(units, 0), demand.in_stock), units.shape[1]
    found = []
    ratio = np.divide(demand.variance, demand.mean, out=np.ones_like(demand.mean), where=demand.mean > 0)
    for review in range(0, span, review_days):
        until = days - span + review
        mean = daily_rates(sold[:, :until], demand.in_stock[:, :until])
        first = (until - days) % 7  # the weekdays of `demand` begin with the day after the last
        turns = np.asarray([demand.weekday[:, (first + day) % 7] for day in range(review_days + lead_days)]).sum(axis=0)
        found.append((mean * turns, mean * ratio * (review_days + lead_days)))
    return found


def _by_store(values: Floats, begins: Counts) -> Floats:
    total = np.concatenate([[0.0], np.cumsum(values)])
    return total[begins[1:]] - total[begins[:-1]]  # type: ignore[no-any-return]
