from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.worktime import WorkCalendar, due_after, worked_between

HERE = ZoneInfo("Asia/Shanghai")
NINE_TO_SIX = WorkCalendar()


def at(year, month, day, hour, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=HERE)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        (at(2026, 11, 25, 10), 4, at(2026, 11, 25, 14)),  # within a Wednesday
        (at(2026, 11, 25, 16), 4, at(2026, 11, 26, 11)),  # over the night
        (at(2026, 11, 27, 17), 8, at(2026, 11, 30, 16)),  # over the weekend: one hour of Friday, seven of Monday
        (at(2026, 11, 28, 12), 8, at(2026, 11, 30, 17)),  # asked on a Saturday
        (at(2026, 9, 30, 17), 2, at(2026, 10, 8, 10)),  # over the National Day holiday, 1 to 7 October 2026
        (at(2026, 10, 10, 9), 9, at(2026, 10, 10, 18)),  # a Saturday that makes up for it
        (at(2026, 11, 25, 3), 0, at(2026, 11, 25, 9)),  # nothing to do, and yet nobody is there
    ],
)
def test_a_promise_counts_working_hours_only(start, hours, due):
    assert due_after(start, timedelta(hours=hours), NINE_TO_SIX) == due


def test_a_break_at_noon_is_no_working_time():
    split = WorkCalendar(windows=((time(9), time(12)), (time(13, 30), time(18))))
    assert due_after(at(2026, 11, 25, 11), timedelta(hours=2), split) == at(2026, 11, 25, 14, 30)


def test_windows_that_overlap_or_end_before_they_begin_are_refused():
    for windows in (((time(9), time(9)),), ((time(9), time(12)), (time(11), time(18))), ()):
        with pytest.raises(ValueError):
            WorkCalendar(windows=windows)


def test_no_promise_is_made_backwards_or_for_more_than_a_year():
    for length in (timedelta(hours=-1), timedelta(hours=9 * 400)):
        with pytest.raises(ValueError):
            due_after(at(2026, 1, 5, 9), length, NINE_TO_SIX)


@given(st.integers(0, 480_000), st.integers(1, 200))
def test_what_was_worked_until_the_deadline_is_what_was_promised(minute, hours):
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    due = due_after(start, timedelta(hours=hours), NINE_TO_SIX)
    assert worked_between(start, due, NINE_TO_SIX) == timedelta(hours=hours)
