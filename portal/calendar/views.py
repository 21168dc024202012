"""The calendar: a month, an agenda, and the address of the feed."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from portal import clock
from portal.access import open_to_all, signed_in
from portal.accounts.viewer import current_viewer
from portal.calendar import queries, services
from portal.errors import NotFound
from portal.questions import day_asked, day_of
from portal.security import limiter

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")
AGENDA_DAYS = 42


@blueprint.get("")
@signed_in
def index() -> str:
    """The agenda of the coming weeks: what a phone shows first."""
    viewer = current_viewer()
    first = day_asked("from") or clock.today(viewer.distributor.timezone)
    return render_template(
        "calendar/agenda.html",
        days=queries.agenda_days(viewer, first, AGENDA_DAYS),
        first=first,
        earlier=first - timedelta(days=AGENDA_DAYS),
        later=first + timedelta(days=AGENDA_DAYS),
    )


@blueprint.get("/month")
@signed_in
def month() -> str:
    """A month as a grid."""
    viewer = current_viewer()
    today = clock.today(viewer.distributor.timezone)
    shown = day_of(f"{request.args.get('month', '')}-01") or today.replace(day=1)
    return render_template(
        "calendar/month.html",
        weeks=queries.month_days(viewer, shown.year, shown.month),
        shown=shown,
        today=today,
        previous=(shown - timedelta(days=1)).replace(day=1),
        following=(shown + timedelta(days=32)).replace(day=1),
    )


@blueprint.get("/subscribe")
@signed_in
def subscribe() -> str:
    """How to see all of it in the calendar program of a phone."""
    secret = current_viewer().person.calendar_secret
    return render_template("calendar/subscribe.html", address=_address(secret) if secret else None)


@blueprint.post("/subscribe")
@signed_in
def renew() -> BaseResponse:
    """Make the address, or a new one in place of it."""
    services.renew_address(current_viewer().person)
    flash(_("The address is ready. An older address does not work any more."), "success")
    return redirect(url_for("calendar.subscribe"))


@blueprint.get("/feed/<secret>.ics")
@open_to_all
@limiter.limit("60 per hour")
def feed(secret: str) -> Response:
    """The feed itself: whoever has the address may read it."""
    person = services.person_of_feed(secret)
    if person is None:
        raise NotFound
    return Response(services.feed(person), mimetype="text/calendar", headers={"Cache-Control": "private, max-age=900"})


def _address(secret: str) -> str:
    base: str = current_app.config["PUBLIC_URL"]
    return base.rstrip("/") + url_for("calendar.feed", secret=secret)
