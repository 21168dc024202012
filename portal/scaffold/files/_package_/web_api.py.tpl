"""Notes in the web API, under /api/v1/[[ name ]]."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from portal.api import ApiBlueprint, PageArguments, api_fields, current_viewer, page_of, requires
from [[ package ]] import queries, services
from [[ package ]].models import Note

blueprint = ApiBlueprint(
    "[[ name ]]",
    __name__,
    url_prefix="/[[ name ]]",
    description="Notes to stores.",
)


class [[ camel ]]NoteSchema(ma.Schema):
    """A note."""

    id = api_fields.Identity(dump_only=True)
    store = api_fields.Text(40, filled=True, required=True, metadata={"description": "its number"})
    text = api_fields.Text(services.LONGEST_TEXT, filled=True, required=True)
    written_at = ma.fields.AwareDateTime(dump_only=True)
    done_at = ma.fields.AwareDateTime(dump_only=True, allow_none=True)


[[ camel ]]NotePage = page_of([[ camel ]]NoteSchema)


@blueprint.route("/notes")
class Notes(MethodView):
    """The list."""

    @requires("[[ name ]].read")
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, [[ camel ]]NotePage)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Notes to the own store; as staff those to all stores one sees."""
        page = queries.page_of_notes(wanted["cursor"], wanted["limit"])
        return {"items": [_as_json(note) for note in page], "next": page.next, "previous": page.previous}

    @requires("[[ name ]].write")
    @blueprint.arguments([[ camel ]]NoteSchema)
    @blueprint.response(201, [[ camel ]]NoteSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Write a note to a store."""
        note = services.write_note(services.NewNote(**values), by=current_viewer())
        return _as_json(queries.note(note.id))


def _as_json(note: Note) -> dict[str, Any]:
    plain = {name: getattr(note, name) for name in ("id", "text", "written_at", "done_at")}
    return plain | {"store": note.store.number}
