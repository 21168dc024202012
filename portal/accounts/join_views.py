"""The way in by an invitation's link: for somebody new, or for somebody who has an account already."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_security import login_user, verify_password
from werkzeug.wrappers import Response as BaseResponse

from portal import clock
from portal.access import open_to_all
from portal.accounts import invitations
from portal.accounts.forms import JoinForm
from portal.accounts.invitations import InvitationGone
from portal.accounts.limits import failed
from portal.accounts.models import Invitation, Membership
from portal.accounts.own import me
from portal.accounts.passwords import normal_password
from portal.accounts.viewer import role_title
from portal.errors import NotFound, RuleBroken
from portal.forms import PortalForm
from portal.i18n import language
from portal.identity import people
from portal.security import limiter

blueprint = Blueprint("join", __name__, url_prefix="/join")
JUST_NOW = timedelta(minutes=2)


@blueprint.get("/<raw>")
@open_to_all
def show(raw: str) -> Any:
    """What the invitation is for, and what to do to accept it."""
    invitation = _find(raw)
    if not isinstance(invitation, Invitation):
        return invitation
    if invitations.state_of(invitation) != "open":
        return _gone(invitations.state_of(invitation), invitation)
    if current_user.is_authenticated:
        return _for_member(invitation, raw, PortalForm())
    if invitations.known_person(invitation) is not None:
        return _page(invitation, raw, known=True)
    return _page(invitation, raw, form=JoinForm(name=invitation.name))


@blueprint.post("/<raw>")
@open_to_all
@limiter.limit("30 per 15 minutes", deduct_when=failed)
def accept(raw: str) -> Any:
    """Come in."""
    invitation = _find(raw)
    if not isinstance(invitation, Invitation):
        return invitation
    try:
        if current_user.is_authenticated:
            return _enter(invitations.accept(invitation, me()), invitation)
        return _accept_as_new(invitation, raw)
    except InvitationGone as error:
        return _second_tap(invitation) or _gone(error.state, invitation)
    except RuleBroken as error:
        form = PortalForm() if current_user.is_authenticated else JoinForm()
        form.refuse(error)
        page = (
            _for_member(invitation, raw, form) if current_user.is_authenticated else _page(invitation, raw, form=form)
        )
        return make_response(page, 422)


def _accept_as_new(invitation: Invitation, raw: str) -> Any:
    state = invitations.state_of(invitation)
    if state != "open":
        raise InvitationGone(state)
    form = JoinForm()
    form.known = tuple(text for text in (invitation.email, invitation.phone) if text)
    if not form.validate_on_submit():
        return make_response(_page(invitation, raw, form=form), 422)
    person, member = invitations.accept_as_new(
        invitation,
        name=(form.name.data or "").strip(),
        password=form.password.data or "",
        language=language(),
        by_mail=invitations.came_by_mail(raw, request.args.get("by", "")),
    )
    login_user(person, authn_via=["invitation"])
    return _enter(member, invitation)


def _enter(member: Membership, invitation: Invitation) -> BaseResponse:
    session["membership"] = member.id
    flash(_("Welcome to %(distributor)s.", distributor=invitation.distributor.name), "success")
    return redirect(url_for("home.today"))


def _second_tap(invitation: Invitation) -> BaseResponse | None:
    """Two taps send the form twice: the second one finds the place taken by the same person, and leads there too."""
    fresh = invitation.used_at is not None and clock.now() - invitation.used_at < JUST_NOW
    if not fresh or invitation.person_id is None:
        return None
    person = people().find_user(id=invitation.person_id)
    password = normal_password(request.form.get("password", ""))
    mine = person is not None and person.password and not person.tf_primary_method
    if not mine or not password or not verify_password(password, person.password):
        return None
    login_user(person, authn_via=["invitation"])
    return redirect(url_for("home.today"))


def _find(raw: str) -> Any:
    try:
        return invitations.find(raw)
    except NotFound:
        return make_response(render_template("accounts/join_gone.html", state="unknown", distributor=None), 404)


def _gone(state: str, invitation: Invitation) -> Any:
    page = render_template("accounts/join_gone.html", state=state, distributor=invitation.distributor)
    return make_response(page, 410)


def _page(invitation: Invitation, raw: str, *, form: JoinForm | None = None, known: bool = False) -> str:
    return render_template(
        "accounts/join.html",
        invitation=invitation,
        role=role_title(invitation.role),
        form=form,
        known=known,
        action=url_for("join.accept", raw=raw, by=request.args.get("by")),
        here=url_for("join.show", raw=raw),
    )


def _for_member(invitation: Invitation, raw: str, form: PortalForm) -> str:
    return render_template(
        "accounts/join_member.html",
        invitation=invitation,
        role=role_title(invitation.role),
        person=me(),
        member=invitations.member_already(invitation, me()),
        form=form,
        action=url_for("join.accept", raw=raw),
    )
