"""What a store's costs say, from what it told and what it sold."""

from __future__ import annotations

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np

from plugins.advice.methods.costs import Margin, break_even_sales, gross_margin, margin_at_discount
from plugins.trade.api import COST_KINDS, VARIABLE, Catalogue, History

MONTHS_BEFORE = 3  # that a share is compared with
ROSE_BY = 0.01  # of sales: from there a share that rose is pointed at
UNDER_LIST = 0.05  # how far real prices may lie under the list: promotions, price cuts near the date
FEWEST_DAYS = 7  # of sales in a month, before anything is said of it


@dataclass(frozen=True, slots=True)
class CostLine:
    """One kind of cost in a month. share: of sales at list price. before: its share in the months before, None without."""

    kind: str
    amount: Decimal
    share: float | None
    before: float | None

    @property
    def rose(self) -> bool:
        """Whether it takes clearly more of the sales than before."""
        return self.share is not None and self.before is not None and self.share - self.before >= ROSE_BY


@dataclass(frozen=True, slots=True)
class BreakEven:
    """Yuan of sales a day: where nothing is earned or lost yet, and what was sold; the range is of the prices."""

    low: float
    high: float
    sold_low: float
    sold_high: float

    @property
    def reached(self) -> bool | None:
        """Whether the store earns: None where that hangs on its real prices."""
        if self.sold_low >= self.high:
            return True
        return False if self.sold_high < self.low else None


@dataclass(frozen=True, slots=True)
class Lever:
    """What would change it: fewer yuan of sales a day are needed."""

    what: str  # "margin", or the kind of the largest cost
    less: float


@dataclass(frozen=True, slots=True)
class CostAnswer:
    """A month's costs. days: for how many of its days there are sales; amounts are for the whole month."""

    month: date
    days: int
    sales: float
    margin: Margin
    lines: Sequence[CostLine]
    break_even: BreakEven | None
    levers: Sequence[Lever]

    @property
    def total(self) -> Decimal:
        """All that was told for the month."""
        return sum((line.amount for line in self.lines), Decimal(0))

    @property
    def is_part(self) -> bool:
        """Whether sales are known for a part of the month only, and the month's are reckoned from it."""
        return 0 < self.days < days_in(self.month)


def days_in(month: date) -> int:
    """How many days the month has."""
    return calendar.monthrange(month.year, month.month)[1]


def months_until(month: date, before: int = MONTHS_BEFORE) -> list[date]:
    """The month and so many before it, the oldest first."""
    count = month.year * 12 + month.month - 1
    return [date(at // 12, at % 12 + 1, 1) for at in range(count - before, count + 1)]


def answer(
    month: date,
    costs: Mapping[date, Mapping[str, Decimal]],
    sold: History,
    last_day: date | None,
    products: Catalogue,
) -> CostAnswer:
    """The costs of the month against its sales and the months before. sold: begins with the oldest of those months."""
    traded = {one: _traded(one, sold, last_day, products) for one in months_until(month)}
    days, margin = traded[month]
    sales = _whole_month(month, days, margin.sales)
    shares = {
        one: {kind: float(amount) / whole for kind, amount in costs[one].items()}
        for one, (known, earned) in traded.items()
        if one in costs and (whole := _whole_month(one, known, earned.sales)) > 0
    }
    lines = [_line(kind, costs[month][kind], month, shares) for kind in COST_KINDS if kind in costs.get(month, {})]
    break_even, levers = _break_even(month, lines, sales, margin)
    return CostAnswer(month, days, sales, margin, lines, break_even, levers)


def _traded(month: date, sold: History, last_day: date | None, products: Catalogue) -> tuple[int, Margin]:
    """For how many days of the month there are sales, and their margin."""
    first = (month - sold.first).days
    days = 0 if last_day is None else max(0, min(days_in(month), (last_day - month).days + 1))
    units = sold.units[:, first : first + days].sum(axis=1)
    if not units.any():
        days = 0
    places = products.places(sold.product_ids)
    return days, gross_margin(units, products.price[places], products.cost[places])


def _whole_month(month: date, days: int, sales: float) -> float:
    """The month's sales, from those of the days that are known; 0 where that is too little to go by."""
    return sales * days_in(month) / days if days >= FEWEST_DAYS else 0.0


def _line(kind: str, amount: Decimal, month: date, shares: Mapping[date, Mapping[str, float]]) -> CostLine:
    before = [of_month[kind] for one, of_month in shares.items() if one != month and kind in of_month]
    return CostLine(
        kind=kind,
        amount=amount,
        share=shares.get(month, {}).get(kind),
        before=float(np.mean(before)) if before else None,
    )


def _break_even(
    month: date, lines: Sequence[CostLine], sales: float, margin: Margin
) -> tuple[BreakEven | None, list[Lever]]:
    """None where there is no margin to go by, no fixed cost, or where each sale costs as much as it brings."""
    fixed = sum(float(line.amount) for line in lines if line.kind not in VARIABLE) / days_in(month)
    variable = sum(float(line.amount) for line in lines if line.kind in VARIABLE)
    if sales <= 0 or fixed <= 0 or np.isnan(margin.ratio):
        return None, []
    a_day = sales / days_in(month)

    def needed(discount: float, fixed_cost: float = fixed, more_margin: float = 0.0) -> float:
        ratio = margin_at_discount(margin.ratio, discount) + more_margin
        return break_even_sales(fixed_cost, ratio, variable / (sales * (1 - discount)))

    try:
        found = BreakEven(needed(0.0), needed(UNDER_LIST), a_day * (1 - UNDER_LIST), a_day)
    except ValueError:
        return None, []
    largest = max((line for line in lines if line.kind not in VARIABLE), key=lambda line: line.amount)
    tenth_less = needed(0.0, fixed - 0.1 * float(largest.amount) / days_in(month))
    levers = [
        Lever("margin", found.low - needed(0.0, more_margin=0.01)),
        Lever(largest.kind, found.low - tenth_less),
    ]
    return found, sorted(levers, key=lambda lever: -lever.less)


def days_read(month: date) -> tuple[date, int]:
    """The last day of the month and for how many days back sales are read."""
    last = month + timedelta(days=days_in(month) - 1)
    return last, (last - months_until(month)[0]).days + 1
