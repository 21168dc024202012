"""The replay keeps count of each unit, and plainer rules are compared at the same fill."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.replenishment import Outcome, Weeks, level_for_fill, outcome_of
from plugins.advice.methods.inventory import expected_leftover
from plugins.advice.methods.replenishment import Replay, replay


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.integers(0, 9), min_size=21, max_size=21), min_size=1, max_size=4),
    st.integers(0, 40),
    st.integers(0, 3),
)
def test_no_unit_is_made_or_lost_in_a_replay(rows, level, lead_days):
    """Day by day: what stands there at night is what stood there, and came, less what was sold."""
    units = np.asarray(rows)
    nights, sold = [], []
    for days in range(1, units.shape[1] + 1):
        result = replay(units[:, :days], [[level] * len(rows)] * 3, 1, review_days=7, lead_days=lead_days)
        sold.append(result.sold)
        nights.append(result.mean_stock * days - (sum(nights) if nights else 0))
    came = [
        night - before + gone for night, before, gone in zip(nights[1:], nights, np.diff(sold, axis=0), strict=False)
    ]
    assert nights[0] + sold[0] == pytest.approx(np.full(len(rows), level))
    for day, units_in in enumerate(came, start=1):
        if day >= 7 and (day - lead_days) % 7 == 0:  # brings what was missing on the day of its review
            at_review = nights[day - lead_days - 1]
            assert units_in == pytest.approx(level - at_review)
        else:
            assert units_in == pytest.approx(np.zeros(len(rows)))


def test_the_figures_of_a_store_are_those_of_its_products():
    found = outcome_of(
        Replay(np.asarray([10, 30]), np.asarray([9, 27]), np.asarray([2.0, 5.0])), np.asarray([3.0, 1.0])
    )
    assert found == Outcome(fill=0.9, units=7.0, value=11.0)


def test_a_rule_is_tuned_until_it_sells_the_same_share():
    asked = np.full((1, 84), 2, np.int32)
    weeks = Weeks(asked, [], [], np.ones(1))
    full = weeks.at_fill(lambda days: [np.asarray([2 * days])] * 12, 1.0, 1.0, 40.0)
    less = weeks.at_fill(lambda days: [np.asarray([2 * days])] * 12, 0.8, 1.0, 40.0)
    assert full.fill == 1
    assert 0.8 <= less.fill < 0.85
    assert less.units < full.units


@settings(deadline=None)  # the first one imports scipy
@given(st.floats(0.1, 60), st.floats(1, 8), st.floats(0.5, 0.999))
def test_a_level_for_a_fill_rate_is_the_least_that_leaves_so_little_unmet(mean, spread, fill):
    variance, a_week = mean * spread, mean * 7 / 9
    (level,) = level_for_fill(*(np.asarray([value]) for value in (mean, variance)), fill, np.asarray([a_week]))

    def unmet(units):
        return mean - units + expected_leftover(units, mean, variance)

    assert unmet(int(level)) <= (1 - fill) * a_week + 2e-9
    assert level == 0 or unmet(int(level) - 1) > (1 - fill) * a_week
