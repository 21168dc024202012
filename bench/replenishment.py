"""How much stock the order list's policy needs, beside plainer rules that sell the same share of what was asked for.

`python -m bench.replenishment`. A review each week, two days until the delivery, single units; what is not there is lost.
The policy's factor is set on the twelve weeks before those that judge; each plainer rule is tuned on the judging weeks
themselves, to the fill that the policy reached there: it gets an advantage that it could not have in a store. The data tell
no cost: it is taken as three quarters of the price for all products, so that the critical ratio is the same for all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bench import report
from bench.one_store import DAYS, HISTORY, OneStore, read
from plugins.advice.methods.demand import Demand, demand_of
from plugins.advice.methods.forecast import daily_rates
from plugins.advice.methods.inventory import expected_leftover_many, order_up_to_many
from plugins.advice.methods.replenishment import WEEKS, Replay, critical_ratios, replay, set_targets

REVIEW_DAYS, LEAD_DAYS = 7, 2
COVER_DAYS = REVIEW_DAYS + LEAD_DAYS
COST_SHARE = 0.75  # of the price
FILL_RATES = (0.95, 0.97, 0.98)
USUAL = 0.97  # as a distributor finds it in the settings
LESS_STOCK = 12.0  # per cent
JUDGED = WEEKS * 7
RECENT = 28
HALVINGS = 18
LEAST_DEMAND = 1e-9

Floats = npt.NDArray[np.float64]
Levels = list[npt.NDArray[np.integer]] | list[Floats]
Rule = Callable[[float], Levels]  # what it is tuned by, to its levels at each review


@dataclass(frozen=True, slots=True)
class Outcome:
    """fill: the share of the units asked for that were sold. units, value: mean stock at night, value in retail dollars."""

    fill: float
    units: float
    value: float


@dataclass(frozen=True, slots=True)
class Weeks:
    """The judging weeks: asked[products, days], the demand as it was known on each review, and the price of each product."""

    asked: npt.NDArray[np.int32]
    known: Sequence[npt.NDArray[np.int32]]
    demand: Sequence[Demand]
    price: Floats

    def outcome(self, levels: Levels) -> Outcome:
        """What would have happened with these levels."""
        return outcome_of(replay(self.asked, levels, 1, review_days=REVIEW_DAYS, lead_days=LEAD_DAYS), self.price)

    def at_fill(self, rule: Rule, fill: float, low: float, high: float) -> Outcome:
        """The rule's least that sells this share, by halving what it is tuned by."""
        for _step in range(HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self.outcome(rule(middle)).fill < fill else (low, middle)
        return self.outcome(rule(high))


def run() -> None:
    """Print for some fill rates what the policy needs, and how much more the others do."""
    began = time.perf_counter()
    store = read()
    weeks = _weeks(store)
    report.section(
        f"Stock for {len(store.units):,} products over {WEEKS} weeks, R {REVIEW_DAYS}, L {LEAD_DAYS}, pack 1"
    )
    for fill_rate in FILL_RATES:
        factor = _factor(store, fill_rate)
        own = weeks.outcome(_policy(weeks, store.price, factor))
        note = f"{own.units:,.0f} units, ${own.value:,.0f} at retail; factor {factor:g}"
        report.line(f"the policy set to {fill_rate:.0%}: its fill", own.fill * 100, "%", note=note)
        for title, rule, low, high in _rules(weeks):
            other = weeks.at_fill(rule, own.fill, low, high)
            target = LESS_STOCK if fill_rate == USUAL and title.startswith("days of cover") else None
            saved = (1 - own.units / other.units) * 100
            note = (
                f"{other.fill:.1%}: {other.units:,.0f} units, ${other.value:,.0f} ({1 - own.value / other.value:+.1%})"
            )
            report.line(f"  less stock than {title}", saved, "%", at_least=target, note=note)
    report.line("time of all of it", time.perf_counter() - began, " s")


def outcome_of(result: Replay, price: Floats) -> Outcome:
    """The store's figures from those of its products."""
    return Outcome(
        fill=float(result.sold.sum() / result.asked.sum()),
        units=float(result.mean_stock.sum()),
        value=float((result.mean_stock * price).sum()),
    )


def _weeks(store: OneStore) -> Weeks:
    begin = DAYS - JUDGED
    known = [store.units[:, day - HISTORY : day] for day in range(begin, DAYS, REVIEW_DAYS)]
    return Weeks(store.units[:, begin:], known, [demand_of(units) for units in known], store.price)


def _factor(store: OneStore, fill_rate: float) -> float:
    """As the portal sets it, from what is known when the judging weeks begin."""
    known = store.units[:, DAYS - JUDGED - HISTORY : DAYS - JUDGED]
    margin, cost = store.price * (1 - COST_SHARE), store.price * COST_SHARE
    packs, begins = np.ones(len(known), int), np.asarray([0, len(known)])
    days = {"review_days": REVIEW_DAYS, "lead_days": LEAD_DAYS}
    found = set_targets(known, demand_of(known), margin, cost, packs, begins, **days, fill_rate=fill_rate)
    return float(found.factor[0])


def _policy(weeks: Weeks, price: Floats, factor: float) -> Levels:
    ratio = critical_ratios(price * (1 - COST_SHARE), price * COST_SHARE, COVER_DAYS, factor)
    return [order_up_to_many(*demand.over(COVER_DAYS), ratio) for demand in weeks.demand]


def _rules(weeks: Weeks) -> list[tuple[str, Rule, float, float]]:
    """Each rule with the bounds of what it is tuned by."""
    rates = [daily_rates(units, demand.in_stock) for units, demand in zip(weeks.known, weeks.demand, strict=True)]
    recent = [units[:, -RECENT:].mean(axis=1) for units in weeks.known]
    return [
        ("days of cover, by the portal's rate", lambda days: [rate * days for rate in rates], 3.0, 120.0),
        ("days of cover, by the mean of 28 days", lambda days: [rate * days for rate in recent], 3.0, 120.0),
        ("one fill rate for each product", lambda fill: _same_fill(weeks, fill), 0.5, 0.9999),
    ]


def _same_fill(weeks: Weeks, fill: float) -> Levels:
    """The levels at which each product is expected to sell the share `fill` of a week's demand."""
    return [level_for_fill(*demand.over(COVER_DAYS), fill, demand.over(REVIEW_DAYS)[0]) for demand in weeks.demand]


def level_for_fill(mean: Floats, variance: Floats, fill: float, a_week: Floats) -> npt.NDArray[np.integer]:
    """The least units [n] that leave at most (1 - fill) of a week's demand unmet, of a demand with this mean and variance."""
    low, high = np.zeros(len(mean), np.int64), order_up_to_many(mean, variance, np.full(len(mean), 1 - 1e-9))
    while (low < high).any():
        middle = (low + high) // 2
        unmet = mean - middle + expected_leftover_many(middle, mean, variance)
        enough = unmet <= (1 - fill) * a_week + LEAST_DEMAND
        low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
    return high


if __name__ == "__main__":
    run()
