"""Student's distribution: against scipy's, and by hand where it is simple."""

from math import sqrt

import pytest
from scipy.special import stdtrit

from plugins.advice.methods.student import half_width


@pytest.mark.parametrize("degrees", [*range(1, 40), 99, 100, 999, 9_998])
def test_it_is_the_distribution_that_scipy_has(degrees):
    for share in (0.5, 0.9, 0.95, 0.999):
        t = half_width(share, degrees)
        assert t == pytest.approx(float(stdtrit(degrees, 0.5 + share / 2)), rel=1e-9)


def test_one_and_two_degrees_by_hand():
    """With one it is Cauchy's, half of which lies within 1; with two the share within t is t / sqrt(2 + t^2)."""
    assert half_width(0.5, 1) == pytest.approx(1)
    assert half_width(0.9, 2) == pytest.approx(sqrt(2 * 0.81 / 0.19))


@pytest.mark.parametrize(("share", "degrees"), [(0.0, 3), (1.0, 3), (0.9, 0)])
def test_outside_of_its_domain_it_says_why(share, degrees):
    with pytest.raises(ValueError, match="share"):
        half_width(share, degrees)
