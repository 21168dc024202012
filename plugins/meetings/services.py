"""Booking, moving and cancelling meetings, and saying when one can be booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from plugins.meetings import queries
from plugins.meetings.methods.slots import Window, cells
from plugins.meetings.models import (
    BOOKED,
    CANCELLED,
    KINDS,
    LENGTHS_MINUTES,
    PLACES,
    Availability,
    Meeting,
    TakenCell,
)
from portal.api import (
    Conflict,
    Membership,
    RuleBroken,
    Viewer,
    clock,
    local_dt,
    members_of_stores,
    notify,
    record,
    session,
    signal,
)

meeting_booked = signal("meetings.booked")
meeting_cancelled = signal("meetings.cancelled")
OFFERED_INSTEAD = 5


@dataclass(frozen=True, slots=True)
class Wish:
    """What a store wants to talk about, with whom, when and where."""

    host_membership_id: int
    starts_at: datetime
    length_minutes: int = 30
    kind: str = "advice"
    place: str = "store"
    topic: str = ""


def book(wish: Wish, store_id: int, *, by: Viewer) -> Meeting:
    """Agree on the time; raises Conflict with the next free ones when somebody was quicker."""
    host = queries.host(wish.host_membership_id)
    length = _check(wish)
    if wish.starts_at not in queries.free_slots(host.id, first=_day(wish.starts_at, by), days=1, length=length):
        raise _taken(host, length)
    meeting = Meeting(
        store_id=store_id,
        host_membership_id=host.id,
        starts_at=wish.starts_at,
        ends_at=wish.starts_at + length,
        kind=wish.kind,
        place=wish.place,
        topic=wish.topic.strip(),
        state=BOOKED,
        person_id=by.person.id,
    )
    _take(meeting, host, length)
    record("meetings.booked", meeting)
    title = _l("New meeting: %(moment)s", moment=local_dt(meeting.starts_at))
    notify("meetings.booked", to=[host], title=title, body=meeting.topic, url=f"/meetings/{meeting.id}")
    meeting_booked.send(None, meeting_id=meeting.id)
    return meeting


def cancel(meeting: Meeting, *, reason: str, by: Viewer) -> None:
    """Call it off; the time is free again and the other side is told."""
    if meeting.state != BOOKED:
        raise RuleBroken("", _("This meeting was cancelled already."))
    if meeting.starts_at <= clock.now():
        raise RuleBroken("", _("This meeting has begun already."))
    meeting.state, meeting.reason, meeting.sequence = CANCELLED, reason.strip(), meeting.sequence + 1
    for cell in session.scalars(select(TakenCell).where(TakenCell.meeting_id == meeting.id)):
        session.delete(cell)
    session.flush()
    record("meetings.cancelled", meeting)
    title = _l("Meeting cancelled: %(moment)s", moment=local_dt(meeting.starts_at))
    to = [queries.host(meeting.host_membership_id)] if by.is_store_side else members_of_stores([meeting.store_id])
    notify("meetings.cancelled", to=to, title=title, body=reason, url=f"/meetings/{meeting.id}", urgent=True)
    meeting_cancelled.send(None, meeting_id=meeting.id)


def set_windows(membership: Membership, windows: Sequence[Window]) -> None:
    """Replace the weekly windows of a person; meetings already agreed stay."""
    ordered = sorted(windows, key=lambda window: (window.weekday, window.start_minute))
    for earlier, later in pairwise(ordered):
        if earlier.weekday == later.weekday and later.start_minute < earlier.end_minute:
            raise RuleBroken("", _("Two windows of the same day overlap."))
    for row in session.scalars(select(Availability).where(Availability.membership_id == membership.id)):
        session.delete(row)
    for window in ordered:
        session.add(
            Availability(
                membership_id=membership.id,
                weekday=window.weekday,
                start_minute=window.start_minute,
                end_minute=window.end_minute,
            )
        )
    record("meetings.availability_set", membership, windows=len(ordered))


def _check(wish: Wish) -> timedelta:
    for field, value, known in (
        ("kind", wish.kind, KINDS),
        ("place", wish.place, PLACES),
        ("length_minutes", wish.length_minutes, LENGTHS_MINUTES),
    ):
        if value not in known:
            raise RuleBroken(field, _("Please choose one of the list."))
    if len(wish.topic) > 2000:
        raise RuleBroken("topic", _("Please be brief: at most 2,000 characters."))
    return timedelta(minutes=wish.length_minutes)


def _day(moment: datetime, viewer: Viewer) -> date:
    return moment.astimezone(ZoneInfo(viewer.distributor.timezone)).date()


def _take(meeting: Meeting, host: Membership, length: timedelta) -> None:
    """Write the meeting and its quarter hours; the unique key refuses what somebody took in the meantime."""
    try:
        with session.begin_nested():
            session.add(meeting)
            session.flush()
            session.add_all(
                TakenCell(membership_id=host.id, starts_at=cell, meeting_id=meeting.id)
                for cell in cells(meeting.starts_at, meeting.ends_at)
            )
    except IntegrityError as error:
        raise _taken(host, length) from error


def _taken(host: Membership, length: timedelta) -> Conflict:
    free = queries.free_slots(host.id, length=length)[:OFFERED_INSTEAD]
    return Conflict(
        _("This time is not free any more. Please choose another one."), free=[moment.isoformat() for moment in free]
    )
