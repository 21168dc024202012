"""A form that could not be taken (session ended, page too old) is kept, and waits filled in when its page opens again."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, request
from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from portal import clock
from portal.db import Model, db
from portal.tenancy import all_distributors

COOKIE = "parked"
KEPT_FOR = timedelta(hours=6)
LARGEST = 200_000
SECRET_FIELDS = frozenset(
    {"csrf_token", "once_key", "password", "password_confirm", "new_password", "new_password_confirm"}
)


class ParkedForm(Model):
    """What somebody typed, kept under a secret that only the browser has; files cannot be kept."""

    __tablename__ = "portal_parked_form"

    id: Mapped[int] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str]
    fields: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


def page_of_form() -> str:
    """The page that showed the form: the referring one when it is ours, else the address the form was sent to."""
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc == request.host and referrer.path:
        return referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return request.path


def comes_from_elsewhere() -> bool:
    """Whether a page of another site has sent this form: nobody here typed it, so it must not wait filled in."""
    sites = [urlsplit(told).netloc for told in (request.headers.get("Origin"), request.referrer) if told]
    return any(site != request.host for site in sites)


def park_form(path: str, response: BaseResponse) -> None:
    """Keep the typed fields of this request for the page at `path`."""
    fields = {name: values for name, values in request.form.lists() if name not in SECRET_FIELDS}
    if comes_from_elsewhere() or not fields or sum(len(v) for values in fields.values() for v in values) > LARGEST:
        return
    secret = secrets.token_urlsafe(24)
    with all_distributors(reason="keep a form", quiet=True):
        db.session.add(ParkedForm(secret_hash=_hash(secret), path=urlsplit(path).path, fields=fields))
        db.session.flush()
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(KEPT_FOR.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def parked_fields() -> MultiDict[str, str] | None:
    """The kept fields for the page now shown, or None."""
    secret = request.cookies.get(COOKIE)
    if not secret or request.method != "GET":
        return None
    with all_distributors(reason="find a kept form", quiet=True):
        kept = db.session.scalars(select(ParkedForm).where(ParkedForm.secret_hash == _hash(secret))).one_or_none()
    if kept is None or kept.path != request.path or kept.created_at < clock.now() - KEPT_FOR:
        return None
    g.form_was_parked = True
    return MultiDict((name, value) for name, values in kept.fields.items() for value in values)


def drop_cookie(response: Response) -> Response:
    """After a form was taken there is nothing to wait for."""
    taken = request.method == "POST" and response.status_code in {302, 303} and request.cookies.get(COOKIE)
    parked_now = any(header.startswith(f"{COOKIE}=") for header in response.headers.getlist("Set-Cookie"))
    if taken and not parked_now and g.get("viewer") is not None:
        response.delete_cookie(COOKIE)
    return response


def forget_old_forms() -> None:
    """Remove kept forms after their time: a daily job."""
    with all_distributors(reason="forget kept forms"):
        db.session.execute(delete(ParkedForm).where(ParkedForm.created_at < clock.now() - KEPT_FOR))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
