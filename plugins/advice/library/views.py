"""Pages of advice."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.library import planning, queries, services
from plugins.advice.library.comparing import comparison
from plugins.advice.library.forms import KIND_ICONS, KIND_TITLES, NoteForm, PlanForm, ReasonForm, ValidForm
from plugins.advice.models import OPEN, PUBLISHED, Note, Recipient
from plugins.advice.proposals import queries as proposal_queries
from portal.api import (
    Audience,
    NotFound,
    RuleBroken,
    Viewer,
    current_viewer,
    id_asked,
    markdown_to_html,
    requires,
    send_stored,
    session,
    store_upload,
    takes_pictures,
    writes,
)

blueprint = Blueprint("advice", __name__)
SEE, WRITE, PUBLISH, ANSWER = "advice.see", "advice.write", "advice.publish", "advice.answer"


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """The library: for the desk all notes, for a store what was published to it, first what is still to be done."""
    viewer = current_viewer()
    state, kind, cursor = (request.args.get(name, "") for name in ("state", "kind", "cursor"))
    common: dict[str, Any] = {"kinds": KIND_TITLES, "icons": KIND_ICONS, "state": state, "kind": kind}
    if viewer.is_store_side:
        common["state"] = state = state or OPEN
        page = queries.page_for_store("" if state == "all" else state, kind, cursor or None)
        return render_template("advice/for_store.html", page=page, computed=proposal_queries.open_count(), **common)
    notes = queries.page_of_notes(state, kind, cursor or None)
    return render_template("advice/index.html", page=notes, reach=queries.reach([n.id for n in notes]), **common)


@blueprint.get("/<int:note_id>")
@requires(SEE)
@writes
def show(note_id: int) -> str:
    """One note; opening it counts as seen."""
    note, mine = queries.visible(note_id, current_viewer())
    if mine is not None:
        services.mark_seen(mine)
    return _page(note, mine, ReasonForm())


def _page(
    note: Note, mine: Recipient | None, form: ReasonForm, plan: PlanForm | None = None, valid: ValidForm | None = None
) -> str:
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
    }
    if mine is not None:
        changed = mine.answered_version is not None and mine.answered_version < note.version
        change = queries.version(note.id, note.version).change if changed else ""
        return render_template("advice/show_store.html", change=change, **values)
    working = queries.working_copy(note.id) if note.state == PUBLISHED else None
    may_publish = services.may_publish(note, working, by=current_viewer())
    return render_template(
        "advice/show_desk.html",
        audience=Audience.from_json(note.audience),
        working=working,
        may_publish=may_publish,
        reached=Audience.from_json((working or note).audience).stores() if may_publish else [],
        plan=plan or PlanForm(formdata=None),
        valid=valid or ValidForm(formdata=None, obj=note),
        answers=queries.answers(note.id),
        reach=queries.reach([note.id]).get(note.id, queries.Reach()),
        **values,
    )


@blueprint.get("/<int:note_id>/pictures/<int:position>")
@requires(SEE)
def picture(note_id: int, position: int) -> Response:
    """A picture of a note that this person may see."""
    note, mine = queries.visible(note_id, current_viewer())
    for found in queries.pictures(note.id, note.shown_pictures if mine is not None else None):
        if found.position == position:
            return send_stored(found.file)
    raise NotFound


@blueprint.route("/new", methods=["GET", "POST"])
@requires(WRITE)
@takes_pictures("pictures")
def new() -> BaseResponse | str | tuple[str, int]:
    """Write a note."""
    form = NoteForm()
    if form.validate_on_submit():
        try:
            note = services.write_note(form.draft(), by=current_viewer())
            session.flush()
            _keep_pictures(note, form, current_viewer())
            flash(_("The draft is saved."), "success")
            return redirect(url_for("advice.show", note_id=note.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("advice/edit.html", form=form, note=None, pictures=[])
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/<int:note_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
@takes_pictures("pictures")
def edit(note_id: int) -> BaseResponse | str | tuple[str, int]:
    """Change a note; of a published one its next version, which stores see when it is published."""
    viewer = current_viewer()
    note, _mine = queries.visible(note_id, viewer)
    working = queries.working_copy(note.id) if note.state == PUBLISHED else None
    pictures = queries.pictures(note.id, working.shown_pictures if working else note.shown_pictures)
    form = NoteForm(working or note, pictures)
    edits = working.edits if working else 0 if note.state == PUBLISHED else note.edits
    if not form.is_submitted():
        form.edits.data = edits
    if form.validate_on_submit():
        try:
            services.change_note(note, form.draft(), by=viewer, change=form.change.data or "", edits=form.edits.data)
            for position in form.removed.data or ():
                services.remove_picture(note, position, by=viewer)
            _keep_pictures(note, form, viewer)
            flash(_("Saved. Stores see it when it is published."), "success")
            return redirect(url_for("advice.show", note_id=note.id))
        except RuleBroken as error:
            form.refuse(error)
            form.edits.data, form.edits.raw_data = edits, None  # told of it once: saved again it counts
    page = render_template("advice/edit.html", form=form, note=note, pictures=pictures)
    return (page, 422) if request.method == "POST" else page


def _keep_pictures(note: Note, form: NoteForm, by: Viewer) -> None:
    for upload in form.pictures.data or ():
        if upload and upload.filename:
            stored = store_upload(upload, upload.filename, kinds=frozenset({"picture"}), field="pictures")
            services.add_picture(note, stored, by=by)


@blueprint.post("/<int:note_id>/review")
@requires(WRITE)
def ask_for_review(note_id: int) -> BaseResponse:
    """Hand it to a second person."""
    services.ask_for_review(queries.visible(note_id, current_viewer())[0])
    flash(_("A colleague can review it now."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/back")
@requires(PUBLISH)
def send_back(note_id: int) -> BaseResponse | tuple[str, int]:
    """Ask the author for changes."""
    viewer = current_viewer()
    note, mine = queries.visible(note_id, viewer)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(note, mine, form), 422
    services.send_back(note, form.reason.data or "", by=viewer)
    flash(_("The author sees what to change."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/publish")
@requires(PUBLISH)
def publish(note_id: int) -> BaseResponse:
    """Send it to the stores."""
    viewer = current_viewer()
    tell_again = request.form.get("tell_again") == "1"
    services.publish(queries.visible(note_id, viewer)[0], by=viewer, tell_again=tell_again)
    flash(_("The advice is published and the stores are told."), "success")
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
    return _page(note, mine, ReasonForm(formdata=None), plan=form), 422


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
    return _page(note, mine, ReasonForm(formdata=None), valid=form), 422


@blueprint.post("/<int:note_id>/discard")
@requires(WRITE)
def discard(note_id: int) -> BaseResponse:
    """Leave it as it is."""
    services.discard_changes(queries.visible(note_id, current_viewer())[0])
    flash(_("The changes are gone; stores see what they saw."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.get("/<int:note_id>/versions")
@requires(WRITE)
def versions(note_id: int) -> str:
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


@blueprint.post("/<int:note_id>/withdraw")
@requires(PUBLISH)
def withdraw(note_id: int) -> BaseResponse:
    """Take it back from the stores."""
    services.withdraw(queries.visible(note_id, current_viewer())[0])
    flash(_("The advice is withdrawn; its record stays."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


def _mine(note_id: int) -> tuple[Note, Recipient]:
    note, mine = queries.visible(note_id, current_viewer())
    if mine is None:
        raise NotFound
    return note, mine


@blueprint.post("/<int:note_id>/done")
@requires(ANSWER)
def done(note_id: int) -> BaseResponse:
    """The store did it."""
    services.mark_done(_mine(note_id)[1], by=current_viewer())
    flash(_("Well done. It stands in your store's history."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/decline")
@requires(ANSWER)
def decline(note_id: int) -> BaseResponse | tuple[str, int]:
    """The store does not do it."""
    note, mine = _mine(note_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _page(note, mine, form), 422
    services.decline(mine, form.reason.data or "", by=current_viewer())
    flash(_("Thank you: your reason makes the next advice better."), "success")
    return redirect(url_for("advice.index"))


@blueprint.post("/<int:note_id>/reopen")
@requires(ANSWER)
def reopen(note_id: int) -> BaseResponse:
    """The store thinks again."""
    services.reopen(_mine(note_id)[1], by=current_viewer())
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/useful/<any(yes, no):answer>")
@requires(ANSWER)
def useful(note_id: int, answer: str) -> BaseResponse:
    """Whether it helped."""
    services.say_useful(_mine(note_id)[1], answer == "yes")
    flash(_("Thank you for telling us."), "success")
    return redirect(url_for("advice.show", note_id=note_id))
