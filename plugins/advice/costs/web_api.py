"""A store's costs in the web API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.advice.costs.answer import CostAnswer
from plugins.advice.costs.pages import answer_for, own_store
from plugins.trade.api import COST_KINDS, MOST_COST, tell_costs
from portal.api import ApiBlueprint, api_fields, current_viewer, requires

blueprint = ApiBlueprint(
    "advice_costs", "costs", url_prefix="/advice/costs", description="What a store pays; only its own people see it."
)

MOST = int(MOST_COST)


class MonthQuery(ma.Schema):
    """Which month."""

    month = api_fields.Day(required=True, metadata={"description": "any day of the month"})


class CostsSchema(ma.Schema):
    """Yuan in a month by kind; null takes a kind out, one that is left out stays."""

    rent = api_fields.Amount(0, MOST, allow_none=True)
    labour = api_fields.Amount(0, MOST, allow_none=True)
    energy = api_fields.Amount(0, MOST, allow_none=True)
    shrinkage = api_fields.Amount(0, MOST, allow_none=True)
    payment_fees = api_fields.Amount(0, MOST, allow_none=True)
    other = api_fields.Amount(0, MOST, allow_none=True)


class CostLineSchema(ma.Schema):
    """One kind of cost."""

    kind = api_fields.Choice(COST_KINDS, required=True)
    amount = api_fields.Amount(0, MOST, required=True)
    share = ma.fields.Float(required=True, allow_none=True, metadata={"description": "of sales at list price"})
    share_before = ma.fields.Float(
        required=True, allow_none=True, metadata={"description": "in the three months before"}
    )


class BreakEvenSchema(ma.Schema):
    """Yuan of sales a day; low at list prices, high where everything sells for 5 % less."""

    low = ma.fields.Float(required=True)
    high = ma.fields.Float(required=True)
    sold_low = ma.fields.Float(required=True)
    sold_high = ma.fields.Float(required=True)


class CostAnswerSchema(ma.Schema):
    """What a month's costs say."""

    month = ma.fields.Date(required=True, metadata={"description": "its first day"})
    days_with_sales = ma.fields.Integer(required=True)
    sales = ma.fields.Float(required=True, metadata={"description": "yuan at list price, of the whole month"})
    margin = ma.fields.Float(required=True, allow_none=True, metadata={"description": "gross margin over sales"})
    lines = ma.fields.List(ma.fields.Nested(CostLineSchema), required=True)
    break_even = ma.fields.Nested(BreakEvenSchema, required=True, allow_none=True)


@blueprint.route("")
class MonthCosts(MethodView):
    """One month."""

    @requires("advice.costs")
    @blueprint.arguments(MonthQuery, location="query")
    @blueprint.response(200, CostAnswerSchema)
    def get(self, asked: dict[str, date]) -> dict[str, Any]:
        """What the store told for the month, as shares of its sales, and what it has to sell."""
        return _as_json(answer_for(own_store(current_viewer()), asked["month"].replace(day=1)))

    @requires("advice.costs")
    @blueprint.arguments(MonthQuery, location="query")
    @blueprint.arguments(CostsSchema)
    @blueprint.response(200, CostAnswerSchema)
    def put(self, asked: dict[str, date], values: dict[str, Decimal | None]) -> dict[str, Any]:
        """Tell what the store paid in the month."""
        viewer, month = current_viewer(), asked["month"].replace(day=1)
        store_id = own_store(viewer)
        tell_costs(month, values, by=viewer)
        return _as_json(answer_for(store_id, month))


def _as_json(found: CostAnswer) -> dict[str, Any]:
    margin = found.margin.ratio
    return {
        "month": found.month,
        "days_with_sales": found.days,
        "sales": found.sales,
        "margin": margin if margin == margin else None,
        "lines": [
            {"kind": line.kind, "amount": line.amount, "share": line.share, "share_before": line.before}
            for line in found.lines
        ],
        "break_even": found.break_even,
    }
