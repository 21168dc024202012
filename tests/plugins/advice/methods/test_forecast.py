"""Rates, weekdays, sparse demand and gaps without goods: against published figures and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.advice.methods.demand import demand_of
from plugins.advice.methods.forecast import (
    croston,
    daily_rate,
    daily_rates,
    out_of_stock_days,
    rmsse,
    sba,
    tsb,
    weekday_index,
)

SPARSE = [0, 0, 5, 0, 0, 0, 3, 0, 4, 0, 0, 6]
histories = st.lists(st.integers(0, 60), min_size=28, max_size=200)


def test_sparse_demand_by_croston_and_by_those_who_mended_it():
    assert croston(SPARSE, 0.1) == pytest.approx(1.6208626, abs=1e-7)
    assert sba(SPARSE, 0.1) == pytest.approx(1.5398195, abs=1e-7)
    assert tsb(SPARSE, 0.1, 0.1) == pytest.approx(1.3123102, abs=1e-7)
    assert croston([0, 0, 0], 0.1) == sba([0, 0], 0.1) == tsb([0], 0.1, 0.1) == 0


def test_demand_that_ends_fades_with_tsb_and_never_with_croston():
    ended = [*SPARSE, *[0] * 200]
    assert croston(ended, 0.1) == croston(SPARSE, 0.1)
    assert tsb(ended, 0.1, 0.1) < 1e-6


def test_a_rate_is_the_average_of_three_spans():
    """28 days at 6, before them 28 at 3, before those 126 at 1: (6 + 4.5 + (168 + 84 + 126) / 182) / 3."""
    history = [1] * 126 + [3] * 28 + [6] * 28
    assert daily_rate(history) == pytest.approx((6 + 4.5 + 378 / 182) / 3)


def test_days_without_goods_are_not_days_without_demand():
    history, in_stock = [4] * 14 + [0] * 14, [True] * 14 + [False] * 14
    assert daily_rate(history, in_stock) == 4
    assert daily_rate(history) == 2
    assert daily_rate([0] * 28, [False] * 28) == 0


@given(histories)
def test_a_rate_lies_between_the_least_and_the_most_of_a_day(history):
    assert min(history) - 1e-9 <= daily_rate(history) <= max(history) + 1e-9
    together = daily_rates(np.asarray([history, history[::-1]]))
    assert together.tolist() == [daily_rate(history), daily_rate(history[::-1])]


@given(histories)
def test_the_days_of_a_week_average_to_one(history):
    index = weekday_index(history)
    assert index.shape == (7,)
    assert index.mean() == pytest.approx(1)
    assert (index > 0).all()


def test_the_first_weekday_is_that_of_the_day_after_the_last():
    week = [10, 10, 10, 10, 10, 20, 20]  # ends on a Sunday: the next day is a Monday
    index = weekday_index(week * 20)
    assert index[0] == index[4] < 1 < index[5] == index[6]
    # 200 and 400 in twenty weeks, with 30 / 7 added to each; over their mean
    assert index[5] == pytest.approx((400 + 30 / 7) / ((5 * 200 + 2 * 400) / 7 + 30 / 7))


def test_gaps_too_long_for_the_rate_are_days_without_goods():
    daily = [1] * 30 + [0] * 8 + [1] * 30  # sells each day: eight days without are no chance
    assert out_of_stock_days([daily])[0].nonzero()[0].tolist() == list(range(30, 38))
    weekly = [1, 0, 0, 0, 0, 0, 0] * 12  # one day in seven: (6/7)^6 is likely
    assert not out_of_stock_days([weekly]).any()


def test_what_came_later_was_not_there_before_and_what_ended_is_left_to_others():
    late = [0] * 40 + [1] * 40
    assert out_of_stock_days([late])[0].nonzero()[0].tolist() == list(range(40))
    ended = [1] * 40 + [0] * 40
    assert not out_of_stock_days([ended]).any()
    assert not out_of_stock_days([[0] * 80]).any()


@given(st.lists(st.lists(st.integers(0, 3), min_size=60, max_size=60), min_size=1, max_size=6))
def test_gaps_are_those_that_a_plain_reading_finds(rows):
    def plain(row):
        selling, away, last = sum(units > 0 for units in row), set(), -1
        for day, units in enumerate(row):
            if units > 0:
                gap = day - last - 1
                share = min(selling / (len(row) - gap), 1 - 1e-9)
                if gap and (1 - share) ** gap < 0.001:
                    away |= set(range(last + 1, day))
                last = day
        return away

    found = out_of_stock_days(rows)
    assert [set(row.nonzero()[0].tolist()) for row in found] == [plain(row) for row in rows]


def test_an_error_is_measured_against_saying_as_yesterday():
    """Steps since the first sale: -2, 4, -2, scale 8; errors 1 and -1: sqrt(1 / 8)."""
    assert rmsse([0, 0, 4, 2, 6, 4], [5, 3], [4, 4]) == pytest.approx(np.sqrt(1 / 8))
    with pytest.raises(ValueError, match="no change"):
        rmsse([0, 3, 3, 3], [1], [1])
    with pytest.raises(ValueError, match="one number for each day"):
        rmsse([0, 3, 1], [1, 2], [1])


def test_demand_over_some_days_follows_their_weekdays():
    week = [10, 10, 10, 10, 10, 20, 20]
    demand = demand_of(np.asarray([week * 26], np.int32))
    weekdays, _spread = demand.over(5)
    all_of_it, spread = demand.over(7)
    assert weekdays[0] < 5 / 7 * all_of_it[0]
    assert all_of_it[0] == pytest.approx(7 * demand.mean[0])
    assert spread[0] == pytest.approx(7 * demand.variance[0])
    # each week sells 90, as the one before it: the days differ by their weekday alone, and counts spread as their mean
    assert demand.variance[0] == pytest.approx(90 / 7)


def test_good_and_bad_weeks_spread_more_than_their_days_tell():
    """Weeks of 35 and of 49: 26 residuals of 7, squared over 182 days, with 25 of 26 degrees of freedom."""
    demand = demand_of(np.asarray([([5] * 7 + [7] * 7) * 13], np.int32))
    assert demand.variance[0] == pytest.approx(26 * 49 / 182 * 26 / 25)


def test_a_product_spreads_partly_as_the_others_of_its_store():
    """6 a day, always, beside weeks of 35 and 49: each with 26 weeks of its own, and ten of the store's mean of 1 and 91/75."""
    even, wavy = [6] * 182, ([5] * 7 + [7] * 7) * 13
    usual = (1 + 91 / 75) / 2
    units = np.asarray([even, wavy, even], np.int32)
    demand = demand_of(units, np.asarray([0, 2, 3]))
    assert demand.variance[:2] / 6 == pytest.approx([(26 + 10 * usual) / 36, (26 * 91 / 75 + 10 * usual) / 36])
    assert demand.variance[2] == pytest.approx(6)  # another store has nothing to do with them


