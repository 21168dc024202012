"""The people of a distributor: who is there, in which role, and who is invited."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.access import requires
from portal.accounts import invitations, members, password_links, queries
from portal.accounts.forms import InviteForm, MemberForm
from portal.accounts.invitations import Guest, InvitationGone
from portal.accounts.models import Membership, Role
from portal.accounts.own import keep_to_show, take_to_show
from portal.accounts.queries import MemberFilter
from portal.accounts.roles import may_give, roles
from portal.accounts.viewer import current_viewer, role_title
from portal.admin.drawing import qr
from portal.errors import Conflict, RuleBroken
from portal.questions import id_asked

blueprint = Blueprint("admin_people", __name__, url_prefix="/admin/people")


@blueprint.get("")
@requires("portal.manage_people")
def index() -> str:
    """Everybody who belongs to the distributor, and the invitations on their way."""
    wanted = MemberFilter(
        words=request.args.get("q", "").strip()[:100],
        role_id=id_asked("role"),
        state=request.args.get("state", "active"),
    )
    return render_template(
        "admin/people.html",
        page=queries.page_of_members(wanted, request.args.get("cursor")),
        counts=queries.counts_by_state(),
        wanted=wanted,
        roles=roles(),
        role_title=role_title,
        invitations=queries.open_invitations(),
        days_left=queries.days_left,
    )


def _givable(side: str = "") -> list[Role]:
    viewer = current_viewer()
    return [role for role in roles() if may_give(role, viewer) and side in ("", role.side)]


@blueprint.get("/invite")
@requires("portal.manage_people")
def invite() -> str:
    """Whom to invite."""
    form = InviteForm(_givable(), store=request.args.get("store", ""))
    if request.args.get("store") and not form.role.data:
        form.role.data = next((role.id for role in _givable("store")), None)
    return _invite_page(form)


def _invite_page(form: InviteForm) -> str:
    return render_template("admin/invite.html", form=form, stores=queries.suggested_stores(), sides=_sides())


def _sides() -> dict[int, str]:
    return {role.id: role.side for role in roles()}


@blueprint.post("/invite")
@requires("portal.manage_people")
def send_invitation() -> Any:
    """Invite, and show the link."""
    form = InviteForm(_givable())
    if form.validate_on_submit():
        try:
            role = queries.role(form.role.data)
            store = queries.store_named(form.store.data or "") if role.side == "store" else None
            guest = Guest(role, store, form.name.data or "", form.email.data or "", form.phone.data or "")
            invitation, raw = invitations.invite(guest, by=current_viewer())
            keep_to_show("invitation", invitation.id, raw)
            return redirect(url_for("admin_people.invitation", invitation_id=invitation.id))
        except RuleBroken as error:
            form.refuse(error)
    return _invite_page(form), 422


@blueprint.get("/invitations/<int:invitation_id>")
@requires("portal.manage_people")
def invitation(invitation_id: int) -> str:
    """One invitation; right after it was made with its link, to copy or to scan."""
    row = queries.invitation(invitation_id)
    raw = take_to_show("invitation", row.id, keep=True)
    link = invitations.join_url(raw) if raw else ""
    return render_template(
        "admin/invitation.html",
        invitation=row,
        role=role_title(row.role),
        state=invitations.state_of(row),
        link=link,
        picture=qr(link) if link else "",
        room="admin_people",
    )


@blueprint.post("/invitations/<int:invitation_id>/resend")
@requires("portal.manage_people")
def resend(invitation_id: int) -> Response:
    """A new link in place of the old one."""
    row = queries.invitation(invitation_id)
    try:
        keep_to_show("invitation", row.id, invitations.resend(row, by=current_viewer()))
    except InvitationGone as error:
        raise Conflict(_("This invitation has been accepted.")) from error
    return redirect(url_for("admin_people.invitation", invitation_id=row.id))


@blueprint.post("/invitations/<int:invitation_id>/revoke")
@requires("portal.manage_people")
def revoke(invitation_id: int) -> Response:
    """Take the invitation back."""
    invitations.revoke(queries.invitation(invitation_id))
    flash(_("The invitation is taken back; its link opens nothing any more."), "success")
    return redirect(url_for("admin_people.index"))


@blueprint.get("/<int:membership_id>")
@requires("portal.manage_people")
def member(membership_id: int) -> str:
    """One person's place here."""
    row = queries.member(membership_id)
    form = MemberForm(_roles_for(row), role=row.role_id, store=_store_text(row))
    return _member_page(row, form)


def _roles_for(row: Membership) -> list[Role]:
    return [role for role in _givable(row.role.side) if role.id != row.role_id] + [row.role]


def _store_text(row: Membership) -> str:
    return f"{row.store.number} · {row.store.name}" if row.store else ""


def _member_page(row: Membership, form: MemberForm) -> str:
    kept = take_to_show("password_link", row.id, keep=True)
    return render_template(
        "admin/member.html",
        member=row,
        form=form,
        role=role_title(row.role),
        stores=queries.suggested_stores() if row.store_id else (),
        touchable=may_give(row.role, current_viewer()),
        no_password_link=password_links.why_not(row),
        link=kept,
        picture=qr(kept) if kept else "",
    )


@blueprint.post("/<int:membership_id>")
@requires("portal.manage_people")
def change(membership_id: int) -> Any:
    """Another role, another store."""
    row = queries.member(membership_id)
    form = MemberForm(_roles_for(row))
    if form.validate_on_submit():
        try:
            store = queries.store_named(form.store.data or "") if row.store_id else None
            place = members.change_member(row, role=queries.role(form.role.data), store=store, by=current_viewer())
            flash(_("Saved."), "success")
            return redirect(url_for("admin_people.member", membership_id=place.id))
        except RuleBroken as error:
            form.refuse(error)
    return _member_page(row, form), 422


@blueprint.post("/<int:membership_id>/deactivate")
@requires("portal.manage_people")
def deactivate(membership_id: int) -> Any:
    """End the person's access."""
    return _switch(membership_id, members.deactivate, _("The person has no access any more."))


@blueprint.post("/<int:membership_id>/reactivate")
@requires("portal.manage_people")
def reactivate(membership_id: int) -> Any:
    """Let the person in again."""
    return _switch(membership_id, members.reactivate, _("The person has access again."))


def _switch(membership_id: int, verb: Any, done: str) -> Any:
    row = queries.member(membership_id)
    try:
        verb(row, by=current_viewer())
    except RuleBroken as error:
        form = MemberForm(_roles_for(row), role=row.role_id, store=_store_text(row))
        form.refuse(error)
        return _member_page(row, form), 422
    flash(done, "success")
    return redirect(url_for("admin_people.member", membership_id=row.id))


@blueprint.post("/<int:membership_id>/password-link")
@requires("portal.manage_people")
def password_link(membership_id: int) -> Any:
    """A link to hand over to somebody without e-mail who has forgotten the password."""
    row = queries.member(membership_id)
    keep_to_show("password_link", row.id, password_links.make_password_link(row, by=current_viewer()))
    return redirect(url_for("admin_people.member", membership_id=row.id))
