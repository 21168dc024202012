"""Search in the web API."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from portal.access import signed_in
from portal.accounts.viewer import current_viewer
from portal.search.views import LONGEST, find_everywhere
from portal.web_api.blueprint import ApiBlueprint
from portal.web_api.fields import Text, many

blueprint = ApiBlueprint("search", "search", url_prefix="/search", description="Everything that a person may see.")
MOST_HITS = 500


class SearchQuery(ma.Schema):
    """The words."""

    q = Text(LONGEST, required=True)


class HitSchema(ma.Schema):
    """Something found."""

    title = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    url = ma.fields.String(required=True, metadata={"description": "its page"})
    at = ma.fields.AwareDateTime(required=True, allow_none=True)


class HitsSchema(ma.Schema):
    """What was found, by plug-in."""

    items = many(ma.fields.Nested(HitSchema), MOST_HITS, required=True)


@blueprint.route("")
class Search(MethodView):
    """One search over everything."""

    @signed_in
    @blueprint.arguments(SearchQuery, location="query")
    @blueprint.response(200, HitsSchema)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """What was found in stores and in every plug-in."""
        return {"items": find_everywhere(query["q"].strip(), current_viewer())[:MOST_HITS]}
