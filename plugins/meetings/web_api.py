"""Meetings in the web API."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.meetings import queries, services
from plugins.meetings.methods.slots import DAY_MINUTES, Window
from plugins.meetings.models import BOOKED, CANCELLED, KINDS, LENGTHS_MINUTES, PLACES, Meeting
from portal.api import (
    ApiBlueprint,
    NotFound,
    PageArguments,
    RuleBroken,
    api_fields,
    clock,
    current_viewer,
    page_of,
    requires,
    session,
    store_by_number,
)

blueprint = ApiBlueprint("meetings", "meetings", url_prefix="/meetings", description="Free times and meetings.")
LENGTHS = tuple(str(length) for length in LENGTHS_MINUTES)
USUAL_DAYS = 14
COMING = 100


class HostSchema(ma.Schema):
    """Somebody who can be booked."""

    id = api_fields.Identity(required=True)
    name = ma.fields.String(required=True)
    role = ma.fields.String(required=True)


class SlotQuery(ma.Schema):
    """Whose free times, from when to when; at most four weeks ahead."""

    with_ = api_fields.Identity(from_text=True, required=True, data_key="with", metadata={"description": "the host"})
    from_ = api_fields.Day(load_default=None, data_key="from", metadata={"description": "without it today"})
    to = api_fields.Day(load_default=None)
    length_minutes = api_fields.Choice(LENGTHS, load_default=LENGTHS[0])


class SlotsSchema(ma.Schema):
    """Moments at which a meeting can start."""

    slots = ma.fields.List(ma.fields.AwareDateTime(), required=True)


class BookingSchema(ma.Schema):
    """A meeting that is wanted."""

    host_membership_id = api_fields.Identity(required=True, data_key="with", metadata={"description": "the host"})
    starts_at = api_fields.Moment(required=True)
    length_minutes = ma.fields.Integer(
        strict=True, load_default=LENGTHS_MINUTES[0], validate=ma.validate.OneOf(LENGTHS_MINUTES)
    )
    kind = api_fields.Choice(KINDS, load_default="advice")
    place = api_fields.Choice(PLACES, load_default="store")
    topic = api_fields.Text(2000, load_default="")
    store = api_fields.Text(40, load_default="", metadata={"description": "its number, when staff book for it"})


class MeetingSchema(ma.Schema):
    """A meeting."""

    id = api_fields.Identity(required=True)
    host_membership_id = ma.fields.Integer(required=True, data_key="with")
    host = ma.fields.String(required=True, metadata={"description": "the name of the host"})
    store = ma.fields.String(required=True, metadata={"description": "the number of the store"})
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    kind = api_fields.Choice(KINDS, required=True)
    place = api_fields.Choice(PLACES, required=True)
    topic = ma.fields.String(required=True)
    state = api_fields.Choice((BOOKED, CANCELLED), required=True)
    reason = ma.fields.String(required=True, metadata={"description": "why it was called off"})


class MeetingQuery(PageArguments):
    """What lies ahead, all at once and the earliest first; or what is over, by pages and the latest first."""

    when = api_fields.Choice(("coming", "past"), load_default="coming")


class CancelSchema(ma.Schema):
    """Why."""

    reason = api_fields.Text(1000, load_default="")


class WindowSchema(ma.Schema):
    """A weekly window in the distributor's time; weekday 0 is Monday, minutes count from midnight."""

    weekday = api_fields.Whole(0, 6, required=True)
    start_minute = api_fields.Whole(0, DAY_MINUTES - 1, required=True)
    end_minute = api_fields.Whole(1, DAY_MINUTES, required=True)


class HoursSchema(ma.Schema):
    """When one can be booked."""

    windows = api_fields.many(ma.fields.Nested(WindowSchema), 50, required=True)


