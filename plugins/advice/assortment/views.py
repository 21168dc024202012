"""Pages of a store's assortment."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.assortment.figures import Assortment, assortment_of
from plugins.advice.assortment.wording import CELL_TITLES
from portal.api import (
    XLSX,
    Sheet,
    Store,
    clock,
    current_viewer,
    requires,
    send_bytes,
    store_by_id,
    store_by_number,
    write_xlsx,
)

blueprint = Blueprint("advice_assortment", __name__, url_prefix="/assortment")
SEE = "advice.see"
MOST_LINES = 25
LOW_GMROI = 1.0  # a yuan of stock that brings less than a yuan of margin a year


@blueprint.get("/")
@requires(SEE)
def index() -> BaseResponse | str:
    """A store goes to its own; our people say which."""
    viewer = current_viewer()
    if viewer.store is not None:
        return redirect(url_for("advice_assortment.show", store_id=viewer.store.id))
    number = request.args.get("store", "").strip()
    store = store_by_number(number) if number else None
    if store is not None:
        return redirect(url_for("advice_assortment.show", store_id=store.id))
    if number:
        flash(_("There is no such store."), "warning")
    return render_template("advice/assortment/choose.html", number=number)


@blueprint.get("/<int:store_id>")
@requires(SEE)
def show(store_id: int) -> str:
    """The nine classes, what the stock earns, what is missing, product by product."""
    store, found = _of(store_id)
    wanted = request.args.get("cell", "")
    wanted = wanted if wanted in CELL_TITLES else ""
    lines = [line for line in found.lines if not wanted or line.cell == wanted] if found else []
    return render_template(
        "advice/assortment/assortment.html",
        shop=store,
        found=found,
        wanted=wanted,
        lines=lines[:MOST_LINES],
        total=len(lines),
        cells=CELL_TITLES,
        low_gmroi=LOW_GMROI,
    )


@blueprint.get("/<int:store_id>/assortment.xlsx")
@requires(SEE)
def export(store_id: int) -> Response:
    """Every product as a table."""
    store, found = _of(store_id)
    head = [
        _("Product code"), _("Product"), _("Category"), _("Class"), _("Sales a month"), _("Margin a month"), _("On hand"),
        _("Stock at cost"), _("Days of cover"), _("Margin a year for a yuan of stock"),
    ]  # fmt: skip
    rows = [
        [line.code, line.name, line.category, line.cell, line.sales, line.margin, line.on_hand, line.stock, line.cover, line.gmroi]
        for line in (found.lines if found else ())
    ]  # fmt: skip
    return send_bytes(write_xlsx([Sheet(_("Assortment"), head, rows)]), XLSX, f"assortment-{store.number}.xlsx")


def _of(store_id: int) -> tuple[Store, Assortment | None]:
    store = store_by_id(store_id)
    return store, assortment_of(store.id, clock.today(current_viewer().distributor.timezone))
