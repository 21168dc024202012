"""The effect of an advice. Coverage in real sales is measured in bench/effect.py."""

from dataclasses import replace
from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.advice.methods import effect
from plugins.advice.methods.effect.comparison import Comparison, compare
from plugins.advice.methods.effect.learning import learn_slopes

WEEKS, CHANGE = 40, 29
STILL = (0.0, 0.0, 0.0)


def regular_panel():
    """Three groups in sixteen stores, made by a rule; store 4 sells five more a week of group 1 after the change."""
    group, store, week = np.meshgrid(np.arange(3), np.arange(16), np.arange(WEEKS), indexing="ij")
    units = 6 + 3 * group + store % 5 + (7 * group + 11 * store + 5 * week + store * week) % 9
    units[1, 4, CHANGE : CHANGE + 8] += 5
    usable = (3 * group + 5 * store + 7 * week) % 31 != 0
    return units, usable


def level_panel(stores=13, groups=1, level=10.0):
    return np.full((groups, stores, WEEKS), level)


def chain(noise, groups=6, stores=30, weeks=WEEKS, wander=0.12):
    """Stores whose level wanders from week to week and comes back, with seasons that all share."""
    level = noise.lognormal(2.5, 0.4, (groups, stores, 1))
    season = noise.lognormal(0, 0.1, (groups, 1, weeks))
    drift = np.zeros((groups, stores, weeks))
    for week in range(1, weeks):
        drift[..., week] = 0.85 * drift[..., week - 1] + noise.normal(0, wander, (groups, stores))
    return noise.poisson(level * season * np.exp(drift) * noise.gamma(5, 1 / 5, drift.shape)).astype(float)


def measured(*arguments, **options):
    found = effect.effect(*arguments, **options)
    assert isinstance(found, effect.Effect), found
    return found


def test_the_figures_of_a_regular_panel():
    """Worked by an independent implementation."""
    units, usable = regular_panel()
    found = measured(units, 1, 4, CHANGE, usable=usable, followers=[2, 9])
    assert found.theta == pytest.approx(0.2284153453, abs=1e-9)
    assert (found.se_own, found.se_common) == pytest.approx((0.0927942223, 0.0280908493), abs=1e-9)
    assert found.slopes == pytest.approx((0.0131518635, 0.3035862932, -0.0934709666), abs=1e-8)
    assert found.dispersion == pytest.approx(0.4282613868, abs=1e-9)
    assert (found.lift, found.counterfactual) == pytest.approx((0.2566071429, 153.0715283), abs=1e-6)
    assert found.range90 == pytest.approx((0.0571931351, 0.4936357976), abs=1e-9)
    assert found.range95 == pytest.approx((0.0173214438, 0.5521755893), abs=1e-9)
    assert found.visible == pytest.approx(0.2896791802, abs=1e-9)
    assert (found.donors, found.units_before, found.usable_weeks_after) == (13, 475, 8)


def test_the_same_panel_after_four_weeks_with_slopes_learned_before():
    """Worked by an independent implementation."""
    units, usable = regular_panel()
    four = effect.Windows(after=4)
    found = measured(units, 1, 4, CHANGE, usable=usable, followers=[2, 9], windows=four, slopes=(0.1, 0.5, -0.2))
    assert (found.theta, found.se) == pytest.approx((0.2633747695, 0.1294370439), abs=1e-9)
    assert found.range95 == pytest.approx((-0.018471592, 0.7252877727), abs=1e-9)
    assert found.weeks_after == 4


def test_among_stores_that_stand_still_it_is_the_plain_ratio_with_the_error_of_counts():
    """By hand: 160 units after where 80 were to be expected; with half a unit each, ln(160.5 / 80.5)."""
    units = level_panel()
    units[0, 3, CHANGE : CHANGE + 8] = 20
    found = measured(units, 0, 3, CHANGE)
    counting = 1 / 260.5 + 1 / 80.5
    assert found.theta == pytest.approx(log(160.5 / 80.5))
    assert found.counterfactual == pytest.approx(80)
    assert (found.se_own, found.se_common) == pytest.approx((sqrt(counting), sqrt(counting / 12)))
    assert found.se == pytest.approx(sqrt(counting * 13 / 12))
    assert found.range90[1] == pytest.approx(exp(found.theta + 1.795885 * found.se) - 1, abs=1e-5)  # t, 11 degrees


def test_weeks_without_stock_are_not_read_as_lost_sales():
    units, usable = level_panel(), np.ones((1, 13, WEEKS), bool)
    units[0, 3, CHANGE : CHANGE + 3] = 0
    assert measured(units, 0, 3, CHANGE).lift < -0.35
    usable[0, 3, CHANGE : CHANGE + 3] = False
    assert measured(units, 0, 3, CHANGE, usable=usable).lift == pytest.approx(0, abs=0.01)


def test_donors_without_stock_do_not_make_the_others_look_well():
    units, usable = level_panel(), np.ones((1, 13, WEEKS), bool)
    units[0, 6:, CHANGE : CHANGE + 4] = 0
    assert measured(units, 0, 3, CHANGE, slopes=STILL).lift > 0.1
    usable[0, 6:, CHANGE : CHANGE + 4] = False
    assert measured(units, 0, 3, CHANGE, usable=usable, slopes=STILL).lift == pytest.approx(0, abs=0.01)


