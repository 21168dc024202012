"""A store's assortment in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.advice.assortment.figures import assortment_of
from plugins.advice.assortment.wording import CELL_TITLES
from portal.api import ApiBlueprint, NotFound, api_fields, clock, current_viewer, requires, store_by_number

blueprint = ApiBlueprint(
    "advice_assortment",
    "assortment",
    url_prefix="/advice/assortment",
    description="What carries a store, what its stock earns, and what is missing.",
)
CELLS = tuple(CELL_TITLES)


class StoreQuery(ma.Schema):
    """Which store."""

    store = api_fields.Text(40, load_default="", metadata={"description": "its number; a store may leave it out"})


class CellSchema(ma.Schema):
    """One of the nine classes."""

    products = ma.fields.Integer(required=True)
    share = ma.fields.Float(required=True, metadata={"description": "of the margin, or of the sales"})


class ProductLineSchema(ma.Schema):
    """A product; yuan a month, stock at cost, yuan of margin a year for a yuan of stock."""

    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    category = ma.fields.String(required=True)
    cell = api_fields.Choice(CELLS, required=True)
    sales = ma.fields.Decimal(required=True, as_string=True)
    margin = ma.fields.Decimal(required=True, allow_none=True, as_string=True)
    on_hand = ma.fields.Integer(required=True, allow_none=True)
    stock = ma.fields.Decimal(required=True, allow_none=True, as_string=True)
    cover = ma.fields.Float(required=True, allow_none=True)
    gmroi = ma.fields.Float(required=True, allow_none=True)


class CategoryLineSchema(ma.Schema):
    """A category; `told`: the share of its sales whose cost and stock are known."""

    name = ma.fields.String(required=True)
    sales = ma.fields.Decimal(required=True, as_string=True)
    margin = ma.fields.Decimal(required=True, as_string=True)
    stock = ma.fields.Decimal(required=True, as_string=True)
    gmroi = ma.fields.Float(required=True, allow_none=True)
    told = ma.fields.Float(required=True)


class MissingSchema(ma.Schema):
    """A product that at least half of the comparable stores sell: yuan of margin a month."""

    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    category = ma.fields.String(required=True)
    own = ma.fields.Boolean(required=True)
    low = ma.fields.Decimal(required=True, as_string=True)
    high = ma.fields.Decimal(required=True, as_string=True)


class AssortmentSchema(ma.Schema):
    """All of it; `by_margin`: whether products are weighed by margin, else by sales."""

    until = ma.fields.Date(required=True, allow_none=True, metadata={"description": "null: too few figures to say it"})
    days = ma.fields.Integer()
    by_margin = ma.fields.Boolean()
    cells = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Nested(CellSchema))
    lines = ma.fields.List(ma.fields.Nested(ProductLineSchema))
    categories = ma.fields.List(ma.fields.Nested(CategoryLineSchema))
    store = ma.fields.Nested(CategoryLineSchema)
    missing = ma.fields.List(ma.fields.Nested(MissingSchema))


@blueprint.route("")
class OfAStore(MethodView):
    """One store."""

    @requires("advice.see")
    @blueprint.arguments(StoreQuery, location="query")
    @blueprint.response(200, AssortmentSchema)
    def get(self, query: dict[str, Any]) -> Any:
        """Its assortment; without anything where its figures go back less than four weeks, or are older than two."""
        viewer = current_viewer()
        store = viewer.store if viewer.store and not query["store"] else store_by_number(query["store"])
        if store is None:
            raise NotFound
        found = assortment_of(store.id, clock.today(viewer.distributor.timezone))
        return {"until": None} if found is None else found
