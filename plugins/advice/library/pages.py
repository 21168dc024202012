"""What the page of a note shows, gathered for its templates."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask_babel import gettext as _

from plugins.advice.library import comments, queries, services
from plugins.advice.library.forms import (
    ANSWER_TITLES,
    KIND_ICONS,
    KIND_TITLES,
    CommentForm,
    PlanForm,
    ReasonForm,
    ValidForm,
)
from plugins.advice.models import PUBLISHED, Note, Recipient
from portal.api import Audience, current_viewer, markdown_to_html

ANSWERS_SHOWN = 60  # all of them are in the table to download


def note_page(
    note: Note,
    mine: Recipient | None,
    form: ReasonForm,
    plan: PlanForm | None = None,
    valid: ValidForm | None = None,
    comment: CommentForm | None = None,
    in_thread: int = 0,
) -> str:
    """One note, as its store reads it or as our people do; in_thread: the store to which the comment was written."""
    pictures = queries.pictures(note.id, note.shown_pictures)
    addresses = {p.position: url_for("advice.picture", note_id=note.id, position=p.position) for p in pictures}
    values: dict[str, Any] = {
        "note": note,
        "mine": mine,
        "form": form,
        "body": markdown_to_html(note.text, addresses),
        "loose": [p for p in pictures if f"picture:{p.position}" not in note.text],
        "kinds": KIND_TITLES,
        "icons": KIND_ICONS,
        "threads": comments.threads(note.id) if note.published_at else [],
        "comment": comment or CommentForm(formdata=None),
        "empty_comment": CommentForm(formdata=None),
        "in_thread": in_thread,
    }
    if mine is not None:
        changed = mine.answered_version is not None and mine.answered_version < note.version
        change = queries.version(note.id, note.version).change if changed else ""
        return render_template("advice/show_store.html", change=change, **values)
    return render_template("advice/show_desk.html", **_for_our_people(note, plan, valid), **values)


def _for_our_people(note: Note, plan: PlanForm | None, valid: ValidForm | None) -> dict[str, Any]:
    working = queries.working_copy(note.id) if note.state == PUBLISHED else None
    may_publish = services.may_publish(note, working, by=current_viewer())
    asked = request.args.get("answers", "")
    asked = asked if asked in ANSWER_TITLES else ""
    answers = queries.answers(note.id, asked, ANSWERS_SHOWN + 1)
    return {
        "audience": Audience.from_json(note.audience),
        "working": working,
        "may_publish": may_publish,
        "reached": Audience.from_json((working or note).audience).stores() if may_publish else [],
        "plan": plan or PlanForm(formdata=None),
        "valid": valid or ValidForm(formdata=None, obj=note),
        "answers": answers[:ANSWERS_SHOWN],
        "more_answers": len(answers) > ANSWERS_SHOWN,
        "asked": asked,
        "answer_views": [{"title": _("All"), "url": "?#answers", "current": not asked}]
        + [
            {"title": title, "url": f"?answers={key}#answers", "current": asked == key}
            for key, title in ANSWER_TITLES.items()
        ],
        "reach": queries.reach([note.id]).get(note.id, queries.Reach()),
    }
