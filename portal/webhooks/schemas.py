"""What programs send and get about web hooks."""

from __future__ import annotations

import marshmallow as ma

from portal.web_api.blueprint import page_of
from portal.web_api.fields import Choice, Flag, Identity, Text, many
from portal.webhooks.models import DEAD, SENT, SKIPPED, WAITING

STATES = (WAITING, SENT, DEAD, SKIPPED)
MOST_EVENTS = 500


class WebHookEventSchema(ma.Schema):
    """Something that a web hook can hear of."""

    name = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    ids = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "what is told of it"})


class WebHookEventsSchema(ma.Schema):
    """All that the core and the plug-ins that are switched on make public."""

    items = ma.fields.List(ma.fields.Nested(WebHookEventSchema), required=True)


class WebHookSchema(ma.Schema):
    """A web hook; its secret is told once, when it is made."""

    id = Identity(required=True)
    name = ma.fields.String(required=True)
    url = ma.fields.String(required=True)
    events = ma.fields.List(ma.fields.String(), required=True)
    active = ma.fields.Boolean(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    answered_at = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "when it last took a delivery"}
    )
    failing_since = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "the first of the failures since then"}
    )
    former_secret_until = ma.fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "until then a former secret signs beside the new one"}
    )


class SecretWebHookSchema(WebHookSchema):
    """A web hook with its secret, which is shown this once."""

    secret = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "null where the answer is repeated for an Idempotency-Key: then make a new one"},
    )


class WebHooksSchema(ma.Schema):
    """The distributor's web hooks, by name, at most 50."""

    items = ma.fields.List(ma.fields.Nested(WebHookSchema), required=True)


class NewWebHookSchema(ma.Schema):
    """A web hook to be added; it is sent a test at once."""

    name = Text(80, filled=True, required=True)
    url = Text(1000, filled=True, required=True)
    events = many(Text(80, filled=True), MOST_EVENTS, load_default=list)


class WebHookChangeSchema(ma.Schema):
    """What is to change: a new address is sent a test, `events` are all that it hears of from now on."""

    name = Text(80, filled=True)
    url = Text(1000, filled=True)
    events = many(Text(80, filled=True), MOST_EVENTS)
    active = Flag()


class WebHookDeliverySchema(ma.Schema):
    """A delivery and what became of it; `key` is what the receiver knows it by."""

    id = Identity(required=True)
    key = ma.fields.String(required=True)
    event = ma.fields.String(required=True)
    state = Choice(STATES, required=True)
    tries = ma.fields.Integer(required=True)
    status = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "HTTP, of the last answer"})
    error = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)
    tried_at = ma.fields.AwareDateTime(required=True, allow_none=True)


WebHookDeliveryPage = page_of(WebHookDeliverySchema)
