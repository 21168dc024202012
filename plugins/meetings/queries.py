"""Reading availability and meetings."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import joinedload

from plugins.meetings.methods.slots import Window, free_starts
from plugins.meetings.models import BOOKED, Availability, Meeting, TakenCell
from portal.api import Membership, NotFound, Order, Page, Reading, Span, Viewer, clock, current_viewer, keyset, session

NOTICE = timedelta(hours=2)
HORIZON_DAYS = 28


def hosts(viewer: Viewer) -> list[Membership]:
    """Our people who can be booked; a store's own rep first."""
    statement = (
        select(Membership)
        .where(Membership.active.is_(True), Membership.id.in_(select(Availability.membership_id)))
        .options(joinedload(Membership.person), joinedload(Membership.role))
        .order_by(Membership.id)
    )
    own_rep = viewer.store.rep_membership_id if viewer.store else None
    return sorted(session.scalars(statement), key=lambda member: member.id != own_rep)


def host(membership_id: int) -> Membership:
    """One of our people who can be booked; raises NotFound."""
    statement = (
        select(Membership)
        .where(
            Membership.id == membership_id,
            Membership.active.is_(True),
            Membership.id.in_(select(Availability.membership_id)),
        )
        .options(joinedload(Membership.person), joinedload(Membership.role))
    )
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def windows(membership_id: int) -> list[Window]:
    """The weekly windows of a person."""
    statement = select(Availability).where(Availability.membership_id == membership_id)
    rows = session.scalars(statement.order_by(Availability.weekday, Availability.start_minute))
    return [Window(row.weekday, row.start_minute, row.end_minute) for row in rows]


def free_slots(
    membership_id: int, *, first: date | None = None, days: int = 14, length: timedelta = timedelta(minutes=30)
) -> list[datetime]:
    """When a meeting of this length can start, in order, from `first` (today) on, at most 28 days ahead."""
    zone = current_viewer().distributor.timezone
    today = clock.today(zone)
    begin = max(first or today, today)
    end = min(begin + timedelta(days=days), today + timedelta(days=HORIZON_DAYS))
    wanted = [begin + timedelta(days=offset) for offset in range((end - begin).days)]
    if not wanted:
        return []
    return list(
        free_starts(
            windows(membership_id),
            _taken(membership_id, wanted, zone),
            days=wanted,
            zone=zone,
            length=length,
            not_before=clock.now() + NOTICE,
        )
    )


def _taken(membership_id: int, days: Sequence[date], zone: str) -> set[datetime]:
    here = ZoneInfo(zone)
    start = datetime.combine(days[0], time(), here).astimezone(UTC)
    end = datetime.combine(days[-1] + timedelta(days=1), time(), here).astimezone(UTC)
    statement = select(TakenCell.starts_at).where(
        TakenCell.membership_id == membership_id, TakenCell.starts_at >= start, TakenCell.starts_at < end
    )
    return set(session.scalars(statement))


def meeting(meeting_id: int) -> Meeting:
    """One meeting inside the walls; our people see their own, leaders all. Raises NotFound."""
    found = session.scalars(select(Meeting).where(Meeting.id == meeting_id).options(*_with_people())).one_or_none()
    if found is None or not _may_see(found):
        raise NotFound
    return found


def booked(meeting_id: int) -> Meeting:
    """A meeting with its people, for who has just booked it; who books for others may not see it afterwards."""
    return session.scalars(select(Meeting).where(Meeting.id == meeting_id).options(*_with_people())).one()


def _with_people() -> tuple[Any, Any]:
    return joinedload(Meeting.host).joinedload(Membership.person), joinedload(Meeting.store)


def _may_see(found: Meeting) -> bool:
    viewer = current_viewer()
    own = found.host_membership_id == viewer.membership.id
    return viewer.is_store_side or own or viewer.may("meetings.see_all")


def coming(viewer: Viewer, *, limit: int = 25) -> Sequence[Meeting]:
    """What lies ahead for this person or store, the earliest first."""
    everybodys = viewer.is_store_side or viewer.may("meetings.see_all")
    asked = {"now": clock.now(), "limit": limit} | ({} if everybodys else {"host": viewer.membership.id})
    return _coming(everybodys).all(asked)


@lru_cache(maxsize=2)
def _coming(everybodys: bool) -> Reading[Meeting]:
    """Made once, as every first page sends it."""
    criteria = [Meeting.state == BOOKED, Meeting.ends_at > bindparam("now")]
    if not everybodys:
        criteria.append(Meeting.host_membership_id == bindparam("host"))
    return Reading(
        Meeting,
        "host",
        "host.person",
        "store",
        change=lambda statement: (
            statement.where(*criteria).order_by(Meeting.starts_at).limit(bindparam("limit", type_=Integer))
        ),
    )


def past(viewer: Viewer, cursor: str | None, size: int = 25) -> Page[Meeting]:
    """What was, and what was cancelled; the latest first."""
    statement = _of(viewer).where((Meeting.ends_at <= clock.now()) | (Meeting.state != BOOKED)).options(*_with_people())
    return keyset(statement, [Order(Meeting.starts_at, True), Order(Meeting.id, True)], cursor, size)


def in_span(viewer: Viewer, span: Span) -> Sequence[Meeting]:
    """The booked meetings of this person or store in the span."""
    statement = _of(viewer).where(Meeting.state == BOOKED, Meeting.starts_at < span.end, Meeting.ends_at >= span.start)
    return session.scalars(statement.order_by(Meeting.starts_at).options(*_with_people())).all()


def of_store(store_id: int, span: Span) -> Sequence[Meeting]:
    """A store's meetings that lie in the span or were agreed in it."""
    statement = select(Meeting).where(
        Meeting.store_id == store_id,
        Meeting.starts_at.between(span.start, span.end) | Meeting.created_at.between(span.start, span.end),
    )
    return session.scalars(statement.options(*_with_people())).all()


def _of(viewer: Viewer) -> Select[Meeting]:
    statement = select(Meeting)
    if viewer.is_store_side or viewer.may("meetings.see_all"):
        return statement
    return statement.where(Meeting.host_membership_id == viewer.membership.id)
