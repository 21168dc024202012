"""A shelf unit set anew: by arithmetic by hand where it can be, else by what every plan has to keep."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.advice.methods.planogram import (
    Board,
    Plan,
    Standing,
    gain_of,
    height_factor,
    medians,
    set_anew,
    without_weight,
)

BOARDS = (Board(100, 120, 30), Board(100, 0, 30))


def stand(margin=2.0, daily=10.0, *, facings=1, shelf=0, width=10.0, **more):
    return Standing(margin, daily, more.pop("error", 0.0), width, 20.0, facings, shelf, **more)


def test_goods_sell_best_in_the_middle_of_the_reach_and_alike_beyond_it():
    assert height_factor(Board(100, 120, 30)) == pytest.approx(1.195)  # its middle is 135 cm high
    assert height_factor(Board(100, 60, 30)) == pytest.approx(1 + 0.195 / 2)  # 60 of 120 cm away
    assert height_factor(Board(100, 0, 30)) == height_factor(Board(100, 250, 30)) == 1


def test_an_unknown_size_is_the_median_of_its_group_else_of_all():
    assert medians([math.nan, 2.0, 4.0, math.nan, 9.0], ["a", "a", "a", "b", "c"]) == [3.0, 2.0, 4.0, 4.0, 9.0]
    assert math.isnan(medians([math.nan], ["a"])[0])


def test_the_gain_of_twice_the_facings():
    gain = gain_of([stand()], BOARDS, Plan((2,), (0,), 0.0), seed=1)
    # 10 a day x 2 yuan x 30 days x (2^e - 1): e = .17 by the mean; .0944 and .2456 stand for 5 and 95 % of .086 to .254
    assert gain.mid == pytest.approx(75.03, abs=0.01)
    assert gain.low == pytest.approx(40.57, rel=0.02)
    assert gain.high == pytest.approx(111.35, rel=0.02)


def test_the_gain_of_a_better_height():
    gain = gain_of([stand(shelf=1)], BOARDS, Plan((1,), (0,), 0.0), seed=1)
    assert gain.mid == pytest.approx(600 * 0.195)  # half of what height does at most
    assert gain.low == pytest.approx(600 * 0.0195, rel=0.1)
    assert gain.high == pytest.approx(600 * 0.3705, rel=0.02)


def test_what_has_no_known_margin_counts_nothing():
    gain = gain_of([stand(math.nan)], BOARDS, Plan((2,), (0,), 0.0), seed=1)
    assert (gain.low, gain.mid, gain.high) == (0, 0, 0)


def test_the_dearer_product_gets_the_better_place():
    poor, rich = stand(1.0, facings=5, width=10.0), stand(5.0, facings=5, shelf=1, width=10.0)
    plan = set_anew([poor, rich], (Board(50, 120, 30), Board(50, 0, 30)))
    assert plan.shelf == (1, 0)


def test_our_own_brands_get_what_is_left_when_they_count_nothing():
    ours, other = stand(5.0, facings=2, own=True), stand(1.0, facings=2)
    board = (Board(50, 120, 30),)
    assert set_anew([ours, other], board).facings == (4, 1)
    assert without_weight([ours, other], board).facings == (1, 4)


def test_goods_that_do_not_fit_are_said_to_be_so():
    with pytest.raises(ValueError, match=r"."):
        set_anew([stand(width=60), stand(width=60)], (Board(100, 120, 30),))


PRODUCTS = st.lists(
    st.builds(
        stand,
        st.one_of(st.just(math.nan), st.floats(-1, 9)),
        st.floats(0, 20),
        facings=st.integers(1, 3),
        shelf=st.integers(0, 1),
        width=st.floats(3, 11),
        sells=st.booleans(),
        stays=st.booleans(),
        own=st.booleans(),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=40, deadline=None)
@given(PRODUCTS)
def test_a_plan_fits_and_gives_no_more_to_what_does_not_sell(products):
    plan = set_anew(products, BOARDS)
    for shelf in (0, 1):
        taken = sum(n * p.width for n, s, p in zip(plan.facings, plan.shelf, products, strict=True) if s == shelf)
        assert taken <= 100.001
    for facings, product in zip(plan.facings, products, strict=True):
        assert 1 <= facings <= max(2 * product.facings, product.facings + 1)
        if product.stays:
            assert facings == product.facings
        elif not product.sells:
            assert facings <= product.facings
