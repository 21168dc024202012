"""The figures that give no store away: the first rule, and the fourth to the ninth. A test for each, and what must always hold."""

import inspect
from dataclasses import fields, replace
from datetime import date
from math import exp, log
from statistics import fmean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.trade.api import Cohort, Figure, Published, carried, publish
from plugins.trade.methods import benchmarks

KEY = b"a secret of thirty-two bytes....."
APRIL, MAY, JULY = date(2026, 4, 1), date(2026, 5, 1), date(2026, 7, 1)
SHARE, GROWTH = Figure("category share", "dairy"), Figure("growth index")
numbers = st.integers(12, 40)


def cohort_of(count, first=1):
    return Cohort(("convenience",), APRIL, tuple(range(first, first + count)))


def said(values, figure=SHARE, month=APRIL, key=KEY):
    cohort = cohort_of(len(values))
    return publish(cohort, dict(zip(cohort.members, values, strict=True)), figure, month, key)


def shift_of(cohort, figure=SHARE, month=APRIL, key=KEY, at=10.0):
    """How far a figure stands from the mean, which is `at` for all, in the grid's tolerance."""
    return publish(cohort, dict.fromkeys(cohort.members, at), figure, month, key).value / at - 1


@pytest.fixture
def without_grid(monkeypatch):
    """A grid so fine that what lies behind it can be seen."""
    monkeypatch.setattr(benchmarks, "GRID", 1e-9)


@pytest.fixture
def without_shift(monkeypatch, without_grid):
    """No secret either."""
    monkeypatch.setattr(benchmarks, "SHIFT", 0.0)


@pytest.mark.parametrize("ratio", ["sales", "units", "rank", "median", "stores", ""])
def test_rule_1_amounts_counts_ranks_and_medians_are_not_published(ratio):
    with pytest.raises(ValueError, match="only ratios"):
        Figure(ratio)


def test_rule_1_with_a_figure_comes_nothing_but_the_ratio():
    assert [field.name for field in fields(Published)] == ["figure", "step"]
    assert said([0.5] * 12).figure == SHARE


def test_rule_4_nobody_can_ask_without_the_own_store():
    """There is no reader in the question, and who stands outside of the cohort changes nothing."""
    assert list(inspect.signature(publish).parameters) == ["cohort", "ratios", "figure", "month", "key"]
    cohort = cohort_of(14)
    ratios = {store: 0.2 + store / 100 for store in cohort.members}
    assert publish(cohort, ratios | {99: 5.0}, SHARE, APRIL, KEY) == publish(cohort, ratios, SHARE, APRIL, KEY)


def test_rule_4_each_member_counts(without_shift):
    values = [1.0 + place / 10 for place in range(12)]
    for place in range(12):
        more = [value + (0.05 if at == place else 0) for at, value in enumerate(values)]
        assert 0 < place < 11 or said(more).value == said(values).value  # winsorised
        assert place in (0, 11) or said(more).value > said(values).value


def test_rule_5_a_silent_store_keeps_its_last_ratio():
    assert carried({1: 0.5, 2: 0.6}, {2: 0.7, 3: 0.8, 9: 1.0}, (1, 2, 3, 4)) == {1: 0.5, 2: 0.7, 3: 0.8, 4: None}
    assert carried({1: 0.5}, {1: None}, (1,)) == {1: 0.5}
    assert carried({1: 0.5}, {1: 0.0}, (1,)) == {1: 0.0}


def test_rule_5_members_stand_for_the_months_of_their_quarter_and_no_longer():
    for month in (APRIL, MAY, date(2026, 6, 1)):
        assert said([0.5] * 12, month=month)
    for month in (date(2026, 3, 1), JULY, date(2025, 4, 1)):
        with pytest.raises(ValueError, match="quarter"):
            said([0.5] * 12, month=month)


def test_rule_6_each_store_counts_the_same_and_extremes_as_the_next_ones(without_shift):
    """By hand: of 12 one at each end, of 30 three."""
    twelve = [0.1, *[1.0, 2.0] * 5, 4.0]
    assert said(twelve).value == pytest.approx((6 * 1.0 + 6 * 2.0) / 12)
    thirty = [0.5, 0.6, 0.7, *[1.0] * 12, *[2.0] * 12, 2.7, 2.8, 2.9]
    assert said(thirty).value == pytest.approx(1.5)
    assert said([0.5, *[1.0] * 8, 2.0, 2.0, 2.2]).value == pytest.approx((9 * 1.0 + 3 * 2.0) / 12)


