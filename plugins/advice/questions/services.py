"""Asking, answering, closing, rating; and making an article of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from plugins.advice.library import services as library
from plugins.advice.methods.anonymous import anonymous
from plugins.advice.models import KINDS, Note
from plugins.advice.questions import notices, queries
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
    Membership,
    RuleBroken,
    Store,
    Viewer,
    WorkCalendar,
    clock,
    due_after,
    index,
    members_who_may,
    record,
    session,
    signal,
    store_upload,
    the_host,
)

question_asked = signal("advice.question_asked")
question_answered = signal("advice.question_answered")

MOST_PICTURES = 5
LONGEST_TEXT = 4000
LONGEST_REASON = 500
EXPERT = "expert"


def promised_hours() -> int:
    """Within how many working hours the distributor answers."""
    return int(the_host().settings_of("advice")["answer_hours"])


def answer_due(start: datetime, zone: str) -> datetime:
    """By when an answer is promised to who asks at `start`."""
    values = the_host().settings_of("advice")
    opens, closes = _time(values["work_from"]), _time(values["work_until"])
    hours = ((opens, closes),) if opens < closes else ((time(9), time(18)),)
    return due_after(start, timedelta(hours=promised_hours()), WorkCalendar(zone, hours))


def _time(value: Any) -> time:
    return value if isinstance(value, time) else time.fromisoformat(str(value))


def ask(kind: str, text: str, pictures: Sequence[FileStorage | bytes] = (), *, by: Viewer) -> Question:
    """A store asks; somebody of ours owns the question from the first moment where anybody can."""
    if by.store is None:
        raise RuleBroken("", _("Stores ask; our people answer."))
    if kind not in KINDS:
        raise RuleBroken("kind", _("Please tap what it is about."))
    if not text.strip():
        raise RuleBroken("text", _("Please say in a few words what you want to know."))
    _check_length(text)
    now = clock.now()
    question = Question(
        store_id=by.store.id,
        kind=kind,
        text=text.strip(),
        owner_membership_id=_owner_for(kind),
        asked_by_id=by.person.id,
        asked_at=now,
        clock_from=now,
        answer_due_at=answer_due(now, by.distributor.timezone),
    )
    session.add(question)
    session.flush()
    _keep_pictures(question, pictures)
    _index(question, by.store)
    record("advice.question_asked", question, kind=kind)
    notices.asked(question, by.store)
    question_asked.send(None, question_id=question.id)
    return question


def _owner_for(kind: str) -> int | None:
    """Who is set for the kind; else, of those who answer, an expert with the fewest questions that wait."""
    known = {member.id: member for member in members_who_may(queries.REPLY)}
    chosen = queries.owner_of_kind(kind)
    if chosen in known or not known:
        return chosen if chosen in known else None
    waiting = queries.open_by_owner()
    experts = [member for member in known.values() if member.role.key == EXPERT]
    return min(experts or known.values(), key=lambda member: (waiting.get(member.id, 0), member.id)).id


def say(question: Question, text: str, pictures: Sequence[FileStorage] = (), *, by: Viewer) -> QuestionMessage:
    """The store writes on, which asks again what was answered; or our person answers, and owns what nobody did."""
    message = _message(question, text, pictures, by)
    if by.is_store_side:
        if question.state != ASKED:
            _ask_again(question, by)
        else:
            record("advice.question_written", question)
        notices.store_wrote(question, message.text)
        return message
    by.must(queries.REPLY)
    question.owner_membership_id = question.owner_membership_id or by.membership.id
    question.answered_at = clock.now()
    if question.state == ASKED:
        question.state = ANSWERED
    question.sequence += 1
    record("advice.question_answered", question)
    notices.answered(question, by, message.text)
    question_answered.send(None, question_id=question.id)
    return message


def _ask_again(question: Question, by: Viewer) -> None:
    now = clock.now()
    question.state, question.closed_at, question.late_told_at = ASKED, None, None
    question.clock_from, question.answer_due_at = now, answer_due(now, by.distributor.timezone)
    question.sequence += 1
    record("advice.question_asked_again", question)


def note(question: Question, text: str, pictures: Sequence[FileStorage] = (), *, by: Viewer) -> QuestionMessage:
    """An internal note: never shown, sent or found on the store's side."""
    by.must(queries.REPLY)
    message = _message(question, text, pictures, by, internal=True)
    record("advice.question_noted", question)
    return message


def _message(
    question: Question, text: str, pictures: Sequence[FileStorage], by: Viewer, *, internal: bool = False
) -> QuestionMessage:
    if not text.strip() and not pictures:
        raise RuleBroken("text", _("Please write a few words or add a photo."))
    _check_length(text)
    message = QuestionMessage(
        question_id=question.id,
        store_id=question.store_id,
        author_id=by.person.id,
        by_store=by.is_store_side,
        internal=internal,
        text=text.strip(),
    )
    session.add(message)
    session.flush()
    _keep_pictures(question, pictures, message)
    if not internal:
        reindex(question)
    return message


