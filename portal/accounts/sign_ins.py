"""On which devices a person is signed in: a session counts only while its row is open, so it can be ended from here."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from portal import clock
from portal.accounts.models import Person, SignIn
from portal.accounts.secret_keys import hash_of, new_secret
from portal.db import db
from portal.tenancy import all_distributors

IDLE = timedelta(hours=2)  # how long a browser may rest before it asks again (the cookie carries the time)
LONGEST = timedelta(hours=12)  # a working day, however busy
REMEMBERED = timedelta(days=30)  # on a device whose owner asked to stay signed in
SEEN_EVERY = timedelta(hours=1)


def start_sign_in(
    person: Person, *, via: str, device: str = "", remembered: bool = False, lifetime: timedelta | None = None
) -> tuple[SignIn, str]:
    """Note that the person signed in on a device; the row, and the key that the session has to carry."""
    secret = new_secret()
    now = clock.now()
    row = SignIn(
        person_id=person.id,
        secret_hash=hash_of(secret),
        started_at=now,
        seen_at=now,
        expires_at=now + (lifetime or (REMEMBERED if remembered else LONGEST)),
        via=via[:20],
        device=device[:200],
    )
    db.session.add(row)
    db.session.flush()
    return row, f"{person.fs_uniquifier}.{secret}"


def note_seen(sign_in: SignIn, membership_id: int | None) -> None:
    """Keep when the device was last used and for whom it acts; called by writing requests alone."""
    now = clock.now()
    if now - sign_in.seen_at > SEEN_EVERY:
        sign_in.seen_at = now
    if membership_id and sign_in.membership_id != membership_id:
        sign_in.membership_id = membership_id


def open_sign_ins(person: Person) -> Sequence[SignIn]:
    """The devices on which the person is signed in now, the latest first."""
    statement = (
        select(SignIn)
        .where(SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now())
        .order_by(SignIn.started_at.desc(), SignIn.id.desc())
    )
    with all_distributors(reason="on which devices is a person signed in", quiet=True):
        return db.session.scalars(statement).all()


def end_sign_in(sign_in: SignIn) -> None:
    """Sign out one device."""
    if sign_in.ended_at is None:
        sign_in.ended_at = clock.now()


def end_other_sign_ins(person: Person, keep: SignIn | None) -> int:
    """Sign out every device but one; how many there were."""
    others = [row for row in open_sign_ins(person) if keep is None or row.id != keep.id]
    for row in others:
        end_sign_in(row)
    return len(others)


def end_all_sign_ins(person: Person) -> int:
    """Sign out every device; also what was stolen of a session before is worthless afterwards."""
    person.fs_uniquifier = secrets.token_hex(16)
    return end_other_sign_ins(person, None)
