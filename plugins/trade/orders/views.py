"""Pages of orders: what a store asked for, and what becomes of it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.trade.forms import ORDER_CHIPS, ORDER_TITLES, ConfirmForm, RefuseForm
from plugins.trade.models import StoreOrder
from plugins.trade.orders import queries as order_queries
from plugins.trade.orders import services as order_services
from plugins.trade.orders.selling import sold_since
from portal.api import XLSX, RuleBroken, Sheet, current_viewer, requires, send_bytes, write_xlsx

blueprint = Blueprint("trade_orders", __name__, url_prefix="/orders")
SEE, ORDER, ANSWER, DELIVER = "trade.see", "trade.order", "trade.answer_orders", "trade.deliver"


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """The orders: of the own store, or of all that one sees."""
    state = request.args.get("state", "")
    page = order_queries.page_of_orders(state if state in ORDER_TITLES else "", request.args.get("cursor"))
    return render_template(
        "trade/orders.html",
        page=page,
        sums=order_queries.sums([order.id for order in page]),
        state=state,
        titles=ORDER_TITLES,
        chips=ORDER_CHIPS,
    )


@blueprint.get("/<int:order_id>")
@requires(SEE)
def show(order_id: int) -> str:
    """One order with its lines."""
    return _page(order_queries.find_order(order_id))


def _page(order: StoreOrder, confirm: ConfirmForm | None = None, refuse: RefuseForm | None = None) -> str:
    lines = list(order_queries.lines_of(order.id))
    return render_template(
        "trade/order.html",
        order=order,
        lines=lines,
        sold=sold_since(order, lines, current_viewer().distributor.timezone),
        total=order_queries.sums([order.id]).get(order.id),
        titles=ORDER_TITLES,
        chips=ORDER_CHIPS,
        confirm_form=confirm or ConfirmForm(),
        refuse_form=refuse or RefuseForm(),
    )


@blueprint.get("/<int:order_id>.xlsx")
@requires(SEE)
def export(order_id: int) -> Response:
    """The order as a table for the warehouse."""
    order = order_queries.find_order(order_id)
    lines = list(order_queries.lines_of(order.id))
    sold = sold_since(order, lines, current_viewer().distributor.timezone)
    head = [_("Product code"), _("Product"), _("Units"), _("Pack size"), _("Packs"), _("Cost")]
    rows: list[list[Any]] = [
        [line.product.code, line.product.name, line.units, line.pack_size, line.units / line.pack_size, line.cost]
        for line in lines
    ]
    if sold is not None:
        head.append(_("Sold since the delivery"))
        rows = [[*row, sold.units[line.product_id]] for row, line in zip(rows, lines, strict=True)]
    name = _("Order %(number)s", number=order.id)
    return send_bytes(write_xlsx([Sheet(name, head, rows)]), XLSX, f"{order.store.number}-{order.id}.xlsx")


@blueprint.post("/<int:order_id>/confirm")
@requires(ANSWER)
def confirm(order_id: int) -> BaseResponse | tuple[str, int]:
    """We deliver it."""
    order, form = order_queries.find_order(order_id, to_answer=True), ConfirmForm()
    if form.validate_on_submit():
        try:
            order_services.confirm(order, form.deliver_on.data, by=current_viewer())
            flash(_("The order is confirmed, and the store is told."), "success")
            return redirect(url_for("trade_orders.show", order_id=order.id))
        except RuleBroken as error:
            form.refuse(error)
    return _page(order, confirm=form), 422


@blueprint.post("/<int:order_id>/refuse")
@requires(ANSWER)
def refuse(order_id: int) -> BaseResponse | tuple[str, int]:
    """We do not deliver it."""
    order, form = order_queries.find_order(order_id, to_answer=True), RefuseForm()
    if form.validate_on_submit():
        order_services.refuse(order, form.answer.data or "", by=current_viewer())
        flash(_("The store is told why."), "success")
        return redirect(url_for("trade_orders.show", order_id=order.id))
    return _page(order, refuse=form), 422


@blueprint.post("/<int:order_id>/delivered")
@requires(DELIVER)
def delivered(order_id: int) -> BaseResponse:
    """The goods are in the store: the store says so, or who delivers."""
    order_services.mark_delivered(order_queries.find_order(order_id, to_answer=True))
    flash(_("Noted as delivered."), "success")
    return redirect(url_for("trade_orders.show", order_id=order_id))


@blueprint.post("/<int:order_id>/cancel")
@requires(ORDER)
def cancel(order_id: int) -> BaseResponse:
    """The store takes it back."""
    order_services.cancel(order_queries.find_order(order_id, to_answer=True))
    flash(_("The order is taken back."), "success")
    return redirect(url_for("trade_orders.show", order_id=order_id))
