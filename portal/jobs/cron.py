"""Cron expressions: five fields, and which moment they named last. Pure: knows neither Flask nor the database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
FURTHEST_DAYS = 8 * 366 + 1  # 29 February comes after eight years where a century has none


@dataclass(frozen=True, slots=True)
class Cron:
    """When something starts by itself, on the clock of one place.

    As in Vixie's cron: when both day fields are restricted, either may match. A fixed hour that the clock skips in
    spring is run when as much time has passed (02:30 at 03:30), one that comes twice in autumn is run the first time;
    with `*` as hour, every real hour counts.
    """

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]  # 0 is Sunday
    every_hour: bool
    any_day_field: bool

    @classmethod
    def parse(cls, text: str) -> Cron:
        """Read "minute hour day month weekday"; raises ValueError that says what is wrong."""
        fields = text.lower().split()
        if len(fields) != 5:
            raise ValueError(f"cron {text!r} has {len(fields)} fields, not 5")
        minute, hour, day, month, weekday = fields
        return cls(
            minutes=tuple(sorted(_values(minute, 0, 59))),
            hours=tuple(sorted(_values(hour, 0, 23))),
            days=frozenset(_values(day, 1, 31)),
            months=frozenset(_values(month, 1, 12, MONTHS)),
            weekdays=frozenset(value % 7 for value in _values(weekday, 0, 7, DAYS)),
            every_hour=hour.startswith("*"),
            any_day_field=not day.startswith("*") and not weekday.startswith("*"),
        )

    def latest(self, now: datetime, zone: str) -> datetime | None:
        """The last moment, in UTC and not after `now` (aware), that the expression names in the zone; None if none."""
        here = ZoneInfo(zone)
        # A day more than today: where the clock goes back over midnight, tomorrow has begun once already.
        day = now.astimezone(here).date() + timedelta(days=1)
        for back in range(FURTHEST_DAYS):
            moments = [m for m in self._moments(day - timedelta(days=back), here) if m <= now]
            if moments:
                return max(moments)
        return None

    def _moments(self, day: date, here: ZoneInfo) -> Iterator[datetime]:
        if not self._names(day):
            return
        for hour in self.hours:
            for minute in self.minutes:
                for fold in (0, 1) if self.every_hour else (0,):
                    local = datetime.combine(day, time(hour, minute, fold=fold), tzinfo=here)
                    moment = local.astimezone(UTC)
                    if self.every_hour and moment.astimezone(here).replace(tzinfo=None) != local.replace(tzinfo=None):
                        continue  # the clock skips it
                    yield moment

    def _names(self, day: date) -> bool:
        if day.month not in self.months:
            return False
        in_month, in_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return in_month or in_week if self.any_day_field else in_month and in_week


def _values(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> Iterator[int]:
    for part in field.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, field) if slash else 1
        if span == "*":
            first, last = low, high
        else:
            start, dash, end = span.partition("-")
            first = _named(start, names, low, field)
            last = _named(end, names, low, field) if dash else (high if slash else first)
        if step < 1 or not low <= first <= last <= high:
            raise ValueError(f"cron field {field!r} must lie between {low} and {high}")
        yield from range(first, last + 1, step)


def _named(text: str, names: tuple[str, ...], low: int, field: str) -> int:
    return names.index(text) + low if text in names else _number(text, field)


def _number(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"cron field {field!r} is no number, list, range or step")
    return int(text)
