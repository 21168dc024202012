"""The session of a browser: made anew at each log-in, ended from afar, asking again after a rest."""

from __future__ import annotations

import time
from typing import Any

import structlog
from flask import Flask, Response, g, request, session
from flask_login import current_user, user_logged_out
from flask_security import password_changed, password_reset, user_authenticated, user_failed_authn
from flask_security.utils import set_request_attr

from portal import clock
from portal.accounts.credentials import drop_credentials
from portal.accounts.models import Person
from portal.accounts.session_rows import LEFT_OUT_OF_PERSON
from portal.accounts.sign_ins import IDLE, REMEMBERED, end_other_sign_ins, end_sign_in, note_seen, start_sign_in
from portal.accounts.viewer import load_session, viewer_or_none
from portal.db import db
from portal.tenancy import all_distributors

log = structlog.get_logger(__name__)

KEPT_AT_LOG_IN = ("language", "theme", "_flashes", "_remember", "_user_id", "_fresh", "fs_cc", "fs_paa")
TOUCH_EVERY = 300  # seconds between two new cookies of a session in use


def init_app(app: Flask) -> None:
    """Hang the life of sessions into Flask-Login's and Flask-Security's signals."""
    app.config.update(PERMANENT_SESSION_LIFETIME=IDLE, REMEMBER_COOKIE_DURATION=REMEMBERED, SESSION_PROTECTION=None)
    app.login_manager.user_loader(load_user)  # type: ignore[attr-defined]
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]
    user_authenticated.connect(begin_session, app)
    user_logged_out.connect(close_session, app)
    user_failed_authn.connect(note_failure, app)
    password_changed.connect(end_elsewhere, app)
    password_reset.connect(end_everywhere, app)
    app.before_request(load_keys)
    app.after_request(touch)


def load_user(session_key: str) -> Person | None:
    """The person of the session, as Flask-Login asks; tells Flask-Security how and when they showed who they are."""
    person = load_session(session_key)
    if person is not None:
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
        chosen = g.sign_in.membership_id
        if chosen and "membership" not in session:
            session["membership"] = chosen
    return person


def load_keys() -> None:
    """The pages of Flask-Security read what no other page does, of a person who may be a member nowhere: outside of
    the walls."""
    if request.blueprint == "security" and g.get("viewer") is None and current_user.is_authenticated:
        with all_distributors(reason="read a person's keys", quiet=True):
            db.session.refresh(current_user._get_current_object(), sorted(LEFT_OUT_OF_PERSON))
            list(current_user.webauthn)


def begin_session(_app: Any, user: Any, authn_via: list[str] | None = None, **_: Any) -> None:
    """Nothing of the visitor's session outlives the log-in but language and brightness: it has a new key."""
    g.sign_in, key = start_sign_in(
        user,
        via=(authn_via or ["code"])[0],
        device=request.user_agent.string or "",
        remembered=session.get("_remember") == "set",
    )
    kept = {name: session[name] for name in KEPT_AT_LOG_IN if name in session}
    membership = session.get("membership") if authn_via == ["change"] else None
    session.clear()
    session.update(kept | {"_user_id": key, "at": int(time.time())})
    if membership:
        session["membership"] = membership
    g.pop("csrf_token", None)
    log.info("signed in", person=user.id, via=authn_via)


def close_session(_app: Any, user: Any, **_: Any) -> None:
    """Logging out ends the session here too, so that a copy of the cookie opens nothing."""
    sign_in = g.get("sign_in")
    if sign_in is not None:
        end_sign_in(sign_in)
        log.info("signed out", person=sign_in.person_id)
    for name in ("membership", "at"):
        session.pop(name, None)


def end_elsewhere(_app: Any, user: Any, **_: Any) -> None:
    """A changed password ends what was open with the old one, but for the device on which it was changed."""
    ended = end_other_sign_ins(user, g.get("sign_in"))
    log.info("password changed", person=user.id, ended=ended)


def end_everywhere(_app: Any, user: Any, **_: Any) -> None:
    """A password set anew ends every session; who shows for the first time to own the address starts clean.

    Until then the account may have been opened by somebody else who was handed the invitation: keys that were left
    in it would outlive the new password.
    """
    if user.email and user.confirmed_at is None:
        drop_credentials(user)
        user.confirmed_at = clock.now()
    log.info("password set anew", person=user.id, ended=end_other_sign_ins(user, None))


def note_failure(_app: Any, user: Any, auth_type: str = "", tfa: bool = False, **_: Any) -> None:
    """A wrong password or code, for the operator's eyes."""
    log.warning("sign-in failed", person=user.id, what=auth_type, second_factor=tfa, address=request.remote_addr)


def touch(response: Response) -> Response:
    """Keep a session in use alive, and note now and then that the device was seen."""
    if not session.get("_user_id") or request.endpoint in {"portal_static", "static"}:
        return response
    now = int(time.time())
    if now - session.get("at", 0) > TOUCH_EVERY:
        session["at"] = now
    sign_in = g.get("sign_in")
    if g.get("writes") and response.status_code < 400 and sign_in is not None and sign_in.ended_at is None:
        viewer = viewer_or_none()
        note_seen(sign_in, session.get("membership") or (viewer.membership.id if viewer else None))
    return response
