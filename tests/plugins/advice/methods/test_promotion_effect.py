"""What went with a promotion: against numbers that can be reckoned by hand, and how often the range holds the truth."""

import numpy as np
import pytest

from plugins.advice.methods.promotion import break_even_lift, promotion_effect, shares

WEEKDAYS = [10, 10, 10, 10, 10, 20, 30]  # 100 a week


def series(weeks, during, rest=None):
    own = np.asarray(WEEKDAYS * weeks + during)
    return own, np.full(len(own), 50) if rest is None else np.asarray(rest)


def test_a_week_that_sells_half_as_much_again():
    own, others = series(8, [15, 15, 15, 15, 15, 30, 45])
    found = promotion_effect(own, others, 56, 7)
    assert (found.expected, found.sold) == (pytest.approx(100, rel=0.01), 150)
    assert found.lift == pytest.approx(0.5, rel=0.03)
    assert found.low < 0.5 < found.high
    # Weeks that do not scatter still have chance: 1/150 and, with the trend, (1/8 + 4.5^2 / 42) / 100; t(6) = 1.943
    reach = 1.943 * (1 / 150 + (1 / 8 + 4.5**2 / 42) / 100) ** 0.5
    assert np.log1p(found.high) - np.log1p(found.lift) == pytest.approx(reach, rel=0.01)


def test_a_weekend_is_compared_with_weekends():
    own, others = series(8, [*WEEKDAYS[:5], 40, 60])
    found = promotion_effect(own, others, 56 + 5, 2)  # whole weeks before it: they begin on the sixth day
    assert found.expected == pytest.approx(50, rel=0.02)
    assert found.lift == pytest.approx(1.0, rel=0.04)


def test_more_traffic_is_not_the_promotion_s():
    own, others = series(8, [round(1.2**0.7 * units) for units in WEEKDAYS], [50] * 56 + [60] * 7)
    assert promotion_effect(own, others, 56, 7).lift == pytest.approx(0, abs=0.05)


def test_a_season_that_ends_is_not_the_promotion_s():
    # Each week sells a tenth less than the one before, the promoted one too
    weeks = [np.asarray(WEEKDAYS) * 10 * 0.9**week for week in range(9)]
    own = np.concatenate(weeks)
    found = promotion_effect(own, np.full(63, 500), 56, 7)
    assert found.lift == pytest.approx(0, abs=0.02)


def test_what_is_missing_afterwards_is_the_dip():
    own, others = series(8, [20, 20, 20, 20, 20, 40, 60, *([8] * 5), 16, 24])
    found = promotion_effect(own, others, 56, 7, after=7)
    assert found.dip == pytest.approx(100 - 80, abs=3)
    assert promotion_effect(own[:-1], others[:-1], 56, 7, after=7).dip is None  # not over yet


@pytest.mark.parametrize(
    ("start", "days", "reason"),
    [(27, 7, "four weeks"), (56, 8, "days known"), (56, 0, "days known"), (56, 1, "too little")],
)
def test_what_cannot_be_told_is_refused(start, days, reason):
    own, others = series(8, WEEKDAYS)
    with pytest.raises(ValueError, match=reason):
        promotion_effect(own, others, start, days)


@pytest.mark.parametrize("lift", [0.0, 0.3, 1.0])
def test_nine_ranges_in_ten_hold_the_truth(lift):
    random = np.random.default_rng(20)
    held = 0
    for _ in range(400):
        busy = np.repeat(np.exp(random.normal(0, 0.08, 9)), 7)
        moved = np.repeat(np.exp(random.normal(0, 0.10, 9)), 7)
        shape = np.tile([1, 1, 1, 1, 1.1, 1.3, 1.4], 9) * busy
        mean = 8 * np.tile([1, 1, 1, 1, 1.1, 1.3, 1.4], 9) * busy**0.7 * moved
        mean[56:] *= 1 + lift
        found = promotion_effect(random.poisson(mean), random.poisson(300 * shape), 56, 7)
        held += found.low <= lift <= found.high
    assert 0.87 <= held / 400 <= 0.97


def test_a_cost_has_to_be_earned_as_well():
    # Margin 30 of 100, a tenth off, and a cost of 5 % of the sales: (0.05 + 0.10) / 0.20
    assert break_even_lift(0.3, -0.1, 0.05) == pytest.approx(0.75)
    assert break_even_lift(0.3, 0.0, 0.06) == pytest.approx(0.2)
    with pytest.raises(ValueError, match="cost"):
        break_even_lift(0.3, -0.1, -0.01)


def test_shares_of_what_partners_bear_and_get():
    found = shares({"store": 120, "distributor": 200}, {"store": 300, "brand": 100})
    assert (found["store"].cost, found["store"].benefit) == (0.375, 0.75)
    assert (found["distributor"].cost, found["distributor"].benefit) == (0.625, 0)
    assert (found["brand"].cost, found["brand"].benefit) == (0, 0.25)
    assert np.isnan(shares({"store": 10}, {"store": -5})["store"].benefit)
    with pytest.raises(ValueError, match="cost"):
        shares({"store": -1}, {})
