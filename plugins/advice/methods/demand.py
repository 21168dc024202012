"""What a store's products will sell: a rate for each, how far it can be off, and on which days nothing could be sold.

All arrays have one row for each product in a store; the last column is the last day that is known. What one product tells
too little of is drawn to what all of its store's products say together: its days of the week, and how much it spreads
(empirical Bayes; Efron and Morris 1977, Scientific American 236, 119). How well it foretells is measured by
bench/forecast.py.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.forecast import WEEK, daily_rates, out_of_stock_days, steadied, units_by_weekday

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.integer]

FEWEST_DAYS = 28  # of history, under which nothing is forecast
SPREAD_DAYS = 56  # a rate is known about as well as the mean of so many days
BULK = 5.0  # sd of Poisson counts over the mean: what a day sold beyond is a party's, and does not come every day
LEAST_MEAN = 0.5  # for that sd: two or three at once are no bulk, however rarely a product sells
STORE_WEEK = 1000.0  # units of a product that the store's days of the week weigh as much as
STORE_WEEKS = 10.0  # weeks that the store's spread weighs as much as
# All four were chosen on sales before those that bench/forecast.py and bench/replenishment.py judge by.


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


def demand_of(units: Counts, begins: Counts | None = None) -> Demand:
    """The demand behind daily units [n, days]; returns count as nothing sold. days: at least 28, else ValueError.

    The lines of store s are begins[s]:begins[s + 1]; where it is not given, all are of one store.
    """
    if units.shape[1] < FEWEST_DAYS:
        raise ValueError(f"a forecast needs {FEWEST_DAYS} days of history")
    borders = np.asarray([0, len(units)]) if begins is None else begins
    sold = np.maximum(units, 0)
    in_stock = ~out_of_stock_days(sold)
    mean = daily_rates(without_bulk(sold, in_stock), in_stock)
    return Demand(mean, _variance(sold, in_stock, mean, borders), in_stock, _weekdays(sold, borders))


def without_bulk(sold: Counts, in_stock: npt.NDArray[np.bool_]) -> Counts:
    """Units [n, days] of which no day is far beyond what its product sells in the mean of its days in stock."""
    days = np.maximum(np.count_nonzero(in_stock, axis=1), 1)
    mean = sold.sum(axis=1) / days
    most = np.floor(mean + BULK * np.sqrt(np.maximum(mean, LEAST_MEAN))).astype(sold.dtype)
    return np.minimum(sold, most[:, None])  # type: ignore[no-any-return]


def _weekdays(sold: Counts, begins: Counts) -> Floats:
    """The days of the week of each product, drawn to those of its store, and these to an even week."""
    by_day = units_by_weekday(sold)
    store = steadied(_sums(by_day, begins))
    return steadied(by_day, np.repeat(store, np.diff(begins), axis=0), STORE_WEEK)


def _variance(sold: Counts, in_stock: npt.NDArray[np.bool_], mean: Floats, begins: Counts) -> Floats:
    """A day's part in the variance of whole weeks in stock, drawn to that of the store's products; not under the mean.

    Weeks, as good and bad days come in rows: the variance of single days would say too little of nine of them. As counts,
    they spread at least so much as their mean.
    """
    weeks = np.arange(sold.shape[1] % WEEK, sold.shape[1], WEEK)
    units = np.add.reduceat(np.where(in_stock, sold, 0), weeks, axis=1)
    days = np.add.reduceat(in_stock, weeks, axis=1, dtype=np.int16)
    there, counted = days.sum(axis=1), np.count_nonzero(days, axis=1)
    own_mean = units.sum(axis=1) / np.maximum(there, 1)
    squares = np.square(units - own_mean[:, None] * days).sum(axis=1)
    known = counted > 1
    own = np.divide(squares * counted, there * np.maximum(counted - 1, 1), out=mean.copy(), where=known)
    selling = mean > 0
    spread = np.divide(np.maximum(own, mean), mean, out=np.zeros_like(mean), where=selling)
    products = _sums(np.stack([spread, selling.astype(float)], axis=1), begins)
    usual = np.repeat(products[:, 0] / np.maximum(products[:, 1], 1), np.diff(begins))
    return mean * (spread * counted + usual * STORE_WEEKS) / (counted + STORE_WEEKS)  # type: ignore[no-any-return]


def _sums(values: Floats, begins: Counts) -> Floats:
    """Of the rows of each store."""
    total = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    return total[begins[1:]] - total[begins[:-1]]  # type: ignore[no-any-return]
