"""Reading events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select
from sqlalchemy.orm import contains_eager

from plugins.events.models import CANCELLED, CONFIRMED, DRAFT, PUBLISHED, WAITING, Event, Invitation, Registration
from portal.api import NotFound, Order, Page, Reading, Span, Store, Viewer, clock, keyset, session


@dataclass(frozen=True, slots=True)
class StoreEvent:
    """An event as one store sees it."""

    event: Event
    registration: Registration | None


def visible(event_id: int, viewer: Viewer) -> Event:
    """The event, if this person may see it: our people see all, a store what it is invited to; else NotFound."""
    statement = select(Event).where(Event.id == event_id)
    if viewer.is_store_side:
        statement = statement.join(Invitation, Invitation.event_id == Event.id).where(Event.state != DRAFT)
    event: Event | None = session.scalars(statement).one_or_none()
    if event is None:
        raise NotFound
    return event


def page_of_events(state: str = "", cursor: str | None = None, size: int = 25) -> Page[Event]:
    """One page for the desk, the latest start first."""
    return keyset(_in_state(state), [Order(Event.starts_at, True), Order(Event.id, True)], cursor, size)


@lru_cache(maxsize=16)
def _in_state(state: str) -> Reading[Event]:
    criteria = [Event.state == state] if state else []
    return Reading(Event, change=lambda statement: statement.where(*criteria))


def coming_for_store(store_id: int, *, now: datetime, limit: int = 25) -> list[StoreEvent]:
    """What a store is invited to and what has not ended, each with its registration; the earliest first."""
    rows = _coming_for_store().all({"store": store_id, "now": now, "limit": limit})
    return [StoreEvent(event, event.mine) for event in rows]


@lru_cache(maxsize=1)
def _coming_for_store() -> Reading[Any]:
    """Made once, as every first page of a store sends it."""
    store = bindparam("store", type_=Integer)
    live = (Registration.event_id == Event.id) & (Registration.store_id == store) & Registration.cancelled_at.is_(None)
    return Reading(
        Event,
        beside={"mine": (Registration, live)},
        change=lambda statement: (
            statement.join(Invitation, Invitation.event_id == Event.id)
            .where(Invitation.store_id == store, Event.state != DRAFT, Event.ends_at > bindparam("now"))
            .order_by(Event.starts_at, Event.id)
            .limit(bindparam("limit", type_=Integer))
        ),
    )


def live_registration(event_id: int, store_id: int) -> Registration | None:
    """The store's registration that has not been cancelled."""
    statement = select(Registration).where(
        Registration.event_id == event_id, Registration.store_id == store_id, Registration.cancelled_at.is_(None)
    )
    return session.scalars(statement).one_or_none()


def registrations(event_id: int) -> Sequence[tuple[Registration, Store]]:
    """Who comes and who waits, in the order of joining."""
    statement = (
        select(Registration, Store)
        .join(Store, Store.id == Registration.store_id)
        .where(Registration.event_id == event_id, Registration.cancelled_at.is_(None))
        .order_by(Registration.state, Registration.created_at, Registration.id)
    )
    return [(registration, store) for registration, store in session.execute(statement)]


def next_waiting(event_id: int, *, seats: int) -> Registration | None:
    """The first on the waiting list whose group fits into the free seats."""
    statement = (
        select(Registration)
        .where(
            Registration.event_id == event_id,
            Registration.state == WAITING,
            Registration.cancelled_at.is_(None),
            Registration.seats <= seats,
        )
        .order_by(Registration.created_at, Registration.id)
        .limit(1)
    )
    return session.scalars(statement).first()


def place_in_line(registration: Registration) -> int:
    """How many stand before and with it on the waiting list: 1 is next."""
    event: Event = session.get_one(Event, registration.event_id)
    return event_line(event.id).index(registration.id) + 1 if registration.state == WAITING else 0


def event_line(event_id: int) -> list[int]:
    """Ids of the waiting registrations of the viewer's walls, in order."""
    statement = select(Registration.id).where(
        Registration.event_id == event_id, Registration.state == WAITING, Registration.cancelled_at.is_(None)
    )
    return list(session.scalars(statement.order_by(Registration.created_at, Registration.id)))


def counts(event_ids: Sequence[int]) -> dict[int, tuple[int, int]]:
    """Of each event how many stores are invited and how many come."""
    invited, coming = (dict(session.execute(each, {"events": event_ids}).all()) for each in _counts())
    return {event_id: (invited.get(event_id, 0), coming.get(event_id, 0)) for event_id in event_ids}


@lru_cache(maxsize=1)
def _counts() -> tuple[Select[int, int], Select[int, int]]:
    events: Any = bindparam("events", expanding=True)
    invited = select(Invitation.event_id, func.count()).where(Invitation.event_id.in_(events))
    coming = select(Registration.event_id, func.count()).where(
        Registration.event_id.in_(events), Registration.cancelled_at.is_(None), Registration.state == CONFIRMED
    )
    return invited.group_by(Invitation.event_id), coming.group_by(Registration.event_id)


def registered_in(span: Span) -> Sequence[Registration]:
    """The live registrations inside the walls for events that touch the span, with their events."""
    statement = (
        select(Registration)
        .join(Registration.event)
        .where(
            Registration.cancelled_at.is_(None),
            Event.state != CANCELLED,
            Event.starts_at < span.end,
            Event.ends_at >= span.start,
        )
        .options(contains_eager(Registration.event))
        .order_by(Event.starts_at)
    )
    return session.scalars(statement).all()


def published_in(span: Span) -> Sequence[Event]:
    """The events that touch the span and that stores can see."""
    statement = select(Event).where(
        Event.state.in_((PUBLISHED, "closed")), Event.starts_at < span.end, Event.ends_at >= span.start
    )
    return session.scalars(statement.order_by(Event.starts_at)).all()


def invited(store_id: int, event_ids: Sequence[int]) -> set[int]:
    """Which of the events the store is invited to."""
    statement = select(Invitation.event_id).where(
        Invitation.store_id == store_id, Invitation.event_id.in_(event_ids), Invitation.declined_at.is_(None)
    )
    return set(session.scalars(statement))


def declined(store_id: int, event_ids: Sequence[int]) -> set[int]:
    """To which of the events the store said that it does not come."""
    statement = select(Invitation.event_id).where(
        Invitation.store_id == store_id, Invitation.event_id.in_(event_ids), Invitation.declined_at.is_not(None)
    )
    return set(session.scalars(statement))


def of_store(store_id: int, span: Span) -> Sequence[Registration]:
    """A store's registrations made in the span, with their events, cancelled ones too."""
    statement = (
        select(Registration)
        .join(Registration.event)
        .where(
            Registration.store_id == store_id, Registration.created_at >= span.start, Registration.created_at < span.end
        )
        .options(contains_eager(Registration.event))
    )
    return session.scalars(statement).all()


def matching(words: str, viewer: Viewer) -> Sequence[Event]:
    """At most ten visible events whose title, place or text has the words."""
    like = f"%{words.replace('%', '')}%"
    statement = select(Event).where(Event.title.ilike(like) | Event.place.ilike(like))
    if viewer.is_store_side:
        invited = select(Invitation.event_id)
        statement = statement.where(Event.state != DRAFT, Event.id.in_(invited))
    return session.scalars(statement.order_by(Event.starts_at.desc()).limit(10)).all()


def now() -> datetime:
    """The present moment."""
    return clock.now()
