"""Floor plans in the web API. Lengths in centimetres, from the left and from the back wall."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.trade.floors import queries as floor_queries
from plugins.trade.floors import services as floor_services
from plugins.trade.floors.models import BOUGHT, FOOD, GOODS, MIXED, FloorPlan
from plugins.trade.floors.services import MOST_ZONES, SHELF_CM, SIDE_CM, ZONE_CM, FloorSketch, ZonePlan
from portal.api import (
    ApiBlueprint,
    PageArguments,
    RuleBroken,
    api_fields,
    current_viewer,
    page_of,
    requires,
    store_by_number,
)

blueprint = ApiBlueprint(
    "trade_floors", "floor plans", url_prefix="/trade/floors", description="Floor plans and what stands on them."
)


class PointSchema(ma.Schema):
    """A point in the store."""

    x_cm = api_fields.Whole(0, SIDE_CM[1], required=True)
    y_cm = api_fields.Whole(0, SIDE_CM[1], required=True)


class ZoneSchema(ma.Schema):
    """A run of shelves with one category."""

    category = api_fields.Text(120, required=True, filled=True)
    x_cm = api_fields.Whole(0, SIDE_CM[1], required=True)
    y_cm = api_fields.Whole(0, SIDE_CM[1], required=True)
    width_cm = api_fields.Whole(*ZONE_CM, required=True)
    depth_cm = api_fields.Whole(*ZONE_CM, required=True)
    shelf_cm = api_fields.Whole(*SHELF_CM, required=True)
    power = api_fields.Flag(load_default=False)
    low = api_fields.Flag(load_default=True, metadata={"description": "the shelves begin at the floor"})
    fixed = api_fields.Flag(load_default=False, metadata={"description": "it stays where it is"})
    goods = api_fields.Choice(GOODS, load_default=FOOD)
    chilled = api_fields.Flag(load_default=False)
    heavy = api_fields.Flag(load_default=False)
    bought = api_fields.Choice(BOUGHT, load_default=MIXED)


class FloorPlanSchema(ma.Schema):
    """A store as a rectangle with door and till."""

    width_cm = api_fields.Whole(*SIDE_CM, required=True)
    depth_cm = api_fields.Whole(*SIDE_CM, required=True)
    door = ma.fields.Nested(PointSchema, required=True)
    till = ma.fields.Nested(PointSchema, required=True)
    zones = ma.fields.List(ma.fields.Nested(ZoneSchema), required=True, validate=ma.validate.Length(max=MOST_ZONES))


class NewFloorSchema(FloorPlanSchema):
    """The floor plan of a store that has none."""

    store = api_fields.Text(40, load_default="", metadata={"description": "its number; a store may leave it out"})


class ChangedFloorSchema(FloorPlanSchema):
    """The store as it stands now; with `version` it is refused where somebody changed it since then."""

    version = api_fields.Whole(1, load_default=None, allow_none=True)


class FloorSchema(ma.Schema):
    """A floor plan."""

    id = ma.fields.Integer(required=True)
    store = ma.fields.String(required=True, metadata={"description": "its number"})
    width_cm = ma.fields.Integer(required=True)
    depth_cm = ma.fields.Integer(required=True)
    door = ma.fields.Nested(PointSchema, required=True)
    till = ma.fields.Nested(PointSchema, required=True)
    version = ma.fields.Integer(required=True)
    changed_at = ma.fields.AwareDateTime(required=True)
    zones = ma.fields.List(ma.fields.Nested(ZoneSchema))


@blueprint.route("")
class Floors(MethodView):
    """The list."""

    @requires("trade.see")
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_of(FloorSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Floor plans, what changed last first; of a store its own."""
        page = floor_queries.page_of_floors(query["cursor"], query["limit"])
        return {"items": [_as_json(floor) for floor in page], "next": page.next, "previous": page.previous}

    @requires("trade.fixtures")
    @blueprint.arguments(NewFloorSchema)
    @blueprint.response(201, FloorSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Draw the floor plan of a store."""
        viewer = current_viewer()
        store = viewer.store if viewer.store and not values["store"] else store_by_number(values["store"])
        if store is None:
            raise RuleBroken("store", "no such store")
        return _whole(floor_services.add_floor(store.id, _sketch(values), by=viewer).id)


@blueprint.route("/<int:floor_id>")
class OneFloor(MethodView):
    """One floor plan."""

    @requires("trade.see")
    @blueprint.response(200, FloorSchema)
    def get(self, floor_id: int) -> dict[str, Any]:
        """The floor plan with what stands on it."""
        return _whole(floor_id)

    @requires("trade.fixtures")
    @blueprint.arguments(ChangedFloorSchema)
    @blueprint.response(200, FloorSchema)
    def put(self, values: dict[str, Any], floor_id: int) -> dict[str, Any]:
        """The store as it stands now."""
        floor = floor_queries.find_floor(floor_id, to_change=True)
        floor_services.change_floor(floor, _sketch(values), by=current_viewer(), version=values["version"])
        return _whole(floor_id)


def _sketch(values: dict[str, Any]) -> FloorSketch:
    door, till = ((values[name]["x_cm"], values[name]["y_cm"]) for name in ("door", "till"))
    zones = tuple(ZonePlan(**zone) for zone in values["zones"])
    return FloorSketch(values["width_cm"], values["depth_cm"], door, till, zones)


def _whole(floor_id: int) -> dict[str, Any]:
    names = ZonePlan.__dataclass_fields__
    zones = [{name: getattr(zone, name) for name in names} for zone in floor_queries.zones_of(floor_id)]
    return _as_json(floor_queries.find_floor(floor_id)) | {"zones": zones}


def _as_json(floor: FloorPlan) -> dict[str, Any]:
    return {
        "id": floor.id,
        "store": floor.store.number,
        "width_cm": floor.width_cm,
        "depth_cm": floor.depth_cm,
        "door": {"x_cm": floor.door_x_cm, "y_cm": floor.door_y_cm},
        "till": {"x_cm": floor.till_x_cm, "y_cm": floor.till_y_cm},
        "version": floor.version,
        "changed_at": floor.changed_at,
    }
