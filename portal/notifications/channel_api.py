"""Channels in the web API: with the rights, the services and the discretion of their pages."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from portal.access import requires
from portal.db import db
from portal.notifications import channel_queries as queries
from portal.notifications import channels
from portal.notifications.channel_schemas import (
    ChannelChangeSchema,
    ChannelKindsSchema,
    ChannelPostPage,
    ChannelPostSchema,
    ChannelSchema,
    ChannelsSchema,
    NewChannelSchema,
)
from portal.notifications.channels import ChannelPlan
from portal.notifications.kinds import MANAGE, kinds_for_channels
from portal.notifications.models import Channel, ChannelPost
from portal.outbound import failure_in_words
from portal.web_api.blueprint import ApiBlueprint, PageArguments

blueprint = ApiBlueprint(
    "channels", "channels", url_prefix="/channels", description="Chats and services that hear of what happens."
)


@blueprint.route("")
class Channels(MethodView):
    """The list."""

    @requires(MANAGE)
    @blueprint.response(200, ChannelsSchema)
    def get(self) -> dict[str, Any]:
        """All of them; there are 50 at most."""
        return {"items": [_channel(channel) for channel in queries.all_channels()]}

    @requires(MANAGE)
    @blueprint.arguments(NewChannelSchema)
    @blueprint.response(201, ChannelSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Add one; its address is not told again."""
        return _channel(channels.add_channel(ChannelPlan(**values | {"kinds": tuple(values["kinds"])})))


@blueprint.route("/kinds")
class ChannelKinds(MethodView):
    """What there is to hear of."""

    @requires(MANAGE)
    @blueprint.response(200, ChannelKindsSchema)
    def get(self) -> dict[str, Any]:
        """What a channel can hear of."""
        offered = kinds_for_channels()
        return {"items": [{"name": each.name, "title": str(each.title), "side": each.side} for each in offered]}


@blueprint.route("/<int:channel_id>")
class OneChannel(MethodView):
    """One channel."""

    @requires(MANAGE)
    @blueprint.response(200, ChannelSchema)
    def get(self, channel_id: int) -> dict[str, Any]:
        """How it is set, and how it does."""
        return _channel(queries.channel(channel_id))

    @requires(MANAGE)
    @blueprint.arguments(ChannelChangeSchema)
    @blueprint.response(200, ChannelSchema)
    def patch(self, values: dict[str, Any], channel_id: int) -> dict[str, Any]:
        """Change what is sent, and nothing else."""
        channel = queries.channel(channel_id)
        active = values.pop("active", None)
        if values:
            kept = {"name": channel.name, "address": "", "kinds": channel.kinds, "language": channel.language} | values
            channels.change_channel(channel, ChannelPlan(**kept | {"kinds": tuple(kept["kinds"])}))
        if active is not None:
            channels.switch(channel, active=active)
        return _channel(channel)

    @requires(MANAGE)
    @blueprint.response(204)
    def delete(self, channel_id: int) -> None:
        """Remove it with its address and its log."""
        channels.remove(queries.channel(channel_id))


@blueprint.route("/<int:channel_id>/test")
class Test(MethodView):
    """A try."""

    @requires(MANAGE)
    @blueprint.response(201, ChannelPostSchema)
    def post(self, channel_id: int) -> dict[str, Any]:
        """Send a test message, which is tried once; read its state among the posts."""
        return _post(channels.send_test(queries.channel(channel_id)))


@blueprint.route("/<int:channel_id>/posts")
class Posts(MethodView):
    """What was sent."""

    @requires(MANAGE)
    @blueprint.arguments(PageArguments, location="query")
    @blueprint.response(200, ChannelPostPage)
    def get(self, query: dict[str, Any], channel_id: int) -> dict[str, Any]:
        """The messages of the last 30 days with their state, the latest first."""
        page = queries.page_of_posts(queries.channel(channel_id), query["cursor"], query["limit"])
        return {"items": [_post(row) for row in page], "next": page.next, "previous": page.previous}


@blueprint.route("/<int:channel_id>/posts/<int:post_id>/again")
class Again(MethodView):
    """Once more."""

    @requires(MANAGE)
    @blueprint.response(200, ChannelPostSchema)
    def post(self, channel_id: int, post_id: int) -> dict[str, Any]:
        """Send a message once more that was given up; 409 for any other."""
        post = queries.post(channel_id, post_id)
        channels.send_again(post)
        return _post(post)


def _channel(channel: Channel) -> dict[str, Any]:
    db.session.flush()
    names = ("id", "name", "kinds", "language", "active", "created_at", "answered_at", "failing_since")
    return {name: getattr(channel, name) for name in names} | {"address": channel.shown}


def _post(row: ChannelPost) -> dict[str, Any]:
    names = ("id", "kind", "title", "url", "state", "tries", "created_at", "tried_at")
    return {name: getattr(row, name) for name in names} | {"error": failure_in_words(row.error)}
