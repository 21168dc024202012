"""The layout of a store as it stands: what each category sells for its shelf, and whether a move would pay."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.advisors.findings import LAYOUT
from plugins.advice.layout.figures import StoreLayout, layouts
from plugins.advice.layout.finding import reckoned
from plugins.advice.layout.pages import layout_values
from plugins.advice.models import ACCEPTED, OPEN
from plugins.advice.proposals import queries as proposal_queries
from plugins.trade.api import find_floor, floor_of_store, page_of_floors
from portal.api import clock, current_viewer, requires

blueprint = Blueprint("advice_layout", __name__, url_prefix="/layout")
SEE = "advice.see"


@blueprint.get("/")
@requires(SEE)
def index() -> BaseResponse | str:
    """The stores that drew their floor, with what a better layout would bring; a store goes to its own."""
    viewer = current_viewer()
    if viewer.store is not None:
        floor = floor_of_store(viewer.store.id)
        if floor is not None:
            return redirect(url_for("advice_layout.show", floor_id=floor.id))
        return render_template("advice/layout/none.html")
    page = page_of_floors(request.args.get("cursor"))
    worth = proposal_queries.open_worth([floor.store_id for floor in page.items], LAYOUT)
    return render_template("advice/layout/index.html", page=page, worth=worth)


@blueprint.get("/<int:floor_id>")
@requires(SEE)
def show(floor_id: int) -> str:
    """One store's plan with the space index of each category."""
    viewer, floor = current_viewer(), find_floor(floor_id)
    timezone = viewer.distributor.timezone
    (layout,) = layouts([floor], today=clock.today(timezone), timezone=timezone)
    proposal = proposal_queries.latest_of(floor.store_id, LAYOUT)
    followed = proposal is not None and proposal.state in (OPEN, ACCEPTED)
    return render_template(
        "advice/layout/show.html",
        floor=floor,
        layout=layout,
        proposal=proposal,
        why_none="" if followed else _why_none(layout),
        **layout_values(layout),
    )


def _why_none(layout: StoreLayout) -> str:
    """Why nothing can be advised: a word for the template; empty where it can, and no move is sure to pay."""
    if not layout.long_enough:
        return "short"
    if len(layout.places) < 2:
        return "empty"
    try:
        return "" if reckoned(layout) is not None else "unknown"
    except ValueError:
        return "barred"
