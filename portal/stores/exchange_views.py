"""Import and export of stores."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField

from portal.access import requires
from portal.errors import RuleBroken
from portal.files.exports import write_csv, write_xlsx
from portal.files.limits import XLSX
from portal.files.sending import send_bytes
from portal.forms import PortalForm
from portal.stores import importing

blueprint = Blueprint("stores_exchange", __name__, url_prefix="/stores/exchange")


class ImportForm(PortalForm):
    """A table of stores."""

    file = FileField(_l("XLSX or CSV file"), [FileRequired()])
    skip_wrong_rows = BooleanField(_l("Leave out wrong rows and write the others"))


@blueprint.route("/import", methods=["GET", "POST"])
@requires("portal.edit_stores")
def upload() -> BaseResponse | str | tuple[str, int]:
    """Read a table; say what is wrong by row and cell, or write it."""
    form, result = ImportForm(), None
    if form.validate_on_submit():
        try:
            result = importing.import_stores(form.file.data.read(), skip_wrong_rows=bool(form.skip_wrong_rows.data))
            if result.written and not result.errors:
                flash(
                    _("%(added)s stores added, %(changed)s changed.", added=result.added, changed=result.changed),
                    "success",
                )
                return redirect(url_for("stores.index"))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("stores/import.html", form=form, result=result, columns=importing.COLUMNS)
    if request.method == "GET" or (result is not None and result.written):
        return page
    return page, 422


@blueprint.get("/export")
@requires("portal.edit_stores")
def export() -> Response:
    """All stores as XLSX, or as CSV with ?format=csv."""
    sheet = importing.export_sheet()
    if request.args.get("format") == "csv":
        return send_bytes(write_csv([sheet.head, *sheet.rows]), "text/csv", "stores.csv")
    return send_bytes(write_xlsx([sheet]), XLSX, "stores.xlsx")
