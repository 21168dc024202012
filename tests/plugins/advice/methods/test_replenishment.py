"""The replay of a store's weeks, and the one factor that it sets for the store."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.advice.methods.demand import demand_of
from plugins.advice.methods.replenishment import FACTORS, critical_ratios, replay, set_targets


def test_a_replay_by_hand():
    """Level 10, review every 2 days, delivery the day after, packs of 4; asked: 6, 6, 2, 0.

    Day 0: shelf 10, nothing missing; 6 go, 4 stay. Day 1: 4 of 6 go, none stays. Day 2: 10 missing, 12 ordered; 0 of 2
    go. Day 3: 12 come. Sold 10 of 14; on the shelf at night 4, 0, 0, 12.
    """
    result = replay(np.asarray([[6, 6, 2, 0]]), [[10], [10]], [4], review_days=2, lead_days=1)
    assert (result.asked[0], result.sold[0], result.mean_stock[0]) == (14, 10, 4)


def test_what_is_on_its_way_is_not_ordered_again():
    """Lead time 3 beyond the review of 1: level 5 and one sold a day never has more than 5 on shelf and way together."""
    result = replay(np.ones((1, 30), int), [[5]] * 30, 1, review_days=1, lead_days=3)
    assert result.sold[0] == 30
    # each order comes after three days: at night the shelf holds 5 less the three or four that are on their way
    assert result.mean_stock[0] <= 2.2


def test_an_order_without_a_lead_time_is_there_in_the_morning():
    result = replay(np.full((1, 10), 3), [[3]] * 10, 1, review_days=1, lead_days=0)
    assert (result.sold[0], result.mean_stock[0]) == (30, 0)


@settings(max_examples=40)
@given(st.lists(st.lists(st.integers(-2, 20), min_size=28, max_size=28), min_size=1, max_size=5), st.integers(0, 60))
def test_nothing_is_sold_that_was_not_asked_for_or_not_there(rows, level):
    units = np.asarray(rows)
    result = replay(units, [[level] * len(rows)] * 4, 1, review_days=7, lead_days=2)
    assert (result.sold <= result.asked).all()
    assert (result.sold <= level * 5).all()  # what stood there at first and four orders
    assert (result.mean_stock >= 0).all()
    more = replay(units, [[level + 5] * len(rows)] * 4, 1, review_days=7, lead_days=2)
    assert (more.sold >= result.sold).all()


def test_a_replay_needs_a_level_for_each_review():
    with pytest.raises(ValueError, match="each review"):
        replay(np.ones((1, 15)), [[1], [1]], 1, review_days=7, lead_days=2)


def test_critical_ratios_follow_the_margin():
    """1.10 of margin, 2.40 of cost at 25 % a year over 9 days: .014795 of holding."""
    ratio = critical_ratios(np.asarray([1.10, 5.0, np.nan]), np.asarray([2.40, 2.40, 2.40]), 9)
    assert ratio[0] == pytest.approx(1.10 / (1.10 + 2.40 * 0.25 * 9 / 365))
    assert ratio[1] > ratio[0]
    assert np.isnan(ratio[2])
    assert critical_ratios(np.asarray([1.10]), np.asarray([2.40]), 9, 2.0)[0] < ratio[0]


def store(rates, noise, days=182):
    return noise.poisson(np.asarray(rates)[:, None] * np.ones(days)).astype(np.int32)


def targets(units, begins, fill_rate):
    n = len(units)
    return set_targets(
        units, demand_of(units, np.asarray(begins)), np.full(n, 1.5), np.full(n, 4.0), np.ones(n, int), np.asarray(begins),
        review_days=7, lead_days=2, fill_rate=fill_rate,
    )  # fmt: skip


def test_a_store_gets_the_largest_factor_that_reaches_its_fill_rate():
    noise = np.random.default_rng(5)
    units = store(noise.uniform(0.3, 6, 60), noise)
    eager, calm = targets(units, [0, 30, 60], 0.98), targets(units, [0, 30, 60], 0.93)
    assert (eager.fill >= 0.98).all()
    assert (calm.fill >= 0.93).all()
    assert (calm.factor >= eager.factor).all()
    assert (calm.factor > eager.factor).any()
    assert set(eager.factor) <= set(FACTORS)


def test_stores_are_set_apart():
    """What a store gets does not depend on which others are reckoned with it."""
    noise = np.random.default_rng(6)
    units = store(noise.uniform(0.3, 6, 50), noise)
    together = targets(units, [0, 20, 50], 0.95)
    first, second = targets(units[:20], [0, 20], 0.95), targets(units[20:], [0, 30], 0.95)
    assert together.factor.tolist() == [first.factor[0], second.factor[0]]
    assert together.fill.tolist() == pytest.approx([first.fill[0], second.fill[0]])


def test_without_enough_days_a_store_keeps_the_usual_factor():
    found = targets(store([2.0], np.random.default_rng(1), days=100), [0, 1], 0.95)
    assert found.factor.tolist() == [1.0]
    assert np.isnan(found.fill).all()
