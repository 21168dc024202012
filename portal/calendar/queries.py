"""What a person has in a span of time, from every plug-in."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal import clock
from portal.accounts.viewer import Viewer
from portal.contracts import CalendarEntry, Span
from portal.host import the_host


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a page, with what happens on it."""

    date: date
    entries: tuple[CalendarEntry, ...]
    in_month: bool = True
    today: bool = False


def local_span(first: date, last: date, zone: str) -> Span:
    """From the first day's midnight to the midnight after the last day, in the zone."""
    here = ZoneInfo(zone)
    start = datetime.combine(first, time(), here)
    end = datetime.combine(last + timedelta(days=1), time(), here)
    return Span(start.astimezone(UTC), end.astimezone(UTC))


def entries_in(viewer: Viewer, span: Span) -> list[CalendarEntry]:
    """Every plug-in's entries that touch the span, the earliest first."""
    collected = the_host().collect("calendar_entries", viewer, span)
    found = (entry for entry in collected if entry.starts_at < span.end and entry.ends_at >= span.start)
    return sorted(found, key=lambda entry: (entry.starts_at, entry.uid))


def month_days(viewer: Viewer, year: int, month: int) -> list[list[Day]]:
    """The weeks (Monday to Sunday) that show a month, each day with its entries."""
    weeks = months.Calendar(firstweekday=0).monthdatescalendar(year, month)
    zone = viewer.distributor.timezone
    entries = entries_in(viewer, local_span(weeks[0][0], weeks[-1][-1], zone))
    today = clock.today(zone)
    return [
        [Day(day, tuple(_on(day, entries, zone)), day.month == month, day == today) for day in week] for week in weeks
    ]


def agenda_days(viewer: Viewer, first: date, days: int) -> list[Day]:
    """The days from `first` that have something."""
    zone = viewer.distributor.timezone
    last = first + timedelta(days=days - 1)
    entries = entries_in(viewer, local_span(first, last, zone))
    all_days = (first + timedelta(days=offset) for offset in range(days))
    made = (Day(day, tuple(_on(day, entries, zone))) for day in all_days)
    return [day for day in made if day.entries]


def _on(day: date, entries: Sequence[CalendarEntry], zone: str) -> Iterator[CalendarEntry]:
    here = ZoneInfo(zone)
    for entry in entries:
        last_moment = max(entry.starts_at, entry.ends_at - timedelta(microseconds=1))
        if entry.starts_at.astimezone(here).date() <= day <= last_moment.astimezone(here).date():
            yield entry
