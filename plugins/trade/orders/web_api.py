"""Orders in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.trade.models import CANCELLED, CONFIRMED, DELIVERED, REFUSED, REQUESTED, StoreOrder
from plugins.trade.orders import queries as order_queries
from plugins.trade.orders import services as order_services
from plugins.trade.orders.services import MOST_LINES, MOST_UNITS, Wanted
from plugins.trade.queries import by_code
from portal.api import ApiBlueprint, PageArguments, RuleBroken, api_fields, current_viewer, page_of, requires, session

blueprint = ApiBlueprint("trade_orders", "orders", url_prefix="/trade/orders", description="Orders of stores.")
STATES = (REQUESTED, CONFIRMED, DELIVERED, REFUSED, CANCELLED)


class OrderQuery(PageArguments):
    """What the list is narrowed to."""

    state = api_fields.Choice(("", *STATES), load_default="")


class OrderLineSchema(ma.Schema):
    """One product of an order."""

    product = ma.fields.String(required=True, metadata={"description": "its code"})
    name = ma.fields.String(required=True)
    units = ma.fields.Integer(required=True)
    advised_units = ma.fields.Integer(required=True, allow_none=True)
    pack_size = ma.fields.Integer(required=True)
    cost = api_fields.Amount(0, 10**9, required=True, allow_none=True, metadata={"description": "yuan a unit"})


class OrderSchema(ma.Schema):
    """An order; its lines only where it stands alone."""

    id = api_fields.Identity(required=True)
    store = ma.fields.String(required=True, metadata={"description": "its number"})
    state = api_fields.Choice(STATES, required=True)
    note = ma.fields.String(required=True)
    answer = ma.fields.String(required=True)
    deliver_on = ma.fields.Date(required=True, allow_none=True)
    requested_at = ma.fields.AwareDateTime(required=True)
    lines = ma.fields.List(ma.fields.Nested(OrderLineSchema))


class NewLineSchema(ma.Schema):
    """A product that is wanted."""

    product = api_fields.Text(40, filled=True, required=True, metadata={"description": "its code"})
    units = api_fields.Whole(1, MOST_UNITS, required=True)


class NewOrderSchema(ma.Schema):
    """What the store wants."""

    lines = ma.fields.List(
        ma.fields.Nested(NewLineSchema), required=True, validate=ma.validate.Length(min=1, max=MOST_LINES)
    )
    note = api_fields.Text(500, load_default="")


class OrderAnswerSchema(ma.Schema):
    """What becomes of the order; a refusal needs its reason."""

    state = api_fields.Choice((CONFIRMED, DELIVERED, REFUSED, CANCELLED), required=True)
    answer = api_fields.Text(500, load_default="")
    deliver_on = api_fields.Day(load_default=None, allow_none=True)


@blueprint.route("")
class Orders(MethodView):
    """The list."""

    @requires("trade.see")
    @blueprint.arguments(OrderQuery, location="query")
    @blueprint.response(200, page_of(OrderSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Orders, the latest first; of a store its own."""
        page = order_queries.page_of_orders(query["state"], query["cursor"], query["limit"])
        return {"items": [_as_json(order) for order in page], "next": page.next, "previous": page.previous}

    @requires("trade.order")
    @blueprint.arguments(NewOrderSchema)
    @blueprint.response(201, OrderSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Order goods for the store of the token."""
        viewer = current_viewer()
        products = by_code({line["product"] for line in values["lines"]})
        unknown = [line["product"] for line in values["lines"] if line["product"] not in products]
        if unknown:
            raise RuleBroken("lines", f"no product with the code {unknown[0]}")
        wanted = [Wanted(products[line["product"]].id, line["units"]) for line in values["lines"]]
        order = order_services.request_order(viewer.membership.store_id or 0, wanted, note=values["note"], by=viewer)
        session.flush()
        return _whole(order.id)


@blueprint.route("/<int:order_id>")
class OneOrder(MethodView):
    """One order."""

    @requires("trade.see")
    @blueprint.response(200, OrderSchema)
    def get(self, order_id: int) -> dict[str, Any]:
        """The order with its lines."""
        return _whole(order_id)

    @requires("trade.see")
    @blueprint.arguments(OrderAnswerSchema)
    @blueprint.response(200, OrderSchema)
    def patch(self, values: dict[str, Any], order_id: int) -> dict[str, Any]:
        """Confirm or refuse it, note it as delivered; or, as the store, take it back."""
        viewer, order = current_viewer(), order_queries.find_order(order_id, to_answer=True)
        viewer.must(PERMISSIONS[values["state"]])
        if values["state"] == CONFIRMED:
            order_services.confirm(order, values["deliver_on"], by=viewer)
        elif values["state"] == REFUSED:
            order_services.refuse(order, values["answer"], by=viewer)
        elif values["state"] == DELIVERED:
            order_services.mark_delivered(order)
        else:
            order_services.cancel(order)
        return _whole(order_id)


PERMISSIONS = {
    CONFIRMED: "trade.answer_orders",
    REFUSED: "trade.answer_orders",
    DELIVERED: "trade.deliver",
    CANCELLED: "trade.order",
}


def _whole(order_id: int) -> dict[str, Any]:
    lines = [
        {name: getattr(line, name) for name in ("units", "advised_units", "pack_size", "cost")}
        | {"product": line.product.code, "name": line.product.name}
        for line in order_queries.lines_of(order_id)
    ]
    return _as_json(order_queries.find_order(order_id)) | {"lines": lines}


def _as_json(order: StoreOrder) -> dict[str, Any]:
    names = ("id", "state", "note", "answer", "deliver_on", "requested_at")
    return {name: getattr(order, name) for name in names} | {"store": order.store.number}
