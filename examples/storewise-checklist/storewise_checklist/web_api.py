"""The checklist in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma

from portal.api import ApiBlueprint, NotFound, current_viewer, requires
from storewise_checklist import queries, services

blueprint = ApiBlueprint("checklist", __name__, url_prefix="/checklist", description="A store's opening checklist.")


class ChecklistItemSchema(ma.Schema):
    """One thing to look at."""

    id = ma.fields.Integer(required=True)
    title = ma.fields.String(required=True)
    done = ma.fields.Boolean(required=True)


class ChecklistSchema(ma.Schema):
    """A store's list of one day."""

    day = ma.fields.Date(required=True)
    items = ma.fields.List(ma.fields.Nested(ChecklistItemSchema), required=True)


@blueprint.route("/today")
@requires("checklist.tick")
@blueprint.response(200, ChecklistSchema)
def today() -> dict[str, Any]:
    """What the own store looks at today."""
    store = current_viewer().store
    if store is None:
        raise NotFound
    day = services.today()
    ticks = queries.ticks_on(store.id, day)
    listed = queries.items(weekly=services.is_weekly_day(day))
    return {"day": day, "items": [{"id": i.id, "title": i.title, "done": i.id in ticks} for i in listed]}