def _check_length(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise RuleBroken("text", _("At most %(count)s characters.", count=LONGEST_TEXT))


def add_pictures(question: Question, uploads: Sequence[FileStorage], *, by: Viewer) -> list[QuestionPicture]:
    """Pictures of a question that was asked before; not more than five in all, and while it waits for its answer."""
    if question.state != ASKED or not by.is_store_side:
        raise RuleBroken("pictures", _("Pictures can be added until the question is answered."))
    there = sum(1 for picture in queries.pictures(question.id) if picture.message_id is None)
    if there + len(uploads) > MOST_PICTURES:
        raise RuleBroken("pictures", _("At most %(count)s pictures.", count=MOST_PICTURES))
    record("advice.question_written", question, pictures=len(uploads))
    return _keep_pictures(question, uploads)


def _keep_pictures(
    question: Question, uploads: Sequence[FileStorage | bytes], message: QuestionMessage | None = None
) -> list[QuestionPicture]:
    if len(uploads) > MOST_PICTURES:
        raise RuleBroken("pictures", _("At most %(count)s pictures.", count=MOST_PICTURES))
    kept = []
    for upload in uploads:
        name = None if isinstance(upload, FileStorage) else "photo"
        stored = store_upload(upload, name, kinds=("picture",), field="pictures")
        picture = QuestionPicture(
            question_id=question.id,
            store_id=question.store_id,
            message_id=message.id if message else None,
            file_id=stored.id,
            internal=bool(message and message.internal),
        )
        session.add(picture)
        kept.append(picture)
    session.flush()
    return kept


def assign(question: Question, membership_id: int, *, by: Viewer) -> None:
    """Give the question to one of those who answer; everybody of them may take it over."""
    by.must(queries.REPLY)
    if membership_id != by.membership.id:
        by.must(queries.MANAGE)
    member = next((member for member in members_who_may(queries.REPLY) if member.id == membership_id), None)
    if member is None:
        raise RuleBroken("owner", _("This person does not answer questions."))
    if question.owner_membership_id == membership_id:
        return
    question.owner_membership_id = membership_id
    question.sequence += 1
    record("advice.question_assigned", question, owner=membership_id)
    notices.assigned(question, member, by)


def close(question: Question, *, by: Viewer) -> None:
    """It is settled: the store says so, or we say so of what is answered."""
    if question.state == CLOSED:
        return
    if not by.is_store_side:
        by.must(queries.REPLY)
        if question.state != ANSWERED:
            raise RuleBroken("", _("Only what is answered can be closed."))
    question.state, question.closed_at = CLOSED, clock.now()
    question.sequence += 1
    record("advice.question_closed", question)


def rate(question: Question, rating: int, reason: str = "", *, by: Viewer) -> None:
    """The store says how good the answer was, which closes the question."""
    if question.answered_at is None:
        raise RuleBroken("", _("There is no answer to rate yet."))
    if not 1 <= rating <= 5:
        raise RuleBroken("rating", _("One to five."))
    if len(reason) > LONGEST_REASON:
        raise RuleBroken("reason", _("At most %(count)s characters.", count=LONGEST_REASON))
    question.rating, question.rating_reason = rating, reason.strip()
    record("advice.question_rated", question, rating=rating)
    close(question, by=by)


def set_owners(chosen: dict[str, int | None], *, by: Viewer) -> None:
    """Say who answers which kind; None: whoever of the experts has the least to answer."""
    by.must(queries.MANAGE)
    able, known = {member.id for member in members_who_may(queries.REPLY)}, queries.owners()
    for kind, membership_id in chosen.items():
        if membership_id is not None and membership_id not in able:
            raise RuleBroken(kind, _("This person does not answer questions."))
        row = known.get(kind)
        if membership_id is None and row is not None:
            session.delete(row)
        elif membership_id is not None and row is None:
            session.add(QuestionOwner(kind=kind, membership_id=membership_id))
        elif membership_id is not None and row is not None:
            row.membership_id = membership_id
    record("advice.question_owners_set", None)


def make_article(question: Question, *, by: Viewer) -> Note:
    """A draft of an article from the question and its answers, without what says whose it was; pictures stay behind."""
    by.must(queries.REPLY)
    by.must("advice.write")
    if question.article_id is not None:
        raise RuleBroken("", _("There is an article of this question already."))
    answers = [m.text for m in queries.messages(question.id) if not m.by_store and not m.internal and m.text]
    if not answers:
        raise RuleBroken("", _("Answer the question first."))
    names = [question.store.name, question.store.number, *queries.names_in(question.store_id)]
    title = anonymous(question.title, names)
    said = [_("## The question"), anonymous(question.text, names), _("## The answer"), *_without(answers, names)]
    article = library.write_note(library.Draft(title=title, kind=question.kind, text="\n\n".join(said)), by=by)
    session.flush()
    question.article_id = article.id
    record("advice.question_made_article", question, article=article.id)
    return article


def _without(texts: Sequence[str], names: Sequence[str]) -> list[str]:
    return [anonymous(text, names) for text in texts]


def tell_of_overdue() -> int:
    """Tell the owner and those who manage, once for each promise that was not kept; how many that were."""
    now = clock.now()
    late = queries.overdue(now)
    able: Sequence[Membership] = members_who_may(queries.REPLY) if late else ()
    for question in late:
        question.late_told_at = now
        record("advice.question_overdue", question)
        notices.late(question, able)
    return len(late)


def reindex(question: Question) -> None:
    """Make it findable by what it and its messages say now; internal notes are never part of it."""
    _index(question, question.store)


def _index(question: Question, store: Store) -> None:
    said = [message.text for message in queries.messages(question.id) if not message.internal]
    index(queries.KIND, question.id, "\n".join((question.text, store.number, store.name, *said)), store_id=store.id)
