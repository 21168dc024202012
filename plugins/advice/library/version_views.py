"""Pages of a note's versions: what is new, going back, publishing later, until when it holds."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.library import planning, queries, services
from plugins.advice.library.comparing import comparison
from plugins.advice.library.forms import PlanForm, ReasonForm, ValidForm
from plugins.advice.library.pages import note_page
from portal.api import RuleBroken, current_viewer, id_asked, requires

blueprint = Blueprint("advice_versions", __name__)
WRITE, PUBLISH = "advice.write", "advice.publish"


@blueprint.get("/<int:note_id>/versions")
@requires(WRITE)
def index(note_id: int) -> str:
    """All versions, and what is new in one of them."""
    note, _mine = queries.visible(note_id, current_viewer())
    found = queries.versions(note.id)
    wanted = id_asked("number")
    shown = next((one for one in found if one.number == wanted), found[0] if found else None)
    before = next((one for one in found if shown and one.number < shown.number), None)
    return render_template(
        "advice/versions.html",
        note=note,
        versions=found,
        shown=shown,
        before=before,
        writers=queries.writers(shown) if shown else [],
        comparison=comparison(before, shown) if shown else [],
    )


@blueprint.post("/<int:note_id>/versions/<int:version>/restore")
@requires(WRITE)
def restore(note_id: int, version: int) -> BaseResponse:
    """Begin a new version that says what an old one said."""
    viewer = current_viewer()
    services.restore(queries.visible(note_id, viewer)[0], version, by=viewer)
    flash(_("The old text is the draft of a new version now."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/discard")
@requires(WRITE)
def discard(note_id: int) -> BaseResponse:
    """Leave it as it is."""
    services.discard_changes(queries.visible(note_id, current_viewer())[0])
    flash(_("The changes are gone; stores see what they saw."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/plan")
@requires(PUBLISH)
def plan(note_id: int) -> BaseResponse | tuple[str, int]:
    """Let it be published by itself."""
    viewer = current_viewer()
    note, mine = queries.visible(note_id, viewer)
    form = PlanForm()
    if form.validate_on_submit():
        try:
            planning.plan(note, form.publish_at.data, by=viewer, tell_again=form.tell_again.data)
            flash(_("It is published by itself then."), "success")
            return redirect(url_for("advice.show", note_id=note_id))
        except RuleBroken as error:
            form.refuse(error)
    return note_page(note, mine, ReasonForm(formdata=None), plan=form), 422


@blueprint.post("/<int:note_id>/plan/cancel")
@requires(PUBLISH)
def cancel_plan(note_id: int) -> BaseResponse:
    """Publish it by hand after all."""
    planning.cancel(queries.visible(note_id, current_viewer())[0])
    flash(_("It is not published by itself any more."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/valid")
@requires(PUBLISH)
def keep_valid_until(note_id: int) -> BaseResponse | tuple[str, int]:
    """Say until when stores are asked to do it."""
    viewer = current_viewer()
    note, mine = queries.visible(note_id, viewer)
    form = ValidForm()
    if form.validate_on_submit():
        try:
            planning.keep_valid_until(note, form.valid_until.data, by=viewer)
            flash(_("Saved."), "success")
            return redirect(url_for("advice.show", note_id=note_id))
        except RuleBroken as error:
            form.refuse(error)
    return note_page(note, mine, ReasonForm(formdata=None), valid=form), 422
