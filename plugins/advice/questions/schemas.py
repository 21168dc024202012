"""What programs send and get about questions."""

from __future__ import annotations

import marshmallow as ma

from plugins.advice.models import KINDS
from plugins.advice.questions import queries
from plugins.advice.questions.models import CLOSED, STATES
from plugins.advice.questions.services import LONGEST_REASON, LONGEST_TEXT
from portal.api import PageArguments, api_fields, page_of


class AskedSchema(ma.Schema):
    """What a store wants to know."""

    kind = api_fields.Choice(KINDS, required=True)
    text = api_fields.Text(LONGEST_TEXT, filled=True, required=True)


class AdviceQuestionSchema(ma.Schema):
    """A question."""

    id = api_fields.Identity(required=True)
    store = ma.fields.String(required=True, metadata={"description": "the number of the store"})
    kind = api_fields.Choice(KINDS, required=True)
    text = ma.fields.String(required=True)
    state = api_fields.Choice(STATES, required=True)
    owner = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "the membership that answers"})
    asked_at = ma.fields.AwareDateTime(required=True)
    answer_due_at = ma.fields.AwareDateTime(required=True)
    answered_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    closed_at = ma.fields.AwareDateTime(required=True, allow_none=True)
    rating = ma.fields.Integer(required=True, allow_none=True, metadata={"description": "1 to 5"})


class QuestionWordsSchema(ma.Schema):
    """What is to be said."""

    text = api_fields.Text(LONGEST_TEXT, filled=True, required=True)
    internal = api_fields.Flag(load_default=False, metadata={"description": "a note that the store never sees"})


class QuestionMessageSchema(ma.Schema):
    """Something said about a question."""

    id = api_fields.Identity(required=True)
    text = ma.fields.String(required=True)
    internal = ma.fields.Boolean(required=True)
    by_store = ma.fields.Boolean(required=True)
    author = ma.fields.String(required=True)
    created_at = ma.fields.AwareDateTime(required=True)


class QuestionPictureSchema(ma.Schema):
    """A picture; GET its url for the bytes."""

    id = api_fields.Identity(required=True)
    message = ma.fields.Integer(required=True, allow_none=True)
    url = ma.fields.String(required=True)


class QuestionThreadSchema(AdviceQuestionSchema):
    """A question with what was said and its pictures."""

    messages = ma.fields.List(ma.fields.Nested(QuestionMessageSchema), required=True)
    pictures = ma.fields.List(ma.fields.Nested(QuestionPictureSchema), required=True)


class QuestionChangeSchema(ma.Schema):
    """What is to change: closed, a rating of the store (which closes it too), another owner."""

    state = api_fields.Choice((CLOSED,))
    rating = api_fields.Whole(1, 5)
    reason = api_fields.Text(LONGEST_REASON, load_default="", metadata={"description": "of the rating"})
    owner = api_fields.Identity()


class QuestionArguments(PageArguments):
    """Which questions."""

    view = api_fields.Choice(("all", *queries.VIEWS), load_default="all")


QuestionPage = page_of(AdviceQuestionSchema)
