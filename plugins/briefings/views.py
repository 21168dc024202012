"""Pages of briefings."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.briefings import edition as editions
from plugins.briefings import queries, services
from plugins.briefings.forms import KIND_TITLES, BriefingForm, EditForm, ReasonForm
from plugins.briefings.models import READY, WITHDRAWN, Briefing, Edition
from portal.api import (
    Audience,
    Conflict,
    NotFound,
    PdfFailed,
    RuleBroken,
    Store,
    current_viewer,
    id_asked,
    requires,
    send_bytes,
    send_stored,
    session,
    writes,
)

blueprint = Blueprint("briefings", __name__)
SEE, WRITE, ISSUE = "briefings.see", "briefings.write", "briefings.issue"


def _language() -> str:
    return "en" if str(get_locale()) == "en" else "zh_Hans"


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """The desk's list, or the store's archive."""
    viewer = current_viewer()
    cursor = request.args.get("cursor")
    if viewer.is_store_side:
        page = queries.page_for_store(_language(), cursor)
        return render_template("briefings/for_store.html", page=page, kinds=KIND_TITLES)
    briefings = queries.page_of_briefings(cursor)
    progress = queries.progress([briefing.id for briefing in briefings])
    return render_template("briefings/index.html", page=briefings, progress=progress, kinds=KIND_TITLES)


@blueprint.get("/<int:briefing_id>")
@requires(SEE)
def show(briefing_id: int) -> str:
    """For a store its edition as a page; for the desk the briefing and its progress."""
    viewer = current_viewer()
    if viewer.store is not None:
        edition = queries.edition_of(briefing_id, _language())
        content = editions.content_of(edition.briefing, viewer.store, _language(), viewer.distributor)
        return render_template(
            "briefings/show_store.html",
            edition=edition,
            briefing=edition.briefing,
            content=content,
            period=editions.period_text(edition.briefing),
            kinds=KIND_TITLES,
        )
    briefing = queries.briefing(briefing_id)
    return _desk_page(briefing, ReasonForm())


def _desk_page(briefing: Briefing, form: ReasonForm) -> str:
    viewer = current_viewer()
    return render_template(
        "briefings/show_desk.html",
        briefing=briefing,
        form=form,
        audience=Audience.from_json(briefing.audience),
        content=editions.content_of(briefing, None, _language(), viewer.distributor),
        editions=queries.editions(briefing.id),
        progress=queries.progress([briefing.id]).get(briefing.id, queries.Progress()),
        period=editions.period_text(briefing),
        kinds=KIND_TITLES,
    )


@blueprint.get("/<int:briefing_id>/pdf")
@requires(SEE)
@writes
def pdf(briefing_id: int) -> Response:
    """The store's own edition."""
    if not current_viewer().is_store_side:
        raise NotFound
    edition = queries.edition_of(briefing_id, _language())
    services.note_download(edition)
    return _send(edition)


@blueprint.get("/editions/<int:edition_id>/pdf")
@requires(SEE)
def edition_pdf(edition_id: int) -> Response:
    """One edition, for our people; a store gets its own through its briefing."""
    edition = queries.edition(edition_id)
    if current_viewer().is_store_side and edition.briefing.state == WITHDRAWN:
        raise NotFound
    return _send(edition)


def _send(edition: Edition) -> Response:
    if edition.state != READY or edition.file is None:
        raise NotFound
    return send_stored(edition.file, download_name=f"{edition.briefing.title}.pdf")


@blueprint.get("/<int:briefing_id>/preview.pdf")
@requires(WRITE)
def preview(briefing_id: int) -> Response:
    """How the edition of one store would look now; without ?store= the common part."""
    viewer = current_viewer()
    briefing = queries.briefing(briefing_id)
    wanted = id_asked("store")
    store = session.get(Store, wanted) if wanted else None
    if request.args.get("store") and store is None:
        raise NotFound
    language = request.args.get("language", _language())
    if language not in {"en", "zh_Hans"}:
        raise NotFound
    try:
        rendered = editions.paper_of(briefing, store, language, viewer.distributor).render()
    except PdfFailed as error:
        raise RuleBroken("", _("This briefing cannot be made into a PDF: %(reason)s", reason=error)) from error
    return send_bytes(rendered.pdf, "application/pdf", "preview.pdf")


@blueprint.route("/new", methods=["GET", "POST"])
@requires(WRITE)
def new() -> BaseResponse | str | tuple[str, int]:
    """Begin a briefing."""
    form = BriefingForm()
    if form.validate_on_submit():
        try:
            briefing = services.compose(form.plan(), by=current_viewer())
            session.flush()
            return redirect(url_for("briefings.edit", briefing_id=briefing.id))
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("briefings/new.html", form=form)
    return (page, 422) if request.method == "POST" else page


@blueprint.route("/<int:briefing_id>/edit", methods=["GET", "POST"])
@requires(WRITE)
def edit(briefing_id: int) -> BaseResponse | str | tuple[str, int]:
    """Write the editorial text; what the plug-ins contribute stands beside it."""
    briefing = queries.briefing(briefing_id)
    if briefing.state != "draft":
        raise RuleBroken("", _("An issued briefing is frozen."))
    form = EditForm(briefing)
    if request.method == "GET":
        form.show(briefing, list(queries.sections(briefing.id)))
    elif form.validate_on_submit():
        try:
            version = int(form.version.data or 0)
            services.change(briefing, form.plan(), form.texts(), version=version)
            flash(_("The briefing is saved."), "success")
            return redirect(
                url_for("briefings.edit" if request.form.get("more") else "briefings.show", briefing_id=briefing.id)
            )
        except Conflict as error:
            form.version.data = form.version.raw_data = str(briefing.lock_version)  # type: ignore[assignment]
            form.refuse(RuleBroken("", error.message))
        except RuleBroken as error:
            form.refuse(error)
    viewer = current_viewer()
    content = editions.content_of(briefing, None, _language(), viewer.distributor)
    page = render_template("briefings/edit.html", form=form, briefing=briefing, content=content)
    return (page, 422) if request.method == "POST" else page


@blueprint.post("/<int:briefing_id>/issue")
@requires(ISSUE)
def issue(briefing_id: int) -> BaseResponse:
    """Freeze it and make every store's edition."""
    count = services.issue(queries.briefing(briefing_id), by=current_viewer())
    flash(_("Issued: %(count)s editions are being made. You can leave this page.", count=count), "success")
    return redirect(url_for("briefings.show", briefing_id=briefing_id))


@blueprint.post("/<int:briefing_id>/again")
@requires(ISSUE)
def again(briefing_id: int) -> BaseResponse:
    """Try the failed editions once more."""
    services.render_again(queries.briefing(briefing_id))
    return redirect(url_for("briefings.show", briefing_id=briefing_id))


@blueprint.post("/<int:briefing_id>/withdraw")
@requires(ISSUE)
def withdraw(briefing_id: int) -> BaseResponse | tuple[str, int]:
    """Take it back from the stores."""
    briefing = queries.briefing(briefing_id)
    form = ReasonForm()
    if not form.validate_on_submit():
        return _desk_page(briefing, form), 422
    services.withdraw(briefing, form.reason.data or "")
    flash(_("The briefing is withdrawn; its record stays."), "success")
    return redirect(url_for("briefings.show", briefing_id=briefing_id))
