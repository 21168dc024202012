"""What a measured effect means for the advice. Never "no effect": what cannot be seen is inconclusive."""

from __future__ import annotations

from math import isfinite
from typing import Literal

from plugins.advice.methods.effect.measurement import Effect, TooLittle

Verdict = Literal["kept", "inconclusive", "withdrawn", "too little data"]
FINAL_WEEKS = 8


def verdict(found: Effect | TooLittle, break_even: float = 0.0) -> Verdict:
    """Kept, withdrawn or inconclusive, by the 90% range after eight weeks; before, the 95% range may only withdraw.

    break_even: the lift from which on the advice pays, as a share; over -1. Kept is what surely raised sales and pays as
    measured; withdrawn what surely does not pay; the inconclusive joins the pool of all stores.
    Raises ValueError for a break-even that is no lift.
    """
    if not isfinite(break_even) or break_even <= -1:
        raise ValueError("the break-even is a lift over -100%")
    if isinstance(found, TooLittle):
        return "too little data"
    final = found.weeks_after >= FINAL_WEEKS
    low, high = found.range90 if final else found.range95
    if high < break_even:
        return "withdrawn"
    if final and low > 0 and found.lift >= break_even:
        return "kept"
    return "inconclusive"
