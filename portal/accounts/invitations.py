"""Invitations: a link that lets one person in, once, for a week; of the link itself only a hash is kept."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from portal import clock, signals
from portal.accounts.letters import Letter, post, public_url
from portal.accounts.models import Distributor, Invitation, Membership, Person, Role
from portal.accounts.roles import may_give
from portal.accounts.secret_keys import hash_of, new_secret
from portal.accounts.services import create_person, join
from portal.accounts.viewer import Viewer, role_title
from portal.audit.services import record
from portal.db import db
from portal.errors import NotAllowed, NotFound, PortalError, RuleBroken
from portal.identity import derived_key, normal_email, normal_phone
from portal.stores.models import Store
from portal.tenancy import Scope, acting_for, all_distributors, current_scope, update_rows

VALID_FOR = timedelta(days=7)
MOST_OPEN = 500
State = Literal["open", "used", "expired", "revoked"]


class InvitationGone(PortalError):
    """The link was used, revoked, or is too old."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.state = state


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is invited, as typed: an e-mail address, a phone number, or both."""

    role: Role
    store: Store | None = None
    name: str = ""
    email: str = ""
    phone: str = ""


def invite(guest: Guest, *, by: Viewer | None) -> tuple[Invitation, str]:
    """Invite somebody; the invitation and the link's secret, which is sent by e-mail where there is an address."""
    email, phone = _identity(guest)
    _check_place(guest, by)
    _check_not_a_member(email, phone, guest.store)
    for earlier in _open_for(email, phone, guest.store):
        revoke(earlier)
    invitation = Invitation(
        token_hash="",
        name=guest.name.strip()[:120],
        email=email,
        phone=phone,
        role_id=guest.role.id,
        store_id=guest.store.id if guest.store else None,
        invited_by_id=by.person.id if by else None,
        expires_at=clock.now() + VALID_FOR,
    )
    raw = _issue(invitation)
    record("person.invited", invitation, role=guest.role.key, by_mail=bool(email))
    _send(invitation, guest.role, raw)
    return invitation, raw


def resend(invitation: Invitation, *, by: Viewer | None) -> str:
    """A new link in place of the old one, which stops working."""
    if state_of(invitation) == "used":
        raise InvitationGone("used")
    role = db.session.scalars(select(Role).where(Role.id == invitation.role_id)).one()
    if not may_give(role, by):
        raise NotAllowed("portal.manage_roles")
    invitation.revoked_at = None
    invitation.expires_at = clock.now() + VALID_FOR
    raw = _issue(invitation)
    record("person.invited_again", invitation)
    _send(invitation, role, raw)
    return raw


def revoke(invitation: Invitation) -> None:
    """Make the link worthless."""
    if invitation.used_at is None and invitation.revoked_at is None:
        invitation.revoked_at = clock.now()
        record("person.invitation_revoked", invitation)


def _issue(invitation: Invitation) -> str:
    raw = new_secret()
    invitation.token_hash = hash_of(raw)
    db.session.add(invitation)
    db.session.flush()
    return raw


def state_of(invitation: Invitation) -> State:
    """Whether the link still works, and if not, why."""
    if invitation.used_at is not None:
        return "used"
    if invitation.revoked_at is not None:
        return "revoked"
    return "expired" if invitation.expires_at <= clock.now() else "open"


def _identity(guest: Guest) -> tuple[str | None, str | None]:
    email, phone = normal_email(guest.email), normal_phone(guest.phone)
    if guest.email.strip() and not email:
        raise RuleBroken("email", _("This is not an e-mail address."))
    if guest.phone.strip() and not phone:
        raise RuleBroken("phone", _("This is not a phone number. Numbers from abroad begin with + and the country."))
    if not email and not phone:
        raise RuleBroken("phone", _("Please give a phone number or an e-mail address, or both."))
    return email, phone


def _check_place(guest: Guest, by: Viewer | None) -> None:
    if (guest.role.side == "store") != (guest.store is not None):
        raise RuleBroken("store", _("Store people need a store, the distributor's own have none."))
    if not may_give(guest.role, by):
        raise NotAllowed("portal.manage_roles")
    if by is not None and by.is_store_side and (guest.store is None or guest.store.id != by.membership.store_id):
        raise NotAllowed("portal.manage_people")


def _check_not_a_member(email: str | None, phone: str | None, store: Store | None) -> None:
    there = select(Membership.id).join(Person, Person.id == Membership.person_id)
    found = db.session.scalar(
        there.where(
            or_(*_same(Person, email, phone)),
            Membership.active.is_(True),
            Membership.store_id == (store.id if store else None),
        )
    )
    if found:
        raise RuleBroken("phone" if phone else "email", _("This person is a member here already."))


def _same(model: type[Person] | type[Invitation], email: str | None, phone: str | None) -> list[Any]:
    return [column == value for column, value in ((model.email, email), (model.phone, phone)) if value]


def _open_for(email: str | None, phone: str | None, store: Store | None) -> Sequence[Invitation]:
    statement = select(Invitation).where(
        or_(*_same(Invitation, email, phone)),
        Invitation.store_id == (store.id if store else None),
        Invitation.used_at.is_(None),
        Invitation.revoked_at.is_(None),
    )
    return db.session.scalars(statement).all()


