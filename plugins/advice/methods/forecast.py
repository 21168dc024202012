"""What a product will sell a day: a rate over three spans of time, the days of the week, and methods for sparse demand.

Sources: Croston (1972), Operational Research Quarterly 23, 289; Syntetos and Boylan (2005), International Journal of
Forecasting 21, 303 (SBA); Teunter, Syntetos and Babai (2011), European Journal of Operational Research 214, 606 (TSB);
Hyndman and Koehler (2006) and the M5 competition (2020) for the error measure. Histories are daily units, the oldest
first, not negative.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SPANS = (28, 56, 182)  # days whose means are averaged: what is new, what is steady, half a season
WEEK = 7
FEWEST_WEEKS = 4  # for an index of the days of the week
STEADYING_UNITS = 30.0  # as many units sold in an even week are added to what each product says of its weekdays
UNLIKELY = 0.001  # so improbable a gap without sales is one without goods
CERTAINLY = 1 - 1e-9  # the share of days of a product that sells on each of them


def daily_rate(history: npt.ArrayLike, in_stock: npt.ArrayLike | None = None) -> float:
    """Units a day: the average of the means over the last 28, 56 and 182 days, as far as there is history.

    in_stock: for each day whether the product was there to be sold; days without it do not count as no demand.
    Raises ValueError for an empty or negative history.
    """
    days = _history(history)[None, :]
    there = None if in_stock is None else np.asarray(in_stock, bool)[None, :]
    return float(daily_rates(days, there)[0])


def daily_rates(history: npt.ArrayLike, in_stock: npt.ArrayLike | None = None) -> Floats:
    """daily_rate() of each row of history [n, days], in_stock [n, days]."""
    sold = np.asarray(history)
    if sold.ndim != 2 or not sold.shape[1]:
        raise ValueError("a history has one row for each product and at least one day")
    there = np.ones(sold.shape, bool) if in_stock is None else np.asarray(in_stock, bool)
    if there.shape != sold.shape:
        raise ValueError("in_stock says of each day of the history whether the product was there")
    units, count = np.zeros(len(sold)), np.zeros(len(sold), np.int64)
    rates, begin = [], 0
    for span in SPANS:  # each is the one before, and the days that come to it
        days = slice(-span, -begin or None)
        units += np.where(there[:, days], sold[:, days], 0).sum(axis=1)
        count += np.count_nonzero(there[:, days], axis=1)
        rates.append(np.divide(units, count, out=np.full(len(sold), np.nan), where=count > 0))
        begin = span
    known = ~np.isnan(rates)
    total = np.where(known, rates, 0.0).sum(axis=0)
    counted: Floats = np.divide(total, known.sum(axis=0), out=np.zeros(len(sold)), where=known.any(axis=0))
    return counted


def weekday_index(history: npt.ArrayLike) -> Floats:
    """How a day of the week compares with the mean day [7], the first being that of the day after the history ends.

    A product that sells little is drawn towards an even week. Even where there are under four weeks of history.
    """
    return weekday_indices(_history(history)[None, :])[0]  # type: ignore[no-any-return]


def weekday_indices(history: npt.ArrayLike, usual: Floats | None = None, weight: float = STEADYING_UNITS) -> Floats:
    """weekday_index() of each row of history [n, days] as [n, 7].

    usual [n, 7]: what each is drawn towards, an even week where it is not given; weight: as if so many units had sold so.
    """
    sold = np.asarray(history)
    weeks = sold.shape[1] // WEEK
    if weeks < FEWEST_WEEKS:
        return np.ones((len(sold), WEEK))
    return steadied(units_by_weekday(sold), usual, weight)


def units_by_weekday(history: npt.ArrayLike) -> Floats:
    """Units [n, 7] that each row of history [n, days] sold on each day of the week, in its whole weeks."""
    sold = np.asarray(history)
    whole = sold.shape[1] // WEEK * WEEK
    begin = sold.shape[1] - whole
    return np.stack([sold[:, begin + day :: WEEK].sum(axis=1, dtype=float) for day in range(WEEK)], axis=1)


def steadied(by_day: Floats, usual: Floats | None = None, weight: float = STEADYING_UNITS) -> Floats:
    """Units by the day of the week [n, 7] as indices around 1, drawn to the usual ones by their weight in units."""
    drawn = by_day + weight / WEEK * (1.0 if usual is None else usual)
    return drawn / drawn.mean(axis=1, keepdims=True)  # type: ignore[no-any-return]


def out_of_stock_days(history: npt.ArrayLike) -> Flags:
    """Days [n, days] on which a product was probably not there: gaps before a sale that are too long for its own rate.

    A gap of g days of a product that sells something on a share s of its days has the chance (1 - s)^g; the share is
    that of the days outside of the gap. The days before the first sale are such a gap too: the product, or the whole
    history, began later. What never sold again may as well have gone out of favour: that is no gap.
    """
    sold = np.asarray(history) > 0
    rows, days = sold.shape
    marked = np.ones((rows, days + 1), bool)  # as if each had sold on the day before the history
    marked[:, 1:] = sold
    selling = np.count_nonzero(sold, axis=1)
    sales = np.flatnonzero(marked)
    begins = np.concatenate([[0], np.cumsum(selling + 1)[:-1]]).astype(np.intp)
    longest = np.repeat(_longest_likely_gaps(days)[selling], selling + 1)
    longest[begins] = days + 1  # from one row's last sale to the next row is no gap
    gone = np.flatnonzero(np.diff(sales) - 1 > longest[1:])
    away = np.zeros(marked.size, bool)
    for first, last in zip((sales[gone] + 1).tolist(), sales[gone + 1].tolist(), strict=True):
        away[first:last] = True
    return away.reshape(marked.shape)[:, 1:]


@lru_cache(maxsize=16)
def _longest_likely_gaps(days: int) -> npt.NDArray[np.intp]:
    """For a product with sales on 0, 1, ... of the days, the longest gap that is not too unlikely."""
    gap, selling = np.arange(1, days + 1)[None, :], np.arange(days + 1)[:, None]
    outside = np.minimum(selling / np.maximum(days - gap, 1), CERTAINLY)
    likely = gap * np.log1p(-outside) >= np.log(UNLIKELY)
    return np.asarray(likely.sum(axis=1), np.intp)  # the longer the gap, the less likely


def croston(history: npt.ArrayLike, alpha: float) -> float:
    """Units a day of sparse demand: smoothed size over smoothed interval, each smoothed when there is demand.

    alpha: in (0, 1]. 0 for a history without demand.
    """
    size, interval = _croston(_history(history), alpha)
    return size / interval if interval else 0.0


def sba(history: npt.ArrayLike, alpha: float) -> float:
    """Croston's rate without its bias: times 1 - alpha / 2."""
    return croston(history, alpha) * (1 - alpha / 2)


