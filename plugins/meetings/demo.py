"""Demo hours and meetings."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from plugins.meetings.methods.slots import cells
from plugins.meetings.models import Availability, Meeting, TakenCell
from portal.api import DemoBuilder, Membership, session

HALVES = ((9 * 60, 12 * 60), (13 * 60 + 30, 17 * 60 + 30))


def build(builder: DemoBuilder) -> None:
    """The rep and the expert can be booked on weekdays; a store has met the rep two weeks ago."""
    for role in ("rep", "expert"):
        person = builder.people.get(role)
        if person is None:
            continue
        member = session.scalars(select(Membership).where(Membership.person_id == person.id)).one()
        for weekday in range(5):
            for start, end in HALVES:
                session.add(Availability(membership_id=member.id, weekday=weekday, start_minute=start, end_minute=end))
        if role == "rep":
            _past_meeting(builder, member)


def _past_meeting(builder: DemoBuilder, host: Membership) -> None:
    day = builder.today - timedelta(days=builder.today.weekday() + 12)
    start = datetime.combine(day, time(10), ZoneInfo(builder.distributor.timezone)).astimezone(UTC)
    meeting = Meeting(
        store_id=builder.stores[0].id,
        host_membership_id=host.id,
        starts_at=start,
        ends_at=start + timedelta(minutes=30),
        kind="advice",
        place="store",
        topic="冷柜换位后的销量",
    )
    session.add(meeting)
    session.flush()
    for cell in cells(meeting.starts_at, meeting.ends_at):
        session.add(TakenCell(membership_id=host.id, starts_at=cell, meeting_id=meeting.id))
