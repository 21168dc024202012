"""The calendar in the web API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import marshmallow as ma
from flask.views import MethodView

from portal import clock
from portal.access import signed_in
from portal.accounts.viewer import current_viewer
from portal.calendar import queries
from portal.errors import RuleBroken
from portal.web_api.blueprint import ApiBlueprint
from portal.web_api.fields import Day, many

blueprint = ApiBlueprint("calendar", "calendar", url_prefix="/calendar", description="Everything with a date.")
USUAL_DAYS, MOST_DAYS, MOST_ENTRIES = 42, 400, 2000


class CalendarQuery(ma.Schema):
    """From when to when, in the distributor's days."""

    from_ = Day(load_default=None, data_key="from", metadata={"description": "without it today"})
    to = Day(load_default=None, metadata={"description": "without it six weeks later; at most 400 days"})


class CalendarEntrySchema(ma.Schema):
    """Something with a date; `uid` stays, `sequence` grows with each change."""

    uid = ma.fields.String(required=True)
    sequence = ma.fields.Integer(required=True)
    starts_at = ma.fields.AwareDateTime(required=True)
    ends_at = ma.fields.AwareDateTime(required=True)
    all_day = ma.fields.Boolean(required=True)
    title = ma.fields.String(required=True)
    place = ma.fields.String(required=True)
    url = ma.fields.String(required=True, metadata={"description": "its page"})


class CalendarSchema(ma.Schema):
    """The earliest first."""

    items = many(ma.fields.Nested(CalendarEntrySchema), MOST_ENTRIES, required=True)


@blueprint.route("")
class Calendar(MethodView):
    """What the acting person has."""

    @signed_in
    @blueprint.arguments(CalendarQuery, location="query")
    @blueprint.response(200, CalendarSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Events, meetings and deadlines, from every plug-in."""
        viewer = current_viewer()
        first = query["from_"] or clock.today(viewer.distributor.timezone)
        last = query["to"] or first + timedelta(days=USUAL_DAYS)
        if not timedelta() <= last - first <= timedelta(days=MOST_DAYS):
            raise RuleBroken("to", f"from the first day to at most {MOST_DAYS} days later")
        span = queries.local_span(first, last, viewer.distributor.timezone)
        return {"items": queries.entries_in(viewer, span)[:MOST_ENTRIES]}