def _send(invitation: Invitation, role: Role, raw: str) -> None:
    """The letter's link proves that it came by mail: who follows it shows to own the address."""
    if not invitation.email:
        return
    distributor = invitation_distributor(invitation)
    letter = Letter(
        to=invitation.email,
        name=invitation.name,
        subject=_("%(distributor)s invites you to Storewise", distributor=distributor.name),
        paragraphs=(
            _(
                "You are invited as %(role)s. Storewise shows you what to do today and why, takes your complaints, "
                "and keeps what was promised to you.",
                role=role_title(role),
            ),
            _("The link works once, for seven days."),
        ),
        url=f"{join_url(raw)}?by={mail_proof(raw)}",
        action=_("Accept the invitation"),
        distributor_name=distributor.name,
    )
    post(letter, distributor_id=current_scope().distributor_id)


def join_url(raw: str) -> str:
    """The address of an invitation, as it is copied and drawn."""
    return public_url("join.show", raw=raw)


def mail_proof(raw: str) -> str:
    """What only the letter's link carries besides the secret."""
    key = derived_key(current_app._get_current_object(), "invitation by mail")  # type: ignore[attr-defined]
    return hmac.new(key, raw.encode(), hashlib.sha256).hexdigest()[:32]


def came_by_mail(raw: str, proof: str) -> bool:
    """Whether the link was followed from the letter."""
    return hmac.compare_digest(mail_proof(raw).encode(), proof.encode())


def find(raw: str) -> Invitation:
    """The invitation of a link, for whoever holds it; raises NotFound."""
    statement = (
        select(Invitation)
        .where(Invitation.token_hash == hash_of(raw))
        .options(joinedload(Invitation.role), joinedload(Invitation.store), joinedload(Invitation.distributor))
    )
    with all_distributors(reason="follow an invitation", quiet=True):
        invitation = db.session.scalars(statement).one_or_none()
    if invitation is None:
        raise NotFound
    return invitation


def invitation_distributor(invitation: Invitation) -> Distributor:
    """The distributor that invites."""
    return db.session.scalars(select(Distributor).where(Distributor.id == invitation.distributor_id)).one()


def known_person(invitation: Invitation) -> Person | None:
    """The person who has the invitation's address or number already, with whichever distributor."""
    same = or_(*_same(Person, invitation.email, invitation.phone))
    with all_distributors(reason="is the guest known", quiet=True):
        return db.session.scalars(select(Person).where(same).order_by(Person.id)).first()


def accept_as_new(
    invitation: Invitation, *, name: str, password: str, language: str, by_mail: bool
) -> tuple[Person, Membership]:
    """The guest comes in as a new person, who reads the language of now; RuleBroken where the address is known."""
    try:
        with all_distributors(reason="a guest becomes a person"), db.session.begin_nested():
            person = create_person(name, email=invitation.email, phone=invitation.phone, password=password)
            person.language = language
            if by_mail and invitation.email:
                person.confirmed_at = clock.now()
    except IntegrityError as error:
        raise RuleBroken("", _("There is an account for you already. Please log in to accept.")) from error
    return person, accept(invitation, person)


def member_already(invitation: Invitation, person: Person) -> Membership | None:
    """The place that the person has where the invitation leads; the link is then for somebody else."""
    statement = select(Membership).where(
        Membership.person_id == person.id, Membership.store_id == invitation.store_id, Membership.active.is_(True)
    )
    with acting_for(Scope(invitation.distributor_id)):
        return db.session.scalars(statement).first()


def accept(invitation: Invitation, person: Person) -> Membership:
    """The person takes the place; the link is used up, also when two taps come at the same moment."""
    if member_already(invitation, person) is not None:
        raise RuleBroken("", _("You are a member here already; this invitation is for somebody else."))
    with acting_for(Scope(invitation.distributor_id)):
        now = clock.now()
        taken = update_rows(
            Invitation,
            Invitation.id == invitation.id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
            Invitation.expires_at > now,
            used_at=now,
            person_id=person.id,
        )
        if not taken:
            db.session.refresh(invitation, ["used_at", "revoked_at", "expires_at", "person_id"])
            state = state_of(invitation)
            raise InvitationGone("used" if state == "open" else state)
        return _place_for(invitation, person)


def _place_for(invitation: Invitation, person: Person) -> Membership:
    role = db.session.scalars(select(Role).where(Role.id == invitation.role_id)).one()
    store = db.session.get(Store, invitation.store_id) if invitation.store_id else None
    earlier = db.session.scalars(
        select(Membership).where(Membership.person_id == person.id, Membership.store_id == invitation.store_id)
    ).first()
    if earlier is None:
        return join(person, role.key, store=store)
    earlier.active, earlier.role_id = True, role.id
    db.session.flush()
    record("person.joined_again", earlier, by_id=person.id, role=role.key)
    signals.person_joined.send(None, person_id=person.id, membership_id=earlier.id)
    return earlier
