"""What a price cut has to bring."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.advice.methods.promotion import break_even_lift


@pytest.mark.parametrize(("margin", "change", "lift"), [(0.3, -0.1, 0.5), (0.45, -0.05, 0.125), (0.3, 0.1, -0.25)])
def test_break_even_by_hand(margin, change, lift):
    assert break_even_lift(margin, change) == pytest.approx(lift)


@given(st.floats(0.05, 1), st.floats(-0.9, 0.5))
def test_at_the_break_even_both_prices_earn_alike(margin, change):
    if margin + change <= 0.001:
        return
    lift = break_even_lift(margin, change)
    assert (1 + lift) * (margin + change) == pytest.approx(margin)


def test_a_cut_of_the_whole_margin_never_pays():
    with pytest.raises(ValueError, match="no volume"):
        break_even_lift(0.2, -0.2)
    with pytest.raises(ValueError, match="margin"):
        break_even_lift(0, -0.1)
