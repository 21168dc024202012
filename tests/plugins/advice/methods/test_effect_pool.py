"""Effects pooled over stores."""

from math import expm1, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.advice.methods import effect

# The trials of a vaccine that the literature on pooling works with (Colditz et al. 1994): ln of the relative risk and its
# variance. Paule and Mandel's variance of them is .3181, the mean -.7150 with a standard error of .1809.
TRIALS = [
    (-0.8893, 0.3256), (-1.5854, 0.1946), (-1.3481, 0.4154), (-1.4416, 0.0200), (-0.2175, 0.0512),
    (-0.7861, 0.0069), (-1.6209, 0.2230), (0.0120, 0.0040), (-0.4694, 0.0564), (-1.3713, 0.0730),
    (-0.3394, 0.0124), (0.4459, 0.5325), (-0.0173, 0.0714),
]  # fmt: skip
numbers = st.floats(-1, 1)
errors = st.floats(0.02, 1)


def test_the_variance_between_trials_of_the_literature():
    found = effect.pool([theta for theta, _variance in TRIALS], [sqrt(variance) for _theta, variance in TRIALS])
    assert (found.between, found.theta, found.se) == pytest.approx((0.3181, -0.7150, 0.1809), abs=5e-5)


def test_five_stores_measured_against_the_same_donors():
    """Worked by an independent implementation."""
    found = effect.pool([0.30, 0.05, -0.10, 0.42, 0.18], [0.12, 0.20, 0.15, 0.25, 0.10], common=0.05)
    assert (found.theta, found.se, found.between) == pytest.approx((0.1606286172, 0.0953445841, 0.0106859211), abs=1e-8)
    assert found.range == pytest.approx((-0.0417354855, 0.4389140000), abs=1e-8)
    assert found.next_range == pytest.approx((-0.1566072119, 0.6348968655), abs=1e-8)
    assert found.by_store == pytest.approx([0.21999704, 0.1373052, 0.07670577, 0.19849959, 0.17063547], abs=1e-7)
    assert found.se_by_store == pytest.approx([0.09554802, 0.11872079, 0.10688225, 0.12552056, 0.08538281], abs=1e-7)


def test_two_stores_that_say_the_same_are_one_with_half_the_variance():
    """By hand; Student's t with one degree of freedom at 95% is 6.313752."""
    found = effect.pool([0.1, 0.1], [0.2, 0.2])
    assert (found.theta, found.between, found.stores) == (pytest.approx(0.1), 0, 2)
    assert found.se == pytest.approx(0.2 / sqrt(2))
    assert found.range[1] == pytest.approx(expm1(0.1 + 6.313752 * 0.2 / sqrt(2)), rel=1e-6)
    assert found.lift == pytest.approx(expm1(0.1))


def test_many_stores_do_not_average_away_what_they_share():
    many = [0.1] * 400, [0.2] * 400
    assert effect.pool(*many).se == pytest.approx(0.01)
    assert effect.pool(*many, common=0.03).se == pytest.approx(sqrt(0.01**2 + 0.03**2))
    low = effect.pool(*many, common=0.03, triggered_by_low_sales=True)
    assert low.se == pytest.approx(sqrt(0.01**2 + (0.03 + effect.LEFT_OF_REGRESSION) ** 2))


@given(st.lists(st.tuples(numbers, errors), min_size=2, max_size=20))
def test_the_weighted_squares_are_as_large_as_they_should_be(stores):
    theta, se = np.asarray(stores).T
    found = effect.pool(theta, se)
    weight = 1 / (se**2 + found.between)
    squares = float((weight * (theta - np.average(theta, weights=weight)) ** 2).sum())
    if found.between > 0:
        assert squares == pytest.approx(len(theta) - 1, rel=1e-6)
    else:
        assert squares <= (len(theta) - 1) * (1 + 1e-9)
    drawn = np.sort(np.stack([theta, np.full(len(theta), found.theta)]), axis=0)
    assert np.all((drawn[0] - 1e-9 <= found.by_store) & (found.by_store <= drawn[1] + 1e-9))
    assert found.next_range[0] <= found.range[0] + 1e-9 and found.range[1] - 1e-9 <= found.next_range[1]


@pytest.mark.parametrize("lift", [0.0, 0.1])
def test_nine_of_ten_pools_hold_the_mean_effect(lift):
    noise, held = np.random.default_rng(3), []
    for _pool in range(600):
        se = noise.uniform(0.1, 0.5, 12)
        found = effect.pool(noise.normal(lift, np.sqrt(se**2 + 0.02)), se)
        held.append(found.range[0] <= expm1(lift) <= found.range[1])
    assert 0.87 <= np.mean(held) <= 0.95


@pytest.mark.parametrize("between", [0.0, 0.01, 0.09])
@pytest.mark.parametrize("stores", [2, 3, 5])
def test_pools_of_few_stores_promise_no_more_than_they_hold(stores, between):
    """Rather too wide than too narrow: two or three stores know little of how stores differ."""
    noise, held = np.random.default_rng(stores), []
    for _pool in range(500):
        se = noise.uniform(0.1, 0.4, stores)
        found = effect.pool(noise.normal(0.1, np.sqrt(se**2 + between)), se)
        held.append(found.range[0] <= expm1(0.1) <= found.range[1])
    assert np.mean(held) >= 0.88


def test_like_effects_of_few_stores_are_no_certainty():
    """Hartung and Knapp without a floor would say +10.5% for sure, as three stores agree to the last digit."""
    found = effect.pool([0.1, 0.1, 0.1], [0.3, 0.3, 0.3])
    assert found.se == pytest.approx(0.3 / sqrt(3))
    assert found.range[0] < 0 < found.range[1]


@pytest.mark.parametrize(
    ("theta", "se", "options", "message"),
    [
        ([0.1], [0.2], {}, "one store"),
        ([0.1, 0.2], [0.2], {}, "standard error"),
        ([0.1, 0.2], [0.2, 0.0], {}, "positive"),
        ([0.1, float("nan")], [0.2, 0.1], {}, "numbers"),
        ([0.1, 0.2], [0.2, 0.1], {"common": -0.1}, "common"),
        ([0.1, 0.2], [0.2, 0.1], {"level": 1.0}, "level"),
    ],
)
def test_what_is_no_pool_is_refused(theta, se, options, message):
    with pytest.raises(ValueError, match=message):
        effect.pool(theta, se, **options)
