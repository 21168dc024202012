"""A person changes what they are called and where they are reached."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import current_app, g
from flask_babel import gettext as _
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.accounts.letters import Letter, a_distributor_of, post, public_url
from portal.accounts.models import Passkey, Person
from portal.accounts.notes import note_everywhere
from portal.accounts.secret_keys import hash_of
from portal.accounts.sign_ins import end_all_sign_ins
from portal.db import db
from portal.errors import RuleBroken
from portal.identity import normal_email, people
from portal.tenancy import all_distributors

VALID_FOR = timedelta(hours=2)


def change_profile(person: Person, *, name: str, language: str, theme: str) -> None:
    """Another name, language or brightness."""
    if person.name != name.strip():
        person.name = name.strip()
        note_everywhere(person, "account.name_changed")
    person.language, person.theme = language, theme
    db.session.flush()


def ask_to_change(person: Person, email: str) -> None:
    """Send a letter to the new address. What the person reads does not tell whether somebody has it already."""
    address = normal_email(email)
    if address is None:
        raise RuleBroken("email", _("This is not an e-mail address."))
    if address == person.email and person.confirmed_at:
        raise RuleBroken("email", _("This is your address already."))
    distributor_id = a_distributor_of(person)
    if _owner_of(address) not in (None, person.id) or distributor_id is None:
        return
    token = _serializer().dumps([person.id, address, hash_of(person.email or "")])
    letter = Letter(
        to=address,
        name=person.name,
        subject=_("Is this your e-mail address?"),
        paragraphs=(_("You want to log in to Storewise with this address. Confirm it within two hours."),),
        url=public_url("account.confirm_email", token=token),
        action=_("Confirm the address"),
        closing=_("You know nothing of this? Then do nothing."),
    )
    post(letter, distributor_id=distributor_id)


def address_of(person: Person, token: str) -> str:
    """The address that the letter's link proves; raises RuleBroken when the link is too old or for somebody else."""
    try:
        person_id, address, before = _serializer().loads(token, max_age=int(VALID_FOR.total_seconds()))
    except SignatureExpired as error:
        raise RuleBroken("", _("This link is too old. Please ask for a new one.")) from error
    except (BadSignature, ValueError, TypeError) as error:
        raise RuleBroken("", _("This link does not work. Please copy the whole of it.")) from error
    if person_id != person.id or before != hash_of(person.email or ""):
        raise RuleBroken("", _("This link was used, or belongs to another account."))
    return str(address)


def change(person: Person, token: str) -> None:
    """Take the proven address."""
    address = address_of(person, token)
    before = bool(person.email)
    try:
        with db.session.begin_nested():
            person.email, person.confirmed_at = address, clock.now()
            db.session.flush()
    except IntegrityError as error:
        db.session.refresh(person, ["email", "confirmed_at"])
        raise RuleBroken("", _("This address cannot be taken.")) from error
    note_everywhere(person, "account.email_changed", had_one=before)


def _owner_of(address: str) -> int | None:
    found = people().find_user(email=address)
    return found.id if found else None


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="change-email")


def passkeys_of(person: Person) -> Sequence[Passkey]:
    """The person's passkeys."""
    with all_distributors(reason="a person's passkeys", quiet=True):
        return db.session.scalars(select(Passkey).where(Passkey.user_id == person.id)).all()


def current_sign_in_id() -> int | None:
    """The row behind this browser's session."""
    row = g.get("sign_in")
    return row.id if row is not None else None


def sign_out_everywhere(person: Person) -> None:
    """End every session of the person."""
    end_all_sign_ins(person)
    note_everywhere(person, "account.signed_out_everywhere")
