"""Versions of advice in the web API, publishing later, and until when it holds."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from plugins.advice.library import planning, queries, services
from plugins.advice.library.models import Version
from plugins.advice.library.web_api import NoteSchema, whole
from plugins.advice.models import DRAFT, IN_REVIEW, KINDS, PUBLISHED
from portal.api import ApiBlueprint, api_fields, current_viewer, requires

blueprint = ApiBlueprint(
    "advice_versions",
    "advice versions",
    url_prefix="/advice",
    description="What a note said, and what it is to say next.",
)


class VersionSchema(ma.Schema):
    """A version: published, or the working copy, which stores do not see."""

    number = ma.fields.Integer(required=True)
    state = api_fields.Choice((DRAFT, IN_REVIEW, PUBLISHED), required=True)
    change = ma.fields.String(required=True, metadata={"description": "what is new in it"})
    title = ma.fields.String(required=True)
    kind = api_fields.Choice(KINDS, required=True)
    reason = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    gain = api_fields.Amount(0, 10_000_000, required=True, allow_none=True)
    minutes = ma.fields.Integer(required=True, allow_none=True)
    pictures = ma.fields.List(ma.fields.Integer(), required=True, metadata={"description": "their numbers"})
    published_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    approved_by = ma.fields.String(required=True, metadata={"description": "who published it"})


class VersionsSchema(ma.Schema):
    """All versions, the latest first."""

    items = ma.fields.List(ma.fields.Nested(VersionSchema), required=True)


class PlanSchema(ma.Schema):
    """When it is published by itself."""

    publish_at = ma.fields.AwareDateTime(required=True)
    tell_again = api_fields.Flag(load_default=False, metadata={"description": "the stores that have it already"})


class ValidSchema(ma.Schema):
    """The last day on which stores are asked to do it; null where there is none."""

    valid_until = api_fields.Day(required=True, allow_none=True)


@blueprint.route("/<int:note_id>/versions")
class Versions(MethodView):
    """All versions of a note."""

    @requires("advice.write")
    @blueprint.response(200, VersionsSchema)
    def get(self, note_id: int) -> dict[str, Any]:
        """Each version as it was published, and the working copy, if there is one."""
        note, _mine = queries.visible(note_id, current_viewer())
        return {"items": [_as_json(version) for version in queries.versions(note.id)]}

    @requires("advice.write")
    @blueprint.response(204)
    def delete(self, note_id: int) -> None:
        """Discard the working copy; published versions stay."""
        services.discard_changes(queries.visible(note_id, current_viewer())[0])


@blueprint.route("/<int:note_id>/versions/<int:version>/restore")
class Restored(MethodView):
    """Going back."""

    @requires("advice.write")
    @blueprint.response(201, VersionsSchema)
    def post(self, note_id: int, version: int) -> dict[str, Any]:
        """Make a working copy that says what an old version said."""
        note, _mine = queries.visible(note_id, current_viewer())
        services.restore(note, version, by=current_viewer())
        return {"items": [_as_json(one) for one in queries.versions(note.id)]}


@blueprint.route("/<int:note_id>/plan")
class Plan(MethodView):
    """Publishing later."""

    @requires("advice.publish")
    @blueprint.arguments(PlanSchema)
    @blueprint.response(200, NoteSchema)
    def put(self, values: dict[str, Any], note_id: int) -> dict[str, Any]:
        """Let what is written be published then; who wrote any of it cannot do that, and a change drops it."""
        note, mine = queries.visible(note_id, current_viewer())
        planning.plan(note, values["publish_at"], by=current_viewer(), tell_again=values["tell_again"])
        return whole(note, mine)

    @requires("advice.publish")
    @blueprint.response(204)
    def delete(self, note_id: int) -> None:
        """Publish it by hand after all."""
        planning.cancel(queries.visible(note_id, current_viewer())[0])


@blueprint.route("/<int:note_id>/validity")
class Validity(MethodView):
    """Until when it holds."""

    @requires("advice.publish")
    @blueprint.arguments(ValidSchema)
    @blueprint.response(200, NoteSchema)
    def put(self, values: dict[str, Any], note_id: int) -> dict[str, Any]:
        """Say the last day on which stores are asked to do it."""
        note, mine = queries.visible(note_id, current_viewer())
        planning.keep_valid_until(note, values["valid_until"], by=current_viewer())
        return whole(note, mine)


def _as_json(version: Version) -> dict[str, Any]:
    names = ("number", "state", "change", "title", "kind", "reason", "text", "gain", "minutes", "published_at")
    return {name: getattr(version, name) for name in names} | {
        "pictures": version.shown_pictures,
        "approved_by": version.approved_by.name if version.approved_by else "",
    }