def test_a_product_that_tells_little_sells_on_the_weekdays_of_its_store():
    """Twenty weeks of 10 and of 20 at the weekend: 200 and 400 a day of the week; the other store's are even."""
    busy, rare, even = [10, 10, 10, 10, 10, 20, 20] * 20, ([0] * 13 + [1]) * 10, [4] * 140
    demand = demand_of(np.asarray([busy, rare, even], np.int32), np.asarray([0, 2, 3]))
    by_day = np.asarray([200, 200, 200, 200, 200, 400, 410]) + 30 / 7  # both, drawn to an even week by 30 units
    own = 1000 / 7 * by_day / by_day.mean() + np.asarray([0, 0, 0, 0, 0, 0, 10])
    assert demand.weekday[1] == pytest.approx(own / own.mean())
    assert demand.weekday[2] == pytest.approx(np.ones(7))


def test_a_single_purchase_in_bulk_does_not_come_again_every_day():
    """1 a day and once 100: the mean of 182 days is 281 / 182; five roots of it more are 7.76, and 7 is what counts."""
    history = [1] * 170 + [100] + [1] * 11
    demand = demand_of(np.asarray([history], np.int32))
    assert demand.mean[0] == pytest.approx((34 / 28 + 62 / 56 + 188 / 182) / 3)
    assert daily_rate(history) > 2.2


@given(st.lists(histories.filter(lambda days: len(days) >= 56), min_size=1, max_size=4))
def test_demand_of_a_store_does_not_depend_on_its_neighbours(rows):
    days = min(map(len, rows))
    units = np.asarray([row[:days] for row in rows], np.int32)
    alone, among = (
        demand_of(units),
        demand_of(np.concatenate([units, units[:1]]), np.asarray([0, len(units), len(units) + 1])),
    )
    for name in ("mean", "variance", "weekday"):
        assert getattr(among, name)[: len(units)] == pytest.approx(getattr(alone, name))
    assert (alone.variance >= alone.mean - 1e-9).all()


def test_returns_count_as_nothing_sold():
    assert demand_of(np.asarray([[2] * 27 + [-5]], np.int32)).mean[0] == pytest.approx(54 / 28)


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda: daily_rate([]), "at least one day"),
        (lambda: daily_rate([1, -1]), "not negative"),
        (lambda: daily_rates([[1, 2]], [[True]]), "in_stock"),
        (lambda: croston(SPARSE, 0), "alpha"),
        (lambda: tsb(SPARSE, 0.1, 1.5), "beta"),
        (lambda: demand_of(np.ones((1, 27), np.int32)), "28 days"),
    ],
)
def test_outside_of_their_domain_they_say_why(ask, why):
    with pytest.raises(ValueError, match=why):
        ask()
