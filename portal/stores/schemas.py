"""What programs send and get about stores."""

from __future__ import annotations

import marshmallow as ma
from flask_smorest.fields import Upload

from portal.stores.models import FORMATS, TIERS
from portal.web_api.blueprint import PageArguments, page_of
from portal.web_api.fields import Choice, Day, Flag, Identity, Measure, Text, Whole, many

LARGEST_AREA = 200_000


class StoreChangeSchema(ma.Schema):
    """What is to be known of a store; what is left out stays as it is."""

    number = Text(40, filled=True)
    name = Text(120, filled=True)
    format = Choice(FORMATS)
    tier = Choice(TIERS)
    region = Text(60)
    address = Text(200)
    area_m2 = Measure(0.1, LARGEST_AREA, allow_none=True)
    opened_on = Day(allow_none=True)
    rep_membership_id = Identity(allow_none=True, metadata={"description": "the membership of its sales rep"})
    active = Flag()


class StoreDetailsSchema(StoreChangeSchema):
    """What is known of a new store."""

    number = Text(40, filled=True, required=True)
    name = Text(120, filled=True, required=True)


class StoreSchema(ma.Schema):
    """A store."""

    number = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    format = Choice(FORMATS, required=True)
    tier = Choice(TIERS, required=True)
    region = ma.fields.String(required=True)
    address = ma.fields.String(required=True)
    area_m2 = ma.fields.Float(required=True, allow_none=True)
    opened_on = ma.fields.Date(required=True, allow_none=True)
    rep_membership_id = ma.fields.Integer(required=True, allow_none=True)
    active = ma.fields.Boolean(required=True)


class StoreQuery(PageArguments):
    """What the list is narrowed to."""

    q = Text(100, load_default="", metadata={"description": "words of number, name, region or address"})
    region = Text(60, load_default="")
    format = Choice(("", *FORMATS), load_default="")
    tier = Choice(("", *TIERS), load_default="")
    all = Flag(
        from_text=True, load_default=False, metadata={"description": "also those that are not supplied any more"}
    )


class StoreImportQuery(ma.Schema):
    """What is to be done with wrong rows."""

    skip_wrong_rows = Flag(from_text=True, load_default=False)


class StoreFileSchema(ma.Schema):
    """The table."""

    file = Upload(required=True)


class StoreImportedSchema(ma.Schema):
    """What a table did."""

    added = ma.fields.Integer(required=True)
    changed = ma.fields.Integer(required=True)
    left_out = ma.fields.Integer(required=True, metadata={"description": "rows that were wrong"})


class TimelineQuery(ma.Schema):
    """How far back."""

    days = Whole(1, 1500, from_text=True, load_default=120)


class EntrySchema(ma.Schema):
    """Something that happened."""

    at = ma.fields.AwareDateTime(required=True)
    title = ma.fields.String(required=True)
    text = ma.fields.String(required=True)
    url = ma.fields.String(required=True, metadata={"description": "its page"})
    state = ma.fields.String(required=True)


class TimelineSchema(ma.Schema):
    """The latest first, at most 1,000."""

    items = many(ma.fields.Nested(EntrySchema), 1000, required=True)


class ContactDetailsSchema(ma.Schema):
    """What is known of somebody on the bench."""

    name = Text(60, filled=True, required=True)
    position = Text(60, load_default="")
    phone = Text(40, load_default="")
    email = Text(200, load_default="")
    note = Text(2000, load_default="")
    is_main = Flag(load_default=False)
    since = Day(load_default=None, allow_none=True)


class ContactSchema(ma.Schema):
    """Somebody on the bench."""

    id = Identity(required=True)
    name = ma.fields.String(required=True)
    position = ma.fields.String(required=True)
    phone = ma.fields.String(required=True)
    email = ma.fields.String(required=True)
    note = ma.fields.String(required=True)
    is_main = ma.fields.Boolean(required=True)
    since = ma.fields.Date(required=True, allow_none=True)
    left_on = ma.fields.Date(required=True, allow_none=True)
    successor_id = ma.fields.Integer(required=True, allow_none=True)


class HandoverSchema(ma.Schema):
    """Who leaves when, and who takes over."""

    left_on = Day(required=True)
    successor_id = Identity(load_default=None, allow_none=True)
    note = Text(2000, load_default="")


StorePage = page_of(StoreSchema)
