"""A person's own account: name, look, password, devices, tokens, data."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, session, url_for
from flask_babel import gettext as _
from flask_babel import refresh
from flask_login import current_user
from flask_security import logout_user
from werkzeug.wrappers import Response as BaseResponse

from portal import clock
from portal.access import open_to_all, signed_in
from portal.accounts import addresses, personal_data, sign_ins, tokens
from portal.accounts.devices import device_name
from portal.accounts.forms import EmailForm, EraseForm, ProfileForm, TokenForm
from portal.accounts.limits import by_person
from portal.accounts.own import freshly, keep_to_show, me, own_page, take_to_show
from portal.accounts.roles import declared_permissions
from portal.accounts.viewer import Viewer, current_viewer, viewer_or_none
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.i18n import language
from portal.security import limiter

blueprint = Blueprint("account", __name__, url_prefix="/account")


@blueprint.get("/welcome")
@open_to_all
def welcome() -> BaseResponse:
    """Where the log-in leads: to today, or to the choice of whom to act for."""
    if not current_user.is_authenticated:
        return redirect(url_for("security.login"))
    viewer = viewer_or_none()
    if viewer is None:
        return redirect(url_for("home.no_membership"))
    chosen = len(viewer.memberships) == 1 or session.get("membership")
    return redirect(url_for("home.today" if chosen else "account.memberships"))


@blueprint.get("")
@own_page
def index() -> str:
    """The person's page."""
    person, viewer = me(), viewer_or_none()
    return render_template(
        "accounts/index.html",
        person=person,
        form=ProfileForm(name=person.name, language=person.language or language(), theme=person.theme),
        devices=len(sign_ins.open_sign_ins(person)),
        passkeys=len(addresses.passkeys_of(person)),
        tokens=len([token for token in tokens.tokens_of(viewer.membership) if tokens.is_live(token)]) if viewer else 0,
    )


@blueprint.post("")
@own_page
def save() -> Any:
    """Keep name, language and brightness."""
    person = me()
    form = ProfileForm()
    if not form.validate_on_submit():
        return render_template("accounts/profile.html", form=form), 422
    addresses.change_profile(person, name=form.name.data or "", language=form.language.data, theme=form.theme.data)
    session["language"], session["theme"] = person.language, person.theme
    refresh()  # the answer is already in the language that was chosen
    flash(_("Saved."), "success")
    return redirect(url_for("account.index"))


@blueprint.get("/memberships")
@signed_in
def memberships() -> str:
    """For whom to act."""
    return render_template("accounts/memberships.html")


@blueprint.get("/email")
@own_page
@freshly
def change_email() -> str:
    """Ask for another e-mail address."""
    return render_template("accounts/email.html", form=EmailForm(), person=me())


@blueprint.post("/email")
@own_page
@freshly
@limiter.limit("10 per hour", key_func=by_person)
def ask_for_email() -> Any:
    """Send the letter that proves the new address."""
    form = EmailForm()
    if form.validate_on_submit():
        try:
            addresses.ask_to_change(me(), form.email.data or "")
            flash(_("We have sent a letter to the new address. Follow its link within two hours."), "info")
            return redirect(url_for("account.index"))
        except RuleBroken as error:
            form.refuse(error)
    return render_template("accounts/email.html", form=form, person=me()), 422


@blueprint.get("/email/<token>")
@own_page
def confirm_email(token: str) -> str:
    """The letter's link: one more button, so that no mail scanner changes anything."""
    address = addresses.address_of(me(), token)
    return render_template("accounts/email_confirm.html", address=address, token=token)


@blueprint.post("/email/<token>")
@own_page
def take_email(token: str) -> BaseResponse:
    """The new address is the person's."""
    addresses.change(me(), token)
    flash(_("Your e-mail address is changed."), "success")
    return redirect(url_for("account.index"))


@blueprint.get("/devices")
@own_page
def devices() -> str:
    """Where the person is logged in."""
    return render_template(
        "accounts/devices.html",
        rows=sign_ins.open_sign_ins(me()),
        here=addresses.current_sign_in_id(),
        device_name=device_name,
    )


@blueprint.post("/devices/<int:sign_in_id>/end")
@own_page
def end_device(sign_in_id: int) -> BaseResponse:
    """Log one device out."""
    row = next((row for row in sign_ins.open_sign_ins(me()) if row.id == sign_in_id), None)
    if row is None:
        raise NotFound
    sign_ins.end_sign_in(row)
    flash(_("That device is logged out."), "success")
    return redirect(url_for("account.devices"))


@blueprint.post("/devices/end-all")
@own_page
@freshly
def end_all_devices() -> BaseResponse:
    """Log out everywhere, here too."""
    addresses.sign_out_everywhere(me())
    logout_user()
    flash(_("You are logged out on all devices."), "success")
    return redirect(url_for("security.login"))


@blueprint.get("/tokens")
@signed_in
def own_tokens() -> str:
    """The tokens of this membership; a new one shows its secret this once."""
    viewer = current_viewer()
    return render_template(
        "accounts/tokens.html",
        rows=tokens.tokens_of(viewer.membership),
        secret=take_to_show("token"),
        is_live=tokens.is_live,
        titles=_titles(viewer),
        now=clock.now(),
    )


def _titles(viewer: Viewer) -> dict[str, str]:
    """What the viewer may do now, in words, by permission."""
    declared = declared_permissions(viewer.role.side)
    return {name: str(permission.title) for name, permission in declared.items() if viewer.may(name)}


@blueprint.get("/tokens/new")
@signed_in
@freshly
def new_token() -> str:
    """What the new token is for."""
    return render_template("accounts/token.html", form=TokenForm(list(_titles(current_viewer()).items())))


@blueprint.post("/tokens/new")
@signed_in
@freshly
def make_token() -> Any:
    """Make the token, and show it on the next page."""
    viewer = current_viewer()
    form = TokenForm(list(_titles(viewer).items()))
    if form.validate_on_submit():
        scopes = None if form.reach.data == "all" else list(form.scopes.data or ())
        try:
            token, raw = tokens.issue_token(viewer, form.name.data or "", scopes=scopes, days=form.days.data or None)
            keep_to_show("token", token.id, raw)
            return redirect(url_for("account.own_tokens"))
        except RuleBroken as error:
            form.refuse(error)
    return render_template("accounts/token.html", form=form), 422


@blueprint.post("/tokens/<int:token_id>/revoke")
@signed_in
def revoke_token(token_id: int) -> BaseResponse:
    """The token opens nothing any more."""
    tokens.revoke_token(current_viewer().membership, token_id)
    flash(_("The token is revoked."), "success")
    return redirect(url_for("account.own_tokens"))


@blueprint.get("/data")
@own_page
def data() -> str:
    """What is kept about the person, to take along or to erase."""
    return render_template("accounts/data.html", form=EraseForm())


@blueprint.post("/data/export")
@own_page
@freshly
def export() -> Response:
    """A ZIP file with everything."""
    content = personal_data.export(me())
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = "attachment; filename=storewise-my-data.zip"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/data/erase")
@own_page
@freshly
def erase() -> Any:
    """Erase the account for good."""
    form = EraseForm()
    if form.validate_on_submit():
        try:
            with db.session.begin_nested():
                personal_data.erase(me())
            logout_user()
            flash(_("Your account is erased. Thank you for the time together."), "success")
            return redirect(url_for("security.login"))
        except RuleBroken as error:
            form.refuse(error)
    return render_template("accounts/data.html", form=form), 422
