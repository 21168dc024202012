"""The textbook's inventory formulas: against figures from the literature, an oracle of its own, and what must always hold."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stockpyl.eoq import economic_order_quantity as oracle_eoq
from stockpyl.eoq import economic_order_quantity_with_backorders as oracle_eoqb
from stockpyl.newsvendor import newsvendor_normal, newsvendor_poisson

from plugins.advice.methods.inventory import (
    LARGE_MEAN,
    days_of_cover,
    economic_order_quantity,
    expected_leftover,
    expected_leftover_many,
    newsvendor,
    order_quantities,
    order_quantity,
    order_up_to,
    order_up_to_many,
    reorder_point,
    safety_stock,
    stockout_probability,
)

costs = st.floats(0.01, 1000)
means = st.floats(0.05, LARGE_MEAN)
spreads = st.floats(1.0, 8.0)  # variance over mean
levels = st.floats(0.05, 0.995)


def chance_of_at_most(units, mean, variance):
    """By adding the terms of the distribution up, each from its own formula."""
    if variance <= mean * (1 + 1e-9):
        logs = [k * math.log(mean) - mean - math.lgamma(k + 1) for k in range(units + 1)]
    else:
        r, p = mean * mean / (variance - mean), mean / variance
        logs = [
            math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1) + r * math.log(p) + k * math.log1p(-p)
            for k in range(units + 1)
        ]
    return sum(math.exp(value) for value in logs)


def test_the_order_quantity_of_snyder_and_shen():
    """Example 3.1: K = 8, h = 0.225, lambda = 1300."""
    found = economic_order_quantity(8, 0.225, 1300)
    assert found.quantity == pytest.approx(304.0467800, abs=1e-7)
    assert found.cost == pytest.approx(68.4105255, abs=1e-7)
    assert found.backorder_fraction == 0


@given(costs, costs, costs, costs)
def test_order_quantities_are_those_of_the_oracle(order_cost, holding_cost, demand_rate, backorder_cost):
    plain = economic_order_quantity(order_cost, holding_cost, demand_rate)
    quantity, cost = oracle_eoq(order_cost, holding_cost, demand_rate)
    assert (plain.quantity, plain.cost) == pytest.approx((quantity, cost), rel=1e-9)
    late = economic_order_quantity(order_cost, holding_cost, demand_rate, backorder_cost)
    quantity, share, cost = oracle_eoqb(order_cost, holding_cost, backorder_cost, demand_rate)
    assert (late.quantity, late.backorder_fraction, late.cost) == pytest.approx((quantity, share, cost), rel=1e-9)


def test_the_newsvendor_of_snyder_and_shen():
    """Example 4.3: h = 0.18, p = 0.70, demand normal with 50 and 8."""
    found = newsvendor(0.18, 0.70, 50, 8)
    assert found.level == pytest.approx(56.6039560, abs=1e-7)
    assert found.cost == pytest.approx(1.9976052, abs=1e-7)


@given(costs, costs, st.floats(1, 500), st.floats(0.1, 50))
def test_normal_newsvendors_are_those_of_the_oracle(holding_cost, shortage_cost, mean, sd):
    assume(1e-4 < shortage_cost / (shortage_cost + holding_cost) < 1 - 1e-4)
    found = newsvendor(holding_cost, shortage_cost, mean, sd)
    level, cost = newsvendor_normal(holding_cost, shortage_cost, mean, sd)
    assert (found.level, found.cost) == pytest.approx((level, cost), rel=1e-6, abs=1e-6)


@given(st.floats(0.1, 5), st.floats(0.2, 20), st.integers(1, 120))
def test_poisson_newsvendors_are_those_of_the_oracle(holding_cost, shortage_cost, mean):
    found = newsvendor(holding_cost, shortage_cost, mean)
    level, cost = newsvendor_poisson(holding_cost, shortage_cost, mean)
    assert found.cost == pytest.approx(cost, rel=1e-6)
    assert abs(found.level - level) <= 1e-9


def test_safety_stock_against_demand_and_lead_time():
    """z(.95) = 1.6448536; sqrt(4 x 10^2 + 20^2 x 1^2) = 28.2842712; times z: 46.5234859."""
    assert safety_stock(0.95, 20, 10, 4, 1) == pytest.approx(46.5234859, abs=1e-5)
    assert reorder_point(0.95, 20, 10, 4, 1) == pytest.approx(126.5234859, abs=1e-5)
    assert safety_stock(0.5, 20, 10, 4) == pytest.approx(0, abs=1e-12)


@given(means, spreads, levels)
def test_a_level_is_the_least_that_covers_demand_often_enough(mean, spread, level):
    found = order_up_to(mean, mean * spread, level)
    assert chance_of_at_most(found, mean, mean * spread) >= level - 1e-9
    if found:
        assert chance_of_at_most(found - 1, mean, mean * spread) < level + 1e-9


@given(st.floats(LARGE_MEAN + 1, 5000), spreads, levels)
def test_above_the_recursion_a_level_is_near_the_exact_one(mean, spread, level):
    found = order_up_to(mean, mean * spread, level)
    near = max(3, round(0.015 * mean))
    assert chance_of_at_most(max(found - near, 0), mean, mean * spread) <= level + 1e-6
    assert chance_of_at_most(found + near, mean, mean * spread) >= level - 1e-6


@given(means, spreads, st.integers(0, 250))
def test_what_is_left_over_is_the_sum_of_the_chances(mean, spread, stock):
    variance = mean * spread
    total, below = 0.0, 0.0
    r = None if spread <= 1 + 1e-9 else mean * mean / (variance - mean)
    p = mean / variance
    for k in range(stock):  # E max(s - D, 0) is the sum of P(D <= k) over k < s
        if r is None:
            below += math.exp(k * math.log(mean) - mean - math.lgamma(k + 1))
        else:
            below += math.exp(
                math.lgamma(k + r) - math.lgamma(r) - math.lgamma(k + 1) + r * math.log(p) + k * math.log1p(-p)
            )
        total += below
    assert expected_leftover(stock, mean, variance) == pytest.approx(total, rel=1e-6, abs=1e-7)


@given(st.floats(0, 2000), spreads, st.floats(0, 4000))
def test_left_over_and_short_lie_within_what_can_be(mean, spread, stock):
    left = expected_leftover(stock, mean, mean * spread)
    assert max(stock - mean, 0) - 1e-9 <= left <= stock + 1e-9
    assert 0 <= stockout_probability([stock], [mean], [mean * spread])[0] <= 1 + 1e-12


@given(means, spreads, st.integers(0, 200), st.integers(1, 50))
def test_more_stock_is_never_more_risk(mean, spread, stock, more):
    risks = stockout_probability([stock, stock + more], [mean] * 2, [mean * spread] * 2)
    assert risks[1] <= risks[0] + 1e-12
    left = expected_leftover_many([stock, stock + more], [mean] * 2, [mean * spread] * 2)
    assert left[0] - 1e-9 <= left[1] <= left[0] + more + 1e-9


@given(st.lists(st.tuples(st.floats(0, 400), spreads, levels, st.integers(0, 500)), min_size=1, max_size=30))
def test_many_at_once_are_each_one_by_itself(rows):
    mean, spread, level, stock = (np.asarray(column, float) for column in zip(*rows, strict=True))
    together = order_up_to_many(mean, mean * spread, level)
    assert together.tolist() == [order_up_to(m, m * s, p) for m, s, p in zip(mean, spread, level, strict=True)]
    left = expected_leftover_many(stock, mean, mean * spread)
    assert left.tolist() == [expected_leftover(x, m, m * s) for x, m, s in zip(stock, mean, spread, strict=True)]


@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(0, 500), st.integers(1, 48))
def test_orders_are_whole_packs_that_reach_the_level_and_none_too_many(level, on_hand, on_order, pack):
    units = order_quantity(level, on_hand, on_order, pack)
    assert units % pack == 0
    assert on_hand + on_order + units >= level or units == 0
    assert units == 0 or on_hand + on_order + units - pack < level
    assert order_quantities([level], [on_hand], [on_order], [pack]).tolist() == [units]


def test_cover_is_stock_over_the_rate():
    assert days_of_cover(53, 33) == pytest.approx(1.606, abs=0.001)
    assert days_of_cover(10, 0) is None


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (lambda: economic_order_quantity(0, 1, 1), "order cost"),
        (lambda: economic_order_quantity(1, math.nan, 1), "holding cost"),
        (lambda: newsvendor(1, 1, -1), "mean"),
        (lambda: newsvendor(1, 1, 5, -1), "sd"),
        (lambda: safety_stock(1, 1, 1, 1), "service level"),
        (lambda: order_up_to(1, 1, 1), "service level"),
        (lambda: order_up_to(-1, 1, 0.5), "mean"),
        (lambda: order_up_to(1, math.inf, 0.5), "variance"),
        (lambda: expected_leftover(-1, 1, 1), "stock"),
        (lambda: stockout_probability([-1], [1], [1]), "stock"),
        (lambda: order_quantity(1, 1, 1, 0), "pack"),
        (lambda: days_of_cover(-1, 1), "on hand"),
    ],
)
def test_outside_of_their_domain_they_say_why(ask, why):
    with pytest.raises(ValueError, match=why):
        ask()
