"""What the pages of questions show, gathered for their templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from plugins.advice.library.forms import KIND_ICONS, KIND_TITLES
from plugins.advice.questions import queries, services
from plugins.advice.questions.forms import STARS, AskForm, OwnerForm, RatingForm, SayForm
from plugins.advice.questions.models import ANSWERED, ASKED, CLOSED, Question, QuestionMessage, QuestionPicture
from portal.api import (
    ShownClock,
    Viewer,
    clock,
    clock_of,
    current_viewer,
    duration,
    local_dt,
    members_who_may,
    shown_clock,
)

STATE_TITLES = {ASKED: _l("Waits for an answer"), ANSWERED: _l("Answered"), CLOSED: _l("Finished")}
STATE_CHIPS = {ASKED: "run", ANSWERED: "ok", CLOSED: ""}
WORDS = {"kinds": KIND_TITLES, "icons": KIND_ICONS, "states": STATE_TITLES, "chips": STATE_CHIPS}


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its pictures, as one of a thread."""

    message: QuestionMessage
    pictures: list[QuestionPicture]


def next_clock(question: Question) -> ShownClock:
    """The promise of a question, for a row or a card."""
    if question.state != ASKED:
        at = question.closed_at if question.state == CLOSED else question.answered_at
        return ShownClock(str(STATE_TITLES[question.state]), local_dt(at), "ok", 100)
    time = clock_of(question.clock_from, question.answer_due_at, None, clock.now())
    left = duration(abs(time.left))
    text = _("%(time)s late", time=left) if time.state == "late" else left
    return ShownClock(text, _("Answer due %(moment)s", moment=local_dt(time.due)), time.state, time.share)


def answer_clock(question: Question) -> ShownClock:
    """The promise of a question with its words."""
    met = question.answered_at if question.state != ASKED else None
    time = clock_of(question.clock_from, question.answer_due_at, met, clock.now())
    return shown_clock(_("Answer"), time)


def desk_list(viewer: Viewer) -> str:
    """The desk's list in the chosen view."""
    view = request.args.get("view", "open")
    view = view if view in queries.VIEWS else "open"
    counts = queries.counts(viewer)
    titles = {
        "open": (_("Next deadline"), counts.open),
        "mine": (_("Mine"), counts.mine),
        "overdue": (_("Overdue"), counts.overdue),
        "answered": (_("Answered"), None),
        "closed": (_("Finished"), None),
    }
    tabs = [
        {"title": title, "count": count, "url": url_for("advice_questions.index", view=key), "current": key == view}
        for key, (title, count) in titles.items()
    ]
    page = queries.page_of_questions(view, viewer, request.args.get("cursor"))
    return render_template(
        "advice/questions/desk_list.html", page=page, tabs=tabs, counts=counts, clock_of=next_clock, **WORDS
    )


def own_list(viewer: Viewer) -> str:
    """A store's own questions."""
    page = queries.page_of_questions("all", viewer, request.args.get("cursor"))
    return render_template("advice/questions/own_list.html", page=page, clock_of=next_clock, **WORDS)


def ask_page(form: AskForm) -> str:
    """Where a store asks."""
    return render_template("advice/questions/ask.html", form=form, hours=services.promised_hours(), icons=KIND_ICONS)


def thread_page(question: Question, form: SayForm | None = None, *, rating: RatingForm | None = None) -> str:
    """One question for either side."""
    viewer = current_viewer()
    pictures = queries.pictures(question.id)
    replies = not viewer.is_store_side and viewer.may(queries.REPLY)
    return render_template(
        f"advice/questions/{'store' if viewer.is_store_side else 'desk'}.html",
        question=question,
        first=[picture for picture in pictures if picture.message_id is None],
        entries=_entries(question, pictures),
        clock=answer_clock(question),
        form=form or SayForm(formdata=None),
        rating=rating or RatingForm(formdata=None, data={"rating": question.rating, "reason": question.rating_reason}),
        stars=STARS,
        replies=replies,
        owner=owner_form(question) if replies and viewer.may(queries.MANAGE) else None,
        **WORDS,
    )


def _entries(question: Question, pictures: Sequence[QuestionPicture]) -> list[Entry]:
    by_message: dict[int | None, list[QuestionPicture]] = {}
    for picture in pictures:
        by_message.setdefault(picture.message_id, []).append(picture)
    return [Entry(message, by_message.get(message.id, [])) for message in queries.messages(question.id)]


def owner_form(question: Question) -> OwnerForm:
    """The form with those who answer."""
    form = OwnerForm()
    form.offer(members_who_may(queries.REPLY), question.owner_membership_id)
    return form
