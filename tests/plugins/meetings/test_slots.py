from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.meetings.methods.slots import CELL, Window, cells, free_starts

MONDAY = date(2026, 3, 16)
EARLY = datetime(2020, 1, 1, tzinfo=UTC)
HALF = timedelta(minutes=30)


def slots(windows, taken=(), days=(MONDAY,), zone="Asia/Shanghai", length=HALF, not_before=EARLY):
    return list(free_starts(windows, set(taken), days=days, zone=zone, length=length, not_before=not_before))


def test_a_morning_has_its_half_hours_in_utc():
    # 09:00 in Shanghai is 01:00 UTC, all year
    assert slots([Window(0, 540, 660)]) == [datetime(2026, 3, 16, 1, 0, tzinfo=UTC) + HALF * n for n in range(4)]


def test_a_taken_quarter_hour_blocks_what_touches_it():
    taken = [datetime(2026, 3, 16, 1, 45, tzinfo=UTC)]
    hours = [slot.strftime("%H:%M") for slot in slots([Window(0, 540, 660)], taken)]
    assert hours == ["01:00", "02:00", "02:30"]


def test_a_time_that_the_clock_skips_is_not_offered():
    # Berlin, 29 March 2026: 02:00 becomes 03:00
    sunday = date(2026, 3, 29)
    local = [
        s.astimezone(ZoneInfo("Europe/Berlin")).strftime("%H:%M")
        for s in slots([Window(6, 60, 240)], days=(sunday,), zone="Europe/Berlin")
    ]
    assert local == ["01:00", "01:30", "03:00", "03:30"]


@pytest.mark.parametrize("bad", [(7, 0, 60), (0, 60, 60), (0, 0, 1441), (-1, 0, 1)])
def test_a_window_that_makes_no_sense_is_refused(bad):
    with pytest.raises(ValueError, match=r"weekday|window"):
        Window(*bad)


@given(st.integers(0, 95), st.integers(1, 12), st.sets(st.integers(0, 95), max_size=30))
def test_no_offered_start_touches_a_taken_quarter(start, quarters, gone):
    day = datetime(2026, 3, 16, tzinfo=ZoneInfo("Asia/Shanghai")).astimezone(UTC)
    taken = {day + CELL * n for n in gone}
    length = CELL * quarters
    windows = [Window(0, start * 15, 1440)] if start * 15 < 1440 else []
    for slot in slots(windows, taken, length=length):
        moment = slot
        while moment < slot + length:
            assert moment not in taken
            moment += CELL
        assert slot + length <= day + timedelta(days=1)


def test_cells_cover_the_meeting():
    start = datetime(2026, 3, 16, 1, 5, tzinfo=UTC)
    assert cells(start, start + timedelta(minutes=30)) == [
        datetime(2026, 3, 16, 1, minute, tzinfo=UTC) for minute in (0, 15, 30)
    ]
