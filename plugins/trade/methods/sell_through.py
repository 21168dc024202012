"""What sells, what slows, what stands still: the ground of the trade relationship."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

Class = Literal["moving", "slow", "dead", "returned"]
RECENT_DAYS = 28
LONG_DAYS = 84
SLOW_SHARE = 0.6


def daily_mean(units: npt.ArrayLike, days: int = RECENT_DAYS) -> float:
    """Mean units a day over the last `days` days (fewer when there are fewer); 0 for no history."""
    recent = np.asarray(units, float)[-days:]
    return float(recent.mean()) if len(recent) else 0.0


def days_of_cover(on_hand: float, mean: float) -> float | None:
    """Days until the stock is sold at the daily mean; None when nothing sells."""
    if on_hand < 0:
        raise ValueError("stock on hand cannot be negative")
    return on_hand / mean if mean > 0 else None


def sell_through_class(units: npt.ArrayLike) -> Class:
    """Moving, slow (under 60% of its own earlier rate), dead (nothing for 28 days), returned (more back than sold)."""
    series = np.asarray(units, float)
    recent, earlier = series[-RECENT_DAYS:], series[-LONG_DAYS:-RECENT_DAYS]
    if recent.sum() < 0:
        return "returned"
    if recent.sum() == 0:
        return "dead"
    if len(earlier) and earlier.mean() > 0 and recent.mean() < SLOW_SHARE * earlier.mean():
        return "slow"
    return "moving"
