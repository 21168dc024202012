"""The same kind of advice over many stores: random effects.

Sources: Paule and Mandel (1982), Journal of Research of the National Bureau of Standards 87, 377 (variance between
stores); Hartung and Knapp (2001), Statistics in Medicine 20, 3875, Student's range of the mean, with the floor of Rover, Knapp
and Friede (2015), BMC Medical Research Methodology 15, 99; Higgins, Thompson and Spiegelhalter (2009), JRSS A 172, 137 (range
for a next store).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from plugins.advice.methods.effect.comparison import Floats
from plugins.advice.methods.student import half_width

LEFT_OF_REGRESSION = (
    0.04  # what the adjustment leaves of regression to the mean, which no number of stores averages away
)
STEPS = 200


@dataclass(frozen=True, slots=True)
class Pooled:
    """theta: the mean effect, a logarithm; se its standard error; between: the variance of true effects between stores.

    lift and range: of the mean; next_range: of a next store. by_store, se_by_store [stores]: each store's theta drawn to
    the mean by how little it knows, to rank by and for nothing else.
    """

    theta: float
    se: float
    between: float
    lift: float
    range: tuple[float, float]
    next_range: tuple[float, float]
    by_store: Floats
    se_by_store: Floats
    stores: int


def pool(
    theta: npt.ArrayLike,
    se: npt.ArrayLike,
    *,
    common: float = 0.0,
    triggered_by_low_sales: bool = False,
    level: float = 0.90,
) -> Pooled:
    """Pool effects theta [stores] with standard errors se [stores].

    Of stores that were measured against the same donors (one category, one date) give se_own, and the mean of se_common
    as `common`; else se and 0. Where low sales triggered the advice, LEFT_OF_REGRESSION is added to the common error.
    level: of both ranges. Raises ValueError for fewer than two stores, for errors that are not positive, a negative
    common error, or a level outside (0, 1).
    """
    effects, errors = np.asarray(theta, float), np.asarray(se, float)
    _check(effects, errors, common, level)
    shared = common + (LEFT_OF_REGRESSION if triggered_by_low_sales else 0.0)
    variances, stores = np.square(errors), len(effects)
    between = _between(effects, variances)
    weight = 1 / (variances + between)
    mean = float(np.average(effects, weights=weight))
    # Hartung and Knapp's factor max(1, sum w (y - mean)^2 / (n - 1)) is 1: Paule and Mandel choose `between` so that what
    # stands in it is 1, or less where `between` would be under 0. Without the floor few like effects gave far too narrow a range.
    error = float(np.sqrt(1 / weight.sum() + shared**2))
    wide = half_width(level, stores - 1) * error
    wide_next = half_width(level, max(stores - 2, 1)) * float(np.sqrt(between + error**2))
    drawn = variances * weight  # to the mean: wholly, where stores do not differ
    return Pooled(
        theta=mean,
        se=error,
        between=between,
        lift=float(np.expm1(mean)),
        range=(float(np.expm1(mean - wide)), float(np.expm1(mean + wide))),
        next_range=(float(np.expm1(mean - wide_next)), float(np.expm1(mean + wide_next))),
        by_store=drawn * mean + (1 - drawn) * effects,
        se_by_store=np.sqrt((1 - drawn) * variances + np.square(drawn * error)),
        stores=stores,
    )


def _between(effects: Floats, variances: Floats) -> float:
    """The variance between stores at which their weighted squares are as large as they should be; 0 where they are less.

    The weighted squares fall and bend upwards with it, so that Newton's steps from 0 never pass the root.
    """
    between = 0.0
    for _step in range(STEPS):
        weight = 1 / (variances + between)
        squares = np.square(effects - np.average(effects, weights=weight))
        excess = float((weight * squares).sum()) - (len(effects) - 1)
        if excess <= 1e-12 * len(effects):
            break
        between += excess / float((np.square(weight) * squares).sum())
    return between


def _check(effects: Floats, errors: Floats, common: float, level: float) -> None:
    if effects.ndim != 1 or effects.shape != errors.shape:
        raise ValueError("each effect has its standard error")
    if len(effects) < 2:
        raise ValueError("one store is no pool")
    if not np.all(np.isfinite(effects)) or not np.all(np.isfinite(errors)) or np.any(errors <= 0):
        raise ValueError("effects are numbers, and their standard errors positive")
    if not np.isfinite(common) or common < 0:
        raise ValueError("the common error is not negative")
    if not 0 < level < 1:
        raise ValueError("the level lies between 0 and 1")
