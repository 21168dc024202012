"""Which times of a person are free: weekly windows in local time, less what is taken, within notice and horizon."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

CELL = timedelta(minutes=15)
CELL_MINUTES = 15
DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Window:
    """A weekly window of availability in local time; weekday 0 is Monday, minutes count from midnight."""

    weekday: int
    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("weekday is 0 (Monday) to 6 (Sunday)")
        if not 0 <= self.start_minute < self.end_minute <= DAY_MINUTES:
            raise ValueError("a window starts before it ends, within one day")


def cells(start: datetime, end: datetime) -> list[datetime]:
    """The quarter hours (UTC) that a meeting from `start` to `end` touches."""
    if end <= start:
        raise ValueError("a meeting ends after it starts")
    first = _floor(start.astimezone(UTC))
    count = -(-(end.astimezone(UTC) - first) // CELL)
    return [first + index * CELL for index in range(count)]


def _floor(moment: datetime) -> datetime:
    return moment - timedelta(
        minutes=moment.minute % CELL_MINUTES, seconds=moment.second, microseconds=moment.microsecond
    )


def free_starts(
    windows: Sequence[Window],
    taken: Collection[datetime],
    *,
    days: Sequence[date],
    zone: str,
    length: timedelta,
    not_before: datetime,
    step: timedelta = timedelta(minutes=30),
) -> Iterator[datetime]:
    """The moments (UTC) at which a meeting of `length` can start, in order.

    taken: quarter hours (UTC) that are gone. days: local calendar days to look at. A window that falls into a change
    of the clock is read by its local times; a start that the clock skips is not offered, one that comes twice is
    offered once.
    """
    if length <= timedelta(0):
        raise ValueError("a meeting has a length")
    here = ZoneInfo(zone)
    gone = frozenset(taken)
    for day in days:
        for window in sorted((w for w in windows if w.weekday == day.weekday()), key=lambda w: w.start_minute):
            yield from _in_window(window, day, here, gone, length, not_before, step)


def _in_window(
    window: Window,
    day: date,
    here: ZoneInfo,
    gone: frozenset[datetime],
    length: timedelta,
    not_before: datetime,
    step: timedelta,
) -> Iterator[datetime]:
    midnight = datetime.combine(day, time())
    local = midnight + timedelta(minutes=window.start_minute)
    last = midnight + timedelta(minutes=window.end_minute) - length
    while local <= last:
        start = local.replace(tzinfo=here).astimezone(UTC)
        exists = start.astimezone(here).replace(tzinfo=None) == local
        if exists and start >= not_before and gone.isdisjoint(cells(start, start + length)):
            yield start
        local += step
