"""What the pages of complaints show, gathered for their templates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for
from flask_babel import gettext as _

from plugins.complaints import queries, services
from plugins.complaints.forms import ComplaintForm, HandlingForm, MessageForm, WordForm
from plugins.complaints.methods import stages
from plugins.complaints.models import Complaint, Message, Photo
from plugins.complaints.titles import (
    CATEGORY_ICONS,
    CATEGORY_TITLES,
    SEVERITY_TITLES,
    STAGES,
    STATE_CHIPS,
    STATE_TITLES,
    WISH_TITLES,
    headline,
    quantity_text,
)
from portal.api import ShownClock, Viewer, clock, clock_of, current_viewer, duration, local_dt, shown_clock

WORDS = {"kinds": CATEGORY_TITLES, "states": STATE_TITLES, "chips": STATE_CHIPS, "headline": headline}


@dataclass(frozen=True, slots=True)
class Entry:
    """A message with its pictures, as one of a thread."""

    message: Message
    photos: list[Photo]


def clocks(complaint: Complaint) -> list[ShownClock]:
    """The two promises of a complaint: what still runs first, then what was met; the next to fall due leads."""
    now = clock.now()
    ended = complaint.remedied_at or complaint.confirmed_at or complaint.closed_at
    begun = complaint.reopened_at or complaint.created_at
    answer = clock_of(complaint.created_at, complaint.answer_due_at, complaint.first_answered_at, now)
    solution = clock_of(begun, complaint.resolve_due_at, ended, now)
    both = [(_("Answer"), answer), (_("Resolution"), solution)]
    return [shown_clock(title, time) for title, time in sorted(both, key=lambda pair: pair[1].spent is not None)]


def next_clock(complaint: Complaint) -> ShownClock:
    """The next promise of an open complaint, for a row or a card."""
    if complaint.state == stages.REMEDIED:
        return ShownClock(_("Done"), _("waits for the store"), "wait", 100)
    if not complaint.is_open:
        return ShownClock(
            str(STATE_TITLES[complaint.state]), local_dt(complaint.closed_at or complaint.confirmed_at), "ok", 100
        )
    begun = (
        complaint.created_at if complaint.first_answered_at is None else complaint.reopened_at or complaint.created_at
    )
    time = clock_of(begun, complaint.next_due_at, None, clock.now())
    what = _("Resolution") if complaint.first_answered_at else _("Answer")
    left = duration(abs(time.left))
    text = _("%(time)s late", time=left) if time.state == "late" else left
    return ShownClock(text, f"{what} {local_dt(time.due)}", time.state, time.share)


def inbox_page(viewer: Viewer) -> str:
    """The desk's list in the chosen view, or what was searched."""
    view = request.args.get("view", "open")
    view = view if view in queries.VIEWS else "open"
    words = request.args.get("words", "").strip()
    counts = queries.counts(viewer)
    return render_template(
        "complaints/inbox.html",
        page=queries.page_of_complaints(view, viewer, words=words, cursor=request.args.get("cursor")),
        counts=counts,
        tabs=_view_tabs(view if not words else "", counts),
        view=view,
        words=words,
        clock_of=next_clock,
        **WORDS,
    )


def _view_tabs(view: str, counts: queries.Counts) -> list[dict[str, object]]:
    titles = {
        "open": (_("Next deadline"), counts.open),
        "mine": (_("Mine"), counts.mine),
        "unassigned": (_("Unassigned"), counts.unassigned),
        "overdue": (_("Overdue"), counts.overdue),
        "closed": (_("Ended cases"), None),
    }
    return [
        {"title": title, "count": count, "url": url_for("complaints.index", view=key), "current": key == view}
        for key, (title, count) in titles.items()
    ]


def own_list(viewer: Viewer) -> str:
    """A store's own complaints."""
    page = queries.page_of_complaints("all", viewer, cursor=request.args.get("cursor"))
    return render_template("complaints/own.html", page=page, clock_of=next_clock, **WORDS)


def new_page(form: ComplaintForm) -> str:
    """The intake page."""
    return render_template(
        "complaints/new.html", form=form, icons=CATEGORY_ICONS, answer_hours=services.promised_hours()[0]
    )


def thread_page(
    complaint: Complaint,
    form: MessageForm | None = None,
    *,
    word_form: WordForm | None = None,
    word_step: str = "",
    handling: HandlingForm | None = None,
) -> str:
    """One complaint for either side."""
    viewer = current_viewer()
    pictures = queries.photos(complaint.id)
    handles = not viewer.is_store_side and viewer.may(queries.HANDLE)
    may_step = viewer.may("complaints.confirm") if viewer.is_store_side else handles
    return render_template(
        f"complaints/{'store' if viewer.is_store_side else 'desk'}.html",
        complaint=complaint,
        title=headline(complaint),
        first_photos=[photo for photo in pictures if photo.message_id is None],
        entries=_entries(complaint, pictures),
        clocks=clocks(complaint),
        stage_titles=list(STAGES.values()),
        stage_at=list(STAGES).index(complaint.state) if complaint.state in STAGES else len(STAGES),
        steps=stages.possible(complaint.state, by_store=viewer.is_store_side) if may_step else [],
        form=form or MessageForm(formdata=None),
        word_form=word_form or WordForm(formdata=None),
        word_step=word_step,
        handles=handles,
        handling=handling or (handling_form(complaint) if handles and viewer.may("complaints.assign") else None),
        wish=WISH_TITLES.get(complaint.wish, ""),
        amount=quantity_text(complaint),
        severity=SEVERITY_TITLES[complaint.severity],
        **WORDS,
    )


def _entries(complaint: Complaint, pictures: Sequence[Photo]) -> list[Entry]:
    by_message: dict[int, list[Photo]] = {}
    for photo in pictures:
        if photo.message_id is not None:
            by_message.setdefault(photo.message_id, []).append(photo)
    return [Entry(message, by_message.get(message.id, [])) for message in queries.messages(complaint.id)]


def handling_form(complaint: Complaint) -> HandlingForm:
    """The form with those who may know of this complaint."""
    form = HandlingForm()
    form.offer(services.possible_owners(complaint), complaint)
    return form
