"""Pages of tables that come in: brought, looked at, taken in, undone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from plugins.trade import queries as trade_queries
from plugins.trade.importing import headings, queries, services, undoing
from plugins.trade.importing.columns import COLUMNS
from plugins.trade.importing.forms import KIND_TITLES, UploadForm, chosen, columns_form
from plugins.trade.importing.guessing import guess
from plugins.trade.importing.models import WAITING, Upload
from plugins.trade.importing.services import Intake, MissingColumns
from portal.api import (
    CSV,
    XLSX,
    NotFound,
    PortalForm,
    RuleBroken,
    Sheet,
    Store,
    TableBroken,
    Viewer,
    as_text,
    current_viewer,
    peek_table,
    read_stored,
    requires,
    send_bytes,
    session,
    write_csv,
    write_xlsx,
)

blueprint = Blueprint("trade_uploads", __name__, url_prefix="/uploads")
UPLOAD, PRODUCTS = "trade.upload", "trade.products"
SAMPLES = 3  # cells under each choice of a column


@blueprint.route("", methods=["GET", "POST"])
@requires(UPLOAD)
def index() -> BaseResponse | str | tuple[str, int]:
    """Bring a table; what is wrong in it is told by row and cell, else it waits to be looked at."""
    viewer = current_viewer()
    form, intake = UploadForm(), None
    form.offer(products=viewer.may(PRODUCTS))
    if form.validate_on_submit():
        try:
            file = form.file.data
            upload, intake = services.stage(form.kind.data, file.read(), name=file.filename or "", by=viewer)
            if upload is not None:
                return redirect(url_for("trade_uploads.show", upload_id=upload.id))
            if intake.written:
                flash(_said(intake), "success")
                return redirect(url_for("trade_uploads.index"))
        except MissingColumns as missing:
            return redirect(url_for("trade_uploads.columns", upload_id=missing.upload.id))
        except RuleBroken as error:
            form.refuse(error)
    page = _index_page(viewer, form, intake)
    return (page, 422) if request.method == "POST" else page


def _index_page(viewer: Viewer, form: UploadForm, intake: Intake | None) -> str:
    page = queries.uploads(viewer, request.args.get("cursor"))
    return render_template(
        "trade/importing/index.html",
        form=form,
        intake=intake,
        page=page,
        waiting=queries.waiting(viewer),
        undoable=queries.can_be_undone(list(page)),
        titles=KIND_TITLES,
        columns=COLUMNS,
    )


def _said(intake: Intake) -> str:
    if intake.repeated:
        return _("This file was taken in already; nothing has changed.")
    return _("%(rows)s rows taken in.", rows=intake.rows)


def _waiting(upload_id: int, viewer: Viewer, *, for_change: bool = False) -> Upload:
    upload = queries.find_upload(upload_id, viewer, for_change=for_change)
    if upload.kind == "products":
        viewer.must(PRODUCTS)
    return upload


@blueprint.get("/<int:upload_id>")
@requires(UPLOAD)
def show(upload_id: int) -> BaseResponse | str:
    """What a table would change, before anything is written."""
    viewer = current_viewer()
    upload = _waiting(upload_id, viewer)
    if upload.state != WAITING or upload.file is None:
        return redirect(url_for("trade_uploads.index"))
    head, rows = peek_table(read_stored(upload.file))
    try:
        intake = services.look_again(upload, viewer)
    except TableBroken:  # nobody has said yet which column is which
        return redirect(url_for("trade_uploads.columns", upload_id=upload.id))
    return render_template(
        "trade/importing/show.html",
        upload=upload,
        intake=intake,
        summary=intake.parsed.summary() if intake.parsed else None,
        head=head,
        rows=[[as_text(cell) for cell in row] for row in rows],
        names=_together(_named(rows)),
        said=queries.column_map(upload.kind, head),
        titles=KIND_TITLES,
    )


@blueprint.post("/<int:upload_id>/take")
@requires(UPLOAD)
def take(upload_id: int) -> BaseResponse:
    """Take it in; a second tap finds it taken in."""
    viewer = current_viewer()
    upload = _waiting(upload_id, viewer, for_change=True)
    if upload.state == WAITING:
        intake = services.take_waiting(upload, by=viewer)
        if intake.errors:
            return redirect(url_for("trade_uploads.show", upload_id=upload_id))
        flash(_said(intake), "success")
    return redirect(url_for("trade_uploads.index"))


@blueprint.post("/<int:upload_id>/discard")
@requires(UPLOAD)
def discard(upload_id: int) -> BaseResponse:
    """Leave it."""
    services.discard(_waiting(upload_id, current_viewer(), for_change=True))
    flash(_("Nothing was taken in."), "success")
    return redirect(url_for("trade_uploads.index"))


@blueprint.post("/<int:upload_id>/undo")
@requires(UPLOAD)
def undo(upload_id: int) -> BaseResponse:
    """Put back what it changed."""
    viewer = current_viewer()
    undoing.undo(_waiting(upload_id, viewer, for_change=True))
    flash(_("Undone: all is as it was before this file."), "success")
    return redirect(url_for("trade_uploads.index"))


@blueprint.route("/<int:upload_id>/columns", methods=["GET", "POST"])
@requires(UPLOAD)
def columns(upload_id: int) -> BaseResponse | str | tuple[str, int]:
    """Say which of the file's columns is which of ours; it is remembered."""
    viewer = current_viewer()
    upload = _waiting(upload_id, viewer, for_change=request.method == "POST")
    if upload.state != WAITING or upload.file is None:
        return redirect(url_for("trade_uploads.index"))
    head, rows = peek_table(read_stored(upload.file))
    said = queries.column_map(upload.kind, head)
    named = _named(rows)
    known = {name: set(found) for name, found in named.items()}
    guessed = said.columns if said else guess(upload.kind, head, rows, known)
    form = columns_form(upload.kind, head, guessed, own_store=viewer.is_store_side)
    if form.validate_on_submit():
        try:
            headings.say_columns(upload, chosen(upload.kind, form), by=viewer)
            return redirect(url_for("trade_uploads.show", upload_id=upload.id))
        except RuleBroken as error:
            form.refuse(error)
    page = _columns_page(upload, form, head, rows, _together(named))
    return (page, 422) if request.method == "POST" else page


