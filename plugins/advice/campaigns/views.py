"""Pages of campaigns."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from plugins.advice.campaigns import queries, services
from plugins.advice.campaigns.forms import CampaignForm
from plugins.advice.campaigns.occasions import OCCASION_TITLES
from plugins.advice.campaigns.pages import list_page, offer_what_sells, show_page
from portal.api import NotFound, RuleBroken, clock, current_viewer, requires

blueprint = Blueprint("advice_campaigns", __name__, url_prefix="/campaigns")
SEE, PLAN = "advice.see", "advice.campaigns"


def _today() -> date:
    return clock.today(current_viewer().distributor.timezone)


@blueprint.get("/")
@requires(SEE)
def index() -> str:
    """A store's year, or the campaigns of all stores one sees."""
    return list_page(current_viewer(), _today())


@blueprint.route("/new", methods=["GET", "POST"])
@requires(PLAN)
def new() -> BaseResponse | str | tuple[str, int]:
    """Plan one."""
    viewer = current_viewer()
    if viewer.store is None:
        raise NotFound
    form = CampaignForm()
    offer_what_sells(form, viewer.store.id, _today())
    if not form.is_submitted() and not form.was_kept:
        _fill_in(form)
    if form.validate_on_submit():
        try:
            campaign = services.plan_campaign(form.wish(), by=viewer)
            over = campaign.ends_on < _today()
            words = (
                _("Noted. Below is what went with it, as far as its sales are known.")
                if over
                else _("It stands in your calendar. Below is what it has to bring.")
            )
            flash(words, "success")
            return redirect(campaign.url)
        except RuleBroken as error:
            form.refuse(error)
    page = render_template("advice/campaigns/new.html", form=form)
    return (page, 422) if request.method == "POST" else page


def _fill_in(form: CampaignForm) -> None:
    """What an occasion of the calendar says already."""
    occasion, category, day = (request.args.get(name, "") for name in ("occasion", "category", "until"))
    if occasion in OCCASION_TITLES:
        form.title.data = str(OCCASION_TITLES[occasion])
    if category:
        form.target.data = f"category:{category}"
    try:
        form.ends_on.data = date.fromisoformat(day)
    except ValueError:
        form.ends_on.data = None


@blueprint.get("/<int:campaign_id>")
@requires(SEE)
def show(campaign_id: int) -> str:
    """One campaign."""
    return show_page(queries.find_campaign(campaign_id), _today())


@blueprint.post("/<int:campaign_id>/cancel")
@requires(PLAN)
def cancel(campaign_id: int) -> BaseResponse:
    """It does not take place."""
    services.call_off(queries.find_campaign(campaign_id, for_change=True))
    flash(_("It is called off."), "success")
    return redirect(url_for("advice_campaigns.show", campaign_id=campaign_id))
