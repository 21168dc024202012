"""Pages: the store ticks off, the distributor keeps the list."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.api import NotFound, RuleBroken, current_viewer, requires
from storewise_checklist import queries, services
from storewise_checklist.forms import ItemForm

blueprint = Blueprint("checklist", __name__)
TICK, MANAGE = "checklist.tick", "checklist.manage"


@blueprint.get("/")
@requires(TICK)
def today() -> str:
    """What the store looks at today."""
    day = services.today()
    return render_template(
        "checklist/today.html",
        day=day,
        items=queries.items(weekly=services.is_weekly_day(day)),
        ticks=queries.ticks_on(_own_store(), day),
    )


def _own_store() -> int:
    store = current_viewer().store
    if store is None:
        raise NotFound
    return store.id


@blueprint.post("/<int:item_id>/tick")
@requires(TICK)
def tick(item_id: int) -> Response:
    """This is done."""
    services.tick(queries.item(item_id), store_id=_own_store(), by=current_viewer())
    return redirect(url_for("checklist.today"))


@blueprint.post("/<int:item_id>/untick")
@requires(TICK)
def untick(item_id: int) -> Response:
    """It is not done after all."""
    services.untick(queries.item(item_id), store_id=_own_store())
    return redirect(url_for("checklist.today"))


@blueprint.get("/items")
@requires(MANAGE)
def items() -> str:
    """The distributor's list."""
    return render_template("checklist/items.html", items=queries.items(), form=ItemForm())


@blueprint.post("/items")
@requires(MANAGE)
def add() -> Response | tuple[str, int]:
    """One more thing to look at."""
    form = ItemForm()
    if form.validate_on_submit():
        try:
            services.add_item(form.new_item())
            flash(_("It is on every store's list."), "success")
            return redirect(url_for("checklist.items"))
        except RuleBroken as error:
            form.refuse(error)
    return render_template("checklist/items.html", items=queries.items(), form=form), 422


@blueprint.post("/items/<int:item_id>/retire")
@requires(MANAGE)
def retire(item_id: int) -> Response:
    """Off the list."""
    services.retire_item(queries.item(item_id))
    flash(_("It is off the list; what stores have ticked stays."), "success")
    return redirect(url_for("checklist.items"))
