"""Members by recency, frequency and money."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.advice.methods.engagement import AT_RISK, BEST, LOST, LOYAL, NEW, rfm

members = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 60), st.integers(0, 9000)), min_size=1, max_size=80)


def test_ten_members_by_hand():
    """Who bought 1, 2, ... 10 days ago, 10, 9, ... 1 times, for 100, 90, ... 10 yuan: two of them in each fifth."""
    found = rfm(range(1, 11), range(10, 0, -1), range(100, 0, -10))
    assert found.recency.tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert found.frequency.tolist() == found.money.tolist() == found.recency.tolist()
    assert found.segment.tolist() == [BEST] * 4 + ["others"] * 2 + [LOST] * 4


def test_segments_say_what_the_scores_say():
    """Five members whose scores differ: lately and often; lately and once; long ago and often; long ago and once; loyal."""
    found = rfm([1, 2, 200, 300, 30], [40, 1, 35, 2, 20], [900, 20, 800, 30, 300])
    assert found.segment[0] == BEST
    assert found.segment[1] == NEW
    assert found.segment[2] == AT_RISK
    assert found.segment[3] == LOST
    assert rfm([1, 5, 9], [9, 9, 1], [1, 2, 9]).segment[1] == LOYAL


@given(members)
def test_better_is_never_scored_lower_and_alike_is_alike(rows):
    days, counts, money = (np.asarray(column) for column in zip(*rows, strict=True))
    found = rfm(days, counts, money)
    for values, scores in ((-days, found.recency), (counts, found.frequency), (money, found.money)):
        order = np.argsort(values, kind="stable")
        assert (np.diff(scores[order]) >= 0).all()
        for value in set(values.tolist()):
            assert len(set(scores[values == value].tolist())) == 1
        assert ((scores >= 1) & (scores <= 5)).all()


@pytest.mark.parametrize("numbers", [([1], [0], [1]), ([-1], [1], [1]), ([1], [1], [-1]), ([1, 2], [1], [1])])
def test_what_no_member_can_be_is_refused(numbers):
    with pytest.raises(ValueError, match="member"):
        rfm(*numbers)
