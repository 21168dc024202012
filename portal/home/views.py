"""The first page of the day, and what belongs to no plug-in."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.access import open_to_all, signed_in
from portal.accounts.viewer import current_viewer, viewer_or_none
from portal.db import db
from portal.home.today import greeting, headline, todays_page
from portal.navigation import further_places
from portal.redirects import safe_next

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
@open_to_all
def start() -> Response:
    """To today, or to the log-in."""
    if current_user.is_authenticated:
        return redirect(url_for("home.today" if viewer_or_none() else "home.no_membership"))
    return redirect(url_for("security.login"))


@blueprint.get("/today")
@signed_in
def today() -> str:
    """What to do today, and why."""
    viewer = current_viewer()
    page = todays_page(viewer)
    return render_template("home/today.html", page=page, headline=headline(page), greeting=greeting(viewer))


@blueprint.get("/more")
@signed_in
def more() -> str:
    """Everything that is not a tab."""
    return render_template("home/more.html", places=further_places(current_viewer()))


@blueprint.get("/no-membership")
@open_to_all
def no_membership() -> str:
    """Signed in, but a member nowhere (any more)."""
    return render_template("home/no_membership.html")


@blueprint.post("/membership/<int:membership_id>")
@signed_in
def switch(membership_id: int) -> Response:
    """Act for another distributor or store."""
    if membership_id not in {membership.id for membership in current_viewer().memberships}:
        abort(404)
    session["membership"] = membership_id
    return redirect(url_for("home.today"))


@blueprint.post("/language/<lang>")
@open_to_all
def set_language(lang: str) -> Response:
    """Read the portal in another language from now on."""
    if lang not in current_app.config["LANGUAGES"]:
        abort(404)
    session["language"] = lang
    if current_user.is_authenticated:
        current_user.language = lang
        db.session.flush()
    return redirect(safe_next(request.form.get("next")))


@blueprint.post("/theme/<theme>")
@open_to_all
def set_theme(theme: str) -> Response:
    """Light, dark, or as the device says."""
    if theme not in {"light", "dark", "auto"}:
        abort(404)
    session["theme"] = theme
    if current_user.is_authenticated:
        current_user.theme = theme
    return redirect(safe_next(request.form.get("next")))
