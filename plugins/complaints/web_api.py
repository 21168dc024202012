"""Complaints in the web API."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.views import MethodView

from plugins.complaints import queries, services
from plugins.complaints.models import Complaint, Message, Photo
from plugins.complaints.schemas import (
    STEPS_OF,
    ChangeSchema,
    ComplaintPage,
    ComplaintSchema,
    HandlerSchema,
    ListArguments,
    MessageSchema,
    PhotoSchema,
    ReportSchema,
    ThreadSchema,
    WordsSchema,
)
from plugins.complaints.services import Report
from portal.api import (
    PICTURE_TYPES,
    ApiBlueprint,
    RuleBroken,
    Viewer,
    current_viewer,
    requires,
    send_stored,
    store_by_number,
)

blueprint = ApiBlueprint(
    "complaints",
    "complaints",
    url_prefix="/complaints",
    description="Complaints: file them, send photos, talk about them, take them to the next stage.",
)


@blueprint.route("")
class Complaints(MethodView):
    """The list."""

    @requires("complaints.see")
    @blueprint.arguments(ListArguments, location="query")
    @blueprint.response(200, ComplaintPage)
    def get(self, wanted: dict[str, Any]) -> Any:
        """Complaints of the own store; as staff those of all stores one sees, by view."""
        viewer = current_viewer()
        page = queries.page_of_complaints(
            wanted["view"], viewer, words=wanted["words"].strip(), cursor=wanted["cursor"], size=wanted["limit"]
        )
        items = [_as_json(complaint) for complaint in page]
        return {"items": items, "next": page.next, "previous": page.previous}

    @requires("complaints.file")
    @blueprint.arguments(ReportSchema)
    @blueprint.response(201, ComplaintSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """File a complaint with a text or a product; send its photos to /complaints/{number}/photos afterwards."""
        viewer = current_viewer()
        store_id = _store_id(values.pop("store"), viewer)
        complaint = services.file_complaint(Report(**values), store_id=store_id, by=viewer)
        return _as_json(queries.by_number(complaint.number))


@blueprint.route("/<number>")
class OneComplaint(MethodView):
    """One complaint."""

    @requires("complaints.see")
    @blueprint.response(200, ThreadSchema)
    def get(self, number: str) -> dict[str, Any]:
        """The complaint, its messages and its photos."""
        return _thread(queries.by_number(number))

    @requires("complaints.see")
    @blueprint.arguments(ChangeSchema)
    @blueprint.response(200, ThreadSchema)
    def patch(self, values: dict[str, Any], number: str) -> dict[str, Any]:
        """Take it to the next stage, give it an owner (null: nobody), say how serious it is."""
        viewer = current_viewer()
        complaint = queries.by_number(number, for_change=True)
        viewer.must("complaints.confirm" if viewer.is_store_side else "complaints.handle")
        if "severity" in values or "owner" in values:
            _handle(complaint, values, viewer)
        if "state" in values:
            services.take_step(complaint, STEPS_OF[values["state"]], values["word"], by=viewer)
        return _thread(complaint)


@blueprint.route("/<number>/possible-owners")
class PossibleOwners(MethodView):
    """Who can own a complaint."""

    @requires("complaints.handle")
    @blueprint.response(200, HandlerSchema(many=True))
    def get(self, number: str) -> list[dict[str, Any]]:
        """Our people who may handle this complaint, by name."""
        members = services.possible_owners(queries.by_number(number))
        return [{"id": member.id, "name": member.person.name} for member in members]


@blueprint.route("/<number>/messages")
class Messages(MethodView):
    """What is said."""

    @requires("complaints.file")
    @blueprint.arguments(WordsSchema)
    @blueprint.response(201, MessageSchema)
    def post(self, values: dict[str, Any], number: str) -> dict[str, Any]:
        """Write to the other side; as staff it is the answer, or with `internal` a note for colleagues."""
        viewer = current_viewer()
        complaint = queries.by_number(number, for_change=True)
        if values["internal"] or not viewer.is_store_side:
            viewer.must("complaints.handle")
        write = services.note if values["internal"] else services.say
        return _message(write(complaint, values["text"], by=viewer), viewer.person.name)


@blueprint.route("/<number>/photos")
class Photos(MethodView):
    """Pictures of a complaint."""

    @requires("complaints.file")
    @blueprint.files("photos")
    @blueprint.response(201, PhotoSchema(many=True))
    def post(self, number: str) -> list[dict[str, Any]]:
        """Send pictures as multipart/form-data, each in a field `photos`; they are kept without metadata."""
        complaint = queries.by_number(number, for_change=True)
        uploads = [upload for upload in request.files.getlist("photos") if upload.filename]
        if not uploads:
            raise RuleBroken("photos", "send at least one file in the field photos")
        return [_photo(photo, complaint) for photo in services.add_photos(complaint, uploads, by=current_viewer())]


@blueprint.route("/<number>/photos/<int:photo_id>")
class OnePhoto(MethodView):
    """One picture."""

    @requires("complaints.see")
    @blueprint.bytes_of(*PICTURE_TYPES, description="The picture.")
    def get(self, number: str, photo_id: int) -> Response:
        """The picture itself."""
        return send_stored(queries.photo(queries.by_number(number).id, photo_id).file)


def _store_id(number: str, viewer: Viewer) -> int | None:
    if viewer.store is not None:
        if number and number != viewer.store.number:
            raise RuleBroken("store", "unknown store number")
        return None
    store = store_by_number(number)
    if store is None:
        raise RuleBroken("store", "unknown store number")
    return store.id


def _handle(complaint: Complaint, values: dict[str, Any], viewer: Viewer) -> None:
    if "severity" in values:
        viewer.must("complaints.assign")
        services.rate_severity(complaint, values["severity"])
    if "owner" in values:
        if values["owner"] != viewer.membership.id:
            viewer.must("complaints.assign")
        viewer.must("complaints.handle")
        services.assign(complaint, values["owner"], by=viewer)


PLAIN = [
    "number",
    "category",
    "text",
    "product",
    "product_id",
    "batch",
    "expires_on",
    "quantity",
    "quantity_unit",
    "delivery_note",
    "wish",
    "about_rep",
    "severity",
    "state",
    "created_at",
    "first_answered_at",
    "answer_due_at",
    "resolve_due_at",
    "closed_at",
]


def _as_json(complaint: Complaint) -> dict[str, Any]:
    values = {name: getattr(complaint, name) for name in PLAIN}
    return values | {"store": complaint.store.number, "owner": complaint.owner_membership_id}


def _thread(complaint: Complaint) -> dict[str, Any]:
    messages = [_message(item, item.author.name if item.author else "") for item in queries.messages(complaint.id)]
    photos = [_photo(photo, complaint) for photo in queries.photos(complaint.id)]
    return _as_json(complaint) | {"messages": messages, "photos": photos}


def _message(message: Message, author: str) -> dict[str, Any]:
    names = ("id", "text", "internal", "by_store", "state_after", "created_at")
    return {name: getattr(message, name) for name in names} | {"author": author}


def _photo(photo: Photo, complaint: Complaint) -> dict[str, Any]:
    url = f"/api/v1/complaints/{complaint.number}/photos/{photo.id}"
    return {"id": photo.id, "message": photo.message_id, "url": url}
