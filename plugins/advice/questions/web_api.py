"""Questions in the web API."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.views import MethodView

from plugins.advice.questions import queries, services
from plugins.advice.questions.models import Question, QuestionMessage, QuestionPicture
from plugins.advice.questions.schemas import (
    AdviceQuestionSchema,
    AskedSchema,
    QuestionArguments,
    QuestionChangeSchema,
    QuestionMessageSchema,
    QuestionPage,
    QuestionPictureSchema,
    QuestionThreadSchema,
    QuestionWordsSchema,
)
from portal.api import PICTURE_TYPES, ApiBlueprint, RuleBroken, current_viewer, requires, send_stored

blueprint = ApiBlueprint(
    "advice_questions",
    "questions to experts",
    url_prefix="/advice/questions",
    description="What stores ask our experts, and the answers.",
)
PLAIN = ("id", "kind", "text", "state", "asked_at", "answer_due_at", "answered_at", "closed_at", "rating")


@blueprint.route("")
class Questions(MethodView):
    """The list."""

    @requires("advice.see")
    @blueprint.arguments(QuestionArguments, location="query")
    @blueprint.response(200, QuestionPage)
    def get(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Questions of the own store; as staff those of all stores one sees, by view."""
        page = queries.page_of_questions(wanted["view"], current_viewer(), wanted["cursor"], wanted["limit"])
        return {"items": [_as_json(question) for question in page], "next": page.next, "previous": page.previous}

    @requires("advice.ask")
    @blueprint.arguments(AskedSchema)
    @blueprint.response(201, AdviceQuestionSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Ask; send pictures to /advice/questions/{id}/pictures afterwards."""
        asked = services.ask(values["kind"], values["text"], by=current_viewer())
        return _as_json(queries.question(asked.id))


@blueprint.route("/<int:question_id>")
class OneQuestion(MethodView):
    """One question."""

    @requires("advice.see")
    @blueprint.response(200, QuestionThreadSchema)
    def get(self, question_id: int) -> dict[str, Any]:
        """The question, its messages and its pictures."""
        return _thread(queries.question(question_id))

    @requires("advice.see")
    @blueprint.arguments(QuestionChangeSchema)
    @blueprint.response(200, QuestionThreadSchema)
    def patch(self, values: dict[str, Any], question_id: int) -> dict[str, Any]:
        """Close it, rate its answer (the store), give it to somebody (our people)."""
        viewer = current_viewer()
        question = queries.question(question_id, for_change=True)
        viewer.must("advice.ask" if viewer.is_store_side else queries.REPLY)
        if "owner" in values:
            services.assign(question, values["owner"], by=viewer)
        if "rating" in values:
            viewer.must("advice.ask")
            services.rate(question, values["rating"], values["reason"], by=viewer)
        if "state" in values:
            services.close(question, by=viewer)
        return _thread(question)


@blueprint.route("/<int:question_id>/messages")
class QuestionMessages(MethodView):
    """What is said."""

    @requires("advice.see")
    @blueprint.arguments(QuestionWordsSchema)
    @blueprint.response(201, QuestionMessageSchema)
    def post(self, values: dict[str, Any], question_id: int) -> dict[str, Any]:
        """Write to the other side; as staff it is the answer, or with `internal` a note for colleagues."""
        viewer = current_viewer()
        question = queries.question(question_id, for_change=True)
        viewer.must("advice.ask" if viewer.is_store_side and not values["internal"] else queries.REPLY)
        write = services.note if values["internal"] else services.say
        return _message(write(question, values["text"], by=viewer), viewer.person.name)


@blueprint.route("/<int:question_id>/pictures")
class QuestionPictures(MethodView):
    """Pictures of a question."""

    @requires("advice.ask")
    @blueprint.files("pictures")
    @blueprint.response(201, QuestionPictureSchema(many=True))
    def post(self, question_id: int) -> list[dict[str, Any]]:
        """Send up to five pictures as multipart/form-data, each in a field `pictures`, while it waits for its answer."""
        question = queries.question(question_id, for_change=True)
        uploads = [upload for upload in request.files.getlist("pictures") if upload.filename]
        if not uploads:
            raise RuleBroken("pictures", "send at least one file in the field pictures")
        return [_picture(picture) for picture in services.add_pictures(question, uploads, by=current_viewer())]


@blueprint.route("/<int:question_id>/pictures/<int:picture_id>")
class OneQuestionPicture(MethodView):
    """One picture."""

    @requires("advice.see")
    @blueprint.bytes_of(*PICTURE_TYPES, description="The picture.")
    def get(self, question_id: int, picture_id: int) -> Response:
        """The picture itself."""
        return send_stored(queries.picture(queries.question(question_id).id, picture_id).file)


def _as_json(question: Question) -> dict[str, Any]:
    values = {name: getattr(question, name) for name in PLAIN}
    return values | {"store": question.store.number, "owner": question.owner_membership_id}


def _thread(question: Question) -> dict[str, Any]:
    said = [_message(item, item.author.name if item.author else "") for item in queries.messages(question.id)]
    pictures = [_picture(picture) for picture in queries.pictures(question.id)]
    return _as_json(question) | {"messages": said, "pictures": pictures}


def _message(message: QuestionMessage, author: str) -> dict[str, Any]:
    names = ("id", "text", "internal", "by_store", "created_at")
    return {name: getattr(message, name) for name in names} | {"author": author}


def _picture(picture: QuestionPicture) -> dict[str, Any]:
    url = f"/api/v1/advice/questions/{picture.question_id}/pictures/{picture.id}"
    return {"id": picture.id, "message": picture.message_id, "url": url}
