"""What an advice changed in the sales of one product group of one store, with a range that holds what it promises.

Adjusted difference-in-differences in logs: the change of the store less that of the stores that did not follow, less what
its recent low or high, its own traffic and the group's weight let expect. The slopes of these and the noise are learned on
the stores that did not follow, and the range is Student's. Sources: Angrist and Pischke, Mostly Harmless Econometrics
(2009), chapter 5; Barnett, van der Pols and Dobson (2005), International Journal of Epidemiology 34, 215 (regression to
the mean); McCullagh and Nelder, Generalized Linear Models (1989), chapter 6 (overdispersion). How often its ranges hold is
measured by bench/effect.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.effect.comparison import (
    COVARIATES,
    HALF_A_UNIT,
    Comparison,
    Flags,
    Floats,
    Windows,
    compare,
)
from plugins.advice.methods.effect.learning import learn_slopes, shape_of_noise
from plugins.advice.methods.student import half_width

Reason = Literal["units before", "expected units", "donors", "weeks after"]
POWER_QUANTILE = 0.8416  # of the normal distribution: what is said to be visible is seen four times in five


@dataclass(frozen=True, slots=True)
class Minimum:
    """Under this, nothing is said: units sold before, units to be expected after, and stores to compare with."""

    units_before: float = 60.0
    expected_units: float = 15.0
    donors: int = 10


USUAL_WINDOWS = Windows()
USUAL_MINIMUM = Minimum()


@dataclass(frozen=True, slots=True)
class TooLittle:
    """There is too little data to say anything, and of what."""

    reasons: tuple[Reason, ...]
    donors: int
    units_before: float
    expected_units: float
    usable_weeks_after: int


@dataclass(frozen=True, slots=True)
class Effect:
    """theta = ln(units sold / units without the advice), and what it means.

    se: standard error of theta, of which se_own is the store's own and se_common that of the donors, which all stores
    measured against the same donors share. lift: exp(theta) - 1; range90 and range95 are ranges of the lift. visible: the
    lift from which on a change would be seen in this store. counterfactual: units without the advice. dispersion: the
    variance in multiples of what counting alone would give, by the shape of the noise.
    """

    theta: float
    se: float
    se_own: float
    se_common: float
    lift: float
    range90: tuple[float, float]
    range95: tuple[float, float]
    visible: float
    counterfactual: float
    donors: int
    dispersion: float
    slopes: tuple[float, ...]
    units_before: float
    usable_weeks_after: int
    weeks_after: int


def effect(
    units: npt.ArrayLike,
    group: int,
    store: int,
    week: int,
    *,
    usable: npt.ArrayLike | None = None,
    followers: Iterable[int] = (),
    windows: Windows = USUAL_WINDOWS,
    minimum: Minimum = USUAL_MINIMUM,
    slopes: npt.ArrayLike | None = None,
) -> Effect | TooLittle:
    """Measure what the advice changed for units[group, store] from `week` on.

    units [groups, stores, weeks]: units sold in a week (better: baskets that hold the group), all of the store's groups,
    in comparable stores of one distributor. week: the first one after the change; leave out the week of the change itself.
    usable [groups, stores, weeks]: False where a group was out of stock or the store closed. followers: all stores that
    follow this advice, whether or not `store` is named among them. slopes [3]: where they were learned before.
    Raises ValueError for negative units, for weeks that are not there, and for a group or store that is not.
    """
    counts, there = _panel(units, usable)
    groups, stores, weeks = counts.shape
    if not 0 <= group < groups or not 0 <= store < stores:
        raise ValueError("there is no such group or store")
    if not windows.before <= week <= weeks - windows.after:
        raise ValueError(f"needs {windows.before} weeks before the change and {windows.after} after it")
    donors = _donors(groups, stores, group, [store, *followers])
    span = slice(week - windows.before, week + windows.after)
    found = compare(counts[..., span], there[..., span], donors, windows)
    enough = donors & (found.units_before >= minimum.units_before) & (found.expected_after >= minimum.expected_units)
    learned = _given(slopes)
    if learned is None:
        learned = learn_slopes(found, enough, _counting(found.units_before, found.expected_after))
    expected = found.expected_after * np.exp(found.covariates @ learned)
    usable_after = int(there[group, store, week : week + windows.after].sum())
    case = _Case(found, enough, expected, (group, store), usable_after, windows.after)
    return _too_little(case, minimum) or _measured(case, learned)


@dataclass(frozen=True, slots=True)
class _Case:
    """A group in a store beside its donors [groups, stores]; expected: units after the change, had it moved like them."""

    found: Comparison
    donors: Flags
    expected: Floats
    place: tuple[int, int]
    usable_after: int
    weeks_after: int


def _too_little(case: _Case, minimum: Minimum) -> TooLittle | None:
    """Of what there is too little, if there is."""
    donors = int(case.donors[case.place[0]].sum())
    before, expected = float(case.found.units_before[case.place]), float(case.expected[case.place])
    lacking: dict[Reason, bool] = {
        "units before": before < minimum.units_before,
        "expected units": expected < minimum.expected_units,
        "donors": donors < max(minimum.donors, 2),
        "weeks after": case.usable_after < max(3, case.weeks_after // 2),
    }
    reasons = tuple(reason for reason, lacks in lacking.items() if lacks)
    return TooLittle(reasons, donors, before, expected, case.usable_after) if reasons else None


def _measured(case: _Case, slopes: Floats) -> Effect:
    """The residual of the store beside those of the donors of its group."""
    found, donors, expected, place = case.found, case.donors, case.expected, case.place
    group, _store = place
    residual = found.change - found.covariates @ slopes
    counting = _counting(found.units_before, expected)
    shape = shape_of_noise(residual, counting, found.covariates[..., 0], donors)
    theirs, weight = residual[group][donors[group]], 1 / shape[group][donors[group]]
    drift = float(np.average(theirs, weights=weight))
    degrees = len(theirs) - 1
    dispersion = float((weight * np.square(theirs - drift)).sum() / degrees)
    dispersion = max(dispersion, float(counting[place] / shape[place]))  # counts vary at least like counts
    theta = float(residual[place]) - drift
    own, common = float(np.sqrt(dispersion * shape[place])), float(np.sqrt(dispersion / weight.sum()))
    se = float(np.hypot(own, common))
    wide90, wide95 = (half_width(share, degrees) * se for share in (0.90, 0.95))
    return Effect(
        theta=theta,
        se=se,
        se_own=own,
        se_common=common,
        lift=_lift(theta),
        range90=(_lift(theta - wide90), _lift(theta + wide90)),
        range95=(_lift(theta - wide95), _lift(theta + wide95)),
        visible=_lift(wide90 + POWER_QUANTILE * se),
        counterfactual=float(expected[place] * np.exp(drift)),
        donors=len(theirs),
        dispersion=dispersion,
        slopes=tuple(slopes.tolist()),
        units_before=float(found.units_before[place]),
        usable_weeks_after=case.usable_after,
        weeks_after=case.weeks_after,
    )


def _panel(units: npt.ArrayLike, usable: npt.ArrayLike | None) -> tuple[Floats, Flags]:
    counts = np.asarray(units, float)
    if counts.ndim != 3:
        raise ValueError("units has one number for each group, store and week")
    if not np.all(np.isfinite(counts)) or np.any(counts < 0):
        raise ValueError("units are not negative")
    there = np.ones(counts.shape, bool) if usable is None else np.asarray(usable, bool)
    if there.shape != counts.shape:
        raise ValueError("usable says of each group, store and week whether it counts")
    return counts, there


def _donors(groups: int, stores: int, group: int, followers: list[int]) -> Flags:
    if not all(0 <= follower < stores for follower in followers):
        raise ValueError("there is no such store among those that follow")
    donors = np.ones((groups, stores), bool)
    donors[group, followers] = False
    return donors


def _given(slopes: npt.ArrayLike | None) -> Floats | None:
    if slopes is None:
        return None
    given = np.asarray(slopes, float)
    if given.shape != (COVARIATES,) or not np.all(np.isfinite(given)):
        raise ValueError("there is a slope for recent weeks, traffic and weight")
    return given


def _counting(units_before: Floats, units_after: Floats) -> Floats:
    """The variance of a log ratio of two counts."""
    return 1 / (units_before + HALF_A_UNIT) + 1 / (units_after + HALF_A_UNIT)


def _lift(theta: float) -> float:
    return float(np.expm1(theta))