def test_who_follows_as_well_is_nobody_to_compare_with():
    units = level_panel(stores=14)
    units[0, [3, 8], CHANGE:] = 20
    alone, together = measured(units, 0, 3, CHANGE), measured(units, 0, 3, CHANGE, followers=[3, 8])
    assert (alone.donors, together.donors) == (13, 12)
    assert together.theta == pytest.approx(log(160.5 / 80.5))
    assert alone.theta < together.theta - 0.02


def test_more_shoppers_in_the_whole_store_are_not_the_advice():
    units = level_panel(groups=4, level=20.0)
    units[:, 3, CHANGE:] *= 1.5
    found = measured(units, 1, 3, CHANGE, slopes=(0.25, 0.7, -0.25))
    assert found.theta == pytest.approx(log(240.5 / 160.5) - 0.7 * log(720.5 / 480.5), abs=1e-6)


def test_advice_given_because_sales_were_low_is_not_credited_with_their_return():
    noise = np.random.default_rng(4)
    thetas, plain = [], []
    for _panel in range(40):
        units = chain(noise, wander=0.2)
        recent = units[0, :, CHANGE - 8 : CHANGE].mean(axis=1)
        fallen = int(np.argmin(recent / units[0, :, CHANGE - 26 : CHANGE - 8].mean(axis=1)))
        found = effect.effect(units, 0, fallen, CHANGE)
        if isinstance(found, effect.Effect):
            thetas.append(found.theta)
            plain.append(log((units[0, fallen, CHANGE : CHANGE + 8].mean() + 0.1) / (recent[fallen] + 0.1)))
    assert len(thetas) >= 30
    assert np.mean(plain) > 0.2
    assert abs(np.mean(thetas)) < 0.08


@pytest.mark.slow
@pytest.mark.parametrize("lift", [0.0, 0.2])
def test_nine_of_ten_ranges_hold_what_was_put_in(lift):
    noise, held = np.random.default_rng(12), []
    for _panel in range(250):
        units = chain(noise)
        store = int(noise.integers(30))
        after = units[2, store, CHANGE : CHANGE + 8]
        after += noise.binomial(after.astype(int), lift)
        found = effect.effect(units, 2, store, CHANGE)
        if isinstance(found, effect.Effect):
            held.append(found.range90[0] <= lift <= found.range90[1])
    assert len(held) > 200
    assert 0.86 <= np.mean(held) <= 0.96


@settings(max_examples=30, deadline=None)
@given(st.permutations(range(16)), st.permutations(range(3)))
def test_in_which_order_stores_and_groups_come_changes_nothing(stores, groups):
    units, usable = regular_panel()
    there, place = np.ix_(groups, stores), (groups.index(1), stores.index(4))
    found = measured(units[there], *place, CHANGE, usable=usable[there])
    same = measured(units, 1, 4, CHANGE, usable=usable)
    assert (found.theta, found.se) == pytest.approx((same.theta, same.se))


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("units before", lambda units, _usable: units[:, 3, :CHANGE].fill(2)),
        ("expected units", lambda units, _usable: units[:, :, CHANGE:].fill(1)),
        ("donors", lambda units, _usable: units[:, 5:8].fill(1)),
        ("weeks after", lambda _units, usable: usable[:, 3, CHANGE : CHANGE + 5].fill(False)),
    ],
)
def test_too_little_data_is_said_and_why(reason, change):
    units, usable = level_panel(stores=12), np.ones((1, 12, WEEKS), bool)
    measured(units, 0, 3, CHANGE, usable=usable)
    change(units, usable)
    found = effect.effect(units, 0, 3, CHANGE, usable=usable)
    assert isinstance(found, effect.TooLittle)
    assert reason in found.reasons
    assert effect.verdict(found) == "too little data"


def test_just_enough_data_is_enough():
    units, usable = level_panel(stores=11, level=2.31), np.ones((1, 11, WEEKS), bool)
    usable[:, 3, CHANGE : CHANGE + 4] = False
    few = effect.Minimum(expected_units=9.2)
    assert measured(units, 0, 3, CHANGE, usable=usable, minimum=few).donors == 10
    assert effect.effect(units, 0, 3, CHANGE, usable=usable).reasons == ("expected units",)


def test_as_many_units_before_as_asked_for_are_enough():
    units = level_panel()  # 260 in 26 weeks
    assert measured(units, 0, 3, CHANGE, minimum=effect.Minimum(units_before=260.0)).donors == 12
    found = effect.effect(units, 0, 3, CHANGE, minimum=effect.Minimum(units_before=260.5))
    assert found.reasons == ("units before", "donors")


def test_the_last_week_with_all_its_weeks_after_is_measured():
    assert measured(level_panel(), 0, 3, WEEKS - 8).usable_weeks_after == 8


