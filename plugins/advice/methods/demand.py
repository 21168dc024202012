"""What a store's products will sell: a rate for each, how far it can be off, and on which days nothing could be sold.

All arrays have one row for each product in a store; the last column is the last day that is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.forecast import daily_rates, out_of_stock_days, weekday_indices

Floats = npt.NDArray[np.float64]

FEWEST_DAYS = 28  # of history, under which nothing is forecast
SPREAD_DAYS = 56


@dataclass(frozen=True, slots=True)
class Demand:
    """mean[n]: units a day. variance[n]: of the units of one day. in_stock[n, days]: days on which it could be sold.

    weekday[n, 7]: how a day of the week compares with the mean, beginning with the day after the last known one.
    """

    mean: Floats
    variance: Floats
    in_stock: npt.NDArray[np.bool_]
    weekday: Floats

    def over(self, days: int) -> tuple[Floats, Floats]:
        """Mean and variance of the units of the next `days` days together."""
        turns = np.asarray([self.weekday[:, day % 7] for day in range(days)]).sum(axis=0)
        return self.mean * turns, self.variance * days

    def of(self, lines: npt.NDArray[np.integer]) -> Demand:
        """The demand of these lines alone."""
        return Demand(self.mean[lines], self.variance[lines], self.in_stock[lines], self.weekday[lines])


def demand_of(units: npt.NDArray[np.int32]) -> Demand:
    """The demand behind daily units [n, days]; returns count as nothing sold. days: at least 28, else ValueError."""
    if units.shape[1] < FEWEST_DAYS:
        raise ValueError(f"a forecast needs {FEWEST_DAYS} days of history")
    sold = np.maximum(units, 0)
    in_stock = ~out_of_stock_days(sold)
    mean = daily_rates(sold, in_stock)
    return Demand(mean, _variance(sold, in_stock, mean), in_stock, weekday_indices(sold))


def _variance(sold: npt.NDArray[np.int32], in_stock: npt.NDArray[np.bool_], mean: Floats) -> Floats:
    """Around the mean of those days, of the last weeks in stock; never under the mean, as counts spread at least so."""
    recent, there = sold[:, -SPREAD_DAYS:].astype(float), in_stock[:, -SPREAD_DAYS:]
    days = there.sum(axis=1)
    own_mean = np.divide((recent * there).sum(axis=1), days, out=np.zeros(len(sold)), where=days > 0)
    squares = (np.square(recent - own_mean[:, None]) * there).sum(axis=1)
    spread: Floats = np.divide(squares, days - 1, out=mean.copy(), where=days > 1)
    return np.maximum(spread, mean)
