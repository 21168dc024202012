"""One request: its transaction, its walls, its gate, its single effect.

The order is fixed: a writing request begins a writing transaction; the person is loaded; the walls go up; the
view's declared permission is asked; pictures that come along are looked through; a form that was already sent is answered with its first result; the view
runs; the transaction commits if the answer is a success and rolls back if it is not.
"""

from __future__ import annotations

import contextvars
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import structlog
from flask import Flask, Response, abort, current_app, g, redirect, request, session, url_for
from flask_login import current_user
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from portal import once, parked
from portal.access import access_of
from portal.accounts.viewer import viewer_of
from portal.db import db, write_intent
from portal.errors import NotAllowed
from portal.files.beforehand import look_through
from portal.tenancy import enter_scope

log = structlog.get_logger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
UNGUARDED = frozenset({"static", "portal_static"})


class IdConverter(IntegerConverter):
    """A number in an address that no database can hold names nothing: 404, as for any other that is not there."""

    def __init__(
        self, map: Map, fixed_digits: int = 0, min: int | None = None, max: int | None = 2**31 - 1, signed: bool = False
    ) -> None:
        super().__init__(map, fixed_digits, min, max, signed)


class OwnContext:
    """Run each request in a context of its own, so that no scope outlives it on a reused thread."""

    def __init__(self, wsgi_app: Callable[..., Iterable[bytes]]) -> None:
        self.wsgi_app = wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return contextvars.copy_context().run(self.wsgi_app, environ, start_response)


def init_app(app: Flask) -> None:
    """Hang the steps of a request into the application."""
    app.url_map.converters["int"] = IdConverter
    app.wsgi_app = OwnContext(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(begin)
    app.before_request(refuse_nul)
    app.before_request(identify)
    app.before_request(guard)
    app.before_request(look_through_pictures)
    app.before_request(answer_again)
    app.after_request(finish)
    app.after_request(parked.drop_cookie)


def begin() -> None:
    """Give the request an id and say whether its transaction will write."""
    g.request_id = uuid.uuid4().hex[:12].upper()
    g.failures = []
    structlog.contextvars.bind_contextvars(request_id=g.request_id, path=request.path)
    enter_scope(None)
    view = current_app.view_functions.get(request.endpoint or "")
    g.writes = request.method not in SAFE_METHODS or getattr(view, "writes", False)
    g.pictures = getattr(view, "pictures", "") if request.method == "POST" else ""
    write_intent.set(g.writes and not g.pictures)


def refuse_nul() -> None:
    """The NUL character is in no text that a person types, and PostgreSQL keeps none."""
    if request.endpoint in UNGUARDED:
        return
    if "\x00" in request.path:
        abort(404)
    if any(
        "\x00" in text for values in (request.args, request.form) for pair in values.items(multi=True) for text in pair
    ):
        abort(400)


def identify() -> None:
    """Find out who is there and put up the walls."""
    g.viewer = None
    if request.endpoint in UNGUARDED or not current_user.is_authenticated:
        return
    person = current_user._get_current_object()
    wanted = session.get("membership")
    g.viewer = viewer_of(person, int(wanted) if wanted else None)
    if g.viewer is not None:
        enter_scope(g.viewer.scope)
        structlog.contextvars.bind_contextvars(person=person.id, distributor=g.viewer.distributor.id)


def guard() -> BaseResponse | None:
    """Let the request through to its view, or not."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in UNGUARDED or request.method == "OPTIONS":
        return None
    access = access_of(current_app.view_functions[endpoint])
    if access is None:
        if (request.blueprint or "") in current_app.config["SELF_GUARDED_BLUEPRINTS"]:
            return None
        abort(404)
    plugin = _plugin_of(endpoint)
    if access.kind == "open" and not plugin:
        return None
    if g.viewer is None:
        return None if access.kind == "open" else _ask_to_sign_in()
    if plugin and not g.viewer.has_plugin(plugin):
        abort(404)
    if access.kind == "permission" and not g.viewer.may(access.permission):
        raise NotAllowed(access.permission)
    return None


def _plugin_of(endpoint: str) -> str:
    return str(current_app.extensions["storewise_host"].owner_of(endpoint))


def _ask_to_sign_in() -> BaseResponse:
    """Keep what was typed, and come back to it after the log-in."""
    if current_user.is_authenticated:
        return redirect(url_for("home.no_membership"))
    target = request.full_path.rstrip("?") if request.method in SAFE_METHODS else _form_path()
    response = redirect(url_for("security.login", next=target))
    if request.method == "POST":
        db.session.rollback()
        write_intent.set(True)
        parked.park_form(target, response)
        _commit()
    return response


def _form_path() -> str:
    """The page that showed the form which is now being sent: the same address when it can be read."""
    return parked.page_of_form()


def look_through_pictures() -> None:
    """What takes long is done between two transactions: the person was read in one, the view writes in the other."""
    if g.pictures:
        db.session.commit()
        look_through(g.pictures)
        write_intent.set(g.writes)


def answer_again() -> BaseResponse | None:
    """Answer a form that was sent twice with the result of its first time."""
    if request.method != "POST" or g.viewer is None:
        return None
    return once.first_answer(request.form.get(once.FIELD, ""), g.viewer)


def finish(response: Response) -> Response:
    """Commit a success, roll back everything else."""
    if request.endpoint in UNGUARDED:
        return response
    if g.get("writes") and response.status_code < 400:
        once.remember_answer(response)
        _commit()
    else:
        _refuse_silent_writes()
        db.session.close()  # rolls back, without a look at each row that was read
    response.headers.setdefault("X-Request-Id", g.get("request_id", "-"))
    return response


def _commit() -> None:
    db.session.commit()


def _refuse_silent_writes() -> None:
    if request.method in SAFE_METHODS and (db.session.new or db.session.dirty):
        log.error("a reading view changed something", endpoint=request.endpoint)
        if current_app.testing:
            raise AssertionError(f"{request.endpoint} reads, but changed {[*db.session.new, *db.session.dirty]}")
