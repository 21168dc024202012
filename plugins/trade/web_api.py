"""Trade in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from flask_smorest.fields import Upload as UploadField

from plugins.trade import queries
from plugins.trade.forms import STATES
from plugins.trade.importing import queries as import_queries
from plugins.trade.importing import services, undoing
from plugins.trade.importing.columns import KINDS
from plugins.trade.importing.models import UPLOAD_STATES
from portal.api import (
    ApiBlueprint,
    NotFound,
    PageArguments,
    TableBroken,
    api_fields,
    clock,
    current_viewer,
    page_of,
    requires,
    store_by_number,
)

blueprint = ApiBlueprint("trade", "trade", url_prefix="/trade", description="Products, sales and stock.")


class ProductSchema(ma.Schema):
    """A product."""

    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    barcode = ma.fields.String(required=True)
    brand = ma.fields.String(required=True)
    own_brand = ma.fields.Boolean(required=True)
    category = ma.fields.String(required=True)
    pack_size = ma.fields.Integer(required=True)
    price = api_fields.Amount(0, 10_000_000, required=True, allow_none=True)
    width_mm = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "of one facing"})
    height_mm = ma.fields.Integer(required=True, allow_none=True)
    depth_mm = ma.fields.Integer(required=True, allow_none=True)


class ProductQuery(PageArguments):
    """What the list is narrowed to."""

    q = api_fields.Text(100, load_default="", metadata={"description": "words of code, name, brand, or a barcode"})


class ImportQuery(ma.Schema):
    """What the file holds."""

    kind = api_fields.Choice(KINDS, required=True)


class ImportFiles(ma.Schema):
    """The file: CSV or XLSX with a row of headings."""

    file = UploadField(required=True)


class IntakeSchema(ma.Schema):
    """What was taken in; `repeated` says that the same file was taken in before, and that nothing has changed."""

    rows = ma.fields.Integer(required=True)
    repeated = ma.fields.Boolean(required=True)


class UploadSchema(ma.Schema):
    """A file that was taken in."""

    id = api_fields.Identity(required=True)
    kind = api_fields.Choice(KINDS, required=True)
    name = ma.fields.String(required=True)
    rows = ma.fields.Integer(required=True)
    state = api_fields.Choice(UPLOAD_STATES, required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class ProductStateSchema(ma.Schema):
    """How a product does in a store."""

    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    sold_28_days = ma.fields.Integer(required=True, metadata={"description": "units"})
    daily_mean = ma.fields.Float(required=True, metadata={"description": "units a day"})
    on_hand = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "units"})
    cover_days = ma.fields.Float(required=True, allow_none=True)
    state = api_fields.Choice(tuple(STATES), required=True)


class NearExpirySchema(ma.Schema):
    """A batch whose units will not all sell before their date."""

    code = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    batch = ma.fields.String(required=True)
    expires_on = ma.fields.Date(required=True)
    units = ma.fields.Integer(required=True)
    units_left_over = ma.fields.Integer(required=True)


class SellThroughSchema(ma.Schema):
    """What sells in a store, what slows, what stands still, and what nears its date."""

    store = ma.fields.String(required=True)
    until = ma.fields.Date(required=True, allow_none=True, metadata={"description": "the last day with sales"})
    products = ma.fields.List(ma.fields.Nested(ProductStateSchema), required=True)
    near_expiry = ma.fields.List(ma.fields.Nested(NearExpirySchema), required=True)


@blueprint.route("/products")
class Products(MethodView):
    """The list."""

    @requires("trade.see")
    @blueprint.arguments(ProductQuery, location="query")
    @blueprint.response(200, page_of(ProductSchema))
    def get(self, query: dict[str, Any]) -> Any:
        """Products by code."""
        return queries.page_of_products(query["q"], query["cursor"], query["limit"])


@blueprint.route("/stores/<number>")
class SellThrough(MethodView):
    """One store's sell-through."""

    @requires("trade.see")
    @blueprint.response(200, SellThroughSchema)
    def get(self, number: str) -> dict[str, Any]:
        """Every product of the store, what sells most first."""
        store = store_by_number(number)
        if store is None:
            raise NotFound
        until = queries.last_day(store.id)
        states = queries.product_states(store.id, until=until) if until else []
        today = clock.today(current_viewer().distributor.timezone)
        batches = queries.near_expiry(store.id, today=today)
        return {
            "store": store.number,
            "until": until,
            "products": [_state(state) for state in states],
            "near_expiry": [_batch(batch) for batch in batches],
        }


@blueprint.route("/imports")
class Imports(MethodView):
    """Taking in tables."""

    @requires("trade.upload")
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_of(UploadSchema))
    def get(self, query: dict[str, Any]) -> Any:
        """What was taken in, the latest first; for a store what it sent itself."""
        return import_queries.uploads(current_viewer(), query["cursor"], query["limit"])

    @requires("trade.upload")
    @blueprint.arguments(ImportQuery, location="query")
    @blueprint.arguments(ImportFiles, location="files")
    @blueprint.response(201, IntakeSchema)
    def post(self, query: dict[str, Any], files: dict[str, Any]) -> services.Intake:
        """Take in a CSV or XLSX; with a wrong row nothing is written, and `errors` names each row and column."""
        viewer, file = current_viewer(), files["file"]
        if query["kind"] == "products":
            viewer.must("trade.products")
        intake = services.take_in(query["kind"], file.read(), name=file.filename or "", by=viewer)
        if intake.errors:
            raise TableBroken(intake.errors)
        return intake


@blueprint.route("/imports/<int:upload_id>")
class OneImport(MethodView):
    """One file or batch that was taken in."""

    @requires("trade.upload")
    @blueprint.response(204)
    def delete(self, upload_id: int) -> None:
        """Undo it: all is as it was before, unless something newer has changed the same figures."""
        viewer = current_viewer()
        upload = import_queries.find_upload(upload_id, viewer, for_change=True)
        if upload.kind == "products":
            viewer.must("trade.products")
        undoing.undo(upload)


def _state(state: queries.ProductState) -> dict[str, Any]:
    names = ("sold_28_days", "daily_mean", "on_hand", "cover_days", "state")
    found = {name: getattr(state, name) for name in names}
    return found | {"code": state.product.code, "name": state.product.name}


def _batch(found: queries.BatchState) -> dict[str, Any]:
    batch = found.batch
    return {
        "code": batch.product.code,
        "name": batch.product.name,
        "batch": batch.number,
        "expires_on": batch.expires_on,
        "units": batch.units,
        "units_left_over": found.units_left_over,
    }
