"""Whom a question concerns, and what they are told."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from plugins.advice.questions import queries
from plugins.advice.questions.models import Question
from portal.api import Membership, Store, Viewer, members_of_stores, members_who_may, notify

LEADERS = ("administrator", "manager")


def _owner(question: Question, able: Sequence[Membership]) -> list[Membership]:
    """The owner; all who answer where nobody owns it."""
    return [member for member in able if member.id == question.owner_membership_id] or list(able)


def asked(question: Question, store: Store) -> None:
    """The owner hears of the new question."""
    title = _l("%(store)s asks: %(title)s", store=store.name, title=question.title)
    notify(
        "advice.asked",
        to=_owner(question, members_who_may(queries.REPLY)),
        title=title,
        body=question.text,
        url=question.url,
    )


def store_wrote(question: Question, text: str) -> None:
    """The owner hears what the store wrote on."""
    title = _l("%(store)s wrote: %(title)s", store=question.store.name, title=question.title)
    notify(
        "advice.asked", to=_owner(question, members_who_may(queries.REPLY)), title=title, body=text, url=question.url
    )


def answered(question: Question, by: Viewer, text: str) -> None:
    """The store's people hear the answer."""
    title = _l("Answer to your question: %(title)s", title=question.title)
    people = members_of_stores([question.store_id])
    notify("advice.question_answered", to=people, title=title, body=text, url=question.url)


def assigned(question: Question, member: Membership, by: Viewer) -> None:
    """The new owner hears of it."""
    if member.id != by.membership.id:
        title = _l("You answer this question now: %(title)s", title=question.title)
        notify("advice.asked", to=[member], title=title, body=question.text, url=question.url)


def late(question: Question, able: Sequence[Membership]) -> None:
    """The owner and those who manage hear that an answer is overdue."""
    leaders = [member for member in able if member.role.key in LEADERS or queries.MANAGE in member.role.permissions]
    everybody = {member.id: member for member in (*_owner(question, able), *leaders)}
    title = _l("Not answered in time: %(title)s", title=question.title)
    body = _l("%(store)s was promised an answer by now.", store=question.store.name)
    notify("advice.question_overdue", to=everybody.values(), title=title, body=body, url=question.url)
