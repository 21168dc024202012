"""Reading questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload

from plugins.advice.questions.models import (
    ANSWERED,
    ASKED,
    CLOSED,
    Question,
    QuestionMessage,
    QuestionOwner,
    QuestionPicture,
)
from portal.api import (
    Contact,
    Membership,
    NotFound,
    Order,
    Page,
    Reading,
    Span,
    Viewer,
    clock,
    current_scope,
    find,
    keyset,
    members_of_stores,
    session,
)

KIND = "advice.question"
REPLY, MANAGE = "advice.reply", "advice.manage_questions"
VIEWS = ("open", "mine", "overdue", "answered", "closed")
IS_OPEN = Question.state == ASKED
IS_MINE = Question.owner_membership_id == bindparam("me")
IS_OVERDUE = IS_OPEN & (Question.answer_due_at < bindparam("now"))


@dataclass(frozen=True, slots=True)
class Counts:
    """How many questions wait for an answer, how many of them for this person, how many are overdue."""

    open: int = 0
    mine: int = 0
    overdue: int = 0


def question(question_id: int, *, for_change: bool = False) -> Question:
    """The question with its store and people, or NotFound; for_change: nobody else changes it meanwhile."""
    statement = select(Question).where(Question.id == question_id)
    statement = statement.options(
        joinedload(Question.store),
        joinedload(Question.asked_by),
        joinedload(Question.owner).joinedload(Membership.person),
    )
    if for_change:
        statement = statement.with_for_update(of=Question)
    found: Question | None = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def shown(question_id: int) -> Question:
    """question(), to be read and not to be changed."""
    found = _shown().first({"question": question_id})
    if found is None:
        raise NotFound
    return found


@lru_cache(maxsize=1)
def _shown() -> Reading[Question]:
    people = ("asked_by", "owner", "owner.person")
    one: Any = bindparam("question")
    return Reading(Question, "store", *people, change=lambda statement: statement.where(Question.id == one))


def page_of_questions(view: str, viewer: Viewer, cursor: str | None, size: int = 25) -> Page[Question]:
    """One page of a view: those that wait by their deadline, the others the newest first."""
    if view in ("open", "mine", "overdue"):
        order = [Order(Question.answer_due_at), Order(Question.id)]
    else:
        order = [Order(Question.asked_at, True), Order(Question.id, True)]
    return keyset(_in_view(view), order, cursor, size, _asked(viewer))


@lru_cache(maxsize=8)
def _in_view(view: str) -> Reading[Question]:
    criteria: dict[str, list[Any]] = {
        "all": [],
        "open": [IS_OPEN],
        "mine": [IS_OPEN, IS_MINE],
        "overdue": [IS_OVERDUE],
        "answered": [Question.state == ANSWERED],
        "closed": [Question.state == CLOSED],
    }
    return Reading(
        Question, "store", "owner", "owner.person", change=lambda statement: statement.where(*criteria[view])
    )


def _asked(viewer: Viewer) -> dict[str, Any]:
    return {"me": viewer.membership.id, "now": clock.now()}


def counts(viewer: Viewer) -> Counts:
    """The numbers of the desk's views, in one query."""
    return Counts(*(int(value) for value in session.execute(_counts(), _asked(viewer)).one()))


@lru_cache(maxsize=1)
def _counts() -> Select[Any]:
    def those(criterion: Any) -> Any:
        return func.coalesce(func.sum(case((criterion, 1), else_=0)), 0)

    numbers: Select[Any] = select(func.count(Question.id), those(IS_MINE), those(IS_OVERDUE))
    return numbers.where(IS_OPEN)


@lru_cache(maxsize=1)
def open_count() -> Select[Any]:
    """How many questions wait for an answer, for the navigation, which asks it."""
    return select(func.count(Question.id)).where(IS_OPEN)


@lru_cache(maxsize=1)
def answered_count() -> Select[Any]:
    """How many answers a store has not said anything about, for the navigation."""
    return select(func.count(Question.id)).where(Question.state == ANSWERED)


def unfinished(limit: int) -> Sequence[Question]:
    """A store's questions that wait for an answer or for its word; answers first."""
    return _unfinished().all({"limit": limit})


@lru_cache(maxsize=1)
def _unfinished() -> Reading[Question]:
    """Made once, as every first page of a store sends it."""
    return Reading(
        Question,
        change=lambda statement: (
            statement.where(Question.state != CLOSED)
            .order_by(Question.state, Question.answer_due_at, Question.id)  # "answered" before "open"
            .limit(bindparam("limit", type_=Integer))
        ),
    )


