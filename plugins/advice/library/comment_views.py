"""Saying something under a note: a store in its own thread, our people in that of a store."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.library import comments, queries
from plugins.advice.library.forms import CommentForm, ReasonForm
from plugins.advice.library.pages import note_page
from plugins.advice.models import Note, Recipient
from portal.api import NotFound, current_viewer, requires

blueprint = Blueprint("advice_comments", __name__)


@blueprint.post("/<int:note_id>/comments")
@requires("advice.answer")
def say(note_id: int) -> BaseResponse | tuple[str, int]:
    """A store says something."""
    note, mine = queries.visible(note_id, current_viewer())
    if mine is None:
        raise NotFound
    return _said(note, mine, mine.store_id)


@blueprint.post("/<int:note_id>/comments/<int:store_id>")
@requires("advice.reply")
def reply(note_id: int, store_id: int) -> BaseResponse | tuple[str, int]:
    """We answer a store."""
    note, mine = queries.visible(note_id, current_viewer())
    return _said(note, mine, store_id)


def _said(note: Note, mine: Recipient | None, store_id: int) -> BaseResponse | tuple[str, int]:
    form = CommentForm()
    if not form.validate_on_submit():
        return note_page(note, mine, ReasonForm(formdata=None), comment=form, in_thread=store_id), 422
    comments.say(note, store_id, form.text.data or "", by=current_viewer())
    told = _("The author hears of it.") if mine is not None else _("The store hears of it.")
    flash(told, "success")
    return redirect(url_for("advice.show", note_id=note.id, _anchor="comments"))
