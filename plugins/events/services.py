"""Planning events and signing up for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from plugins.events import queries
from plugins.events.models import (
    CANCELLED,
    CLOSED,
    CONFIRMED,
    DRAFT,
    KINDS,
    PUBLISHED,
    WAITING,
    Event,
    Invitation,
    Registration,
)
from portal.api import (
    Audience,
    Conflict,
    RuleBroken,
    Store,
    Viewer,
    clock,
    enqueue,
    insert_rows,
    members_of_stores,
    notify,
    record,
    session,
    signal,
    update_rows,
)

event_published = signal("events.published")
registration_changed = signal("events.registration_changed")


@dataclass(frozen=True, slots=True)
class EventPlan:
    """What an event is to be."""

    title: str
    kind: str
    starts_at: datetime
    ends_at: datetime
    deadline_at: datetime
    seats: int
    seats_per_store: int = 2
    text: str = ""
    place: str = ""
    audience: Audience = field(default_factory=Audience)


def plan_event(plan: EventPlan, *, by: Viewer) -> Event:
    """A new event, as a draft that no store sees."""
    _check(plan)
    event = Event(**_columns(plan), created_by_id=by.person.id, state=DRAFT)
    session.add(event)
    record("events.planned", event)
    return event


def change_event(event: Event, plan: EventPlan) -> Event:
    """Change the plan; who signed up stays signed up, and hears of a new time or place."""
    _check(plan, taken=event.seats_taken)
    if event.state == CANCELLED:
        raise RuleBroken("", _("The event was cancelled."))
    moved = (event.starts_at, event.ends_at, event.place) != (plan.starts_at, plan.ends_at, plan.place)
    more_seats = plan.seats > event.seats
    audience_before = event.audience
    for name, value in _columns(plan).items():
        setattr(event, name, value)
    event.sequence += 1
    record("events.changed", event, moved=moved)
    if event.state == PUBLISHED:
        if event.audience != audience_before:
            _invite(event)
        if more_seats:
            _look_at_waiting(event)
        if moved:
            _tell_registered(event, _l("New time or place: %(title)s", title=event.title))
    return event


def publish_event(event: Event) -> Event:
    """Invite the stores of the audience; from now on they can sign up."""
    if event.state != DRAFT:
        raise RuleBroken("", _("Only a draft can be published."))
    if event.deadline_at <= clock.now():
        raise RuleBroken("deadline_at", _("The deadline has passed already."))
    event.state = PUBLISHED
    session.flush()
    invited = _invite(event)
    record("events.published", event, stores=invited)
    event_published.send(None, event_id=event.id)
    return event


def close_event(event: Event) -> Event:
    """No more sign-ups."""
    if event.state != PUBLISHED:
        raise RuleBroken("", _("Only a published event can be closed."))
    event.state = CLOSED
    record("events.closed", event)
    return event


def cancel_event(event: Event, *, reason: str) -> Event:
    """Call the event off; everybody who signed up is told once."""
    if event.state == CANCELLED:
        raise RuleBroken("", _("The event was cancelled already."))
    event.state = CANCELLED
    event.sequence += 1
    record("events.cancelled", event)
    _tell_registered(event, _l("Cancelled: %(title)s", title=event.title), body=reason)
    return event


def sign_up(event: Event, store_id: int, attendees: Sequence[str], *, by: Viewer) -> Registration:
    """Sign a store up: confirmed while there are seats, else at the end of the waiting list."""
    names = _clean_names(attendees)
    _check_sign_up(event, len(names))
    try:
        with session.begin_nested():  # gives the seats back too
            state = CONFIRMED if _take_seats(event, len(names)) else WAITING
            registration = Registration(
                event_id=event.id,
                store_id=store_id,
                state=state,
                attendees=names,
                seats=len(names),
                person_id=by.person.id,
            )
            session.add(registration)
    except IntegrityError as error:
        raise Conflict(_("Your store has signed up already.")) from error
    update_rows(Invitation, Invitation.event_id == event.id, Invitation.store_id == store_id, declined_at=None)
    record("events.signed_up", registration, state=state, seats=len(names))
    registration_changed.send(None, registration_id=registration.id)
    return registration


def change_attendees(event: Event, registration: Registration, attendees: Sequence[str]) -> Registration:
    """Other people, or more, or fewer; more seats only while there are any."""
    names = _clean_names(attendees)
    _check_sign_up(event, len(names))
    more = len(names) - registration.seats
    if registration.state == CONFIRMED and more > 0 and not _take_seats(event, more):
        raise Conflict(_("There are not enough free seats for more people."))
    registration.attendees, registration.seats, registration.changed_at = names, len(names), clock.now()
    record("events.attendees_changed", registration, seats=len(names))
    if registration.state == CONFIRMED and more < 0:
        _free_seats(event, -more)
        _look_at_waiting(event)
    registration_changed.send(None, registration_id=registration.id)
    return registration


def cancel_registration(event: Event, registration: Registration) -> None:
    """Give the seats back; the first store on the waiting list that fits moves up."""
    if registration.cancelled_at is not None:
        raise Conflict(_("This registration was cancelled already."))
    if event.ends_at <= clock.now():
        raise RuleBroken("", _("The event is over."))
    registration.cancelled_at = clock.now()
    session.flush()
    record("events.registration_cancelled", registration)
    if registration.state == CONFIRMED:
        _free_seats(event, registration.seats)
        _look_at_waiting(event)
    registration_changed.send(None, registration_id=registration.id)


def decline(event: Event, store_id: int) -> None:
    """The store says that it does not come."""
    invitation = session.scalars(
        select(Invitation).where(Invitation.event_id == event.id, Invitation.store_id == store_id)
    ).one()
    invitation.declined_at = clock.now()
    record("events.declined", invitation)


def _check(plan: EventPlan, taken: int = 0) -> None:
    if plan.kind not in KINDS:
        raise RuleBroken("kind", _("Unknown kind of event."))
    if plan.ends_at <= plan.starts_at:
        raise RuleBroken("ends_at", _("The end must come after the start."))
    if plan.deadline_at > plan.starts_at:
        raise RuleBroken("deadline_at", _("The deadline must not lie after the start."))
    if plan.seats < max(taken, 1):
        raise RuleBroken("seats", _("%(count)s seats are taken already.", count=taken))
    if not 1 <= plan.seats_per_store <= plan.seats:
        raise RuleBroken("seats_per_store", _("At least 1, at most all the seats."))


def _columns(plan: EventPlan) -> dict[str, object]:
    return {
        "title": plan.title.strip(),
        "kind": plan.kind,
        "text": plan.text,
        "place": plan.place.strip(),
        "starts_at": plan.starts_at,
        "ends_at": plan.ends_at,
        "deadline_at": plan.deadline_at,
        "seats": plan.seats,
        "seats_per_store": plan.seats_per_store,
        "audience": plan.audience.as_json(),
    }


def _clean_names(attendees: Sequence[str]) -> list[str]:
    names = [name.strip()[:60] for name in attendees if name.strip()]
    if not names:
        raise RuleBroken("attendees", _("Please write who comes."))
    return names


def _check_sign_up(event: Event, seats: int) -> None:
    if event.state == CANCELLED:
        raise RuleBroken("", _("The event was cancelled."))
    if not event.is_open(clock.now()):
        raise RuleBroken("", _("Sign-up for this event has ended."))
    if seats > event.seats_per_store:
        raise RuleBroken("attendees", _("At most %(count)s people per store.", count=event.seats_per_store))


def _take_seats(event: Event, seats: int) -> bool:
    """Take the seats if they are free, in one statement, so that no two can take the same."""
    changed = update_rows(
        Event, Event.id == event.id, Event.seats_taken + seats <= Event.seats, seats_taken=Event.seats_taken + seats
    )
    session.expire(event, ["seats_taken"])
    return changed == 1


def _free_seats(event: Event, seats: int) -> None:
    update_rows(Event, Event.id == event.id, seats_taken=Event.seats_taken - seats)
    session.expire(event, ["seats_taken"])


def _look_at_waiting(event: Event) -> None:
    """Seats became free; the waiting list lies outside of one store's walls, so a job looks."""
    enqueue("events.promote", arguments={"event_id": event.id})


