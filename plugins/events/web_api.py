"""Events in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.events import queries, services
from plugins.events.models import CANCELLED, CLOSED, CONFIRMED, DRAFT, KINDS, PUBLISHED, WAITING, Event, Registration
from plugins.events.services import EventPlan
from portal.api import (
    ApiBlueprint,
    AudienceSchema,
    NotFound,
    PageArguments,
    RuleBroken,
    Viewer,
    api_fields,
    audience_of,
    clock,
    current_viewer,
    page_of,
    requires,
    store_by_number,
)
from portal.api import session as db_session

blueprint = ApiBlueprint("events", "events", url_prefix="/events", description="Events and sign-ups.")
STATES = (DRAFT, PUBLISHED, CLOSED, CANCELLED)
COMING = 200  # of one store


class EventPlanSchema(ma.Schema):
    """What an event is to be."""

    title = api_fields.Text(120, filled=True, required=True)
    kind = api_fields.Choice(KINDS, required=True)
    text = api_fields.Text(10_000, load_default="")
    place = api_fields.Text(200, load_default="")
    starts_at = api_fields.Moment(required=True)
    ends_at = api_fields.Moment(required=True)
    deadline_at = api_fields.Moment(load_default=None, metadata={"description": "without one the start"})
    seats = api_fields.Whole(1, 100_000, required=True)
    seats_per_store = api_fields.Whole(1, 1000, load_default=2)
    audience = ma.fields.Nested(AudienceSchema, load_default=None, allow_none=True)


class NewEventSchema(EventPlanSchema):
    """An event to be planned; published at once, its stores are invited at once."""

    state = api_fields.Choice((DRAFT, PUBLISHED), load_default=DRAFT)


class EventSchema(ma.Schema):
    """An event."""

    id = api_fields.Identity(required=True)
    title = ma.fields.String(required=True)
    kind = api_fields.Choice(KINDS, required=True)
    text = ma.fields.String(required=True)
    place = ma.fields.String(required=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    deadline_at = ma.fields.AwareDateTime(required=True)
    seats = ma.fields.Integer(required=True)
    seats_per_store = ma.fields.Integer(required=True)
    seats_left = ma.fields.Integer(required=True)
    state = api_fields.Choice(STATES, required=True)


class EventStateSchema(ma.Schema):
    """Where the event is to stand; to cancel it needs a reason that the stores read."""

    state = api_fields.Choice((PUBLISHED, CLOSED, CANCELLED), required=True)
    reason = api_fields.Text(1000, load_default="")


class AttendeeSchema(ma.Schema):
    """Somebody who comes."""

    name = api_fields.Text(60, filled=True, required=True)


class SignUpSchema(ma.Schema):
    """Who a store sends."""

    attendees = api_fields.many(ma.fields.Nested(AttendeeSchema), 1000, 1, required=True)
    store = api_fields.Text(40, load_default="", metadata={"description": "its number, when staff sign it up"})


class RegistrationSchema(ma.Schema):
    """A sign-up; on the waiting list it has no seats yet."""

    id = api_fields.Identity(required=True)
    event_id = api_fields.Identity(required=True)
    store = ma.fields.String(required=True)
    state = api_fields.Choice((CONFIRMED, WAITING), required=True)
    attendees = ma.fields.List(ma.fields.Nested(AttendeeSchema), required=True)


class RegistrationsSchema(ma.Schema):
    """Who comes and who waits, in the order of joining; a store is told of its own sign-up only."""

    items = ma.fields.List(ma.fields.Nested(RegistrationSchema), required=True)


class ForStoreSchema(ma.Schema):
    """Which store's sign-up is meant; store people leave it out."""

    store = api_fields.Text(40, load_default="")


class EventQuery(PageArguments):
    """Which events; a store is shown all that it is invited to and that have not ended."""

    state = api_fields.Choice(("", *STATES), load_default="")


EventPage = page_of(EventSchema)


@blueprint.route("")
class Events(MethodView):
    """The list."""

    @requires("events.see")
    @blueprint.arguments(EventQuery, location="query")
    @blueprint.response(200, EventPage)
    def get(self, query: dict[str, Any]) -> Any:
        """Events, the latest start first; a store sees those that it is invited to, the next one first."""
        viewer = current_viewer()
        if viewer.store is not None:
            coming = queries.coming_for_store(viewer.store.id, now=clock.now(), limit=COMING)
            return {"items": [item.event for item in coming], "next": None, "previous": None}
        return queries.page_of_events(query["state"], query["cursor"], query["limit"])

    @requires("events.plan")
    @blueprint.arguments(NewEventSchema)
    @blueprint.response(201, EventSchema)
    def post(self, values: dict[str, Any]) -> Event:
        """Plan an event; with state "published" its stores are invited at once."""
        state = values.pop("state")
        event = services.plan_event(_plan(values), by=current_viewer())
        db_session.flush()
        if state == PUBLISHED:
            services.publish_event(event)
        return event