def test_one_donor_is_none_whatever_is_asked_for():
    """With one there is nothing to tell how much stores differ."""
    units = level_panel(stores=3)
    units[0, 2] = 1.0  # 26 before, where 60 are asked for
    found = effect.effect(units, 0, 0, CHANGE, minimum=effect.Minimum(donors=0))
    assert (found.reasons, found.donors) == (("donors",), 1)


@pytest.mark.parametrize(
    ("after", "usable_weeks", "enough"), [(4, 2, False), (4, 3, True), (10, 4, False), (10, 5, True)]
)
def test_half_of_the_weeks_after_and_at_least_three_are_asked_for(after, usable_weeks, enough):
    units, usable = level_panel(), np.ones((1, 13, WEEKS), bool)
    usable[0, 3, CHANGE + usable_weeks :] = False
    found = effect.effect(units, 0, 3, CHANGE, usable=usable, windows=effect.Windows(after=after))
    assert isinstance(found, effect.Effect) is enough
    assert enough or found.reasons == ("weeks after",)


@pytest.mark.parametrize(
    ("place", "slope", "learned"), [(0, 3.0, 1.0), (0, -3.0, 0.0), (1, 5.0, 1.2), (2, 4.0, 0.0), (2, -9.0, -1.0)]
)
def test_slopes_stay_between_what_is_sensible(place, slope, learned):
    covariates = np.random.default_rng(place).normal(0, 1, (1, 400, 3))
    ones = np.ones((1, 400))
    found = Comparison(slope * covariates[..., place], covariates, ones, ones)
    assert learn_slopes(found, ones.astype(bool), ones)[place] == learned


def test_a_store_that_never_sold_the_group_says_nothing_of_its_usual_weight():
    """All weigh the same in their stores, but for one that has none of it."""
    units = level_panel(groups=2)
    units[0, 5] = 0
    found = compare(units[..., :34], np.ones(units[..., :34].shape, bool), np.ones((2, 13), bool), effect.Windows())
    weights = np.delete(found.covariates[0, :, 2], 5)
    assert weights == pytest.approx(np.zeros(12))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"units": np.ones((2, WEEKS))}, "each group, store and week"),
        ({"units": -level_panel()}, "not negative"),
        ({"units": np.full((1, 13, WEEKS), np.nan)}, "not negative"),
        ({"store": 13}, "no such group or store"),
        ({"group": -1}, "no such group or store"),
        ({"week": 25}, "26 weeks before"),
        ({"week": WEEKS - 7}, "8 after"),
        ({"usable": np.ones((1, 13, 3), bool)}, "usable"),
        ({"followers": [13]}, "those that follow"),
        ({"slopes": [1.0, 2.0]}, "slope"),
    ],
)
def test_what_is_outside_its_domain_is_refused(arguments, message):
    given_ones = {"units": level_panel(), "group": 0, "store": 3, "week": CHANGE} | arguments
    with pytest.raises(ValueError, match=message):
        effect.effect(**given_ones)


@pytest.mark.parametrize("windows", [{"recent": 26}, {"recent": 0}, {"after": 3}])
def test_windows_that_say_nothing_are_refused(windows):
    with pytest.raises(ValueError, match="weeks"):
        effect.Windows(**windows)


@pytest.fixture(scope="module")
def some_effect():
    return measured(level_panel(), 0, 3, CHANGE)


@pytest.mark.parametrize(
    ("weeks", "range90", "range95", "break_even", "expected"),
    [
        (8, (0.02, 0.40), (-0.02, 0.45), 0.0, "kept"),
        (8, (0.02, 0.40), (-0.02, 0.45), 0.25, "inconclusive"),  # raised sales, but by 20%, which does not pay
        (8, (-0.01, 0.40), (-0.05, 0.45), 0.0, "inconclusive"),
        (8, (-0.30, -0.01), (-0.35, 0.02), 0.0, "withdrawn"),
        (8, (0.02, 0.09), (0.01, 0.12), 0.10, "withdrawn"),  # surely under what it costs
        (8, (0.02, 0.40), (-0.02, 0.45), 0.20, "kept"),  # just pays
        (8, (0.0, 0.40), (-0.02, 0.45), 0.0, "inconclusive"),  # not surely
        (8, (-0.30, 0.0), (-0.35, 0.02), 0.0, "inconclusive"),
        (4, (0.10, 0.40), (0.05, 0.45), 0.0, "inconclusive"),  # too early to keep
        (4, (-0.30, -0.01), (-0.35, 0.02), 0.0, "inconclusive"),  # too early for 90%
        (4, (-0.30, -0.05), (-0.35, -0.01), 0.0, "withdrawn"),
    ],
)
def test_verdicts(some_effect, weeks, range90, range95, break_even, expected):
    found = replace(some_effect, lift=0.20, weeks_after=weeks, range90=range90, range95=range95)
    assert effect.verdict(found, break_even) == expected


@pytest.mark.parametrize("break_even", [-1.0, float("nan")])
def test_a_break_even_that_is_no_lift_is_refused(some_effect, break_even):
    with pytest.raises(ValueError, match="break-even"):
        effect.verdict(some_effect, break_even)
