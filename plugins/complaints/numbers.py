"""Numbers of complaints: one row of them per distributor and year, without gaps."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from plugins.complaints.models import Counter
from portal.api import session, update_rows


def next_number(zone: str, now: datetime) -> str:
    """The next number of the year that people in `zone` live in; given back when the transaction fails."""
    year = now.astimezone(ZoneInfo(zone)).year
    if not _count_on(year):
        _begin(year)
        _count_on(year)
    last = session.scalar(select(Counter.last).where(Counter.year == year))
    return f"C-{year}-{last:06}"


def _count_on(year: int) -> bool:
    """Count one further and keep the row locked until the transaction ends; False when the year has no row yet."""
    return update_rows(Counter, Counter.year == year, last=Counter.last + 1) == 1


def _begin(year: int) -> None:
    try:
        with session.begin_nested():
            session.add(Counter(year=year))
    except IntegrityError:
        pass  # somebody else filed the first complaint of this year a moment ago
