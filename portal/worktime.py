"""Working time: on which days and at what hours somebody is there, and when so many hours of it are over.

A pure function of start, calendar and length: a deadline is never a counter. Holidays and the workdays that make up for
them (调休) come from the `holidays` package.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

FARTHEST_DAYS = 400  # further away than any promise


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The hours of every working day in local time, of a country's working days; windows in order, not overlapping."""

    zone: str = "Asia/Shanghai"
    windows: tuple[tuple[time, time], ...] = ((time(9), time(18)),)
    country: str = "CN"

    def __post_init__(self) -> None:
        before = None
        for start, end in self.windows:
            if start >= end or (before is not None and start < before):
                raise ValueError("windows stand in order, and each starts before it ends")
            before = end
        if not self.windows:
            raise ValueError("a working day has at least one window")

    def is_workday(self, day: date) -> bool:
        """Whether people work on this day; a Saturday that makes up for a holiday is one."""
        return bool(_of_country(self.country).is_working_day(day))

    def windows_of(self, day: date) -> list[tuple[datetime, datetime]]:
        """The hours of this day as moments in UTC; none on a day off."""
        if not self.is_workday(day):
            return []
        here = ZoneInfo(self.zone)
        return [tuple(datetime.combine(day, at, here).astimezone(UTC) for at in window) for window in self.windows]  # type: ignore[misc]


@lru_cache(maxsize=8)
def _of_country(country: str) -> Any:
    import holidays  # takes a moment to import, and only promises ask for it

    return holidays.country_holidays(country)


def due_after(start: datetime, length: timedelta, calendar: WorkCalendar) -> datetime:
    """The moment at which `length` of working time has passed since `start`.

    Raises ValueError for a negative length, and for one that no calendar gets through within a year.
    """
    if length < timedelta(0):
        raise ValueError("a promise is not made backwards")
    left = length
    day = start.astimezone(ZoneInfo(calendar.zone)).date()
    for _ in range(FARTHEST_DAYS):
        for opens, closes in calendar.windows_of(day):
            begins = max(opens, start)
            if begins >= closes:
                continue
            if begins + left <= closes:
                return begins + left
            left -= closes - begins
        day += timedelta(days=1)
    raise ValueError("so much working time does not fit into a year")


def worked_between(start: datetime, end: datetime, calendar: WorkCalendar) -> timedelta:
    """How much working time lies between two moments; none where the second is not later."""
    total, here = timedelta(0), ZoneInfo(calendar.zone)
    day, last = start.astimezone(here).date(), end.astimezone(here).date()
    while day <= last:
        for opens, closes in calendar.windows_of(day):
            total += max(min(closes, end) - max(opens, start), timedelta(0))
        day += timedelta(days=1)
    return total