def messages(question_id: int) -> Sequence[QuestionMessage]:
    """What was said, the oldest first; a store is never given an internal note."""
    return _messages(current_scope().store_id is not None).all({"question": question_id})


@lru_cache(maxsize=2)
def _messages(for_a_store: bool) -> Reading[QuestionMessage]:
    def of_it(statement: Any) -> Any:
        if for_a_store:
            statement = statement.where(QuestionMessage.internal.is_(False))
        statement = statement.where(QuestionMessage.question_id == bindparam("question"))
        return statement.order_by(QuestionMessage.created_at, QuestionMessage.id)

    return Reading(QuestionMessage, "author", change=of_it)


def pictures(question_id: int) -> Sequence[QuestionPicture]:
    """The pictures in the order in which they came; a store is never given one of an internal note."""
    return _all_pictures(current_scope().store_id is not None).all({"question": question_id})


@lru_cache(maxsize=2)
def _all_pictures(for_a_store: bool) -> Reading[QuestionPicture]:
    def of_it(statement: Any) -> Any:
        if for_a_store:
            statement = statement.where(QuestionPicture.internal.is_(False))
        return statement.where(QuestionPicture.question_id == bindparam("question")).order_by(QuestionPicture.id)

    return Reading(QuestionPicture, change=of_it)


def picture(question_id: int, picture_id: int) -> QuestionPicture:
    """One picture with its file, or NotFound."""
    statement = _pictures(question_id).where(QuestionPicture.id == picture_id)
    found: QuestionPicture | None = session.scalars(statement.options(joinedload(QuestionPicture.file))).one_or_none()
    if found is None:
        raise NotFound
    return found


def _pictures(question_id: int) -> Select[Any]:
    statement = select(QuestionPicture).where(QuestionPicture.question_id == question_id)
    return statement.where(QuestionPicture.internal.is_(False)) if current_scope().store_id is not None else statement


def names_in(store_id: int) -> list[str]:
    """What people of the store are called, so that an article can leave it out."""
    known = session.scalars(select(Contact.name).where(Contact.store_id == store_id)).all()
    return [*known, *(member.person.name for member in members_of_stores([store_id]))]


def owner_of_kind(kind: str) -> int | None:
    """The membership that answers questions of this kind, as the distributor has set it."""
    return session.scalar(select(QuestionOwner.membership_id).where(QuestionOwner.kind == kind))


def owners() -> dict[str, QuestionOwner]:
    """Who answers which kind."""
    return {owner.kind: owner for owner in session.scalars(select(QuestionOwner))}


def open_by_owner() -> dict[int, int]:
    """How many questions wait for each owner."""
    statement = select(Question.owner_membership_id, func.count()).where(
        IS_OPEN, Question.owner_membership_id.is_not(None)
    )
    rows: Any = session.execute(statement.group_by(Question.owner_membership_id))
    return {owner: count for owner, count in rows}  # noqa: C416


def overdue(now: datetime) -> Sequence[Question]:
    """Questions past their promised answer that nobody was told of yet."""
    statement = select(Question).where(IS_OPEN, Question.answer_due_at < now, Question.late_told_at.is_(None))
    statement = statement.options(joinedload(Question.store)).order_by(Question.answer_due_at, Question.id).limit(500)
    return session.scalars(statement).all()


def of_store(store_id: int, span: Span) -> Sequence[Question]:
    """A store's questions that were asked, answered or closed in the span."""
    moments = (Question.asked_at, Question.answered_at, Question.closed_at)
    inside = or_(*((moment >= span.start) & (moment < span.end) for moment in moments))
    statement = select(Question).where(Question.store_id == store_id, inside)
    return session.scalars(statement.order_by(Question.asked_at, Question.id).limit(500)).all()


def due_in(viewer: Viewer, span: Span) -> Sequence[Question]:
    """Questions that wait for this person's answer in the span."""
    statement = select(Question).where(
        IS_OPEN,
        Question.owner_membership_id == viewer.membership.id,
        Question.answer_due_at >= span.start,
        Question.answer_due_at < span.end,
    )
    statement = statement.options(joinedload(Question.store)).order_by(Question.answer_due_at).limit(200)
    return session.scalars(statement).all()


def matching(words: str) -> Sequence[Question]:
    """At most ten questions that have the words in what the store may read, the newest first."""
    ids = [found.object_id for found in find(words, kinds=(KIND,), limit=25)]
    statement = select(Question).where(Question.id.in_(ids)).options(joinedload(Question.store))
    return session.scalars(statement.order_by(Question.asked_at.desc(), Question.id.desc()).limit(10)).all()
