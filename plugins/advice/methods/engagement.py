"""Members of a store by how lately, how often and for how much they bought.

Source: Hughes, Strategic Database Marketing (1994), chapter on RFM: quintiles of each of the three.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Classes = npt.NDArray[np.str_]

BEST, LOYAL, NEW, AT_RISK, LOST, OTHERS = "best", "loyal", "new", "at_risk", "lost", "others"


@dataclass(frozen=True, slots=True)
class Rfm:
    """recency, frequency, money [n]: 1 to 5, 5 the best; segment [n]: what that makes of the member."""

    recency: Integers
    frequency: Integers
    money: Integers
    segment: Classes


def rfm(days_since: npt.ArrayLike, purchases: npt.ArrayLike, spent: npt.ArrayLike) -> Rfm:
    """Score members by quintiles of days since the last purchase (few are good), number of purchases, and yuan spent.

    All three [n], of one period. Members that are alike get the same score. Raises ValueError for negative numbers, arrays of
    different lengths, and members without a purchase.
    """
    days, counts, money = (np.asarray(values, float) for values in (days_since, purchases, spent))
    if not days.shape == counts.shape == money.shape or days.ndim != 1:
        raise ValueError("there is one number of each kind for each member")
    if np.any(days < 0) or np.any(money < 0) or np.any(counts < 1):
        raise ValueError("a member has bought at least once, and nothing is negative")
    recency, frequency, amount = _quintiles(-days), _quintiles(counts), _quintiles(money)
    return Rfm(recency, frequency, amount, _segments(recency, frequency, amount))


def _quintiles(values: npt.NDArray[np.float64]) -> Integers:
    """1 to 5 by the share of members that have less; those that are alike stand in the middle of their places."""
    order = np.sort(values)
    below = np.searchsorted(order, values, side="left")
    upto = np.searchsorted(order, values, side="right")
    share = (below + upto) / 2 / max(len(values), 1)
    return np.minimum(np.floor(share * 5).astype(np.int64) + 1, 5)


def _segments(recency: Integers, frequency: Integers, money: Integers) -> Classes:
    return np.select(
        [
            (recency >= 4) & (frequency >= 4) & (money >= 4),
            (recency >= 3) & (frequency >= 4),
            (recency >= 4) & (frequency <= 2),
            (recency <= 2) & (frequency >= 3),
            (recency <= 2),
        ],
        [BEST, LOYAL, NEW, AT_RISK, LOST],
        OTHERS,
    )
