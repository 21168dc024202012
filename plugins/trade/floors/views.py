"""Pages of floor plans: the list, one as it is drawn, and its editor."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from plugins.trade.floors import queries as floor_queries
from plugins.trade.floors import services as floor_services
from plugins.trade.floors.drawing import DrawnFloor, DrawnZone, draw_floor, square_metres
from plugins.trade.floors.forms import BOUGHT_TITLES, GOODS_TITLES, FloorForm, NewFloorForm
from plugins.trade.floors.models import FloorPlan, FloorZone
from portal.api import Conflict, RuleBroken, current_viewer, id_asked, requires, store_by_number

blueprint = Blueprint("trade_floors", __name__, url_prefix="/floors")
SEE, KEEP = "trade.see", "trade.fixtures"


@blueprint.get("/")
@requires(SEE)
def index() -> BaseResponse | str:
    """The floor plans of all stores that one sees; a store goes to its own, or is asked to draw it."""
    viewer = current_viewer()
    if viewer.store is not None and (floor := floor_queries.of_store(viewer.store.id)) is not None:
        return redirect(url_for("trade_floors.show", floor_id=floor.id))
    page = floor_queries.page_of_floors(request.args.get("cursor"), store_id=id_asked("store"))
    return render_template("trade/floors/index.html", page=page)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> BaseResponse | str | tuple[str, int]:
    """A plan to begin with, by the size of the store."""
    viewer, form = current_viewer(), NewFloorForm()
    if viewer.store is not None:
        form.store.data = viewer.store.number
    elif request.method == "GET":
        form.store.data = request.args.get("store", "")
    if form.validate_on_submit():
        try:
            store = store_by_number(form.store.data)
            if store is None:
                raise RuleBroken("store", _("There is no such store."))
            sketch = floor_services.first_sketch(*form.size_cm(), floor_queries.categories_of(store.id))
            floor = floor_services.add_floor(store.id, sketch, by=viewer)
            flash(_("This is where we begin: now put each category where it stands."), "success")
            return redirect(url_for("trade_floors.edit", floor_id=floor.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("trade/floors/new.html", form=form)
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/<int:floor_id>")
@requires(SEE)
def show(floor_id: int) -> str:
    """The store as it stands now, drawn and as a table."""
    floor = floor_queries.find_floor(floor_id)
    zones = floor_queries.zones_of(floor.id)
    drawn = _drawn(floor, [DrawnZone(z.category, z.x_cm, z.y_cm, z.width_cm, z.depth_cm) for z in zones])
    title = _("Floor plan of %(store)s, %(size)s", store=floor.store.name, size=square_metres(drawn))
    return render_template(
        "trade/floors/show.html",
        floor=floor,
        zones=zones,
        drawing=draw_floor(title, drawn),
        size=square_metres(drawn),
        bought=BOUGHT_TITLES,
        goods=GOODS_TITLES,
    )


@blueprint.route("/<int:floor_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(floor_id: int) -> BaseResponse | str | tuple[str, int]:
    """Where everything stands: the drawing and the fields are the same."""
    floor = floor_queries.find_floor(floor_id, to_change=request.method == "POST")
    zones = floor_queries.zones_of(floor.id)
    form = FloorForm(floor, zones)
    status = 422
    if form.validate_on_submit():
        try:
            floor_services.change_floor(floor, form.sketch(), by=current_viewer(), version=form.version.data)
            flash(_("It is kept as it stands now."), "success")
            return redirect(url_for("trade_floors.show", floor_id=floor.id))
        except Conflict as error:  # what was typed stays, and may be saved over what the other one did
            form.refuse(RuleBroken("", error.message))
            form.version.data, status = floor.version, 409
        except RuleBroken as error:
            form.refuse(error)
    page = render_template(
        "trade/floors/edit.html",
        form=form,
        floor=floor,
        drawing=_movable(floor, form),
        categories=floor_queries.categories_of(floor.store_id),
        goods=GOODS_TITLES,
        bought=BOUGHT_TITLES,
    )
    return (page, status) if request.method == "POST" else page


@blueprint.post("/<int:floor_id>/remove")
@requires(KEEP)
def remove(floor_id: int) -> BaseResponse:
    """The plan is thrown away."""
    floor_services.remove_floor(floor_queries.find_floor(floor_id, to_change=True))
    flash(_("The floor plan is removed."), "success")
    return redirect(url_for("trade_floors.index"))


def _movable(floor: FloorPlan, form: FloorForm) -> Markup:
    """The drawing to take hold of: as it was typed, or as it is kept where that cannot be read."""
    sketch = form.sketch_to_draw()
    if sketch is None:
        zones: Sequence[FloorZone] = floor_queries.zones_of(floor.id)
        return draw_floor(_("Floor plan"), _drawn(floor, [_held(zone) for zone in zones]), movable=True)
    held = [_held(zone) for zone in sketch.zones]
    drawn = DrawnFloor(sketch.width_cm, sketch.depth_cm, sketch.door, sketch.till, held)
    return draw_floor(_("Floor plan"), drawn, movable=True)


def _held(zone: FloorZone | floor_services.ZonePlan) -> DrawnZone:
    label = _("%(name)s: arrow keys move it, with Shift they make it larger or smaller", name=zone.category)
    return DrawnZone(zone.category, zone.x_cm, zone.y_cm, zone.width_cm, zone.depth_cm, label=label)


def _drawn(floor: FloorPlan, zones: Sequence[DrawnZone]) -> DrawnFloor:
    door, till = (floor.door_x_cm, floor.door_y_cm), (floor.till_x_cm, floor.till_y_cm)
    return DrawnFloor(floor.width_cm, floor.depth_cm, door, till, zones)
