"""How well what the order list rests on foretells four weeks of real sales, beside the methods of the literature.

`python -m bench.forecast`. Six windows of 28 days that follow each other to the end of the year; each forecast knows the
182 days before its window, as the portal does. The figure is the weighted RMSSE of the M5 competition (Makridakis,
Spiliotis and Assimakopoulos 2022, International Journal of Forecasting 38, 1346): of each product the root mean squared
error of a day, over that of saying "as yesterday" in all days known since its first sale; weighted by the product's share of
the sales value of the last 28 days known.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from bench import report
from bench.one_store import CHOSEN_ON, HISTORY, HORIZON, ORIGINS, OneStore, read
from plugins.advice.methods import forecast as methods
from plugins.advice.methods.demand import demand_of

ALPHA = BETA = 0.1
AT_MOST = 0.83

Floats = npt.NDArray[np.float64]
Method = Callable[[npt.NDArray[np.int32]], Floats]  # known days [products, 182] to units [products, 28]


def run() -> None:
    """Print the weighted error of each method: its mean over all windows, over those that only judge, and each one."""
    began = time.perf_counter()
    store = read()
    report.section(f"Forecasts of {len(store.units):,} products for {HORIZON} days, weighted RMSSE")
    for title, method in METHODS.items():
        errors = [_error(store, method, origin) for origin in ORIGINS]
        each = " ".join(f"{error:.3f}" for error in errors)
        target = AT_MOST if method is portal else None
        report.line(f"{title}, six windows", float(np.mean(errors)), "", at_most=target, note=each, digits=3)
        if method is portal:
            judged = float(np.mean(errors[CHOSEN_ON:]))
            report.line("  the last three of them, not used to choose", judged, "", at_most=target, digits=3)
    report.line("time of all of it", time.perf_counter() - began, " s")


def _error(store: OneStore, method: Method, origin: int) -> float:
    known, actual = store.units[:, :origin], store.units[:, origin : origin + HORIZON]
    value = store.value[:, origin - HORIZON : origin].sum(axis=1)
    return weighted_rmsse(known, actual, method(known[:, -HISTORY:]), value)


def weighted_rmsse(known: npt.ArrayLike, actual: npt.ArrayLike, said: npt.ArrayLike, value: npt.ArrayLike) -> float:
    """The RMSSE of each product by its share of the value; a product whose history gives no scale is left out.

    known [products, days], actual and said [products, horizon], value [products].
    """
    errors, weights = [], []
    for history, units, told, worth in zip(*map(np.asarray, (known, actual, said, value)), strict=True):
        try:
            errors.append(methods.rmsse(history, units, told))
        except ValueError:
            continue
        weights.append(worth)
    return float(np.average(errors, weights=weights))


def portal(known: npt.NDArray[np.int32]) -> Floats:
    """As orders are reckoned: the rate times the day of the week."""
    demand = demand_of(known)
    return demand.mean[:, None] * demand.weekday[:, np.arange(HORIZON) % methods.WEEK]  # type: ignore[no-any-return]


def _flat(rate: Callable[[npt.NDArray[np.int32]], float]) -> Method:
    """The same on each day."""
    return lambda known: np.repeat([[rate(row)] for row in known], HORIZON, axis=1)


METHODS: dict[str, Method] = {
    "the portal's forecast": portal,
    "mean of 28 days": lambda known: np.repeat(known[:, -HORIZON:].mean(axis=1, keepdims=True), HORIZON, axis=1),
    "as yesterday": lambda known: np.repeat(known[:, -1:].astype(float), HORIZON, axis=1),
    "as in the last week": lambda known: np.tile(known[:, -methods.WEEK :].astype(float), HORIZON // methods.WEEK),
    f"Croston, {ALPHA}": _flat(lambda row: methods.croston(row, ALPHA)),
    f"SBA, {ALPHA}": _flat(lambda row: methods.sba(row, ALPHA)),
    f"TSB, {ALPHA} and {BETA}": _flat(lambda row: methods.tsb(row, ALPHA, BETA)),
}


if __name__ == "__main__":
    run()