def _columns_page(
    upload: Upload, form: PortalForm, head: tuple[str, ...], rows: Sequence[Sequence[Any]], names: dict[str, str]
) -> str:
    shown = [[as_text(cell) for cell in row] for row in rows]
    return render_template(
        "trade/importing/columns.html",
        upload=upload,
        form=form,
        head=head,
        rows=shown,
        names=names,
        samples=_samples(head, shown),
        columns=COLUMNS[upload.kind],
        titles=KIND_TITLES,
    )


def _named(rows: Sequence[Sequence[Any]]) -> dict[str, dict[str, str]]:
    """Which of the cells are a product's code or a store's number, and what those are called."""
    cells = {as_text(cell) for row in rows for cell in row}
    stores = session.execute(select(Store.number, Store.name).where(Store.number.in_(cells)))
    products = {code: product.name for code, product in trade_queries.by_code(cells).items()}
    return {"product": products, "store": dict(stores.all())}


def _together(named: dict[str, dict[str, str]]) -> dict[str, str]:
    return named["store"] | named["product"]


def _samples(head: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """What stands under each heading in the first rows."""
    found = {}
    for at, heading in enumerate(head):
        cells = dict.fromkeys(row[at] for row in rows if at < len(row) and row[at])
        if cells:
            found[heading] = _("In the file: %(cells)s", cells=_(", ").join(list(cells)[:SAMPLES]))
    return found


@blueprint.get("/<int:upload_id>/errors.csv")
@requires(UPLOAD)
def errors(upload_id: int) -> Response:
    """What is wrong in a waiting table, cell by cell."""
    viewer = current_viewer()
    intake = services.look_again(_waiting(upload_id, viewer), viewer)
    rows = [[_("Row"), _("Column"), _("Fault")]]
    rows += [[str(error.row), error.column, error.text] for error in intake.errors]
    return send_bytes(write_csv(rows), CSV, "errors.csv")


@blueprint.get("/<kind>.xlsx")
@requires(UPLOAD)
def template(kind: str) -> Response:
    """An empty table with the right headings."""
    if kind not in COLUMNS:
        raise NotFound
    head = [column.titles[0] for column in COLUMNS[kind]]
    return send_bytes(write_xlsx([Sheet(KIND_TITLES[kind], head, [])]), XLSX, f"{kind}.xlsx")
