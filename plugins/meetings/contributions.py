"""What meetings give to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.meetings import queries
from plugins.meetings.forms import KIND_TITLES, PLACE_TITLES
from plugins.meetings.models import CANCELLED, Meeting
from portal.api import (
    CalendarEntry,
    HomeCard,
    Person,
    PersonalData,
    Span,
    Store,
    TimelineEntry,
    Viewer,
    local_dt,
    session,
)

ICON = "calendar-user"


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """The next two meetings."""
    for meeting in queries.coming(viewer, limit=2):
        yield HomeCard(
            title=_title(meeting, viewer),
            kind=KIND_TITLES[meeting.kind],
            body=f"{local_dt(meeting.starts_at)} · {PLACE_TITLES[meeting.place]}",
            url=f"/meetings/{meeting.id}",
            action=_("See the meeting"),
            icon=ICON,
            section="next",
            priority=55,
            state="run",
        )


def _title(meeting: Meeting, viewer: Viewer) -> str:
    other = meeting.host.person.name if viewer.is_store_side else meeting.store.name
    return _("Meeting with %(name)s", name=other)


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """Meetings, cancelled ones too, and when each was agreed."""
    for meeting in queries.of_store(store.id, span):
        title = _("Meeting with %(name)s", name=meeting.host.person.name)
        if meeting.created_at in span:
            agreed = _("Agreed: %(title)s, %(moment)s", title=title, moment=local_dt(meeting.starts_at))
            yield TimelineEntry(meeting.created_at, agreed, ICON, meeting.topic, f"/meetings/{meeting.id}")
        if meeting.starts_at not in span:
            continue
        if meeting.state == CANCELLED:
            title = _("Cancelled: %(title)s", title=title)
        yield TimelineEntry(meeting.starts_at, title, ICON, meeting.topic, f"/meetings/{meeting.id}")


def calendar_entries(viewer: Viewer, span: Span) -> Iterator[CalendarEntry]:
    """The booked meetings."""
    for meeting in queries.in_span(viewer, span):
        yield CalendarEntry(
            uid=f"meeting-{meeting.id}@storewise",
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            title=_title(meeting, viewer),
            icon=ICON,
            url=f"/meetings/{meeting.id}",
            place=str(PLACE_TITLES[meeting.place]),
            sequence=meeting.sequence,
        )


def personal_data(person: Person) -> Iterator[PersonalData]:
    """The meetings that this person asked for."""
    meetings = session.scalars(select(Meeting).where(Meeting.person_id == person.id))
    rows = tuple({"starts_at": m.starts_at.isoformat(), "topic": m.topic, "state": m.state} for m in meetings)
    if rows:
        yield PersonalData(_("Meetings"), rows)


def erase_person(person: Person) -> None:
    """What the person wrote goes; that there was a meeting stays."""
    for meeting in session.scalars(select(Meeting).where(Meeting.person_id == person.id)):
        meeting.topic, meeting.person_id = "", None
