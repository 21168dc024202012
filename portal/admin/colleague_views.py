"""What a store manager does about the people of the own store: see them, invite another one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.access import requires
from portal.accounts import invitations, queries
from portal.accounts.forms import InviteForm
from portal.accounts.invitations import Guest, InvitationGone
from portal.accounts.models import Role
from portal.accounts.own import keep_to_show, take_to_show
from portal.accounts.roles import may_give, roles
from portal.accounts.viewer import current_viewer, role_title
from portal.admin.drawing import qr
from portal.errors import Conflict, RuleBroken
from portal.stores.models import Store

blueprint = Blueprint("colleagues", __name__, url_prefix="/colleagues")


def _own_store() -> Store:
    store = current_viewer().store
    assert store is not None  # the permission is one of the store side
    return store


def _roles() -> list[Role]:
    viewer = current_viewer()
    found = [role for role in roles() if role.side == "store" and may_give(role, viewer)]
    return sorted(found, key=lambda role: role.key != "store_staff")


@blueprint.get("")
@requires("portal.invite_colleagues")
def index() -> str:
    """Who of the store uses the portal."""
    store = _own_store()
    return render_template(
        "admin/colleagues.html",
        rows=queries.colleagues(store.id),
        invitations=queries.open_invitations(store.id),
        role_title=role_title,
        days_left=queries.days_left,
    )


@blueprint.get("/invite")
@requires("portal.invite_colleagues")
def invite() -> str:
    """Whom to invite."""
    return render_template("admin/invite_colleague.html", form=InviteForm(_roles()))


@blueprint.post("/invite")
@requires("portal.invite_colleagues")
def send_invitation() -> Any:
    """Invite, and show the link."""
    form = InviteForm(_roles())
    if form.validate_on_submit():
        try:
            role = queries.role(form.role.data)
            guest = Guest(role, _own_store(), form.name.data or "", form.email.data or "", form.phone.data or "")
            invitation, raw = invitations.invite(guest, by=current_viewer())
            keep_to_show("invitation", invitation.id, raw)
            return redirect(url_for("colleagues.invitation", invitation_id=invitation.id))
        except RuleBroken as error:
            form.refuse(error)
    return render_template("admin/invite_colleague.html", form=form), 422


@blueprint.get("/invitations/<int:invitation_id>")
@requires("portal.invite_colleagues")
def invitation(invitation_id: int) -> str:
    """One invitation to the own store."""
    row = queries.invitation(invitation_id, _own_store().id)
    raw = take_to_show("invitation", row.id, keep=True)
    link = invitations.join_url(raw) if raw else ""
    return render_template(
        "admin/invitation.html",
        invitation=row,
        role=role_title(row.role),
        state=invitations.state_of(row),
        link=link,
        picture=qr(link) if link else "",
        room="colleagues",
    )


@blueprint.post("/invitations/<int:invitation_id>/resend")
@requires("portal.invite_colleagues")
def resend(invitation_id: int) -> Response:
    """A new link in place of the old one."""
    row = queries.invitation(invitation_id, _own_store().id)
    try:
        keep_to_show("invitation", row.id, invitations.resend(row, by=current_viewer()))
    except InvitationGone as error:
        raise Conflict(_("This invitation has been accepted.")) from error
    return redirect(url_for("colleagues.invitation", invitation_id=row.id))


@blueprint.post("/invitations/<int:invitation_id>/revoke")
@requires("portal.invite_colleagues")
def revoke(invitation_id: int) -> Response:
    """Take the invitation back."""
    invitations.revoke(queries.invitation(invitation_id, _own_store().id))
    flash(_("The invitation is taken back; its link opens nothing any more."), "success")
    return redirect(url_for("colleagues.index"))
