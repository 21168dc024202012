"""How long a floor plan of 20 zones takes: the three moves worth most with their ranges, and a full layout."""

from __future__ import annotations

import time

import numpy as np

from bench import report
from plugins.advice.methods import layout

ZONES, ALONG = 20, 5  # zones, and how many stand in a row
KINDS: tuple[layout.Kind, ...] = ("food", "food", "food", "other", "chemical")


def run() -> None:
    """Print the seconds, and what the model promises for each."""
    shop = _shop(np.random.default_rng(5))
    report.section(f"A floor plan of {ZONES} zones")
    began = time.perf_counter()
    proposal = layout.propose(shop)
    seconds = time.perf_counter() - began
    note = f"{len(proposal.moves)} moves, +{proposal.gain / proposal.today:.1%} of the margin"
    report.line("three moves, each with a range of 400 draws", seconds, " s", at_most=2, note=note)
    began = time.perf_counter()
    best = layout.optimise(shop)
    seconds = time.perf_counter() - began
    note = f"+{best.margin / best.today - 1:.1%} of the margin"
    report.line("a full layout from 30 starts", seconds, " s", at_most=5, note=note)


def _shop(noise: np.random.Generator) -> layout.Shop:
    """Four rows of shelves with aisles between them, the first one with power; door and till at the front."""
    zones = [
        layout.Zone(
            name=f"Z{number}",
            x=1 + number % ALONG * 2.5,
            y=number // ALONG * 3.0,
            width=2.5,
            depth=1.0,
            shelf=float(noise.integers(4, 12)),
            power=number < ALONG,
            fixed=number == 0,
        )
        for number in range(ZONES)
    ]
    categories = [
        layout.Category(
            name=f"C{number}",
            sales=float(noise.lognormal(7.5, 0.7)),
            margin=float(noise.uniform(0.12, 0.4)),
            impulse=float(noise.uniform(0.1, 0.8)),
            baskets=float(noise.uniform(0.02, 0.4)),
            kind=KINDS[number // 4],
            chilled=number in (0, 1),
            least_shelf=1.0,
        )
        for number in range(ZONES)
    ]
    lift = np.exp(noise.normal(0, 0.4, (ZONES, ZONES)))
    return layout.Shop(
        zones,
        categories,
        range(ZONES),
        door=(0.2, 13.8),
        till=(13.5, 13.8),
        width=14.0,
        depth=14.0,
        affinity=(lift + lift.T) / 2,
    )


if __name__ == "__main__":
    run()
