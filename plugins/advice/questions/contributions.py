"""What questions give to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from plugins.advice.library.forms import KIND_TITLES
from plugins.advice.questions import queries, services
from plugins.advice.questions.models import ANSWERED, Question, QuestionMessage
from plugins.advice.questions.pages import STATE_TITLES, next_clock
from portal.api import (
    CalendarEntry,
    HomeCard,
    Person,
    PersonalData,
    SearchHit,
    Span,
    Store,
    TimelineEntry,
    Viewer,
    clock,
    session,
)

ICON = "help-circle"
ON_TODAY = 3


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """A store's answers and open questions; for who answers what waits, and what is overdue."""
    if viewer.store is not None:
        if viewer.may("advice.ask"):
            for question in queries.unfinished(ON_TODAY):
                yield _card(question)
    elif viewer.may(queries.REPLY):
        yield from _desk_cards(queries.counts(viewer))


def _card(question: Question) -> HomeCard:
    answered, time = question.state == ANSWERED, next_clock(question)
    return HomeCard(
        title=question.title,
        kind=_("Answer") if answered else _("Your question"),
        body=_("The answer is there. Did it help?") if answered else KIND_TITLES[question.kind],
        url=question.url,
        action=_("Read the answer") if answered else _("See where it stands"),
        icon=ICON,
        due=None if answered else question.answer_due_at,
        section="open",
        state="ok" if answered else time.state,
        priority=32 if answered else 46,
    )


def _desk_cards(counts: queries.Counts) -> Iterator[HomeCard]:
    if counts.overdue:
        yield HomeCard(
            title=ngettext("%(num)s question is overdue", "%(num)s questions are overdue", counts.overdue),
            body=_("The store was promised an answer by now."),
            url="/advice/questions/?view=overdue",
            action=_("Answer now"),
            icon="alert-triangle",
            kind=_("Ask an expert"),
            state="late",
            priority=6,
        )
    if counts.mine:
        yield HomeCard(
            title=ngettext(
                "%(num)s question waits for your answer", "%(num)s questions wait for your answer", counts.mine
            ),
            body="",
            url="/advice/questions/?view=mine",
            action=_("Answer"),
            icon=ICON,
            kind=_("Ask an expert"),
            priority=20,
        )


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """Asked, answered, closed."""
    for question in queries.of_store(store.id, span):
        for at, what, icon in (
            (question.asked_at, _("Question"), ICON),
            (question.answered_at, _("Answered"), "message-2"),
            (question.closed_at, _("Question closed"), "circle-check"),
        ):
            if at is not None and at in span:
                title = _("%(what)s: %(title)s", what=what, title=question.title)
                yield TimelineEntry(at, title, icon, "", question.url)


def calendar_entries(viewer: Viewer, span: Span) -> Iterator[CalendarEntry]:
    """By when this person has promised an answer."""
    if viewer.store is not None or not viewer.may(queries.REPLY):
        return
    for question in queries.due_in(viewer, span):
        yield CalendarEntry(
            uid=f"advice-question-{question.id}@storewise",
            starts_at=question.answer_due_at,
            ends_at=question.answer_due_at,
            title=_("Answer due: %(title)s", title=question.title),
            icon=ICON,
            url=question.url,
            place=question.store.name,
            state="late" if question.answer_due_at < clock.now() else "",
            sequence=question.sequence,
        )


def search(query: str, viewer: Viewer) -> Iterator[SearchHit]:
    """Questions by what was asked and answered."""
    if not viewer.may("advice.see"):
        return
    for question in queries.matching(query):
        where = "" if viewer.is_store_side else question.store.name
        text = " · ".join(part for part in (where, str(STATE_TITLES[question.state])) if part)
        yield SearchHit(question.title, question.url, _("Question"), ICON, text, question.asked_at)


def personal_data(person: Person) -> Iterator[PersonalData]:
    """What the person asked and wrote."""
    asked = session.scalars(select(Question).where(Question.asked_by_id == person.id).order_by(Question.id))
    rows = tuple({"text": item.text, "at": item.asked_at.isoformat(), "rating": item.rating} for item in asked)
    if rows:
        yield PersonalData(_("Questions to experts"), rows)
    written = session.scalars(
        select(QuestionMessage).where(QuestionMessage.author_id == person.id).order_by(QuestionMessage.id)
    )
    said = tuple({"text": item.text, "at": item.created_at.isoformat()} for item in written)
    if said:
        yield PersonalData(_("Messages about questions"), said)


def erase_person(person: Person) -> None:
    """Free text goes with the person; that there was a question, of what kind and how it ended, stays."""
    touched = set()
    for question in session.scalars(select(Question).where(Question.asked_by_id == person.id)):
        question.text, question.rating_reason, question.asked_by_id = "", "", None
        touched.add(question.id)
    for message in session.scalars(select(QuestionMessage).where(QuestionMessage.author_id == person.id)):
        message.text, message.author_id = "", None
        touched.add(message.question_id)
    session.flush()
    for question_id in sorted(touched):
        services.reindex(queries.question(question_id))
