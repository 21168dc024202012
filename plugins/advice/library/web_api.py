"""Advice in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response, request
from flask.views import MethodView

from plugins.advice.library import answering, queries, services
from plugins.advice.library.services import Draft
from plugins.advice.models import DECLINED, DONE, DRAFT, IN_REVIEW, KINDS, OPEN, PUBLISHED, WITHDRAWN, Note, Recipient
from portal.api import (
    PICTURE_TYPES,
    ApiBlueprint,
    AudienceSchema,
    NotFound,
    PageArguments,
    RuleBroken,
    api_fields,
    audience_of,
    current_viewer,
    page_of,
    requires,
    send_stored,
    session,
    store_upload,
    writes,
)

blueprint = ApiBlueprint("advice", "advice", url_prefix="/advice", description="Advice and what stores made of it.")
STATES = (DRAFT, IN_REVIEW, PUBLISHED, WITHDRAWN)
ANSWERS = (DONE, DECLINED, OPEN)


class DraftSchema(ma.Schema):
    """What a note says."""

    title = api_fields.Text(120, filled=True, required=True)
    kind = api_fields.Choice(KINDS, required=True)
    reason = api_fields.Text(300, load_default="", metadata={"description": "why it is worth doing, in one sentence"})
    text = api_fields.Text(50_000, load_default="", metadata={"description": "Markdown"})
    gain = api_fields.Amount(0, 10_000_000, load_default=None, allow_none=True)
    minutes = api_fields.Whole(1, 10_000, load_default=None, allow_none=True)
    audience = ma.fields.Nested(AudienceSchema, load_default=None, allow_none=True)


class NewNoteSchema(DraftSchema):
    """A note to be written; with `publish` it goes to its stores at once."""

    publish = api_fields.Flag(load_default=False)


class ChangedNoteSchema(DraftSchema):
    """What a note is to say; of a published one with what is new in it."""

    change = api_fields.Text(200, load_default="", metadata={"description": "what is new, in one line"})


class NoteSchema(ma.Schema):
    """A note; `answer` and `useful` are what the reading store made of it (empty on the distributor side)."""

    id = api_fields.Identity(required=True)
    title = ma.fields.String(required=True)
    kind = api_fields.Choice(KINDS, required=True)
    reason = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    gain = api_fields.Amount(0, 10_000_000, required=True, allow_none=True)
    minutes = ma.fields.Integer(required=True, allow_none=True)
    state = api_fields.Choice(STATES, required=True)
    answer = api_fields.Choice(("", *ANSWERS), required=True)
    useful = ma.fields.Boolean(required=True, allow_none=True)
    published_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    publish_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "when it is published by itself; for our people only"}
    )
    valid_until = ma.fields.Date(required=True, allow_none=True)
    pictures = ma.fields.List(ma.fields.String(), metadata={"description": "GET each for its bytes; of one note only"})


class AnswerSchema(ma.Schema):
    """What the store makes of it; to decline it needs a reason."""

    answer = api_fields.Choice(ANSWERS)
    reason = api_fields.Text(500, load_default="")
    useful = api_fields.Flag()


class StateSchema(ma.Schema):
    """Where the note is to stand."""

    state = api_fields.Choice(STATES, required=True)
    reason = api_fields.Text(500, load_default="", metadata={"description": "what to change, when it goes back"})


class NoteQuery(PageArguments):
    """What the list is narrowed to."""

    kind = api_fields.Choice(("", *KINDS), load_default="")
    state = api_fields.Choice(
        ("", *STATES, *ANSWERS),
        load_default="",
        metadata={"description": "of the note, for our people; for a store its own answer"},
    )


@blueprint.route("")
class Notes(MethodView):
    """The library."""

    @requires("advice.see")
    @blueprint.arguments(NoteQuery, location="query")
    @blueprint.response(200, page_of(NoteSchema))
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Advice, the latest first; store people see what was published to their store."""
        wanted = (query["state"], query["kind"], query["cursor"], query["limit"])
        if current_viewer().is_store_side:
            mine = queries.page_for_store(*wanted)
            return {"items": [_as_json(m.note, m) for m in mine], "next": mine.next, "previous": mine.previous}
        page = queries.page_of_notes(*wanted)
        return {"items": [_as_json(note, None) for note in page], "next": page.next, "previous": page.previous}

    @requires("advice.write")
    @blueprint.arguments(NewNoteSchema)
    @blueprint.response(201, NoteSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Write a note; with `publish` it goes to its stores at once."""
        viewer = current_viewer()
        now = values.pop("publish")
        note = services.write_note(_draft(values), by=viewer)
        session.flush()
        if now:
            viewer.must("advice.publish")
            services.publish(note, by=viewer)
        return _as_json(note, None)


@blueprint.route("/<int:note_id>")
class OneNote(MethodView):
    """One note."""

    @requires("advice.see")
    @writes
    @blueprint.response(200, NoteSchema)
    def get(self, note_id: int) -> dict[str, Any]:
        """One note with its pictures; a store that asks for it has seen it."""
        note, mine = queries.visible(note_id, current_viewer())
        if mine is not None:
            answering.mark_seen(mine)
        return whole(note, mine)

    @requires("advice.write")
    @blueprint.arguments(ChangedNoteSchema)
    @blueprint.response(200, NoteSchema)
    def put(self, values: dict[str, Any], note_id: int) -> dict[str, Any]:
        """Say it otherwise; of a published note that is its next version, which stores see when it is published."""
        note, mine = queries.visible(note_id, current_viewer())
        change = values.pop("change")
        services.change_note(note, _draft(values), by=current_viewer(), change=change)
        return whole(note, mine)

    @requires("advice.answer")
    @blueprint.arguments(AnswerSchema)
    @blueprint.response(200, NoteSchema)
    def patch(self, values: dict[str, Any], note_id: int) -> dict[str, Any]:
        """The store's answer: done, declined with a reason, open again; and whether it helped."""
        viewer = current_viewer()
        note, mine = queries.visible(note_id, viewer)
        if mine is None:
            raise NotFound
        if values.get("answer") == DONE:
            answering.mark_done(mine, by=viewer)
        elif values.get("answer") == DECLINED:
            answering.decline(mine, values["reason"], by=viewer)
        elif values.get("answer") == OPEN:
            answering.reopen(mine, by=viewer)
        if "useful" in values:
            answering.say_useful(mine, values["useful"])
        return whole(note, mine)


@blueprint.route("/<int:note_id>/state")
class State(MethodView):
    """From the draft to the stores."""

    @requires("advice.write")
    @blueprint.arguments(StateSchema)
    @blueprint.response(200, NoteSchema)
    def put(self, values: dict[str, Any], note_id: int) -> dict[str, Any]:
        """Hand it to review, send it back as a draft, publish it to its stores, or withdraw it."""
        viewer = current_viewer()
        note, mine = queries.visible(note_id, viewer)
        if values["state"] != IN_REVIEW:
            viewer.must("advice.publish")
        if values["state"] == IN_REVIEW:
            services.ask_for_review(note)
        elif values["state"] == PUBLISHED:
            services.publish(note, by=viewer)
        elif values["state"] == WITHDRAWN:
            services.withdraw(note)
        else:
            services.send_back(note, values["reason"], by=viewer)
        return whole(note, mine)


@blueprint.route("/<int:note_id>/pictures")
class Pictures(MethodView):
    """Pictures of a note."""

    @requires("advice.write")
    @blueprint.files("pictures")
    @blueprint.response(201, NoteSchema)
    def post(self, note_id: int) -> dict[str, Any]:
        """Add pictures; the text shows the first by ![...](picture:1)."""
        note, mine = queries.visible(note_id, current_viewer())
        uploads = [upload for upload in request.files.getlist("pictures") if upload.filename]
        if not uploads:
            raise RuleBroken("pictures", "send at least one file in the field pictures")
        for upload in uploads:
            stored = store_upload(upload, upload.filename, kinds=("picture",), field="pictures")
            services.add_picture(note, stored, by=current_viewer())
        return whole(note, mine)


@blueprint.route("/<int:note_id>/pictures/<int:position>")
class OnePicture(MethodView):
    """One picture."""

    @requires("advice.see")
    @blueprint.bytes_of(*PICTURE_TYPES)
    def get(self, note_id: int, position: int) -> Response:
        """The picture itself."""
        note, mine = queries.visible(note_id, current_viewer())
        for found in queries.pictures(note.id, note.shown_pictures if mine is not None else None):
            if found.position == position:
                return send_stored(found.file)
        raise NotFound

    @requires("advice.write")
    @blueprint.response(204)
    def delete(self, note_id: int, position: int) -> None:
        """Take it off the note; the other pictures keep their numbers."""
        viewer = current_viewer()
        services.remove_picture(queries.visible(note_id, viewer)[0], position, by=viewer)


def _draft(values: dict[str, Any]) -> Draft:
    return Draft(**values | {"audience": audience_of(values["audience"])})


def whole(note: Note, mine: Recipient | None) -> dict[str, Any]:
    """A note with the addresses of its pictures."""
    addresses = [
        f"/api/v1/advice/{note.id}/pictures/{p.position}" for p in queries.pictures(note.id, note.shown_pictures)
    ]
    return _as_json(note, mine) | {"pictures": addresses}


def _as_json(note: Note, mine: Recipient | None) -> dict[str, Any]:
    names = ("id", "title", "kind", "reason", "text", "gain", "minutes", "state", "published_at", "valid_until")
    return {name: getattr(note, name) for name in names} | {
        "answer": mine.state if mine else "",
        "useful": mine.useful if mine else None,
        "publish_at": None if mine else note.publish_at,
    }
