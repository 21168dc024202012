"""What stores that did not follow an advice teach about those that did: how sales move by themselves, and how much they vary."""

from __future__ import annotations

from itertools import product

import numpy as np

from plugins.advice.methods.effect.comparison import Comparison, Flags, Floats

# Recent weeks, traffic, weight of the group: where the slopes are drawn to (learned from a year of a real chain), and
# between what they stay.
USUAL_SLOPES = np.asarray([0.25, 0.70, -0.25])
LOWEST_SLOPES = np.asarray([0.0, 0.0, -1.0])
HIGHEST_SLOPES = np.asarray([1.0, 1.2, 0.0])
USUAL_WEIGHT = 30.0  # stores and groups that the usual slopes weigh as much as

STEADY_SHARES = (0.0, 0.3, 1.0, 3.0, 10.0)  # noise that no volume cures, in multiples of the median counting noise
UNSTABLE_SHARES = (0.0, 0.03, 0.1, 0.3, 1.0)  # noise of stores whose recent weeks differ from their older ones


def learn_slopes(found: Comparison, donors: Flags, counting: Floats) -> Floats:
    """The slopes [3] of change on the covariates over the donors [groups, stores], drawn to the usual ones (ridge).

    counting [groups, stores]: the variance of counts, by which each is weighted.
    """
    if not donors.any():
        return USUAL_SLOPES
    change, covariates, weight = found.change[donors], found.covariates[donors], 1 / counting[donors]
    weight = weight / weight.mean()
    weighted = covariates * weight[:, None]
    pull = USUAL_WEIGHT * (weighted * covariates).sum(axis=0) / weight.sum() + 1e-9
    unexplained = change - covariates @ USUAL_SLOPES
    step = np.linalg.solve(weighted.T @ covariates + np.diag(pull), weighted.T @ unexplained)
    return np.clip(USUAL_SLOPES + step, LOWEST_SLOPES, HIGHEST_SLOPES)  # type: ignore[no-any-return]


def shape_of_noise(residual: Floats, counting: Floats, recency: Floats, donors: Flags) -> Floats:
    """How the variance of the residuals differs between stores [groups, stores], up to a factor for each group.

    Counting noise, a part that volume does not cure, and a part that grows with how unstable a store is: of 25 mixtures
    the one most likely over the donors, each group having its own factor. Raises ValueError without donors.
    """
    if not donors.any():
        raise ValueError("without donors nothing is known of the noise")
    count = donors.sum(axis=1)
    typical = float(np.median(counting[donors]))
    best, likeliest = np.inf, counting
    for steady, unstable in product(STEADY_SHARES, UNSTABLE_SHARES):
        shape = counting + steady * typical + unstable * np.square(recency)
        factor = np.where(donors, np.square(residual) / shape, 0.0).sum(axis=1) / np.maximum(count, 1)
        surprise = float((count * np.log(np.maximum(factor, 1e-12)))[count > 0].sum() + np.log(shape[donors]).sum())
        if surprise < best - 1e-9:
            best, likeliest = surprise, shape
    return likeliest
