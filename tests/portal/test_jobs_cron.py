"""Cron expressions against times worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.jobs.cron import Cron

NEW_YORK = "America/New_York"  # 2026: clocks go forward on 8 March at 02:00, back on 1 November at 02:00
SHANGHAI = "Asia/Shanghai"  # UTC+8 all year


def latest(expression, now, zone="UTC"):
    """The tick as text; all in UTC."""
    found = Cron.parse(expression).latest(datetime.fromisoformat(now).replace(tzinfo=UTC), zone)
    return found and found.strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("expression", "now", "tick"),
    [
        ("* * * * *", "2026-11-23 10:15:59", "2026-11-23 10:15"),
        ("*/15 * * * *", "2026-11-23 10:14:59", "2026-11-23 10:00"),
        ("*/15 * * * *", "2026-11-23 10:15:00", "2026-11-23 10:15"),
        ("5-20/5 * * * *", "2026-11-23 10:59:00", "2026-11-23 10:20"),
        ("7/20 * * * *", "2026-11-23 10:06:00", "2026-11-23 09:47"),
        ("0 3 * * *", "2026-11-23 02:59:59", "2026-11-22 03:00"),
        ("0 3 * * *", "2026-11-23 03:00:00", "2026-11-23 03:00"),
        ("30 8,18 * * *", "2026-11-23 12:00:00", "2026-11-23 08:30"),
        ("0 9 * * 1", "2026-11-22 12:00:00", "2026-11-16 09:00"),  # 16 November 2026 is a Monday
        ("0 9 * * mon-fri", "2026-11-22 12:00:00", "2026-11-20 09:00"),  # back over the week-end
        ("0 9 * * 7", "2026-11-23 12:00:00", "2026-11-22 09:00"),  # 7 is Sunday as 0 is
        ("0 9 * * 0", "2026-11-23 12:00:00", "2026-11-22 09:00"),
        ("0 0 1 * *", "2026-11-23 12:00:00", "2026-11-01 00:00"),
        ("0 0 31 * *", "2026-11-23 12:00:00", "2026-10-31 00:00"),
        ("0 0 1 jan *", "2026-11-23 12:00:00", "2026-01-01 00:00"),
        ("0 0 29 2 *", "2026-11-23 12:00:00", "2024-02-29 00:00"),
        ("0 0 13 * 5", "2026-11-23 12:00:00", "2026-11-20 00:00"),  # the 13th or a Friday, as in Vixie's cron
        ("0 0 13 * *", "2026-11-23 12:00:00", "2026-11-13 00:00"),
    ],
)
def test_latest_tick(expression, now, tick):
    assert latest(expression, now) == tick


def test_day_that_never_comes_has_no_tick():
    assert latest("0 0 31 2 *", "2026-11-23 12:00:00") is None


def test_leap_day_is_found_over_a_century_without_one():
    assert latest("0 0 29 2 *", "2104-02-28 12:00:00") == "2096-02-29 00:00"


@pytest.mark.parametrize(
    ("expression", "now", "tick"),
    [
        ("0 3 * * *", "2026-11-22 18:59:00", "2026-11-21 19:00"),  # 02:59 in Shanghai
        ("0 3 * * *", "2026-11-22 19:00:00", "2026-11-22 19:00"),  # 03:00 there, still the 22nd in UTC
        ("0 0 * * 1", "2026-11-22 16:00:00", "2026-11-22 16:00"),  # Monday has begun there
        ("0 0 1 * *", "2026-11-30 16:30:00", "2026-11-30 16:00"),  # and December
    ],
)
def test_latest_tick_in_shanghai(expression, now, tick):
    assert latest(expression, now, SHANGHAI) == tick


def ticks_of_a_day(expression, zone, start, hours):
    """Every tick that is found when one looks each minute for some hours from `start` (UTC)."""
    cron = Cron.parse(expression)
    begin = datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()
    found = [cron.latest(datetime.fromtimestamp(begin + minute * 60, UTC), zone) for minute in range(hours * 60)]
    return [tick.strftime("%d %H:%M") for tick in dict.fromkeys(found) if tick and tick.timestamp() >= begin]


def test_time_that_the_clock_skips_in_spring_runs_once_an_hour_later():
    # 02:30 does not exist on 8 March; 07:30 UTC is 03:30 there
    assert ticks_of_a_day("30 2 * * *", NEW_YORK, "2026-03-08 05:00:00", 24) == ["08 07:30"]


def test_time_that_comes_twice_in_autumn_runs_the_first_time_only():
    # 01:30 is 05:30 UTC and again 06:30 UTC on 1 November
    assert ticks_of_a_day("30 1 * * *", NEW_YORK, "2026-11-01 04:00:00", 24) == ["01 05:30"]


def test_daily_time_keeps_its_place_on_the_wall_over_the_change():
    # 09:00 there is 14:00 UTC in winter, 13:00 UTC in summer
    assert latest("0 9 * * *", "2026-03-07 20:00:00", NEW_YORK) == "2026-03-07 14:00"
    assert latest("0 9 * * *", "2026-03-08 20:00:00", NEW_YORK) == "2026-03-08 13:00"


def test_every_half_hour_keeps_coming_while_the_clock_goes_back():
    # local 00:30 01:00 01:30 01:00 01:30 02:00
    ticks = ticks_of_a_day("*/30 * * * *", NEW_YORK, "2026-11-01 04:30:00", 3)
    assert ticks == ["01 04:30", "01 05:00", "01 05:30", "01 06:00", "01 06:30", "01 07:00"]


def test_every_half_hour_keeps_coming_while_the_clock_goes_forward():
    # local 01:00 01:30 03:00 03:30
    assert ticks_of_a_day("*/30 * * * *", NEW_YORK, "2026-03-08 06:00:00", 2) == [
        "08 06:00",
        "08 06:30",
        "08 07:00",
        "08 07:30",
    ]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * 32 * *",
        "* * * 13 *",
        "* * * * 8",
        "*/0 * * * *",
        "5-1 * * * *",
        "a * * * *",
        "1,,2 * * * *",
        "-1 * * * *",
        "1/ * * * *",
        "* * * mon *",
        "٣ * * * *",
    ],
)
def test_what_is_no_cron_is_refused(expression):
    with pytest.raises(ValueError, match="cron"):
        Cron.parse(expression)
