"""Many shares of one category, published side by side: that they add up to one tells next to nothing more of any store."""

from datetime import date

import numpy as np

from plugins.trade.methods.benchmarks import Figure, publish
from plugins.trade.methods.cohorts import Cohort

OCTOBER = date(2026, 10, 1)
PRODUCTS, STORES, KNOWN, ROUNDS = 12, 12, 3, 150
CLOSE = 0.10  # a guess this near is one that hit


def hits(noise):
    """How often three stores that pool what they know guess a fourth's shares: by the figures, and by their sum as well."""
    usual = noise.dirichlet(np.full(PRODUCTS, 2.0))
    shares = np.stack([noise.dirichlet(usual * 40 + 0.02) for _store in range(STORES)])
    cohort = Cohort(("convenience",), OCTOBER, tuple(range(1, STORES + 1)))
    key = noise.bytes(32)
    figures = [
        publish(
            cohort, dict(enumerate(shares[:, at].tolist(), 1)), Figure("category share", f"product:{at}"), OCTOBER, key
        )
        for at in range(PRODUCTS)
    ]
    told = np.asarray([np.nan if figure is None else figure.value for figure in figures])
    others = np.maximum((told * STORES - shares[:KNOWN].sum(axis=0)) / (STORES - KNOWN), 0.0)
    judged = ~np.isnan(told) & (shares[-1] > 0.5 / PRODUCTS)
    summed = others / np.nansum(others)
    return [(np.abs(guess - shares[-1])[judged] <= CLOSE * shares[-1][judged]).tolist() for guess in (others, summed)]


def test_that_shares_add_up_to_one_tells_next_to_nothing_more():
    noise = np.random.default_rng(7)
    alone, summed = zip(*(hits(noise) for _round in range(ROUNDS)), strict=True)
    by_figure, by_sum = (np.mean([hit for one in many for hit in one]) for many in (alone, summed))
    assert by_sum - by_figure < 0.02
    assert by_sum < 0.35  # a store's share of a product is not what the figure says
