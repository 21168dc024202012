"""Pages: parse, call one service, render."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.api import RuleBroken, current_viewer, requires
from [[ package ]] import queries, services
from [[ package ]].forms import NoteForm

blueprint = Blueprint("[[ name ]]", __name__)


@blueprint.get("/")
@requires("[[ name ]].read")
def index() -> str:
    """A store sees its own notes, the distributor those of all stores, with a form for who may write."""
    return _page(NoteForm())


@blueprint.post("/")
@requires("[[ name ]].write")
def write() -> Response | tuple[str, int]:
    """A note to a store."""
    form = NoteForm()
    if form.validate_on_submit():
        try:
            services.write_note(form.new_note(), by=current_viewer())
            flash(_("The store has been told."), "success")
            return redirect(url_for("[[ name ]].index"))
        except RuleBroken as error:
            form.refuse(error)
    return _page(form), 422


@blueprint.post("/<int:note_id>/done")
@requires("[[ name ]].read")
def done(note_id: int) -> Response:
    """It is done."""
    services.finish(queries.note(note_id))
    return redirect(url_for("[[ name ]].index"))


def _page(form: NoteForm) -> str:
    page = queries.page_of_notes(request.args.get("cursor"))
    return render_template("[[ name ]]/index.html", page=page, form=form)
