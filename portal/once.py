"""Two taps make one object: a form carries a key, and the second post with it gets the first one's answer.

What was changed in between is another matter: it is neither made a second object nor dropped, its author is asked.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from flask import Response, g, redirect, request
from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response as BaseResponse

from portal import clock
from portal.db import Model, db
from portal.errors import SentBefore
from portal.tenancy import DistributorOwned, all_distributors
from portal.tenancy.single import change_row, insert_unless_there

if TYPE_CHECKING:
    from portal.accounts.viewer import Viewer

FIELD = "once_key"
KEPT_FOR = timedelta(days=30)  # a form may wait for long on a phone that is out of reach


class RequestKey(DistributorOwned, Model):
    """A key that was used, by which membership, and what came of it."""

    __tablename__ = "portal_request_key"
    __table_args__ = (UniqueConstraint("distributor_id", "membership_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    fingerprint: Mapped[str] = mapped_column(default="")
    status: Mapped[int] = mapped_column(default=0)
    location: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def new_key() -> str:
    """A fresh key for a form that is about to be shown."""
    return secrets.token_urlsafe(16)


def claim(key: str, viewer: Viewer, fingerprint: str = "") -> RequestKey | None:
    """The earlier use of this key, or None when this is the first (which is then claimed in this transaction)."""
    member = viewer.membership.id
    mine = insert_unless_there(RequestKey, membership_id=member, key=key[:80], fingerprint=fingerprint)
    if mine is None:
        used = select(RequestKey).where(RequestKey.membership_id == member, RequestKey.key == key[:80])
        return db.session.scalars(used).one()
    g.request_key = mine
    return None


def first_answer(key: str, viewer: Viewer) -> BaseResponse | None:
    """The redirect that the first post with this key got; None when this is the first.

    Raises SentBefore when something else was sent the first time.
    """
    if not key:
        return None
    sent = _fingerprint()
    earlier = claim(key, viewer, sent)
    if earlier is None:
        return None
    if earlier.fingerprint not in ("", sent):  # empty: kept by a release that did not look at it
        raise SentBefore
    return redirect(earlier.location or "/")


def _fingerprint() -> str:
    """Of what a person filled in: the texts, and how many files; a phone may pack a picture anew, under another name."""
    typed = sorted((name, value) for name, value in request.form.items(multi=True) if name not in (FIELD, "csrf_token"))
    files = sorted(name for name, file in request.files.items(multi=True) if file.filename)
    return hashlib.sha256(json.dumps([request.full_path, typed, files]).encode()).hexdigest()


def remember_answer(response: Response, body: str = "") -> None:
    """Keep where the first post was sent to, for the second."""
    mine: int | None = g.pop("request_key", None)
    if mine is not None:
        change_row(RequestKey, mine, status=response.status_code, location=response.location or "", body=body)


def forget_old_keys() -> None:
    """Remove keys nobody can send again: a daily job."""
    with all_distributors(reason="forget request keys"):
        db.session.execute(delete(RequestKey).where(RequestKey.created_at < clock.now() - KEPT_FOR))
