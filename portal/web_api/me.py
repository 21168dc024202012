"""Who the token acts as."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask.views import MethodView

from portal.access import signed_in
from portal.accounts import tokens
from portal.accounts.models import ApiToken
from portal.accounts.viewer import Viewer, current_viewer
from portal.web_api.blueprint import ApiBlueprint
from portal.web_api.fields import Identity

blueprint = ApiBlueprint("me", "me", url_prefix="/me", description="The token's own person and membership.")


class MeSchema(ma.Schema):
    """A membership as its holder sees it."""

    name = ma.fields.String(required=True)
    role = ma.fields.String(required=True)
    distributor = ma.fields.String(required=True)
    store = ma.fields.String(required=True, allow_none=True)
    permissions = ma.fields.List(ma.fields.String(), required=True)


class TokenSchema(ma.Schema):
    """A token, of which only the first characters are kept."""

    id = Identity(required=True)
    name = ma.fields.String(required=True)
    prefix = ma.fields.String(required=True)
    scopes = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "empty: all that one may do"})
    live = ma.fields.Boolean(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    expires_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    last_used_at = ma.fields.AwareDateTime(required=True, allow_none=True)


@blueprint.route("")
class Me(MethodView):
    """The person behind the token."""

    @signed_in
    @blueprint.response(200, MeSchema)
    def get(self) -> dict[str, object]:
        """Who am I, for whom do I act, and what may I do."""
        return _as_json(current_viewer())


@blueprint.route("/tokens")
class Tokens(MethodView):
    """The person's tokens in this membership."""

    @signed_in
    @blueprint.response(200, TokenSchema(many=True))
    def get(self) -> Any:
        """Tokens, the newest first; a new one is made on one's own page, as it asks for the password."""
        return [_token(token) for token in tokens.tokens_of(current_viewer().membership)]


@blueprint.route("/tokens/<int:token_id>")
class OneToken(MethodView):
    """One token."""

    @signed_in
    @blueprint.response(204)
    def delete(self, token_id: int) -> None:
        """It opens nothing any more."""
        tokens.revoke_token(current_viewer().membership, token_id)


def _token(token: ApiToken) -> dict[str, Any]:
    names = ("id", "name", "prefix", "scopes", "created_at", "expires_at", "last_used_at")
    return {name: getattr(token, name) for name in names} | {"live": tokens.is_live(token)}


def _as_json(viewer: Viewer) -> dict[str, object]:
    return {
        "name": viewer.person.name,
        "role": viewer.role.key,
        "distributor": viewer.distributor.slug,
        "store": viewer.store.number if viewer.store else None,
        "permissions": sorted(p for p in viewer.permissions if viewer.may(p)),
    }
