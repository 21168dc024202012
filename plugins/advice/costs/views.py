"""Pages of a store's costs: only the store's own people are shown them."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.costs import pages
from plugins.advice.costs.forms import CostForm
from plugins.trade.api import costs_of, forget_costs, tell_costs
from portal.api import (
    XLSX,
    NotFound,
    RuleBroken,
    Sheet,
    clock,
    current_viewer,
    requires,
    send_bytes,
    write_xlsx,
)

blueprint = Blueprint("advice_costs", __name__, url_prefix="/costs")
KEEP = "advice.costs"


@blueprint.route("/", methods=["GET", "POST"])
@requires(KEEP)
def index() -> BaseResponse | str | tuple[str, int]:
    """What the store pays in a month, and what that says."""
    viewer = current_viewer()
    store_id = pages.own_store(viewer)
    today = clock.today(viewer.distributor.timezone)
    month, form = pages.chosen_month(today), CostForm()
    if form.validate_on_submit():
        try:
            amounts = form.amounts()
            if not any(amount is not None for amount in amounts.values()) and costs_of(store_id, month, month):
                raise RuleBroken("", _("All amounts are empty. To take out the whole month, use “Remove this month”."))
            tell_costs(month, amounts, by=viewer)
            flash(_("Saved. Only your store sees it."), "success")
            return redirect(url_for("advice_costs.index", month=f"{month:%Y-%m}"))
        except RuleBroken as error:
            form.refuse(error)
    page = pages.costs_page(store_id, today, month, form)
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/remove")
@requires(KEEP)
def remove() -> BaseResponse:
    """Take out what was told of a month."""
    viewer = current_viewer()
    month = pages.chosen_month(clock.today(viewer.distributor.timezone))
    if f"{month:%Y-%m}" != request.args.get("month"):
        raise NotFound  # no other month is taken out instead
    forget_costs(month, by=viewer)
    flash(_("The amounts of this month are removed."), "success")
    return redirect(url_for("advice_costs.index", month=f"{month:%Y-%m}"))


@blueprint.get("/costs.xlsx")
@requires(KEEP)
def export() -> Response:
    """What was told for the last twelve months."""
    viewer = current_viewer()
    store_id = pages.own_store(viewer)
    heads, rows = pages.table(store_id, clock.today(viewer.distributor.timezone))
    return send_bytes(write_xlsx([Sheet(_("Costs"), heads, rows)]), XLSX, "costs.xlsx")
