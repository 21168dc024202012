"""Personal API tokens: shown once, kept as a hash, acting as one membership within their scopes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounts.models import ApiToken, Membership
from portal.accounts.secret_keys import fits, hash_of, new_secret
from portal.accounts.viewer import Viewer, person_by_id, viewer_of
from portal.audit.services import record
from portal.db import db, write_intent
from portal.errors import NotFound, RuleBroken
from portal.tenancy import all_distributors

log = structlog.get_logger(__name__)

PREFIX = "sw_"
SHOWN_CHARACTERS = 9
NOTE_USE_EVERY = timedelta(hours=1)
MOST_LIVE = 20


def create_token(
    membership: Membership, name: str, *, scopes: Sequence[str] | None = None, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which is not kept; `scopes` narrow what the membership may do (none: all of it)."""
    raw = new_secret(PREFIX)
    token = ApiToken(
        membership_id=membership.id,
        name=name.strip()[:80],
        token_hash=hash_of(raw),
        prefix=raw[:SHOWN_CHARACTERS],
        scopes=sorted(scopes or ()),
        expires_at=expires_at,
    )
    db.session.add(token)
    db.session.flush()
    record("token.created", token, scopes=token.scopes, expires_at=expires_at)
    return token, raw


def issue_token(viewer: Viewer, name: str, *, scopes: Sequence[str] | None, days: int | None) -> tuple[ApiToken, str]:
    """A token for the viewer's own programs; it can do no more than the viewer."""
    if scopes is not None and not scopes:
        raise RuleBroken("scopes", _("Please choose at least one thing that the token may do."))
    if set(scopes or ()) - viewer.permissions:
        raise RuleBroken("scopes", _("A token may not do more than you."))
    if len([token for token in tokens_of(viewer.membership) if is_live(token)]) >= MOST_LIVE:
        raise RuleBroken("", _("You have %(count)s tokens. Revoke one that is not needed any more.", count=MOST_LIVE))
    expires_at = clock.now() + timedelta(days=days) if days else None
    return create_token(viewer.membership, name, scopes=scopes, expires_at=expires_at)


def tokens_of(membership: Membership) -> Sequence[ApiToken]:
    """The tokens of a membership, the newest first."""
    statement = select(ApiToken).where(ApiToken.membership_id == membership.id).order_by(ApiToken.id.desc()).limit(100)
    return db.session.scalars(statement).all()


def is_live(token: ApiToken) -> bool:
    """Whether the token still opens anything."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > clock.now())


def revoke_token(membership: Membership, token_id: int) -> ApiToken:
    """Make one of the membership's tokens worthless; raises NotFound."""
    statement = select(ApiToken).where(ApiToken.id == token_id, ApiToken.membership_id == membership.id)
    token = db.session.scalars(statement).one_or_none()
    if token is None:
        raise NotFound
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        record("token.revoked", token)
    return token


def token_viewer(raw: str) -> Viewer | None:
    """Who acts by this token; None when it is unknown, revoked or expired, or its person or membership is not active."""
    if not raw.startswith(PREFIX):
        return None
    with all_distributors(reason="who holds this token", quiet=True):
        statement = select(ApiToken).where(ApiToken.token_hash == hash_of(raw)).options(joinedload(ApiToken.membership))
        token = db.session.scalars(statement).one_or_none()
        if token is None or not fits(raw, token.token_hash) or not is_live(token):
            return None
        person = person_by_id(token.membership.person_id)
    viewer = viewer_of(person, token.membership_id) if person else None
    if viewer is None or viewer.membership.id != token.membership_id:
        return None
    _note_use(token)
    return replace(viewer, permissions=viewer.permissions & set(token.scopes)) if token.scopes else viewer


def _note_use(token: ApiToken) -> None:
    """Keep when the token was last used, at most once an hour; a reading request does it beside its transaction."""
    now = clock.now()
    if token.last_used_at is not None and now - token.last_used_at < NOTE_USE_EVERY:
        return
    if write_intent.get():
        with all_distributors(reason="a token is used", quiet=True):
            token.last_used_at = now
            db.session.flush()
        return
    from portal.jobs.running import own_transaction

    try:
        with own_transaction(current_app._get_current_object(), "a token is used"):  # type: ignore[attr-defined]
            fresh = db.session.get(ApiToken, token.id)
            if fresh is not None:
                fresh.last_used_at = now
    except OperationalError:  # the database is busy writing: the next request notes it
        log.info("use of a token not noted", token=token.id)
