"""Student's distribution for whole degrees of freedom, without scipy: a page that pools results needs 27 MB less for it."""

from __future__ import annotations

from math import cos, pi, sin, sqrt, tan

import numpy as np

HALVINGS = 60


def half_width(share: float, degrees: int) -> float:
    """The t that Student's variable lies within, to both sides, with the probability `share`.

    Raises ValueError for a share outside (0, 1) and fewer than one degree of freedom.
    """
    if not 0 < share < 1 or degrees < 1:
        raise ValueError("a share lies between 0 and 1, and there is a degree of freedom")
    low, high = 0.0, pi / 2
    for _step in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if _share_within(middle, degrees) < share else (low, middle)
    return sqrt(degrees) * tan((low + high) / 2)


def _share_within(angle: float, degrees: int) -> float:
    """The probability of lying within t = sqrt(degrees) tan(angle): a finite sum (Abramowitz and Stegun 1964, 26.7.3, 26.7.4)."""
    square = cos(angle) ** 2
    odd = degrees % 2
    steps = 2 * np.arange(1, (degrees - 1) // 2 if odd else degrees // 2)
    factors = square * (steps / (steps + 1) if odd else (steps - 1) / steps)
    total = 1.0 + float(np.cumprod(factors).sum())
    if not odd:
        return sin(angle) * total
    return 2 / pi * (angle + (sin(angle) * cos(angle) * total if degrees > 1 else 0.0))
