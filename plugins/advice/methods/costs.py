"""What a store has to sell before it earns: cost, volume and profit.

Source: Horngren, Datar and Rajan, Cost Accounting, 14th ed., chapter 3 (contribution margin, break-even point, margin of
safety).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Margin:
    """sales: yuan at list price. ratio: gross margin over sales of what has a price and a cost, NaN without any.

    known: the share of the sales that the ratio rests on. unpriced: units that no price makes sales of.
    """

    sales: float
    ratio: float
    known: float
    unpriced: int


def gross_margin(units: npt.NDArray[np.int32], price: Floats, cost: Floats) -> Margin:
    """The sales and the gross margin of products [n]: units net of returns, price and cost in yuan, NaN where not told.

    Raises ValueError for arrays of different lengths.
    """
    if not len(units) == len(price) == len(cost):
        raise ValueError("units, price and cost have one value for each product")
    priced = ~np.isnan(price)
    both = priced & ~np.isnan(cost)
    sales = float((units[priced] * price[priced]).sum())
    of_both = float((units[both] * price[both]).sum())
    earned = float((units[both] * (price[both] - cost[both])).sum())
    return Margin(
        sales=sales,
        ratio=earned / of_both if of_both > 0 else float("nan"),
        known=of_both / sales if sales > 0 else 0.0,
        unpriced=int(np.maximum(units[~priced], 0).sum()),
    )


def margin_at_discount(margin: float, discount: float) -> float:
    """The gross margin ratio when everything sells for a share `discount` under its price, at the same cost.

    Raises ValueError for a discount outside [0, 1) or a margin over 1.
    """
    if not 0 <= discount < 1:
        raise ValueError("a discount is a share of the price, under 1")
    if margin > 1:
        raise ValueError("a margin is at most the whole price")
    return 1 - (1 - margin) / (1 - discount)


def break_even_sales(fixed_cost: float, margin: float, variable: float = 0.0) -> float:
    """The sales in yuan at which the margin pays for everything: fixed_cost / (margin - variable).

    fixed_cost: yuan, for the time that the sales are for. margin: gross margin over sales. variable: costs that grow
    with sales, as a share of them. Raises ValueError for a negative cost, and where each sale costs as much as it
    brings: then no sales are enough.
    """
    if fixed_cost < 0 or variable < 0:
        raise ValueError("costs are not negative")
    contribution = margin - variable
    if not contribution > 0:
        raise ValueError("each sale costs as much as it brings")
    return fixed_cost / contribution


def margin_of_safety(sales: float, break_even: float) -> float:
    """The share by which sales may fall until nothing is earned; negative while it is not reached.

    Raises ValueError where nothing is sold.
    """
    if not sales > 0:
        raise ValueError("a share of no sales")
    return (sales - break_even) / sales