def tsb(history: npt.ArrayLike, alpha: float, beta: float) -> float:
    """Units a day of sparse demand that may end: smoothed size times the smoothed chance of demand, which falls daily.

    alpha: of the size, which begins with the first demand; beta: of the chance, which begins with 0 on the first day.
    Both in (0, 1]. 0 for a history without demand.
    """
    days = _history(history)
    _share(alpha=alpha, beta=beta)
    wanted = np.flatnonzero(days)
    if not len(wanted):
        return 0.0
    size, chance = float(days[wanted[0]]), 0.0
    for units in days.tolist():
        chance += beta * ((units > 0) - chance)
        if units > 0:
            size += alpha * (units - size)
    return size * chance


def _croston(days: Floats, alpha: float) -> tuple[float, float]:
    _share(alpha=alpha)
    wanted = np.flatnonzero(days)
    if not len(wanted):
        return 0.0, 0.0
    size, interval = float(days[wanted[0]]), float(wanted[0] + 1)
    for gap, units in zip(np.diff(wanted), days[wanted[1:]], strict=True):
        size += alpha * (float(units) - size)
        interval += alpha * (float(gap) - interval)
    return size, interval


def rmsse(train: npt.ArrayLike, test: npt.ArrayLike, forecast: npt.ArrayLike) -> float:
    """Root mean squared error of a forecast, scaled by that of saying "as yesterday" since the product's first sale.

    Raises ValueError where the history gives no scale: fewer than two days since the first sale, or all alike.
    """
    known, actual, said = (np.asarray(values, float) for values in (train, test, forecast))
    if actual.shape != said.shape:
        raise ValueError("the forecast says one number for each day of the test")
    sold = np.flatnonzero(known)
    steps = np.diff(known[sold[0] :]) if len(sold) else np.zeros(0)
    scale = float(np.mean(np.square(steps))) if len(steps) else 0.0
    if not scale:
        raise ValueError("the history has no change from day to day to compare with")
    return float(np.sqrt(np.mean(np.square(actual - said)) / scale))


def _history(history: npt.ArrayLike) -> Floats:
    days = np.asarray(history, float)
    if days.ndim != 1 or not len(days):
        raise ValueError("a history has at least one day")
    if np.any(days < 0) or not np.all(np.isfinite(days)):
        raise ValueError("a history holds the units sold, which are not negative")
    return days


def _share(**values: float) -> None:
    for name, value in values.items():
        if not 0 < value <= 1:
            raise ValueError(f"{name} lies between 0 and 1")