@blueprint.route("/<int:event_id>")
class OneEvent(MethodView):
    """One event."""

    @requires("events.see")
    @blueprint.response(200, EventSchema)
    def get(self, event_id: int) -> Event:
        """One event."""
        return queries.visible(event_id, current_viewer())

    @requires("events.plan")
    @blueprint.arguments(EventPlanSchema)
    @blueprint.response(200, EventSchema)
    def put(self, values: dict[str, Any], event_id: int) -> Event:
        """Change the plan; who signed up hears of a new time or place."""
        return services.change_event(queries.visible(event_id, current_viewer()), _plan(values))


@blueprint.route("/<int:event_id>/state")
class EventState(MethodView):
    """From the draft to the day."""

    @requires("events.plan")
    @blueprint.arguments(EventStateSchema)
    @blueprint.response(200, EventSchema)
    def put(self, values: dict[str, Any], event_id: int) -> Event:
        """Invite the stores, end the sign-up, or call the event off."""
        event = queries.visible(event_id, current_viewer())
        if values["state"] == PUBLISHED:
            return services.publish_event(event)
        if values["state"] == CLOSED:
            return services.close_event(event)
        if not values["reason"].strip():
            raise RuleBroken("reason", "the stores are told why")
        return services.cancel_event(event, reason=values["reason"])


@blueprint.route("/<int:event_id>/registrations")
class Registrations(MethodView):
    """Sign-ups."""

    @requires("events.see")
    @blueprint.response(200, RegistrationsSchema)
    def get(self, event_id: int) -> dict[str, Any]:
        """Who comes and who waits: for a store its own sign-up, for a rep those of its stores."""
        event = queries.visible(event_id, current_viewer())
        return {"items": [_as_json(mine, store.number) for mine, store in queries.registrations(event.id)]}

    @requires("events.see")
    @blueprint.arguments(SignUpSchema)
    @blueprint.response(201, RegistrationSchema)
    def post(self, values: dict[str, Any], event_id: int) -> dict[str, Any]:
        """Sign the own store up, or as staff the store named in `store`."""
        viewer = current_viewer()
        event = queries.visible(event_id, viewer)
        store_id, number = _store(viewer, values["store"])
        names = [attendee["name"] for attendee in values["attendees"]]
        registration = services.sign_up(event, store_id, names, by=viewer)
        db_session.flush()
        return _as_json(registration, number)

    @requires("events.see")
    @blueprint.arguments(SignUpSchema)
    @blueprint.response(200, RegistrationSchema)
    def put(self, values: dict[str, Any], event_id: int) -> dict[str, Any]:
        """Other people, or more, or fewer; more seats only while there are any."""
        viewer = current_viewer()
        event = queries.visible(event_id, viewer)
        store_id, number = _store(viewer, values["store"])
        names = [attendee["name"] for attendee in values["attendees"]]
        return _as_json(services.change_attendees(event, _live(event, store_id), names), number)

    @requires("events.see")
    @blueprint.arguments(ForStoreSchema, location="query")
    @blueprint.response(204)
    def delete(self, values: dict[str, Any], event_id: int) -> None:
        """Cancel the sign-up; its seats become free."""
        viewer = current_viewer()
        event = queries.visible(event_id, viewer)
        store_id, _number = _store(viewer, values["store"])
        services.cancel_registration(event, _live(event, store_id))


def _plan(values: dict[str, Any]) -> EventPlan:
    audience = audience_of(values["audience"])
    return EventPlan(**values | {"deadline_at": values["deadline_at"] or values["starts_at"], "audience": audience})


def _store(viewer: Viewer, number: str) -> tuple[int, str]:
    if viewer.store is not None:
        viewer.must("events.join")
        return viewer.store.id, viewer.store.number
    viewer.must("events.plan")
    store = store_by_number(number)
    if store is None:
        raise RuleBroken("store", "unknown store number")
    return store.id, store.number


def _live(event: Event, store_id: int) -> Registration:
    mine = queries.live_registration(event.id, store_id)
    if mine is None:
        raise NotFound
    return mine


def _as_json(registration: Registration, number: str) -> dict[str, Any]:
    return {
        "id": registration.id,
        "event_id": registration.event_id,
        "store": number,
        "state": registration.state,
        "attendees": [{"name": name} for name in registration.attendees],
    }
