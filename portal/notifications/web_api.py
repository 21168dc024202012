"""A person's messages in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView
from flask_babel import get_locale

from portal.access import signed_in
from portal.accounts.viewer import current_viewer
from portal.notifications import queries, services
from portal.notifications.models import Notification
from portal.web_api.blueprint import ApiBlueprint, PageArguments, page_of
from portal.web_api.fields import Identity

blueprint = ApiBlueprint(
    "notifications", "notifications", url_prefix="/notifications", description="What the acting person was told."
)


class NotificationSchema(ma.Schema):
    """A message, in the reader's language."""

    id = Identity(required=True)
    kind = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    body = ma.fields.String(required=True)
    url = ma.fields.String(required=True, metadata={"description": "the page that it is about"})
    urgent = ma.fields.Boolean(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    read_at = ma.fields.AwareDateTime(required=True, allow_none=True)


@blueprint.route("")
class Notifications(MethodView):
    """The messages."""

    @signed_in
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, page_of(NotificationSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Messages to this membership, the latest first."""
        page = queries.page_of_messages(current_viewer(), query["cursor"], query["limit"])
        return {"items": [_as_json(note) for note in page], "next": page.next, "previous": page.previous}


@blueprint.route("/read")
class AllRead(MethodView):
    """All of it."""

    @signed_in
    @blueprint.response(204)
    def post(self) -> None:
        """All messages have been read."""
        services.mark_read(current_viewer())


@blueprint.route("/<int:note_id>/read")
class OneRead(MethodView):
    """One message."""

    @signed_in
    @blueprint.response(200, NotificationSchema)
    def post(self, note_id: int) -> dict[str, Any]:
        """This message has been read."""
        viewer = current_viewer()
        note = queries.message(note_id, viewer)
        services.mark_read(viewer, note)
        return _as_json(note)


def _as_json(note: Notification) -> dict[str, Any]:
    language = str(get_locale())
    names = ("id", "kind", "url", "urgent", "created_at", "read_at")
    return {name: getattr(note, name) for name in names} | {
        "title": note.title.get(language, ""),
        "body": note.body.get(language, ""),
    }
