"""Pages of questions."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.questions import queries, services
from plugins.advice.questions.forms import AskForm, OwnersForm, RatingForm, SayForm
from plugins.advice.questions.pages import ask_page, desk_list, own_list, owner_form, thread_page
from portal.api import (
    RuleBroken,
    current_viewer,
    members_who_may,
    requires,
    send_stored,
    send_thumbnail,
    takes_pictures,
)

blueprint = Blueprint("advice_questions", __name__, url_prefix="/questions")
SEE, ASK, REPLY, MANAGE = "advice.see", "advice.ask", queries.REPLY, queries.MANAGE


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """The desk's list by deadline, or a store's own questions."""
    viewer = current_viewer()
    return own_list(viewer) if viewer.is_store_side else desk_list(viewer)


@blueprint.route("/new", methods=["GET", "POST"])
@requires(ASK)
@takes_pictures("pictures")
def new() -> BaseResponse | str | tuple[str, int]:
    """Ask."""
    form = AskForm()
    if form.validate_on_submit():
        try:
            question = services.ask(form.kind.data, form.text.data or "", form.uploads(), by=current_viewer())
            flash(_("Thank you. You see here who answers, and by when."), "success")
            return redirect(question.url)
        except RuleBroken as error:
            form.refuse(error)
    page = ask_page(form)
    return (page, 422) if request.method == "POST" else page


@blueprint.get("/<int:question_id>")
@requires(SEE)
def show(question_id: int) -> str:
    """One question with all that was said."""
    return thread_page(queries.shown(question_id))


@blueprint.get("/<int:question_id>/pictures/<int:picture_id>")
@requires(SEE)
def picture(question_id: int, picture_id: int) -> Response:
    """A picture as large as it is kept."""
    return send_stored(queries.picture(queries.question(question_id).id, picture_id).file)


@blueprint.get("/<int:question_id>/pictures/<int:picture_id>/small")
@requires(SEE)
def small_picture(question_id: int, picture_id: int) -> Response:
    """The small copy of a picture."""
    return send_thumbnail(queries.picture(queries.question(question_id).id, picture_id).file)


@blueprint.post("/<int:question_id>/messages")
@requires(SEE)
@takes_pictures("pictures")
def say(question_id: int) -> BaseResponse | tuple[str, int]:
    """Write to the other side, or an internal note."""
    viewer = current_viewer()
    question = queries.question(question_id, for_change=True)
    viewer.must(ASK if viewer.is_store_side else REPLY)
    form = SayForm()
    if form.validate_on_submit():
        write = services.note if form.kind.data == "note" and not viewer.is_store_side else services.say
        try:
            write(question, form.text.data or "", form.uploads(), by=viewer)
            return redirect(f"{question.url}#end")
        except RuleBroken as error:
            form.refuse(error)
    return thread_page(question, form), 422


@blueprint.post("/<int:question_id>/rating")
@requires(ASK)
def rate(question_id: int) -> BaseResponse | tuple[str, int]:
    """How good the answer was; that settles the question."""
    question = queries.question(question_id, for_change=True)
    form = RatingForm()
    if form.validate_on_submit():
        try:
            services.rate(question, form.rating.data, form.reason.data or "", by=current_viewer())
            flash(_("Thank you for telling us."), "success")
            return redirect(question.url)
        except RuleBroken as error:
            form.refuse(error)
    return thread_page(question, rating=form), 422


@blueprint.post("/<int:question_id>/close")
@requires(SEE)
def close(question_id: int) -> BaseResponse:
    """It is settled."""
    viewer = current_viewer()
    question = queries.question(question_id, for_change=True)
    viewer.must(ASK if viewer.is_store_side else REPLY)
    services.close(question, by=viewer)
    return redirect(url_for("advice_questions.show", question_id=question_id))


@blueprint.post("/<int:question_id>/take")
@requires(REPLY)
def take(question_id: int) -> BaseResponse:
    """Answer it oneself."""
    viewer = current_viewer()
    services.assign(queries.question(question_id, for_change=True), viewer.membership.id, by=viewer)
    return redirect(url_for("advice_questions.show", question_id=question_id))


@blueprint.post("/<int:question_id>/owner")
@requires(MANAGE)
def assign(question_id: int) -> BaseResponse | tuple[str, int]:
    """Give it to somebody."""
    question = queries.question(question_id, for_change=True)
    form = owner_form(question)
    if form.validate_on_submit():
        services.assign(question, form.owner.data, by=current_viewer())
        return redirect(question.url)
    return thread_page(question), 422


@blueprint.post("/<int:question_id>/article")
@requires("advice.write")
def make_article(question_id: int) -> BaseResponse:
    """Begin an article with it."""
    article = services.make_article(queries.question(question_id, for_change=True), by=current_viewer())
    flash(
        _("A draft without the store's name. Read it again: only people see what else tells whose it was."), "success"
    )
    return redirect(url_for("advice.edit", note_id=article.id))


@blueprint.route("/owners", methods=["GET", "POST"])
@requires(MANAGE)
def owners() -> BaseResponse | str | tuple[str, int]:
    """Who answers which kind."""
    form = OwnersForm(members_who_may(queries.REPLY), queries.owners())
    if form.validate_on_submit():
        services.set_owners(form.chosen(), by=current_viewer())
        flash(_("Saved."), "success")
        return redirect(url_for("advice_questions.index"))
    page = render_template("advice/questions/owners.html", form=form)
    return (page, 422) if request.method == "POST" else page
