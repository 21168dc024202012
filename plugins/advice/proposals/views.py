"""Pages of computed advice: for the store to decide, for our people to follow."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.advisors.findings import ORDER
from plugins.advice.library.forms import ReasonForm
from plugins.advice.measuring import queries as measurement_queries
from plugins.advice.measuring.results import Results, results_since
from plugins.advice.models import Proposal
from plugins.advice.proposals import queries as proposal_queries
from plugins.advice.proposals import services as proposal_services
from plugins.advice.proposals.forms import BeforeForm, DoneForm, OrderForm, WayForm
from plugins.advice.proposals.pages import proposal_page, todays_date
from plugins.advice.proposals.wording import (
    KIND_TITLES,
    STATE_CHIPS,
    STATE_TITLES,
    percent,
    title_of,
)
from portal.api import (
    XLSX,
    NotFound,
    RuleBroken,
    Sheet,
    clock,
    current_viewer,
    requires,
    send_bytes,
    send_stored,
    store_upload,
    takes_pictures,
    write_xlsx,
    writes,
)

blueprint = Blueprint("advice_proposals", __name__, url_prefix="/proposals")
SEE, ANSWER, FOLLOW = "advice.see", "advice.answer", "advice.follow"
RESULTS_DAYS = 365
NOT_MEASURED = Results()


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """What the figures of one's stores advised, and what became of it."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    page = proposal_queries.page_of_proposals(
        state if state in STATE_TITLES else "", kind if kind in KIND_TITLES else "", request.args.get("cursor")
    )
    return render_template(
        "advice/proposals.html",
        page=page,
        titles={proposal.id: title_of(proposal) for proposal in page},
        state=state,
        kind=kind,
        kinds={key: str(title) for key, title in KIND_TITLES.items()},  # a lazy text is looked up at each row
        states={key: str(title) for key, title in STATE_TITLES.items()},
        chips=STATE_CHIPS,
    )


@blueprint.get("/results")
@requires(FOLLOW)
def results() -> str:
    """Which kinds of computed advice stores take up, and what they changed."""
    since = clock.now() - timedelta(days=RESULTS_DAYS)
    adopted, found = measurement_queries.adoption(since), results_since(since)
    return render_template(
        "advice/results.html",
        rows=[(kind, adopted[kind], found.get(kind, NOT_MEASURED)) for kind in KIND_TITLES if kind in adopted],
        days=RESULTS_DAYS,
        kinds=KIND_TITLES,
        percent=percent,
    )


@blueprint.get("/<int:proposal_id>")
@requires(SEE)
@writes
def show(proposal_id: int) -> str:
    """One piece of computed advice; a store that opens it has seen it."""
    viewer = current_viewer()
    proposal = proposal_queries.shown(proposal_id)
    if viewer.is_store_side and proposal.seen_at is None:
        proposal_services.mark_seen(proposal_queries.visible(proposal_id))
    return proposal_page(proposal)


@blueprint.get("/<int:proposal_id>/order.xlsx")
@requires(SEE)
def export(proposal_id: int) -> Response:
    """The order list as a table."""
    proposal = _order_list(proposal_id)
    head = [
        _("Product code"),
        _("Product"),
        _("On hand"),
        _("On the way"),
        _("Sold a day"),
        _("Units to order"),
        _("Pack size"),
    ]
    names = ("code", "name", "on_hand", "on_order", "daily", "units", "pack")
    rows = [[line[name] for name in names] for line in proposal.evidence["lines"]]
    return send_bytes(write_xlsx([Sheet(_("Order list"), head, rows)]), XLSX, f"order-{proposal.id}.xlsx")


@blueprint.post("/<int:proposal_id>/order")
@requires(ANSWER)
def order(proposal_id: int) -> BaseResponse | tuple[str, int]:
    """Accept the order list, as the store changed it, and send it."""
    proposal = _order_list(proposal_id, to_answer=True)
    form = OrderForm(proposal)
    if form.validate_on_submit():
        try:
            number = proposal_services.accept_order(proposal, form.units(), form.note.data or "", by=current_viewer())
            flash(_("The order is sent. Your rep confirms it."), "success")
            return redirect(url_for("trade_orders.show", order_id=number))
        except RuleBroken as error:
            form.refuse(error)
    return proposal_page(proposal, order=form), 422


