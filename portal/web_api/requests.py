"""One API request: token, walls, permission, idempotency, commit."""

from __future__ import annotations

import hashlib
import re
import uuid
from typing import Any

import structlog
from flask import Flask, Response, abort, current_app, g, request
from flask_babel import gettext as _

from portal import once
from portal.access import access_of
from portal.accounts.tokens import token_viewer
from portal.db import db, write_intent
from portal.errors import NotAllowed
from portal.requests import SAFE_METHODS
from portal.security import HEADERS
from portal.tenancy import enter_scope
from portal.web_api.parsing import is_storable
from portal.web_api.problems import problem
from portal.web_api.shown_once import without_secrets

KEY = re.compile(r"[!-~]{1,70}")


def init_app(app: Flask) -> None:
    """Hang the steps into the API application."""
    app.before_request(begin)
    app.before_request(refuse_unstorable)
    app.before_request(identify)
    app.before_request(guard)
    app.before_request(answer_again)
    app.after_request(finish)


def begin() -> None:
    """Give the request an id; say whether it will write."""
    g.request_id = uuid.uuid4().hex[:12].upper()
    g.failures = []
    structlog.contextvars.bind_contextvars(request_id=g.request_id, path=request.path)
    enter_scope(None)
    g.writes = request.method not in SAFE_METHODS or getattr(_operation(), "writes", False)
    write_intent.set(g.writes)


def refuse_unstorable() -> Response | None:
    """What no database keeps names nothing, and answers nothing."""
    if not is_storable([request.path]):
        abort(404)
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        return problem(422, _("An Idempotency-Key is a word of at most 70 plain characters."))
    return None


def identify() -> None:
    """Who holds the token; the walls go up."""
    scheme, _space, raw = request.headers.get("Authorization", "").partition(" ")
    g.viewer = token_viewer(raw.strip()) if scheme.lower() == "bearer" and raw.strip() else None
    if g.viewer is not None:
        enter_scope(g.viewer.scope)


def guard() -> None:
    """The declared access of the operation; an inactive plug-in is not there."""
    operation = _operation()
    if operation is None or request.endpoint is None or request.endpoint.startswith("api-docs"):
        return
    access = access_of(operation)
    if access is None:
        abort(404)
    if access.kind == "open":
        return
    if g.viewer is None:
        abort(401)
    host = current_app.extensions["storewise_host"]
    plugin = host.owner_of(request.endpoint)
    if plugin and (plugin not in host.plugins or not g.viewer.has_plugin(plugin)):
        abort(404)
    if access.kind == "permission" and not g.viewer.may(access.permission):
        raise NotAllowed(access.permission)


def _operation() -> Any:
    """What will run: a HEAD is a GET without its body, with the same access."""
    view = current_app.view_functions.get(request.endpoint or "")
    owner = getattr(view, "view_class", None)
    method = "get" if request.method == "HEAD" else request.method.lower()
    return getattr(owner, method, None) if owner else view


def answer_again() -> Response | None:
    """A POST that was sent before with the same Idempotency-Key gets the first answer."""
    key = request.headers.get("Idempotency-Key", "")
    if request.method != "POST" or not key or g.viewer is None:
        return None
    fingerprint = hashlib.sha256(request.full_path.encode() + request.get_data(cache=True)).hexdigest()
    earlier = once.claim(f"api:{key}", g.viewer, fingerprint)
    if earlier is None:
        return None
    if earlier.fingerprint != fingerprint:
        return problem(422, _("This Idempotency-Key was used for another request."))
    return Response(
        earlier.body, status=earlier.status, mimetype="application/json", headers={"Idempotent-Replayed": "true"}
    )


def finish(response: Response) -> Response:
    """Commit a success, roll back everything else."""
    if response.status_code == 204:
        response.set_data(b"")
        response.headers.pop("Content-Type", None)
    if g.get("writes") and response.status_code < 400:
        told = not response.is_streamed and response.mimetype == "application/json"
        once.remember_answer(response, without_secrets(response.get_data(as_text=True)) if told else "")
        db.session.commit()
    else:
        db.session.rollback()
    if response.status_code == 401:
        response.headers.setdefault("WWW-Authenticate", "Bearer")
    response.headers.setdefault("X-Request-Id", g.get("request_id", "-"))
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
