"""Pages of trade: what sells, products, uploads."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.trade import queries
from plugins.trade.forms import KIND_TITLES, STATE_TITLES, STATES, UploadForm
from plugins.trade.importing import services
from plugins.trade.importing.columns import COLUMNS
from portal.api import (
    XLSX,
    NotFound,
    RuleBroken,
    Sheet,
    Store,
    clock,
    current_viewer,
    id_asked,
    requires,
    send_bytes,
    session,
    write_xlsx,
)

blueprint = Blueprint("trade", __name__)
SEE, UPLOAD, PRODUCTS = "trade.see", "trade.upload", "trade.products"
SHOWN = 60


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """The own store's sell-through; for our people the list of products."""
    viewer = current_viewer()
    if viewer.store is not None:
        return _store_page(viewer.store)
    page = queries.page_of_products(request.args.get("q", ""), request.args.get("cursor"))
    return render_template(
        "trade/products.html", page=page, words=request.args.get("q", ""), count=queries.product_count()
    )


@blueprint.get("/stores/<int:store_id>")
@requires(SEE)
def store(store_id: int) -> str:
    """What sells in one store, what slows, what stands still."""
    found = session.get(Store, store_id)
    if found is None:
        raise NotFound
    return _store_page(found)


def _store_page(shop: Store) -> str:
    today = clock.today(current_viewer().distributor.timezone)
    until = queries.last_day(shop.id)
    states = queries.product_states(shop.id, until=until) if until else []
    wanted, product_id = request.args.get("state", ""), id_asked("product")
    counts = {key: sum(state.state == key for state in states) for key in STATE_TITLES}
    shown = [state for state in states if not wanted or state.state == wanted]
    near_expiry = queries.near_expiry(shop.id, today=today)
    if product_id is not None:  # from the card that speaks of it
        shown = [state for state in states if state.product.id == product_id]
        near_expiry = [item for item in near_expiry if item.batch.product_id == product_id]
    return render_template(
        "trade/store.html",
        shop=shop,
        until=until,
        states=shown[:SHOWN],
        total=len(shown),
        counts=counts,
        wanted="" if product_id else wanted,
        one_product=product_id is not None,
        titles=STATE_TITLES,
        chips=STATES,
        near_expiry=near_expiry[:10],
        categories=queries.category_sales(shop.id, until=until)[:6] if until else [],
    )


@blueprint.route("/uploads", methods=["GET", "POST"])
@requires(UPLOAD)
def uploads() -> BaseResponse | str | tuple[str, int]:
    """Bring a table; see what is wrong in it by row and cell."""
    viewer = current_viewer()
    form, intake = UploadForm(), None
    form.offer(products=viewer.may(PRODUCTS))
    if form.validate_on_submit():
        try:
            file = form.file.data
            intake = services.take_in(form.kind.data, file.read(), name=file.filename or "", by=viewer)
            if intake.written:
                flash(_said(intake), "success")
                return redirect(url_for("trade.uploads"))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template(
        "trade/uploads.html",
        form=form,
        intake=intake,
        page=queries.uploads(viewer, request.args.get("cursor")),
        titles=KIND_TITLES,
        columns=COLUMNS,
    )
    return (page, 422) if request.method == "POST" else page


def _said(intake: services.Intake) -> str:
    if intake.repeated:
        return _("This file was taken in already; nothing has changed.")
    return _("%(rows)s rows taken in.", rows=intake.rows)


@blueprint.get("/uploads/<kind>.xlsx")
@requires(UPLOAD)
def template(kind: str) -> Response:
    """An empty table with the right headings."""
    if kind not in COLUMNS:
        raise NotFound
    head = [column.titles[0] for column in COLUMNS[kind]]
    return send_bytes(write_xlsx([Sheet(KIND_TITLES[kind], head, [])]), XLSX, f"{kind}.xlsx")
