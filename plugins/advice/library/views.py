"""Pages of advice."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.library import answering, queries, services
from plugins.advice.library.forms import ANSWER_TITLES, KIND_ICONS, KIND_TITLES, NoteForm, ReasonForm
from plugins.advice.library.pages import note_page
from plugins.advice.models import OPEN, PUBLISHED, Note, Recipient
from plugins.advice.proposals import queries as proposal_queries
from portal.api import (
    XLSX,
    NotFound,
    RuleBroken,
    Sheet,
    Viewer,
    current_viewer,
    local_dt,
    requires,
    send_bytes,
    send_stored,
    session,
    store_upload,
    takes_pictures,
    write_xlsx,
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
        answering.mark_seen(mine)
    return note_page(note, mine, ReasonForm())


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
    if not form.is_submitted():
        form.seen.data = services.state_seen(note)
    if form.validate_on_submit():
        try:
            services.change_note(
                note, form.draft(), by=viewer, change=form.change.data or "", seen=form.seen.data or ""
            )
            for position in form.removed.data or ():
                services.remove_picture(note, position, by=viewer)
            _keep_pictures(note, form, viewer)
            flash(_("Saved. Stores see it when it is published."), "success")
            return redirect(url_for("advice.show", note_id=note.id))
        except RuleBroken as error:
            form.refuse(error)
            form.seen.data = services.state_seen(note)  # told of it once: saved again it counts
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
        return note_page(note, mine, form), 422
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


@blueprint.post("/<int:note_id>/withdraw")
@requires(PUBLISH)
def withdraw(note_id: int) -> BaseResponse:
    """Take it back from the stores."""
    services.withdraw(queries.visible(note_id, current_viewer())[0])
    flash(_("The advice is withdrawn; its record stays."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.get("/<int:note_id>/stores.xlsx")
@requires(SEE)
def stores(note_id: int) -> Response:
    """Every store of a note that one sees with what it made of it: for a store that is itself."""
    note, _mine_of = queries.visible(note_id, current_viewer())
    asked = request.args.get("answers", "")
    head = [_("Store number"), _("Store"), _("Answer"), _("Reason"), _("Seen at"), _("Answered at")]
    rows = [
        [
            store.number,
            store.name,
            str(ANSWER_TITLES[row.state]),
            row.reason,
            local_dt(row.seen_at, near=False),
            local_dt(row.answered_at, near=False),
        ]
        for row, store in queries.answers(note.id, asked if asked in ANSWER_TITLES else "")
    ]
    return send_bytes(write_xlsx([Sheet(_("What the stores made of it"), head, rows)]), XLSX, f"advice-{note.id}.xlsx")


def _mine(note_id: int) -> tuple[Note, Recipient]:
    note, mine = queries.visible(note_id, current_viewer())
    if mine is None:
        raise NotFound
    return note, mine


@blueprint.post("/<int:note_id>/done")
@requires(ANSWER)
def done(note_id: int) -> BaseResponse:
    """The store did it."""
    answering.mark_done(_mine(note_id)[1], by=current_viewer())
    flash(_("Well done. It stands in your store's history."), "success")
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/decline")
@requires(ANSWER)
def decline(note_id: int) -> BaseResponse | tuple[str, int]:
    """The store does not do it."""
    note, mine = _mine(note_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return note_page(note, mine, form), 422
    answering.decline(mine, form.reason.data or "", by=current_viewer())
    flash(_("Thank you: your reason makes the next advice better."), "success")
    return redirect(url_for("advice.index"))


@blueprint.post("/<int:note_id>/reopen")
@requires(ANSWER)
def reopen(note_id: int) -> BaseResponse:
    """The store thinks again."""
    answering.reopen(_mine(note_id)[1], by=current_viewer())
    return redirect(url_for("advice.show", note_id=note_id))


@blueprint.post("/<int:note_id>/useful/<any(yes, no):answer>")
@requires(ANSWER)
def useful(note_id: int, answer: str) -> BaseResponse:
    """Whether it helped."""
    answering.say_useful(_mine(note_id)[1], answer == "yes")
    flash(_("Thank you for telling us."), "success")
    return redirect(url_for("advice.show", note_id=note_id))
