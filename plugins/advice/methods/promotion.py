"""What a promotion has to bring, and what it brought.

Source of the break-even: Nagle and Müller, The Strategy and Tactics of Pricing (6th ed. 2018), chapter 10.
"""

from __future__ import annotations

from math import isfinite


def break_even_lift(contribution_margin: float, price_change: float) -> float:
    """By which share sales must change so that a new price earns as much as the old one: -dP / (CM + dP).

    contribution_margin: share of the old price that is left after variable cost, in (0, 1]. price_change: share of the
    old price, negative for a cut, above -contribution_margin: a cut of the whole margin no sales make good (ValueError).
    0.3 and -0.1 give 0.5: a tenth off a margin of three tenths has to sell half as much again.
    """
    if not (isfinite(contribution_margin) and 0 < contribution_margin <= 1):
        raise ValueError("a contribution margin is a share of the price between 0 and 1")
    if not isfinite(price_change) or contribution_margin + price_change <= 0:
        raise ValueError("no volume makes good a price at or under the variable cost")
    return -price_change / (contribution_margin + price_change)
