"""Sales, stock and products in batches of rows: what other systems send every few minutes or every night."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.trade.fixtures.tables import LARGEST_PRODUCT_CM
from plugins.trade.importing import services
from plugins.trade.importing.receipts import MOST_UNITS
from plugins.trade.importing.sales import MOST_UNITS_A_DAY
from plugins.trade.importing.services import Intake
from plugins.trade.importing.stock import MOST_UNITS_IN_STOCK
from portal.api import ApiBlueprint, TableBroken, api_fields, current_viewer, requires

blueprint = ApiBlueprint(
    "trade_batches", "trade batches", url_prefix="/trade", description="Sales, stock and products as rows of JSON."
)
MOST_ROWS = 5_000
YUAN = 10_000_000


class SaleSchema(ma.Schema):
    """Units of a product on a day, negative where more came back than went; a day sent again is set anew."""

    store = api_fields.Text(
        40, load_default="", metadata={"description": "its number; a store's own people leave it out"}
    )
    product = api_fields.Text(40, filled=True, required=True, metadata={"description": "its code"})
    day = api_fields.Day(required=True)
    units = api_fields.Whole(-MOST_UNITS_A_DAY, MOST_UNITS_A_DAY, required=True)


class ReceiptLineSchema(ma.Schema):
    """A line of a receipt; a receipt sent again is set anew as a whole."""

    store = api_fields.Text(40, load_default="")
    receipt = api_fields.Text(80, filled=True, required=True, metadata={"description": "its number, once a day"})
    product = api_fields.Text(40, filled=True, required=True)
    day = api_fields.Day(required=True)
    units = api_fields.Whole(-MOST_UNITS, MOST_UNITS, load_default=1)


class CountSchema(ma.Schema):
    """What a store has of a product; rows of several batches add up."""

    store = api_fields.Text(40, load_default="")
    product = api_fields.Text(40, filled=True, required=True)
    on_hand = api_fields.Whole(0, MOST_UNITS_IN_STOCK, required=True)
    on_order = api_fields.Whole(0, MOST_UNITS_IN_STOCK, load_default=0)
    batch = api_fields.Text(60, load_default="")
    expires_on = api_fields.Day(allow_none=True, load_default=None)
    as_of = api_fields.Day(allow_none=True, load_default=None)


class GoodsSchema(ma.Schema):
    """A product; what is left out stays as it is known."""

    product = api_fields.Text(40, filled=True, required=True, metadata={"description": "its code"})
    name = api_fields.Text(200, filled=True, required=True)
    barcode = api_fields.Text(40)
    brand = api_fields.Text(80)
    own_brand = api_fields.Flag()
    category = api_fields.Text(120)
    pack_size = api_fields.Whole(1, 100_000)
    price = api_fields.Amount(0, YUAN)
    cost = api_fields.Amount(0, YUAN, 4)
    shelf_life_days = api_fields.Whole(1, 36_500)
    width_cm = api_fields.Amount("0.1", LARGEST_PRODUCT_CM, 1)
    height_cm = api_fields.Amount("0.1", LARGEST_PRODUCT_CM, 1)
    depth_cm = api_fields.Amount("0.1", LARGEST_PRODUCT_CM, 1)


def _batch_of(schema: type[ma.Schema], name: str) -> type[ma.Schema]:
    rows = api_fields.many(ma.fields.Nested(schema), MOST_ROWS, 1, required=True)
    return ma.Schema.from_dict({"rows": rows}, name=name)


SaleBatch = _batch_of(SaleSchema, "SaleBatchSchema")
ReceiptBatch = _batch_of(ReceiptLineSchema, "ReceiptBatchSchema")
CountBatch = _batch_of(CountSchema, "CountBatchSchema")
GoodsBatch = _batch_of(GoodsSchema, "GoodsBatchSchema")


class TakenSchema(ma.Schema):
    """What was taken in; `repeated`: the same batch was the last one, and nothing has changed."""

    rows = ma.fields.Integer(required=True)
    repeated = ma.fields.Boolean(required=True)


def _take(kind: str, values: dict[str, Any]) -> Intake:
    intake = services.take_rows(kind, values["rows"], by=current_viewer())
    if intake.errors:
        raise TableBroken(intake.errors, "rows")
    return intake


@blueprint.route("/sales")
class Sales(MethodView):
    """Sales."""

    @requires("trade.upload")
    @blueprint.arguments(SaleBatch)
    @blueprint.response(201, TakenSchema)
    def post(self, values: dict[str, Any]) -> Intake:
        """Take in up to 5,000 rows; with a wrong one nothing is written, and `errors` names each row, from 1, and field."""
        return _take("sales", values)


@blueprint.route("/receipts")
class Receipts(MethodView):
    """Receipts."""

    @requires("trade.upload")
    @blueprint.arguments(ReceiptBatch)
    @blueprint.response(201, TakenSchema)
    def post(self, values: dict[str, Any]) -> Intake:
        """Take in up to 5,000 lines of receipts, all or none; of what is bought together advice on layout is better."""
        return _take("receipts", values)


@blueprint.route("/stock")
class Counts(MethodView):
    """Stock."""

    @requires("trade.upload")
    @blueprint.arguments(CountBatch)
    @blueprint.response(201, TakenSchema)
    def post(self, values: dict[str, Any]) -> Intake:
        """Take in up to 5,000 rows of stock and batches, all or none."""
        return _take("stock", values)


@blueprint.route("/products/batch")
class Goods(MethodView):
    """Products."""

    @requires("trade.products")
    @blueprint.arguments(GoodsBatch)
    @blueprint.response(201, TakenSchema)
    def post(self, values: dict[str, Any]) -> Intake:
        """Add or change up to 5,000 products, all or none."""
        return _take("products", values)
