"""The arithmetic of the checklist: which days count, and what share was done."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta


def days_between(first: date, end: date) -> Iterator[date]:
    """Each day from `first` up to, but without, `end`."""
    for offset in range((end - first).days):
        yield first + timedelta(days=offset)


def share_done(ticks: int, items: int, days: int) -> float:
    """Per cent of what was to be looked at that was looked at; 0 where there was nothing to look at."""
    due = items * days
    return round(100 * min(ticks, due) / due, 1) if due else 0.0
