"""Break-even, against the textbook and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.advice.methods.costs import break_even_sales, gross_margin, margin_at_discount, margin_of_safety


def test_the_break_even_of_the_textbook():
    # Horngren, Datar and Rajan, chapter 3: 2,000 fixed, 200 a piece, 120 of it variable: 25 pieces, 5,000 of sales
    assert break_even_sales(2_000, 0.40) == pytest.approx(5_000)


def test_costs_that_grow_with_sales_take_of_the_margin():
    assert break_even_sales(9_000, 0.30) == pytest.approx(30_000)
    assert break_even_sales(9_000, 0.30, variable=0.05) == pytest.approx(36_000)


def test_the_margin_of_safety_of_the_textbook():
    # 40 pieces sold where 25 are enough: 8,000 of sales, 3,000 to lose, 37.5 %
    assert margin_of_safety(8_000, 5_000) == pytest.approx(0.375)
    assert margin_of_safety(4_000, 5_000) == pytest.approx(-0.25)


def test_a_price_cut_comes_out_of_the_margin():
    # Bought at 72, sold at 100: 28 %; at 95 it is 23 of 95
    assert margin_at_discount(0.28, 0.05) == pytest.approx(23 / 95)


def test_the_margin_rests_on_what_has_a_price_and_a_cost():
    units = np.asarray([10, 5, 4, -1], np.int32)
    price = np.asarray([10.0, 20.0, np.nan, 10.0])
    cost = np.asarray([7.0, np.nan, 1.0, 7.0])
    found = gross_margin(units, price, cost)
    # 100 + 100 - 10 returned; of the 90 with a cost 63 were paid for them
    assert (found.sales, found.ratio, found.known, found.unpriced) == (
        190,
        pytest.approx(0.30),
        pytest.approx(90 / 190),
        4,
    )


def test_without_a_cost_there_is_no_margin():
    found = gross_margin(np.asarray([3], np.int32), np.asarray([2.0]), np.asarray([np.nan]))
    assert np.isnan(found.ratio)
    assert (found.sales, found.known) == (6, 0)


@pytest.mark.parametrize("wrong", [(-1, 0.3, 0), (1, 0.3, -0.1), (1, 0.3, 0.3), (1, -0.1, 0), (1, float("nan"), 0)])
def test_no_sales_are_enough_where_each_one_costs_what_it_brings(wrong):
    with pytest.raises(ValueError, match=r"costs"):
        break_even_sales(*wrong)


@pytest.mark.parametrize("wrong", [(0.3, 1), (0.3, -0.1), (1.1, 0.1)])
def test_a_discount_is_a_share_of_the_price(wrong):
    with pytest.raises(ValueError, match=r"price"):
        margin_at_discount(*wrong)


def test_nothing_sold_has_no_margin_of_safety():
    with pytest.raises(ValueError, match="no sales"):
        margin_of_safety(0, 10)


@given(st.floats(1, 1e6), st.floats(0.05, 0.9), st.floats(0, 0.04))
def test_at_the_break_even_nothing_is_earned_and_nothing_lost(fixed, margin, variable):
    sales = break_even_sales(fixed, margin, variable)
    assert sales * margin - sales * variable - fixed == pytest.approx(0, abs=1e-6 * sales)
