"""What each role may do, as one grid for each side."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from portal.access import requires
from portal.accounts import queries
from portal.accounts import roles as rules
from portal.accounts.models import Role
from portal.accounts.viewer import current_viewer, role_title
from portal.admin.forms import NewRoleForm, RoleForm
from portal.db import db
from portal.errors import RuleBroken
from portal.forms import PortalForm
from portal.questions import id_asked

blueprint = Blueprint("admin_roles", __name__, url_prefix="/admin/roles")
SIDES = ("distributor", "store")


@blueprint.get("")
@requires("portal.manage_roles")
def index() -> str:
    """The grid of the distributor's people, or of the stores'."""
    return _page(PortalForm(), _side())


def _side() -> str:
    side = request.args.get("side", SIDES[0])
    return side if side in SIDES else SIDES[0]


def _page(form: PortalForm, side: str, ticked: dict[int, set[str]] | None = None) -> str:
    shown = [role for role in rules.roles() if role.side == side]
    viewer = current_viewer()
    return render_template(
        "admin/roles.html",
        form=form,
        side=side,
        roles=shown,
        role_title=role_title,
        groups=rules.permission_groups(side),
        ticked=ticked or {role.id: set(role.permissions) for role in shown},
        seen={role.id: fingerprint(role) for role in shown},
        locked={(viewer.role.id, name) for name in rules.KEYS_OF_THE_HOUSE & viewer.permissions},
        counts=queries.counts_by_role(),
    )


def fingerprint(role: Role) -> str:
    """What the form remembers of the role, to notice that somebody else changed it meanwhile."""
    return hashlib.sha256("\n".join(sorted(role.permissions)).encode()).hexdigest()[:16]


@blueprint.post("")
@requires("portal.manage_roles")
def save() -> Any:
    """Keep the grid, all of it or nothing."""
    form, side = PortalForm(), _side()
    shown = [role for role in rules.roles() if role.side == side]
    ticked = {role.id: set(request.form.getlist(f"role-{role.id}")) for role in shown}
    try:
        if not form.validate_on_submit():
            raise RuleBroken("", _("This is not possible."))
        with db.session.begin_nested():
            changed = [_save_one(role, ticked[role.id]) for role in shown if f"seen-{role.id}" in request.form]
    except RuleBroken as error:
        form.refuse(error)
        return _page(form, side, ticked), 422
    flash(_("Saved.") if any(changed) else _("Nothing was different."), "success" if any(changed) else "info")
    return redirect(url_for("admin_roles.index", side=side))


def _save_one(role: Role, wanted: set[str]) -> bool:
    unchanged = request.form[f"seen-{role.id}"] == fingerprint(role)
    return rules.change_permissions(role, wanted, seen=role.permissions if unchanged else (), by=current_viewer())


@blueprint.get("/new")
@requires("portal.manage_roles")
def new() -> str:
    """A role of the distributor's own."""
    return render_template("admin/role_new.html", form=NewRoleForm(rules.roles(), like=id_asked("like")))


@blueprint.post("/new")
@requires("portal.manage_roles")
def add() -> Any:
    """Add the role; its rights are those of another one to begin with."""
    form = NewRoleForm(rules.roles())
    if form.validate_on_submit():
        try:
            like = queries.role(form.like.data)
            role = rules.add_role(form.title.data or "", like.side, like=like)
            flash(_("The role is there. Now choose what it may do."), "success")
            return redirect(url_for("admin_roles.index", side=role.side))
        except RuleBroken as error:
            form.refuse(error)
    return render_template("admin/role_new.html", form=form), 422


@blueprint.get("/<int:role_id>")
@requires("portal.manage_roles")
def edit(role_id: int) -> str:
    """Rename or remove a role."""
    role = queries.role(role_id)
    return _edit_page(role, RoleForm(title=role_title(role)))


def _edit_page(role: Role, form: RoleForm) -> str:
    members = queries.counts_by_role().get(role.id, 0)
    return render_template("admin/role.html", role=role, title=role_title(role), form=form, members=members)


@blueprint.post("/<int:role_id>")
@requires("portal.manage_roles")
def rename(role_id: int) -> Any:
    """Call it something else."""
    role, form = queries.role(role_id), RoleForm()
    if form.validate_on_submit():
        try:
            rules.rename_role(role, form.title.data or "")
            flash(_("Saved."), "success")
            return redirect(url_for("admin_roles.index", side=role.side))
        except RuleBroken as error:
            form.refuse(error)
    return _edit_page(role, form), 422


@blueprint.post("/<int:role_id>/remove")
@requires("portal.manage_roles")
def remove(role_id: int) -> Any:
    """Remove a role that nobody has."""
    role = queries.role(role_id)
    side = role.side
    try:
        rules.remove_role(role)
    except RuleBroken as error:
        form = RoleForm(title=role_title(role))
        form.refuse(error)
        return _edit_page(role, form), 422
    flash(_("The role is removed."), "success")
    return redirect(url_for("admin_roles.index", side=side))