@blueprint.route("/hosts")
class Hosts(MethodView):
    """Whom one can book."""

    @requires("meetings.see")
    @blueprint.response(200, HostSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """Our people who can be booked; a store's own rep first."""
        members = queries.hosts(current_viewer())
        return [{"id": m.id, "name": m.person.name, "role": m.role.key} for m in members]


@blueprint.route("/slots")
class Slots(MethodView):
    """Free times."""

    @requires("meetings.see")
    @blueprint.arguments(SlotQuery, location="query")
    @blueprint.response(200, SlotsSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """When a meeting with this person can start."""
        host = queries.host(query["with_"])
        length = timedelta(minutes=int(query["length_minutes"]))
        return {"slots": queries.free_slots(host.id, first=query["from_"], days=_days(query), length=length)}


def _days(query: dict[str, Any]) -> int:
    if query["to"] is None:
        return USUAL_DAYS
    today = clock.today(current_viewer().distributor.timezone)
    begin: date = max(query["from_"] or today, today)
    return min(max((query["to"] - begin).days + 1, 0), queries.HORIZON_DAYS)


@blueprint.route("/hours")
class Hours(MethodView):
    """One's own weekly windows."""

    @requires("meetings.host")
    @blueprint.response(200, HoursSchema)
    def get(self) -> dict[str, Any]:
        """When stores can book the acting person."""
        return {"windows": queries.windows(current_viewer().membership.id)}

    @requires("meetings.host")
    @blueprint.arguments(HoursSchema)
    @blueprint.response(200, HoursSchema)
    def put(self, values: dict[str, Any]) -> dict[str, Any]:
        """Replace the windows; meetings already agreed stay."""
        viewer = current_viewer()
        if viewer.is_store_side:
            raise NotFound
        try:
            windows = [Window(**window) for window in values["windows"]]
        except ValueError as error:
            raise RuleBroken("windows", str(error)) from error
        services.set_windows(viewer.membership, windows)
        session.flush()
        return {"windows": queries.windows(viewer.membership.id)}


@blueprint.route("")
class Meetings(MethodView):
    """Meetings of the acting person or store."""

    @requires("meetings.see")
    @blueprint.arguments(MeetingQuery, location="query")
    @blueprint.response(200, page_of(MeetingSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What lies ahead, the earliest first; or what is over."""
        viewer = current_viewer()
        if query["when"] == "coming":
            items = [_as_json(meeting) for meeting in queries.coming(viewer, limit=COMING)]
            return {"items": items, "next": None, "previous": None}
        page = queries.past(viewer, query["cursor"], query["limit"])
        return {"items": [_as_json(meeting) for meeting in page], "next": page.next, "previous": page.previous}

    @requires("meetings.book")
    @blueprint.arguments(BookingSchema)
    @blueprint.response(201, MeetingSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Book a free time; 409 with the next free ones when it is taken."""
        viewer = current_viewer()
        number = values.pop("store")
        store = viewer.store or store_by_number(number)
        if store is None:
            raise RuleBroken("store", "unknown store number")
        meeting = services.book(services.Wish(**values), store.id, by=viewer)
        session.flush()
        return _as_json(queries.booked(meeting.id))


@blueprint.route("/<int:meeting_id>")
class OneMeeting(MethodView):
    """One meeting."""

    @requires("meetings.see")
    @blueprint.response(200, MeetingSchema)
    def get(self, meeting_id: int) -> dict[str, Any]:
        """One meeting."""
        return _as_json(queries.meeting(meeting_id))

    @requires("meetings.see")
    @blueprint.arguments(CancelSchema, location="query")
    @blueprint.response(204)
    def delete(self, values: dict[str, Any], meeting_id: int) -> None:
        """Call it off."""
        viewer = current_viewer()
        meeting = queries.meeting(meeting_id)
        if viewer.is_store_side:
            viewer.must("meetings.book")
        services.cancel(meeting, reason=values["reason"], by=viewer)


def _as_json(meeting: Meeting) -> dict[str, Any]:
    names = ("id", "host_membership_id", "starts_at", "ends_at", "kind", "place", "topic", "state", "reason")
    return {name: getattr(meeting, name) for name in names} | {
        "host": meeting.host.person.name,
        "store": meeting.store.number,
    }
