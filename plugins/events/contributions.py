"""What events give to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.events import queries
from plugins.events.forms import KIND_TITLES
from plugins.events.models import CONFIRMED, Event, Registration
from portal.api import (
    Audience,
    BriefingQuery,
    BriefingSection,
    CalendarEntry,
    HomeCard,
    Person,
    PersonalData,
    SearchHit,
    Span,
    Store,
    Table,
    TimelineEntry,
    Viewer,
    clock,
    local_dt,
    session,
)

ICON = "users-group"
ON_TODAY = 3


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """The next events a store is invited to."""
    if viewer.store is None:
        return
    now = clock.now()
    for item in queries.coming_for_store(viewer.store.id, now=now, limit=ON_TODAY):
        event, mine = item.event, item.registration
        if mine is None and not event.is_open(now):
            continue
        yield HomeCard(
            title=event.title,
            kind=KIND_TITLES[event.kind],
            body=_card_text(event, mine),
            url=f"/events/{event.id}",
            action=_("See the event") if mine else _("Sign up"),
            icon=ICON,
            due=None if mine else event.deadline_at,
            section="next",
            state="ok" if mine and mine.state == CONFIRMED else "run",
            priority=60,
        )


def _card_text(event: Event, mine: Registration | None) -> str:
    parts = [local_dt(event.starts_at), event.place]
    if mine is None:
        parts.append(ngettext("%(num)s seat for your store", "%(num)s seats for your store", event.seats_per_store))
    elif mine.state == CONFIRMED:
        parts.append(_("Coming: %(names)s", names=_(", ").join(mine.attendees)))
    else:
        parts.append(_("On the waiting list"))
    return " · ".join(part for part in parts if part)


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """Sign-ups, and cancelled ones."""
    for registration in queries.of_store(store.id, span):
        url = f"/events/{registration.event_id}"
        title = _("Signed up: %(title)s", title=registration.event.title)
        yield TimelineEntry(registration.created_at, title, ICON, _(", ").join(registration.attendees), url)
        if registration.cancelled_at is not None:
            cancelled = _("Cancelled: %(title)s", title=registration.event.title)
            yield TimelineEntry(registration.cancelled_at, cancelled, "user-minus", "", url)


def calendar_entries(viewer: Viewer, span: Span) -> Iterator[CalendarEntry]:
    """The store's events; for our people all that are published."""
    events: Iterable[Event]
    if viewer.store is None:
        events = queries.published_in(span)
    else:
        events = [r.event for r in queries.registered_in(span) if r.state == CONFIRMED]
    for event in events:
        yield CalendarEntry(
            uid=f"event-{event.id}@storewise",
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            title=event.title,
            icon=ICON,
            url=f"/events/{event.id}",
            place=event.place,
            sequence=event.sequence,
        )


def search(query: str, viewer: Viewer) -> Iterator[SearchHit]:
    """Events by title or place."""
    for event in queries.matching(query, viewer):
        yield SearchHit(event.title, f"/events/{event.id}", _("Event"), ICON, event.place, event.starts_at)


def briefing_sections(query: BriefingQuery) -> Iterator[BriefingSection]:
    """The events of the coming weeks: in the common part those for every store, in a store's what else it is invited to."""
    coming = [event for event in queries.published_in(query.span) if event.ends_at > clock.now()]
    for_all = [event for event in coming if Audience.from_json(event.audience) == Audience()]
    if query.store is None:
        yield from _section("coming", _("What is coming"), for_all)
        return
    invited = queries.invited(query.store.id, [event.id for event in coming])
    own = [event for event in coming if event.id in invited and event not in for_all]
    yield from _section("invited", _("What your store is invited to"), own, personal=True)


def _section(key: str, title: str, events: Sequence[Event], *, personal: bool = False) -> Iterator[BriefingSection]:
    if not events:
        return
    rows = tuple((local_dt(event.starts_at, near=False), event.title, event.place) for event in events)
    table = Table(_("Events you can sign up for"), (_("When"), _("What"), _("Where")), rows)
    yield BriefingSection(key=key, title=title, tables=(table,), order=80, personal=personal)


def personal_data(person: Person) -> Iterator[PersonalData]:
    """The sign-ups that this person made."""
    statement = select(Registration).where(Registration.person_id == person.id).options(joinedload(Registration.event))
    rows = tuple(
        {"event": r.event.title, "attendees": list(r.attendees), "at": r.created_at.isoformat()}
        for r in session.scalars(statement)
    )
    if rows:
        yield PersonalData(_("Events"), rows)
