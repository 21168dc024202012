"""Pages of complaints."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.complaints import queries, services
from plugins.complaints.forms import ComplaintForm, ForStoreForm, MessageForm, WordForm
from plugins.complaints.pages import handling_form, inbox_page, new_page, own_list, thread_page
from portal.api import RuleBroken, current_viewer, requires, send_stored, send_thumbnail, takes_pictures

blueprint = Blueprint("complaints", __name__)
SEE, FILE, HANDLE, ASSIGN = "complaints.see", "complaints.file", "complaints.handle", "complaints.assign"
CONFIRM = "complaints.confirm"


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """The desk's inbox, or a store's own complaints."""
    viewer = current_viewer()
    if viewer.is_store_side:
        return own_list(viewer)
    return inbox_page(viewer)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(FILE)
@takes_pictures("photos")
def new() -> BaseResponse | str | tuple[str, int]:
    """Report a problem; our people do it for a store."""
    viewer = current_viewer()
    form = ComplaintForm() if viewer.is_store_side else ForStoreForm()
    if isinstance(form, ForStoreForm):
        form.offer(queries.stores())
    if form.validate_on_submit():
        try:
            store_id = form.store_id.data if isinstance(form, ForStoreForm) else None
            complaint = services.file_complaint(form.report(), form.uploads(), store_id=store_id, by=viewer)
            flash(_("Thank you. Your complaint has the number %(number)s.", number=complaint.number), "success")
            return redirect(complaint.url)
        except RuleBroken as error:
            form.refuse(error)
    page = new_page(form)
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/<number>")
@requires(SEE)
def show(number: str) -> str:
    """One complaint with all that was said."""
    return thread_page(queries.by_number(number))


@blueprint.get("/<number>/photos/<int:photo_id>")
@requires(SEE)
def photo(number: str, photo_id: int) -> Response:
    """A picture as large as it is kept."""
    return send_stored(queries.photo(queries.by_number(number).id, photo_id).file)


@blueprint.get("/<number>/photos/<int:photo_id>/small")
@requires(SEE)
def small_photo(number: str, photo_id: int) -> Response:
    """The small copy of a picture."""
    return send_thumbnail(queries.photo(queries.by_number(number).id, photo_id).file)


@blueprint.post("/<number>/messages")
@requires(FILE)
@takes_pictures("photos")
def say(number: str) -> BaseResponse | tuple[str, int]:
    """Write to the other side, or an internal note."""
    viewer = current_viewer()
    complaint = queries.by_number(number, for_change=True)
    form = MessageForm()
    if form.validate_on_submit():
        try:
            if form.kind.data == "note":
                services.note(complaint, form.text.data or "", form.uploads(), by=viewer)
            else:
                if not viewer.is_store_side:
                    viewer.must(HANDLE)
                services.say(complaint, form.text.data or "", form.uploads(), by=viewer)
            return redirect(f"{complaint.url}#end")
        except RuleBroken as error:
            form.refuse(error)
    return thread_page(complaint, form), 422


def _step(number: str, step: str) -> BaseResponse | tuple[str, int]:
    complaint = queries.by_number(number, for_change=True)
    form = WordForm()
    if form.validate_on_submit():
        try:
            services.take_step(complaint, step, form.word.data or "", by=current_viewer())
            return redirect(complaint.url)
        except RuleBroken as error:
            form.refuse(error)
    return thread_page(complaint, word_form=form, word_step=step), 422


@blueprint.post("/<number>/acknowledge")
@requires(HANDLE)
def acknowledge(number: str) -> BaseResponse | tuple[str, int]:
    """Tell the store that somebody looks into it."""
    return _step(number, "acknowledge")


@blueprint.post("/<number>/remedy")
@requires(HANDLE)
def remedy(number: str) -> BaseResponse | tuple[str, int]:
    """Say that it is put right; the store confirms."""
    return _step(number, "remedy")


@blueprint.post("/<number>/refuse")
@requires(HANDLE)
def refuse(number: str) -> BaseResponse | tuple[str, int]:
    """Refuse it, with the reason."""
    return _step(number, "refuse")


@blueprint.post("/<number>/close")
@requires(HANDLE)
def close(number: str) -> BaseResponse | tuple[str, int]:
    """Close what the store has confirmed."""
    return _step(number, "close")


@blueprint.post("/<number>/confirm")
@requires(CONFIRM)
def confirm(number: str) -> BaseResponse | tuple[str, int]:
    """The store says that it is solved."""
    return _step(number, "confirm")


@blueprint.post("/<number>/reopen")
@requires(CONFIRM)
def reopen(number: str) -> BaseResponse | tuple[str, int]:
    """The store says that it is not solved."""
    return _step(number, "reopen")


@blueprint.post("/<number>/take")
@requires(HANDLE)
def take(number: str) -> BaseResponse:
    """Handle it oneself from now on."""
    complaint = queries.by_number(number, for_change=True)
    services.take_over(complaint, by=current_viewer())
    return redirect(complaint.url)


@blueprint.post("/<number>/handling")
@requires(ASSIGN)
def handling(number: str) -> BaseResponse | tuple[str, int]:
    """Give it to somebody, say how serious it is."""
    complaint = queries.by_number(number, for_change=True)
    form = handling_form(complaint)
    if form.validate_on_submit():
        try:
            services.rate_severity(complaint, form.severity.data)
            services.assign(complaint, form.owner.data or None, by=current_viewer())
            return redirect(complaint.url)
        except RuleBroken as error:
            form.refuse(error)
    return thread_page(complaint, handling=form), 422
