"""A new password for somebody without an e-mail address: a link that an administrator hands over."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select

from portal.accounts.letters import public_url
from portal.accounts.models import Membership, Person
from portal.accounts.roles import may_give
from portal.accounts.viewer import Viewer
from portal.audit.services import record
from portal.db import db
from portal.errors import NotAllowed, RuleBroken
from portal.tenancy import all_distributors


def why_not(member: Membership) -> str:
    """Why no link can be made for this member; empty when one can.

    Whoever holds the link can take the account over. So it is made only for who cannot help themselves by e-mail, and
    only where the account opens nothing of another distributor.
    """
    if not member.active:
        return _("This person is switched off.")
    if member.person.email:
        return _("This person has an e-mail address and can ask for a link at the log-in.")
    with all_distributors(reason="is a person known elsewhere", quiet=True):
        elsewhere = db.session.scalar(
            select(Membership.id)
            .where(Membership.person_id == member.person_id)
            .where(Membership.distributor_id != member.distributor_id)
            .limit(1)
        )
    if elsewhere:
        return _("This account belongs to another distributor too. The operator of the portal can help.")
    return ""


def make_password_link(member: Membership, *, by: Viewer) -> str:
    """The address at which the member chooses a new password, once, within two hours."""
    if not may_give(member.role, by):
        raise NotAllowed("portal.manage_roles")
    reason = why_not(member)
    if reason:
        raise RuleBroken("", reason)
    person: Person = member.person
    record("member.password_link_made", member)
    return public_url("security.reset_password", token=generate_reset_password_token(person))
