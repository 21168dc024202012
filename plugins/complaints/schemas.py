"""What programs send and get about complaints."""

from __future__ import annotations

import marshmallow as ma

from plugins.complaints import queries
from plugins.complaints.methods import stages
from plugins.complaints.models import CATEGORIES, SEVERITIES, UNITS, WISHES
from plugins.complaints.services import LONGEST_TEXT
from portal.api import PageArguments, api_fields, page_of

STEPS_OF = {
    "acknowledged": "acknowledge",
    "remedied": "remedy",
    "refused": "refuse",
    "closed": "close",
    "confirmed": "confirm",
    "reopened": "reopen",
}


class ReportSchema(ma.Schema):
    """What a store complains about; a text or a product says what is wrong."""

    store = api_fields.Text(40, load_default="", metadata={"description": "its number; store people leave it out"})
    category = api_fields.Choice(CATEGORIES, required=True)
    text = api_fields.Text(LONGEST_TEXT, load_default="")
    product = api_fields.Text(120, load_default="")
    product_id = api_fields.Text(40, load_default="")
    batch = api_fields.Text(60, load_default="")
    expires_on = api_fields.Day(load_default=None, allow_none=True)
    quantity = api_fields.Amount("0.001", 999_999, 3, load_default=None, allow_none=True)
    quantity_unit = api_fields.Choice(UNITS, load_default=UNITS[0])
    delivery_note = api_fields.Text(60, load_default="")
    wish = api_fields.Choice(("", *WISHES), load_default="")
    about_rep = api_fields.Flag(load_default=False)


class ComplaintSchema(ma.Schema):
    """A complaint."""

    number = ma.fields.String(required=True)
    store = ma.fields.String(required=True, metadata={"description": "the number of the store"})
    category = api_fields.Choice(CATEGORIES, required=True)
    text = ma.fields.String(required=True)
    product = ma.fields.String(required=True)
    product_id = ma.fields.String(required=True)
    batch = ma.fields.String(required=True)
    expires_on = ma.fields.Date(required=True, allow_none=True)
    quantity = api_fields.Amount(0, 999_999, 3, required=True, allow_none=True)
    quantity_unit = api_fields.Choice(UNITS, required=True)
    delivery_note = ma.fields.String(required=True)
    wish = api_fields.Choice(("", *WISHES), required=True)
    about_rep = ma.fields.Boolean(required=True)
    severity = api_fields.Choice(SEVERITIES, required=True)
    state = api_fields.Choice(stages.STATES, required=True)
    owner = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "the membership that handles it"}
    )
    created_at = ma.fields.AwareDateTime(required=True)
    first_answered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    answer_due_at = ma.fields.AwareDateTime(required=True)
    resolve_due_at = ma.fields.AwareDateTime(required=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True)


class WordsSchema(ma.Schema):
    """What is to be said."""

    text = api_fields.Text(LONGEST_TEXT, filled=True, required=True)
    internal = api_fields.Flag(load_default=False, metadata={"description": "a note that the store never sees"})


class MessageSchema(ma.Schema):
    """Something said about a complaint."""

    id = api_fields.Identity(required=True)
    text = ma.fields.String(required=True)
    internal = ma.fields.Boolean(required=True)
    by_store = ma.fields.Boolean(required=True)
    author = ma.fields.String(required=True)
    state_after = ma.fields.String(required=True, metadata={"description": "the stage it led to, if any"})
    created_at = ma.fields.AwareDateTime(required=True)


class PhotoSchema(ma.Schema):
    """A picture; GET its url for the bytes."""

    id = api_fields.Identity(required=True)
    message = ma.fields.Integer(required=True, allow_none=True)
    url = ma.fields.String(required=True)


class ThreadSchema(ComplaintSchema):
    """A complaint with what was said and its pictures."""

    messages = ma.fields.List(ma.fields.Nested(MessageSchema), required=True)
    photos = ma.fields.List(ma.fields.Nested(PhotoSchema), required=True)


class ChangeSchema(ma.Schema):
    """What is to change: the stage (with a word where it needs one), the owner, how serious it is."""

    state = api_fields.Choice(tuple(STEPS_OF))
    word = api_fields.Text(LONGEST_TEXT, load_default="")
    owner = api_fields.Identity(allow_none=True)
    severity = api_fields.Choice(SEVERITIES)


class ListArguments(PageArguments):
    """Which complaints."""

    view = api_fields.Choice(("all", *queries.VIEWS), load_default="all")
    words = api_fields.Text(100, load_default="", metadata={"description": "search; then `view` does not count"})


class HandlerSchema(ma.Schema):
    """Somebody who can handle complaints."""

    id = api_fields.Identity(required=True)
    name = ma.fields.String(required=True)


ComplaintPage = page_of(ComplaintSchema)
