"""What opens the door for a person, taken away at once: for an erased person, a lost phone, an account won back."""

from __future__ import annotations

from sqlalchemy import select

from portal import clock
from portal.accounts.models import ApiToken, Membership, Passkey, Person
from portal.db import db
from portal.tenancy import all_distributors


def drop_second_factors(person: Person) -> None:
    """Take away authenticator app, recovery codes and passkeys."""
    person.tf_primary_method = person.tf_totp_secret = None
    person.mf_recovery_codes = None
    with all_distributors(reason="take away second factors", quiet=True):
        for passkey in db.session.scalars(select(Passkey).where(Passkey.user_id == person.id)):
            db.session.delete(passkey)


def revoke_tokens(person: Person) -> int:
    """Revoke every API token of the person, with whichever distributor; how many."""
    with all_distributors(reason="revoke a person's tokens"):
        statement = (
            select(ApiToken)
            .join(Membership, Membership.id == ApiToken.membership_id)
            .where(Membership.person_id == person.id, ApiToken.revoked_at.is_(None))
        )
        tokens = db.session.scalars(statement).all()
        for token in tokens:
            token.revoked_at = clock.now()
    return len(tokens)


def drop_credentials(person: Person) -> None:
    """Take away everything but the password."""
    drop_second_factors(person)
    revoke_tokens(person)