def test_rule_7_the_figure_is_shifted_by_up_to_two_fifths_of_a_store(without_grid):
    """Evenly over the whole width, around nothing."""
    for count in (12, 40):
        shifts = [shift_of(cohort_of(count, first)) * count for first in range(1, 2001)]
        assert max(map(abs, shifts)) <= 0.4 + 1e-6
        assert max(shifts) > 0.39 and min(shifts) < -0.39
        assert fmean(shifts) == pytest.approx(0, abs=0.02)
        assert pstdev(shifts) == pytest.approx(0.4 / 3**0.5, rel=0.05)


def test_rule_7_the_shift_stays_for_shares_cover_and_prices_and_changes_by_the_month_for_growth(without_grid):
    cohort = cohort_of(20)
    for ratio in ("category share", "weeks of cover", "price index"):
        assert shift_of(cohort, Figure(ratio), APRIL) == shift_of(cohort, Figure(ratio), MAY)
    assert shift_of(cohort, GROWTH, APRIL) != shift_of(cohort, GROWTH, MAY)
    assert shift_of(cohort, GROWTH, APRIL) == shift_of(cohort, GROWTH, date(2026, 4, 30))
    later = replace(cohort, quarter=JULY)
    assert shift_of(cohort, SHARE, APRIL) == shift_of(later, SHARE, JULY)  # the same stores, the next quarter


def test_rule_7_the_shift_hangs_on_figure_members_and_key(without_grid):
    cohort = cohort_of(20)
    shifts = [
        shift_of(cohort),
        shift_of(cohort, Figure("category share", "snacks")),
        shift_of(cohort, Figure("price index", "dairy")),
        shift_of(cohort_of(20, 2)),
        shift_of(cohort, key=KEY[::-1]),
    ]
    assert len(set(shifts)) == len(shifts)
    assert shift_of(replace(cohort, label=("kiosk",))) == shifts[0]


def test_rule_7_a_shift_that_can_be_guessed_is_none():
    with pytest.raises(ValueError, match="key"):
        said([0.5] * 12, key=b"short")


@given(st.lists(st.floats(0.01, 50), min_size=12, max_size=60))
def test_rule_8_what_is_printed_stands_on_the_grid(values):
    found = said(values)
    if found is not None:
        assert log(found.value) / 0.02 == pytest.approx(found.step, abs=1e-6)
        assert isinstance(found.step, int)
        assert found.value == exp(0.02 * found.step)


def test_rule_8_two_that_differ_by_less_than_the_grid_are_mostly_printed_alike():
    alike = sum(said([0.5 + place / 1000] * 12) == said([0.5 + (place + 1) / 1000] * 12) for place in range(100))
    assert alike > 80


@pytest.mark.parametrize("unknown", [None, float("nan"), float("inf"), -0.1])
def test_rule_9_nothing_is_said_where_a_members_figure_is_missing(unknown):
    assert said([0.5] * 20)
    assert said([0.5] * 19 + [unknown]) is None
    assert said([0.5] * 12 + [unknown] * 8) is None


def test_rule_9_nothing_is_said_of_fewer_than_twelve_that_have_it():
    assert said([0.5] * 12 + [0.0] * 3)
    assert said([0.5] * 11 + [0.0] * 4) is None


def test_rule_9_nothing_is_said_where_three_others_could_reckon_out_the_largest():
    """By hand: of 1 and three of .9 and eight of .019 the rest makes up .152 of the largest, of .018 .144."""
    assert said([1.0, *[0.9] * 3, *[0.019] * 8])
    assert said([1.0, *[0.9] * 3, *[0.018] * 8]) is None


def test_nothing_is_said_where_the_typical_store_has_nothing():
    """A dozen of two hundred are extremes, and count as the others do."""
    assert said([0.0] * 188 + [0.5] * 12) is None
    assert said([0.0] * 12) is None


@given(st.lists(st.floats(0, 5), min_size=12, max_size=40), st.randoms(use_true_random=False))
def test_all_readers_are_told_the_identical_figure(values, random):
    """In whatever order their ratios come, and however often it is asked."""
    cohort = cohort_of(len(values))
    pairs = list(zip(cohort.members, values, strict=True))
    first = publish(cohort, dict(pairs), SHARE, APRIL, KEY)
    random.shuffle(pairs)
    assert publish(cohort, dict(pairs), SHARE, MAY, KEY) == first


@given(st.lists(st.floats(0.2, 5), min_size=12, max_size=40))
def test_what_is_printed_is_near_the_typical_store(values):
    """The secret moves it by a thirtieth at most, and the grid by a hundredth."""
    found = said(values)
    ordered = sorted(values)
    cut = max(1, int(len(ordered) * 0.1 + 1e-9))
    inside = ordered[cut:-cut]
    typical = (sum(inside) + cut * (inside[0] + inside[-1])) / len(ordered)
    assert found is None or abs(log(found.value / typical)) <= log(1 / (1 - 0.4 / len(values))) + 0.01 + 1e-9
