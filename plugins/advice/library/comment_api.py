"""Comments of notes in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.advice.library import comments, queries
from plugins.advice.library.models import Comment
from portal.api import ApiBlueprint, RuleBroken, api_fields, current_viewer, requires, store_by_number

blueprint = ApiBlueprint(
    "advice_comments", "advice comments", url_prefix="/advice", description="What stores say under advice."
)


class CommentSchema(ma.Schema):
    """A comment; `by_store`: said by the store, else by the distributor."""

    id = ma.fields.Integer(required=True)
    store = ma.fields.String(required=True, metadata={"description": "its number"})
    by_store = ma.fields.Boolean(required=True)
    text = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class NewCommentSchema(ma.Schema):
    """What to say."""

    text = api_fields.Text(comments.LONGEST, filled=True, required=True)
    store = api_fields.Text(
        40, load_default="", metadata={"description": "whose thread, by its number; a store leaves it out"}
    )


@blueprint.route("/<int:note_id>/comments")
class Comments(MethodView):
    """Comments of a note."""

    @requires("advice.see")
    @blueprint.response(200, CommentSchema(many=True))
    def get(self, note_id: int) -> list[dict[str, Any]]:
        """The latest 600, thread by thread; of a store its own."""
        note, _mine = queries.visible(note_id, current_viewer())
        return [_as_json(comment) for thread in comments.threads(note.id) for comment in thread.comments]

    @requires("advice.see")
    @blueprint.arguments(NewCommentSchema)
    @blueprint.response(201, CommentSchema)
    def post(self, values: dict[str, Any], note_id: int) -> dict[str, Any]:
        """Say something: a store in its own thread, our people in a store's."""
        viewer = current_viewer()
        note, mine = queries.visible(note_id, viewer)
        viewer.must("advice.answer" if mine is not None else comments.REPLY)
        store = viewer.store or store_by_number(values["store"])
        if store is None:
            raise RuleBroken("store", "no such store")
        made = comments.say(note, store.id, values["text"], by=viewer)
        return _as_json(made, store.number)


def _as_json(comment: Comment, number: str = "") -> dict[str, Any]:
    names = ("id", "by_store", "text", "created_at")
    return {name: getattr(comment, name) for name in names} | {"store": number or comment.store.number}
