"""What programs send and get about channels."""

from __future__ import annotations

import marshmallow as ma

from portal.notifications.models import DEAD, SENT, SKIPPED, WAITING
from portal.web_api.blueprint import page_of
from portal.web_api.fields import Choice, Flag, Identity, Text, many

STATES = (WAITING, SENT, DEAD, SKIPPED)
LANGUAGES = ("zh_Hans", "en")
MOST_KINDS = 500
ADDRESS = {"description": "as wecombot://key, or as the chat shows it; it is a secret, and shown in part from then on"}


class ChannelKindSchema(ma.Schema):
    """A kind of messages that a channel can hear of."""

    name = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    side = Choice(("distributor", "store"), required=True, metadata={"description": "whose people are told"})


class ChannelKindsSchema(ma.Schema):
    """All that the plug-ins that are switched on send."""

    items = ma.fields.List(ma.fields.Nested(ChannelKindSchema), required=True)


class ChannelSchema(ma.Schema):
    """A chat or service that hears of what happens."""

    id = Identity(required=True)
    name = ma.fields.String(required=True)
    address = ma.fields.String(required=True, metadata={"description": "without its secrets"})
    kinds = ma.fields.List(ma.fields.String(), required=True)
    language = Choice(LANGUAGES, required=True)
    active = ma.fields.Boolean(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    answered_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "when it last took a message"}
    )
    failing_since = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "the first of the failures since then"}
    )


class ChannelsSchema(ma.Schema):
    """The distributor's channels, by name, at most 50."""

    items = ma.fields.List(ma.fields.Nested(ChannelSchema), required=True)


class NewChannelSchema(ma.Schema):
    """A channel to be added; it is sent a test message at once."""

    name = Text(80, filled=True, required=True)
    address = Text(1000, filled=True, required=True, metadata=ADDRESS)
    kinds = many(Text(80, filled=True), MOST_KINDS, load_default=list)
    language = Choice(LANGUAGES, required=True)


class ChannelChangeSchema(ma.Schema):
    """What is to change: a new address is sent a test, `kinds` are all that it hears of from now on."""

    name = Text(80, filled=True)
    address = Text(1000, filled=True, metadata=ADDRESS)
    kinds = many(Text(80, filled=True), MOST_KINDS)
    language = Choice(LANGUAGES)
    active = Flag()


class ChannelPostSchema(ma.Schema):
    """A message to a channel and what became of it; `kind` is "test" for a test."""

    id = Identity(required=True)
    kind = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    url = ma.fields.String(required=True, metadata={"description": "the page that it is about"})
    state = Choice(STATES, required=True)
    tries = ma.fields.Integer(required=True)
    error = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    tried_at = ma.fields.AwareDateTime(required=True, allow_none=True)


ChannelPostPage = page_of(ChannelPostSchema)