def promote_waiting(event_id: int) -> None:
    """Give free seats to the waiting list, in its order; runs as a job, because it looks past one store's walls."""
    event = session.get_one(Event, event_id)
    while event.state == PUBLISHED and event.starts_at > clock.now():
        waiting = queries.next_waiting(event.id, seats=event.seats_left)
        if waiting is None or not _take_seats(event, waiting.seats):
            return
        waiting.state, waiting.changed_at = CONFIRMED, clock.now()
        session.flush()
        record("events.moved_up", waiting)
        title = _l("You have seats now: %(title)s", title=event.title)
        notify("events.seat", to=members_of_stores([waiting.store_id]), title=title, url=f"/events/{event.id}")


def _invite(event: Event) -> int:
    known = set(session.scalars(select(Invitation.store_id).where(Invitation.event_id == event.id)))
    stores = [store for store in Audience.from_json(event.audience).stores() if store.id not in known]
    insert_rows(Invitation, [{"event_id": event.id, "store_id": store.id} for store in stores])
    title = _l("You are invited: %(title)s", title=event.title)
    notify(
        "events.invitation", to=members_of_stores(store.id for store in stores), title=title, url=f"/events/{event.id}"
    )
    return len(stores)


def _tell_registered(event: Event, title: object, body: str = "") -> None:
    store_ids = [store.id for _registration, store in queries.registrations(event.id)]
    notify(
        "events.change", to=members_of_stores(store_ids), title=title, body=body, url=f"/events/{event.id}", urgent=True
    )


def stores_to_sign_up() -> Sequence[Store]:
    """The stores our person may sign up."""
    return Audience().stores()
