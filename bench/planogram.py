"""How long the best plan for 60 products on 4 shelves takes, and by how much a better one could beat it: 30 random cases.

`python -m bench.planogram [cases]`. Each case is solved as the portal solves it, once as it stands in a store (with its
facings of today, at most twice as many, and what moving costs) and once from nothing (up to six facings, anywhere). The
reference is the same program with a much tighter gap and more time; its bound, which no plan can beat, is what counts.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from bench import report
from plugins.advice.methods import display, planogram

CASES, PRODUCTS, CATEGORIES = 30, 60, 10
BOARDS_CM = (150.0, 110.0, 70.0, 30.0)  # above the floor
CLEAR_CM = 35.0
ROOM = 1.08  # what the shelves hold, as a multiple of what stands on them
REFERENCE_GAP, REFERENCE_SECONDS = 1e-4, 6.0
SECONDS, GAP = 2.0, 0.5  # at most; the gap in per cent


@dataclass(frozen=True, slots=True)
class Found:
    """seconds that the portal's plan took; gap: the share of the profit by which the best plan could at most be better."""

    seconds: float
    gap: float


def run(cases: int = CASES) -> None:
    """Print the median and the worst of the seconds and of the gaps."""
    display.optimal_facings([display.Candidate(1, 1, 1)], [display.Shelf(10)])  # scipy is loaded once for a process
    report.section(f"Planograms: {PRODUCTS} products on {len(BOARDS_CM)} shelves, {cases} cases")
    for title, solve in (("as it stands", _as_it_stands), ("from nothing", _from_nothing)):
        found = [solve(seed) for seed in range(cases)]
        seconds, gaps = [case.seconds for case in found], [case.gap * 100 for case in found]
        report.line(f"{title}: seconds, the longest", max(seconds), " s", at_most=SECONDS, digits=2)
        report.line("  the median", median(seconds), " s", digits=2)
        report.line("  below what no plan can beat, the furthest", max(gaps), "%", at_most=GAP, digits=3)
        report.line("  the median", median(gaps), "%", digits=3)


def _as_it_stands(seed: int) -> Found:
    products, boards = random_case(seed)
    began = time.perf_counter()
    plan = planogram.set_anew(products, boards)
    seconds = time.perf_counter() - began
    candidates, shelves = planogram.as_candidates(products, boards)
    profit = display.profit_of(candidates, shelves, plan.facings, plan.shelf)
    return Found(seconds, _gap(profit, candidates, shelves, planogram.MOST_FACINGS))


def _from_nothing(seed: int) -> Found:
    products, boards = random_case(seed)
    shelves = [display.Shelf(board.width, planogram.height_factor(board), board.clear) for board in boards]
    candidates = [
        display.Candidate(item.margin, item.daily * 7, item.width, item.category, height=item.height)
        for item in products
    ]
    began = time.perf_counter()
    plan = display.optimal_facings(candidates, shelves)
    seconds = time.perf_counter() - began
    return Found(seconds, _gap(plan.profit, candidates, shelves, 6))


def _gap(profit: float, candidates: Sequence[display.Candidate], shelves: Sequence[display.Shelf], most: int) -> float:
    best = display.optimal_facings(candidates, shelves, most, REFERENCE_SECONDS, REFERENCE_GAP)
    return max(best.best / profit - 1, 0.0)


def random_case(seed: int) -> tuple[list[planogram.Standing], list[planogram.Board]]:
    """A full shelf unit, category by category from the top down, as a store would have filled it."""
    noise = np.random.default_rng(seed)
    price, share = noise.lognormal(1.5, 0.6, PRODUCTS), noise.uniform(0.15, 0.4, PRODUCTS)
    width, height = noise.uniform(4, 14, PRODUCTS), noise.uniform(8, 30, PRODUCTS)
    daily, sells = noise.lognormal(-0.3, 0.9, PRODUCTS), noise.random(PRODUCTS) > 0.1
    facings = noise.integers(1, 4, PRODUCTS)
    category = np.sort(noise.integers(0, CATEGORIES, PRODUCTS))
    room = float((facings * width).sum()) / len(BOARDS_CM) * ROOM
    products, shelf, taken = [], 0, 0.0
    for at in range(PRODUCTS):
        needed = float(facings[at] * width[at])
        if taken + needed > room and shelf < len(BOARDS_CM) - 1:
            shelf, taken = shelf + 1, 0.0
        taken += needed
        products.append(
            planogram.Standing(
                margin=float(price[at] * share[at]),
                daily=float(daily[at]),
                error=0.1,
                width=float(width[at]),
                height=float(height[at]),
                facings=int(facings[at]),
                shelf=shelf,
                category=f"C{category[at]}",
                sells=bool(sells[at]),
            )
        )
    return products, [planogram.Board(room, above_floor, CLEAR_CM) for above_floor in BOARDS_CM]


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else CASES)
