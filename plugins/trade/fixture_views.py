"""Pages of shelf units: the list, one as it is drawn, and its form."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.trade import fixture_queries, fixture_services
from plugins.trade.drawing import DrawnItem, DrawnShelf, draw_planogram, level_of
from plugins.trade.fixture_forms import FixtureForm, NewFixtureForm, shown
from plugins.trade.fixture_queries import Standing
from plugins.trade.fixture_tables import PLANOGRAM_COLUMNS, rows_of
from plugins.trade.models import Fixture
from portal.api import (
    XLSX,
    RuleBroken,
    Sheet,
    current_viewer,
    id_asked,
    requires,
    send_bytes,
    store_by_number,
    write_xlsx,
)

blueprint = Blueprint("trade_fixtures", __name__, url_prefix="/fixtures")
SEE, KEEP = "trade.see", "trade.fixtures"
USUAL_WIDTH_MM, USUAL_HEIGHT_MM = 80, 150  # of what nobody measured, in the drawing only
TINTS = 8


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """The shelf units of the own store, or of all stores that one sees."""
    page = fixture_queries.page_of_fixtures(request.args.get("cursor"), store_id=id_asked("store"))
    return render_template("trade/fixtures.html", page=page)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(KEEP)
def new() -> BaseResponse | str | tuple[str, int]:
    """A new shelf unit."""
    viewer, form = current_viewer(), NewFixtureForm()
    if viewer.store is not None:
        form.store.data = viewer.store.number
    elif request.method == "GET":
        form.store.data = request.args.get("store", "")
    if form.validate_on_submit():
        try:
            store = store_by_number(form.store.data)
            if store is None:
                raise RuleBroken("store", _("There is no such store."))
            fixture = fixture_services.add_fixture(store.id, form.plan(), by=viewer)
            flash(_("Now say what stands on each shelf."), "success")
            return redirect(url_for("trade_fixtures.edit", fixture_id=fixture.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("trade/fixture_new.html", form=form)
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/<int:fixture_id>")
@requires(SEE)
def show(fixture_id: int) -> str:
    """The shelf unit as it stands now, drawn and as a table."""
    fixture = fixture_queries.find_fixture(fixture_id)
    shelves = fixture_queries.standing([fixture.id])[fixture.id]
    return render_template(
        "trade/fixture.html", fixture=fixture, shelves=shelves, level_of=level_of, drawing=_drawn(fixture, shelves)
    )


def _drawn(fixture: Fixture, shelves: Sequence[Standing]) -> str:
    tints = {product: at % TINTS + 1 for at, product in enumerate(_ids(shelves))}
    boards = [
        DrawnShelf(
            found.shelf.height_mm,
            found.shelf.clear_mm,
            [
                DrawnItem(
                    item.product.name,
                    item.facings,
                    item.product.width_mm or USUAL_WIDTH_MM,
                    item.product.height_mm or USUAL_HEIGHT_MM,
                    tints[item.product_id],
                    item.product.own_brand,
                    item.product.width_mm is None,
                )
                for item in found.placements
            ],
        )
        for found in shelves
    ]
    return draw_planogram(_("%(name)s as it stands now", name=fixture.name), fixture.width_mm, boards)


def _ids(shelves: Sequence[Standing]) -> list[int]:
    return list(dict.fromkeys(item.product_id for found in shelves for item in found.placements))


@blueprint.route("/<int:fixture_id>/edit", methods=["GET", "POST"])
@requires(KEEP)
def edit(fixture_id: int) -> BaseResponse | str | tuple[str, int]:
    """Its shelves, and what stands on them."""
    fixture = fixture_queries.find_fixture(fixture_id, to_change=request.method == "POST")
    form = FixtureForm(fixture, fixture_queries.standing([fixture.id])[fixture.id])
    if form.validate_on_submit():
        try:
            fixture_services.change_fixture(fixture, form.plan(), by=current_viewer(), version=form.version.data)
            flash(_("It is kept as it stands now."), "success")
            return redirect(url_for("trade_fixtures.show", fixture_id=fixture.id))
        except RuleBroken as error:
            form.refuse(error)
    offered = fixture_queries.products_to_offer(fixture.store_id, fixture.category)
    page = render_template(
        "trade/fixture_edit.html", form=form, fixture=fixture, offered=[shown(product) for product in offered]
    )
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/<int:fixture_id>/remove")
@requires(KEEP)
def remove(fixture_id: int) -> BaseResponse:
    """The store has it no more."""
    fixture_services.remove_fixture(fixture_queries.find_fixture(fixture_id, to_change=True))
    flash(_("The shelf unit is removed."), "success")
    return redirect(url_for("trade_fixtures.index"))


@blueprint.get("/<int:fixture_id>.xlsx")
@requires(SEE)
def export(fixture_id: int) -> Response:
    """The shelf unit as a table that can be uploaded again."""
    fixture = fixture_queries.find_fixture(fixture_id)
    rows = rows_of([fixture], fixture_queries.standing([fixture.id]))
    sheet = Sheet(_("Shelf unit"), [column.titles[0] for column in PLANOGRAM_COLUMNS], rows)
    return send_bytes(write_xlsx([sheet]), XLSX, f"{fixture.store.number}-{fixture.id}.xlsx")
