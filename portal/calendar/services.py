"""The .ics feed of a person: a secret address that can be renewed, for any calendar program."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app, g
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Person
from portal.accounts.viewer import Viewer, load_person, viewer_of
from portal.audit.services import record
from portal.calendar.queries import entries_in
from portal.contracts import CalendarEntry, Span
from portal.db import db
from portal.tenancy import acting_for, all_distributors

if TYPE_CHECKING:
    from icalendar import Event

    from portal.host.containment import Failure

PAST = timedelta(days=60)
FUTURE = timedelta(days=400)


def renew_address(person: Person) -> str:
    """A new secret for the feed; the old address stops at once."""
    person.calendar_secret = secrets.token_urlsafe(32)
    record("calendar.address_renewed", person)
    return person.calendar_secret


def person_of_feed(secret: str) -> Person | None:
    """Whose feed this address is; None for an unknown or renewed one."""
    with all_distributors(reason="whose calendar feed", quiet=True):
        key = db.session.scalar(select(Person.fs_uniquifier).where(Person.calendar_secret == secret))
        return load_person(key) if key else None


def feed(person: Person) -> bytes:
    """Everything the person has with all distributors, as iCalendar (RFC 5545)."""
    from icalendar import Calendar

    book = Calendar()
    book.add("prodid", "-//Storewise//Calendar//EN")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", "Storewise")
    now = clock.now()
    span = Span(now - PAST, now + FUTURE)
    first = viewer_of(person, None)
    for membership in first.memberships if first else ():
        viewer = viewer_of(person, membership.id)
        if viewer is None:
            continue
        g.viewer = viewer
        with acting_for(viewer.scope):
            for event in _events(viewer, entries_in(viewer, span)):
                book.add_component(event)
    for failure in {failure.plugin: failure for failure in g.failures}.values():
        book.add_component(_missing(failure))
    return bytes(book.to_ical())


def _missing(failure: Failure) -> Event:
    """An entry of today that says what the feed lacks: a calendar program shows nothing else to its reader."""
    from icalendar import Event

    today = clock.today(current_app.config["DEFAULT_TIMEZONE"])
    event = Event()
    event.add("uid", f"missing-{failure.plugin}")
    event.add("dtstamp", clock.now())
    event.add("summary", str(failure))
    event.add("dtstart", today)
    event.add("dtend", today + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _events(viewer: Viewer, entries: Iterable[CalendarEntry]) -> Iterable[Event]:
    from icalendar import Event

    address = current_app.config["PUBLIC_URL"].rstrip("/")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("sequence", entry.sequence)
        event.add("dtstamp", clock.now())
        event.add("summary", str(entry.title))
        event.add("dtstart", entry.starts_at.date() if entry.all_day else entry.starts_at)
        if entry.ends_at > entry.starts_at:  # a deadline is a moment; RFC 5545 wants an end to lie after the start
            event.add("dtend", entry.ends_at.date() if entry.all_day else entry.ends_at)
        event.add("categories", [viewer.distributor.name])
        if entry.place:
            event.add("location", entry.place)
        if entry.url:
            event.add("url", address + entry.url)
        yield event