@blueprint.post("/<int:proposal_id>/accept")
@requires(ANSWER)
def accept(proposal_id: int) -> BaseResponse | tuple[str, int]:
    """The store takes one of the ways."""
    proposal = proposal_queries.visible(proposal_id, to_answer=True)
    if proposal.kind == ORDER:
        raise RuleBroken("", _("An order list is decided line by line."))
    form = WayForm(proposal_services.ways_of(proposal, todays_date()))
    if form.validate_on_submit():
        proposal_services.accept(proposal, form.way.data, by=current_viewer())
        flash(_("Accepted. Say so here when it is done."), "success")
        return redirect(url_for("advice_proposals.show", proposal_id=proposal.id))
    return proposal_page(proposal, way=form), 422


@blueprint.post("/<int:proposal_id>/decline")
@requires(ANSWER)
def decline(proposal_id: int) -> BaseResponse | tuple[str, int]:
    """The store does not do it."""
    proposal, form = proposal_queries.visible(proposal_id, to_answer=True), ReasonForm()
    if form.validate_on_submit():
        proposal_services.decline(proposal, form.reason.data or "", by=current_viewer())
        flash(_("Thank you: your reason makes the next advice better."), "success")
        return redirect(url_for("home.today"))
    return proposal_page(proposal, reason=form), 422


@blueprint.post("/<int:proposal_id>/reopen")
@requires(ANSWER)
def reopen(proposal_id: int) -> BaseResponse:
    """The store thinks again."""
    proposal_services.reopen(proposal_queries.visible(proposal_id, to_answer=True))
    return redirect(url_for("advice_proposals.show", proposal_id=proposal_id))


@blueprint.post("/<int:proposal_id>/done")
@requires(ANSWER)
@takes_pictures("proof")
def done(proposal_id: int) -> BaseResponse | tuple[str, int]:
    """The store did it."""
    proposal, form = proposal_queries.visible(proposal_id, to_answer=True), DoneForm()
    if form.validate_on_submit():
        try:
            photo = form.proof.data
            proof = (
                store_upload(photo, photo.filename, kinds=frozenset({"picture"}), field="proof")
                if photo and photo.filename
                else None
            )
            proposal_services.mark_done(proposal, proof, by=current_viewer())
            flash(_("Well done. It stands in your store's history."), "success")
            return redirect(url_for("advice_proposals.show", proposal_id=proposal.id))
        except RuleBroken as error:
            form.refuse(error)
    return proposal_page(proposal, done=form), 422


@blueprint.post("/<int:proposal_id>/before")
@requires(ANSWER)
@takes_pictures("before")
def add_before(proposal_id: int) -> BaseResponse | tuple[str, int]:
    """A photo of how it is now."""
    proposal, form = proposal_queries.visible(proposal_id, to_answer=True), BeforeForm()
    if form.validate_on_submit():
        try:
            photo = form.before.data
            stored = store_upload(photo, photo.filename, kinds=frozenset({"picture"}), field="before")
            proposal_services.add_photo_before(proposal, stored)
            return redirect(url_for("advice_proposals.show", proposal_id=proposal.id))
        except RuleBroken as error:
            form.refuse(error)
    return proposal_page(proposal, before=form), 422


@blueprint.get("/<int:proposal_id>/before")
@requires(SEE)
def before(proposal_id: int) -> Response:
    """The photo of how it was."""
    proposal = proposal_queries.visible(proposal_id, with_proof=True)
    if proposal.before is None:
        raise NotFound
    return send_stored(proposal.before)


@blueprint.get("/<int:proposal_id>/proof")
@requires(SEE)
def proof(proposal_id: int) -> Response:
    """The photo of what was done."""
    proposal = proposal_queries.visible(proposal_id, with_proof=True)
    if proposal.proof is None:
        raise NotFound
    return send_stored(proposal.proof)


def _order_list(proposal_id: int, *, to_answer: bool = False) -> Proposal:
    proposal = proposal_queries.visible(proposal_id, to_answer=to_answer)
    if proposal.kind != ORDER:
        raise RuleBroken("", _("This advice is no order list."))
    return proposal
