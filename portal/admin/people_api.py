"""People and invitations in the web API: for administrators all of them, for a store manager those of the own store."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView
from sqlalchemy import select

from portal.access import requires
from portal.accounts import invitations, members, queries
from portal.accounts.invitations import Guest, InvitationGone
from portal.accounts.models import Invitation, Membership, Role
from portal.accounts.queries import MemberFilter
from portal.accounts.viewer import current_viewer
from portal.admin.schemas import (
    ColleagueGuestSchema,
    GuestSchema,
    InvitationSchema,
    InvitationsSchema,
    MemberChangeSchema,
    MemberPage,
    MemberQuery,
    MemberSchema,
    NewInvitationSchema,
)
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.stores.models import Store
from portal.stores.queries import by_number
from portal.web_api.blueprint import ApiBlueprint

people = ApiBlueprint("people", "people", url_prefix="/people", description="Who belongs here, and who is invited.")
colleagues = ApiBlueprint(
    "colleagues", "colleagues", url_prefix="/colleagues", description="The own store's people, for its manager."
)


@people.route("")
class People(MethodView):
    """The list."""

    @requires("portal.manage_people")
    @people.arguments(MemberQuery, location="query")
    @people.response(200, MemberPage)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """Everybody who belongs to the distributor, who joined last first."""
        wanted = MemberFilter(words=query["q"], state=query["state"])
        page = queries.page_of_members(wanted, query["cursor"], query["limit"])
        return {"items": [_member(row) for row in page], "next": page.next, "previous": page.previous}


@people.route("/<int:membership_id>")
class OneMember(MethodView):
    """One person's place here."""

    @requires("portal.manage_people")
    @people.response(200, MemberSchema)
    def get(self, membership_id: int) -> dict[str, Any]:
        """One membership."""
        return _member(queries.member(membership_id))

    @requires("portal.manage_people")
    @people.arguments(MemberChangeSchema)
    @people.response(200, MemberSchema)
    def patch(self, values: dict[str, Any], membership_id: int) -> dict[str, Any]:
        """Another role, another store (which is another membership), access or none."""
        row, viewer = queries.member(membership_id), current_viewer()
        if "role" in values or "store" in values:
            role = _role(values["role"]) if "role" in values else row.role
            store = _store(values["store"]) if "store" in values else row.store
            row = members.change_member(row, role=role, store=store, by=viewer)
        if "active" in values:
            (members.reactivate if values["active"] else members.deactivate)(row, by=viewer)
        db.session.flush()
        db.session.expire(row)
        return _member(queries.member(row.id))


@people.route("/invitations")
class Invitations(MethodView):
    """Who is invited."""

    @requires("portal.manage_people")
    @people.response(200, InvitationsSchema)
    def get(self) -> dict[str, Any]:
        """Invitations that nobody has followed yet."""
        return {"items": [_invitation(row) for row in queries.open_invitations()]}

    @requires("portal.manage_people")
    @people.arguments(GuestSchema)
    @people.response(201, NewInvitationSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Invite somebody; the link is in the answer, and goes by e-mail where there is an address."""
        store = _store(values.pop("store")) if values["store"] else None
        values.pop("store", None)
        return _invite(Guest(_role(values.pop("role")), store, **values))


@people.route("/invitations/<int:invitation_id>")
class OneInvitation(MethodView):
    """One invitation."""

    @requires("portal.manage_people")
    @people.response(200, InvitationSchema)
    def get(self, invitation_id: int) -> dict[str, Any]:
        """One invitation."""
        return _invitation(queries.invitation(invitation_id))

    @requires("portal.manage_people")
    @people.response(204)
    def delete(self, invitation_id: int) -> None:
        """Take it back; its link opens nothing any more."""
        invitations.revoke(queries.invitation(invitation_id))


@people.route("/invitations/<int:invitation_id>/resend")
class Resend(MethodView):
    """Once more."""

    @requires("portal.manage_people")
    @people.response(201, NewInvitationSchema)
    def post(self, invitation_id: int) -> dict[str, Any]:
        """A new link in place of the old one."""
        return _resend(queries.invitation(invitation_id))


@colleagues.route("")
class Colleagues(MethodView):
    """The store's people."""

    @requires("portal.invite_colleagues")
    @colleagues.response(200, MemberSchema(many=True))
    def get(self) -> list[dict[str, Any]]:
        """The active people of the own store."""
        store = _own_store()
        return [_member(row, store.number) for row in queries.colleagues(store.id)]


@colleagues.route("/invitations")
class ColleagueInvitations(MethodView):
    """Who is invited to the store."""

    @requires("portal.invite_colleagues")
    @colleagues.response(200, InvitationsSchema)
    def get(self) -> dict[str, Any]:
        """Invitations to the own store that nobody has followed yet."""
        return {"items": [_invitation(row) for row in queries.open_invitations(_own_store().id)]}

    @requires("portal.invite_colleagues")
    @colleagues.arguments(ColleagueGuestSchema)
    @colleagues.response(201, NewInvitationSchema)
    def post(self, values: dict[str, Any]) -> dict[str, Any]:
        """Invite somebody to the own store."""
        return _invite(Guest(_role(values.pop("role")), _own_store(), **values))


@colleagues.route("/invitations/<int:invitation_id>")
class OneColleagueInvitation(MethodView):
    """One invitation to the store."""

    @requires("portal.invite_colleagues")
    @colleagues.response(204)
    def delete(self, invitation_id: int) -> None:
        """Take it back; its link opens nothing any more."""
        invitations.revoke(queries.invitation(invitation_id, _own_store().id))


def _own_store() -> Store:
    store = current_viewer().store
    assert store is not None  # the permission is one of the store side
    return store


def _role(key: str) -> Role:
    role = db.session.scalars(select(Role).where(Role.key == key)).one_or_none()
    if role is None:
        raise RuleBroken("role", "there is no role of this key")
    return role


def _store(number: str) -> Store:
    store = by_number(number)
    if store is None:
        raise RuleBroken("store", "unknown store number")
    return store


def _invite(guest: Guest) -> dict[str, Any]:
    made, raw = invitations.invite(guest, by=current_viewer())
    return _invitation(queries.invitation(made.id)) | {"link": invitations.join_url(raw)}


def _resend(row: Invitation) -> dict[str, Any]:
    try:
        raw = invitations.resend(row, by=current_viewer())
    except InvitationGone as error:
        raise Conflict("this invitation has been accepted") from error
    return _invitation(row) | {"link": invitations.join_url(raw)}


def _member(row: Membership, store: str | None = None) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.person.name,
        "email": row.person.email,
        "phone": row.person.phone,
        "role": row.role.key,
        "store": store or (row.store.number if row.store_id and row.store else None),
        "active": row.active,
    }


def _invitation(row: Invitation) -> dict[str, Any]:
    names = ("id", "name", "email", "phone", "expires_at")
    return {name: getattr(row, name) for name in names} | {
        "role": row.role.key,
        "store": row.store.number if row.store_id and row.store else None,
        "state": invitations.state_of(row),
    }
