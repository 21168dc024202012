from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.trade.methods.blocks import empty, history, pack, unpack
from plugins.trade.methods.sell_through import daily_mean, days_of_cover, sell_through_class
from tests.plugins.trade.blocks_kit import with_days

MARCH = date(2026, 3, 1)
changes = st.dictionaries(
    st.tuples(st.integers(1, 2**31 - 1), st.integers(1, 31)), st.integers(-100, 100_000), min_size=1, max_size=40
)


@given(changes, changes)
def test_a_block_keeps_what_was_written_last(first, second):
    block = with_days(with_days(empty(MARCH), first), second)
    read = unpack(MARCH, pack(block))
    kept = history([read], MARCH, 31)
    expected = first | second
    for (product, day), units in expected.items():
        assert kept.of(product)[day - 1] == units
    assert int(np.abs(kept.units).sum()) == sum(abs(units) for units in expected.values())


@given(changes)
def test_the_same_changes_again_change_nothing(values):
    once = with_days(empty(MARCH), values)
    assert pack(with_days(once, values)) == pack(once)


def test_history_spans_months_and_fills_gaps_with_nothing():
    february = with_days(empty(date(2026, 2, 1)), {(7, 28): 5})
    march = with_days(empty(MARCH), {(7, 2): 3, (9, 1): 1})
    found = history([march, february], date(2026, 2, 27), 5)
    assert found.of(7).tolist() == [0, 5, 0, 3, 0]
    assert found.of(9).tolist() == [0, 0, 1, 0, 0]
    assert found.of(8).tolist() == [0] * 5
    assert found.first + timedelta(days=4) == date(2026, 3, 3)


def test_bytes_that_are_no_block_are_refused():
    with pytest.raises(ValueError, match="block"):
        unpack(MARCH, b"nonsense")
    with pytest.raises(ValueError, match="month"):
        unpack(date(2026, 2, 1), pack(with_days(empty(MARCH), {(1, 1): 1})))


def test_cover_is_stock_over_the_mean_of_four_weeks():
    units = [0] * 28 + [2] * 28
    assert daily_mean(units) == 2.0
    assert days_of_cover(53, 33) == pytest.approx(1.606, abs=0.001)
    assert days_of_cover(10, 0) is None
    with pytest.raises(ValueError, match="negative"):
        days_of_cover(-1, 2)


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ([3] * 84, "moving"),
        ([10] * 56 + [5] * 28, "slow"),
        ([10] * 56 + [0] * 28, "dead"),
        ([1] * 56 + [-1] + [0] * 27, "returned"),
    ],
)
def test_sell_through_classes(units, expected):
    assert sell_through_class(units) == expected
