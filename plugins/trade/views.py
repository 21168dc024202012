"""Pages of trade: what sells, products, uploads."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from plugins.trade import queries
from plugins.trade.forms import STATE_TITLES, STATES
from portal.api import (
    Store,
    clock,
    current_viewer,
    id_asked,
    requires,
    store_by_id,
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
    return _store_page(store_by_id(store_id))


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
