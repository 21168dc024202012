"""The audit log for who may read it: searched, and taken along as a table."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _

from portal.access import requires, writes
from portal.accounts.viewer import current_viewer
from portal.audit import queries, texts
from portal.audit.models import AuditEntry
from portal.audit.queries import AuditFilter
from portal.audit.services import record
from portal.files.exports import Sheet, write_csv, write_xlsx
from portal.files.limits import XLSX
from portal.files.sending import send_bytes
from portal.questions import day_asked, id_asked

blueprint = Blueprint("audit", __name__, url_prefix="/audit")


@blueprint.get("")
@requires("portal.see_audit")
def index() -> str:
    """Who did what, when, to which object."""
    wanted = _wanted()
    return render_template(
        "audit/index.html",
        page=queries.page_of_entries(wanted, current_viewer().distributor.timezone, request.args.get("cursor")),
        wanted=wanted,
        person=queries.name_of(wanted.person_id) if wanted.person_id else "",
        features=texts.features(),
        texts=texts,
    )


def _wanted() -> AuditFilter:
    kind, _colon, number = request.args.get("object", "").partition(":")
    return AuditFilter(
        words=request.args.get("q", "").strip()[:100],
        person_id=id_asked("person"),
        action=request.args.get("action", "")[:80],
        object_kind=kind[:60],
        object_id=int(number) if number.isdecimal() and len(number) < 10 else None,
        first=day_asked("from"),
        last=day_asked("until"),
    )


@blueprint.get("/export")
@requires("portal.see_audit")
@writes
def export() -> Response:
    """The filtered log as XLSX, or as CSV with ?format=csv; that it was taken is noted in it."""
    wanted = _wanted()
    entries = queries.entries_to_export(wanted, current_viewer().distributor.timezone)
    head = [
        _("When"),
        _("Who"),
        _("Person no."),
        _("Did"),
        _("Code"),
        _("Object"),
        _("No."),
        _("Store no."),
        _("Details"),
        _("Request"),
    ]
    sheet = Sheet(_("Audit log"), head, [_row(entry) for entry in entries])
    record("audit.exported", rows=len(entries))
    if request.args.get("format") == "csv":
        return send_bytes(write_csv([sheet.head, *sheet.rows]), "text/csv", "audit.csv")
    return send_bytes(write_xlsx([sheet]), XLSX, "audit.xlsx")


def _row(entry: AuditEntry) -> list[object]:
    return [
        entry.at,
        entry.person.name if entry.person else "",
        entry.person_id,
        texts.action_title(entry.action),
        entry.action,
        texts.object_title(entry.object_kind) if entry.object_kind else "",
        entry.object_id,
        entry.store_id,
        texts.details_text(entry.action, entry.details),
        entry.request_id,
    ]
