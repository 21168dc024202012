"""What the bench says of forecasts is the error that it names."""

import numpy as np
import pytest

from bench import forecast
from bench.one_store import HORIZON


def test_errors_weigh_by_the_value_of_the_last_weeks():
    """Steps of 2 and of 4 scale by 4 and 16; errors of 1 and 2 a day are 1/2 each, errors of 2 and 2 are 1 and 1/2."""
    known = [[1, 3, 1], [1, 5, 1]]
    assert forecast.weighted_rmsse(known, [[3], [3]], [[1], [1]], [30, 10]) == pytest.approx((30 * 1 + 10 * 0.5) / 40)


def test_a_product_without_a_scale_is_left_out():
    known = [[1, 3, 1], [2, 2, 2]]
    assert forecast.weighted_rmsse(known, [[3], [9]], [[1], [1]], [30, 1000]) == pytest.approx(1)


def test_what_never_changes_is_foretold_without_error_by_each_method_but_the_sparse_ones():
    known = np.full((3, 182), 4, np.int32)
    for title in ("the portal's forecast", "mean of 28 days", "as yesterday", "as in the last week"):
        assert forecast.METHODS[title](known) == pytest.approx(np.full((3, HORIZON), 4.0)), title
    assert forecast.METHODS["SBA, 0.1"](known) == pytest.approx(np.full((3, HORIZON), 3.8))


def test_the_last_week_comes_again_day_by_day():
    known = np.arange(182, dtype=np.int32)[None, :]
    assert forecast.METHODS["as in the last week"](known)[0, :8].tolist() == [*range(175, 182), 175]
