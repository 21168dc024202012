"""Shelf units in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.trade import fixture_queries, fixture_services
from plugins.trade.fixture_queries import Standing
from plugins.trade.fixture_services import (
    CLEAR_MM,
    HIGHEST_MM,
    MOST_FACINGS,
    MOST_PLACEMENTS,
    MOST_SHELVES,
    WIDTH_MM,
    FixturePlan,
    Placed,
    ShelfPlan,
)
from plugins.trade.models import Fixture
from plugins.trade.queries import by_code
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
    "trade_fixtures", "shelf units", url_prefix="/trade/fixtures", description="Shelf units and what stands on them."
)


class PlacedSchema(ma.Schema):
    """A product on a shelf, in the order in which they stand from the left."""

    product = api_fields.Text(40, filled=True, required=True, metadata={"description": "its code"})
    facings = api_fields.Whole(1, MOST_FACINGS, required=True)


class ShelfSchema(ma.Schema):
    """A shelf; lengths in millimetres."""

    height_mm = api_fields.Whole(0, HIGHEST_MM, required=True, metadata={"description": "of the board, from the floor"})
    clear_mm = api_fields.Whole(*CLEAR_MM, required=True, metadata={"description": "room above the board"})
    products = api_fields.many(ma.fields.Nested(PlacedSchema), MOST_PLACEMENTS, load_default=list)


class FixturePlanSchema(ma.Schema):
    """A shelf unit as it stands."""

    name = api_fields.Text(80, filled=True, required=True)
    category = api_fields.Text(120, load_default="")
    width_mm = api_fields.Whole(*WIDTH_MM, required=True)
    shelves = api_fields.many(ma.fields.Nested(ShelfSchema), MOST_SHELVES, 1, required=True)


class NewFixtureSchema(FixturePlanSchema):
    """A new shelf unit."""

    store = api_fields.Text(40, load_default="", metadata={"description": "its number; of a store's token its own"})


class FixtureSchema(ma.Schema):
    """A shelf unit; its shelves, from the top, only where it stands alone."""

    id = api_fields.Identity(required=True)
    store = ma.fields.String(required=True, metadata={"description": "its number"})
    name = ma.fields.String(required=True)
    category = ma.fields.String(required=True)
    width_mm = ma.fields.Integer(required=True)
    version = ma.fields.Integer(required=True)
    changed_at = ma.fields.AwareDateTime(required=True)
    shelves = ma.fields.List(ma.fields.Nested(ShelfSchema))


class ChangedFixtureSchema(FixturePlanSchema):
    """A shelf unit as it stands now; with `version` it is refused where somebody changed it since then."""

    version = api_fields.Whole(1, load_default=None, allow_none=True)


@blueprint.route("")
class Fixtures(MethodView):
    """The list."""

    @requires("trade.see")
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_of(FixtureSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Shelf units, what changed last first; of a store its own."""
        page = fixture_queries.page_of_fixtures(query["cursor"], query["limit"])
        return {"items": [_as_json(fixture) for fixture in page], "next": page.next, "previous": page.previous}

    @requires("trade.fixtures")
    @blueprint.arguments(NewFixtureSchema)
    @blueprint.response(201, FixtureSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Add a shelf unit with what stands on it."""
        viewer = current_viewer()
        store = viewer.store if viewer.store and not values["store"] else store_by_number(values["store"])
        if store is None:
            raise RuleBroken("store", "no such store")
        return _whole(fixture_services.add_fixture(store.id, _plan(values), by=viewer).id)


@blueprint.route("/<int:fixture_id>")
class OneFixture(MethodView):
    """One shelf unit."""

    @requires("trade.see")
    @blueprint.response(200, FixtureSchema)
    def get(self, fixture_id: int) -> dict[str, Any]:
        """The shelf unit with its shelves and what stands on them."""
        return _whole(fixture_id)

    @requires("trade.fixtures")
    @blueprint.arguments(ChangedFixtureSchema)
    @blueprint.response(200, FixtureSchema)
    def put(self, values: dict[str, Any], fixture_id: int) -> dict[str, Any]:
        """The shelf unit as it stands now; its store stays the same."""
        fixture = fixture_queries.find_fixture(fixture_id, to_change=True)
        fixture_services.change_fixture(fixture, _plan(values), by=current_viewer(), version=values["version"])
        return _whole(fixture_id)

    @requires("trade.fixtures")
    @blueprint.response(204)
    def delete(self, fixture_id: int) -> None:
        """The store has it no more."""
        fixture_services.remove_fixture(fixture_queries.find_fixture(fixture_id, to_change=True))


def _plan(values: dict[str, Any]) -> FixturePlan:
    codes = {item["product"] for shelf in values["shelves"] for item in shelf["products"]}
    known = by_code(codes)
    if unknown := sorted(codes - known.keys()):
        raise RuleBroken("shelves", f"no product with the code {unknown[0]}")
    shelves = tuple(
        ShelfPlan(
            shelf["height_mm"],
            shelf["clear_mm"],
            tuple(Placed(known[item["product"]].id, item["facings"]) for item in shelf["products"]),
        )
        for shelf in values["shelves"]
    )
    return FixturePlan(values["name"], values["width_mm"], shelves, values["category"])


def _whole(fixture_id: int) -> dict[str, Any]:
    shelves = fixture_queries.standing([fixture_id])[fixture_id]
    return _as_json(fixture_queries.find_fixture(fixture_id)) | {"shelves": [_shelf(found) for found in shelves]}


def _shelf(found: Standing) -> dict[str, Any]:
    products = [{"product": item.product.code, "facings": item.facings} for item in found.placements]
    return {"height_mm": found.shelf.height_mm, "clear_mm": found.shelf.clear_mm, "products": products}


def _as_json(fixture: Fixture) -> dict[str, Any]:
    names = ("id", "name", "category", "width_mm", "version", "changed_at")
    return {name: getattr(fixture, name) for name in names} | {"store": fixture.store.number}
