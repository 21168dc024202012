"""The audit log in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from portal.access import requires
from portal.accounts.viewer import current_viewer
from portal.audit import queries
from portal.audit.models import AuditEntry
from portal.audit.queries import AuditFilter
from portal.web_api.blueprint import ApiBlueprint, PageArguments, page_of
from portal.web_api.fields import Day, Identity, Text

blueprint = ApiBlueprint("audit", "audit", url_prefix="/audit", description="Who did what, when, to which object.")


class AuditQuery(PageArguments):
    """What the log is narrowed to."""

    q = Text(100, load_default="", metadata={"description": "words of the person's name or address"})
    action = Text(80, load_default="", metadata={"description": "one action, or a feature such as complaints"})
    object_kind = Text(60, load_default="")
    object_id = Identity(from_text=True, load_default=None)
    from_ = Day(load_default=None, data_key="from")
    until = Day(load_default=None)


class AuditEntrySchema(ma.Schema):
    """One change; nobody can alter or remove it."""

    id = Identity(required=True)
    at = ma.fields.AwareDateTime(required=True)
    person_id = ma.fields.Integer(required=True, allow_none=True)
    person = ma.fields.String(required=True)
    action = ma.fields.String(required=True)
    object_kind = ma.fields.String(required=True)
    object_id = ma.fields.Integer(required=True, allow_none=True)
    details = ma.fields.Dict(keys=ma.fields.String(), required=True)
    request_id = ma.fields.String(required=True)


@blueprint.route("")
class Audit(MethodView):
    """The log."""

    @requires("portal.see_audit")
    @blueprint.arguments(AuditQuery, location="query")
    @blueprint.response(200, page_of(AuditEntrySchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """The latest first."""
        wanted = AuditFilter(
            words=query["q"],
            action=query["action"],
            object_kind=query["object_kind"],
            object_id=query["object_id"],
            first=query["from_"],
            last=query["until"],
        )
        zone = current_viewer().distributor.timezone
        page = queries.page_of_entries(wanted, zone, query["cursor"], query["limit"])
        return {"items": [_as_json(entry) for entry in page], "next": page.next, "previous": page.previous}


def _as_json(entry: AuditEntry) -> dict[str, Any]:
    names = ("id", "at", "person_id", "action", "object_kind", "object_id", "details", "request_id")
    return {name: getattr(entry, name) for name in names} | {"person": entry.person.name if entry.person else ""}
