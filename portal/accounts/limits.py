"""How often somebody may try: by address against guessing many names, by name against guessing many passwords."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, session
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response

from portal.security import limiter


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many tries of a page; `only_failures`: a try that works costs nothing."""

    endpoint: str
    amount: str
    key: Callable[[], str]
    only_failures: bool = True


def failed(response: Response) -> bool:
    """Whether the try came to nothing."""
    return response.status_code not in {302, 303}


def by_name() -> str:
    """The name somebody tries to log in with, written in one way."""
    from portal.identity import normal_email, normal_phone

    typed = request.form.get("email", "")
    return f"name:{normal_email(typed) or normal_phone(typed) or typed.strip().lower()[:80]}"


def by_candidate() -> str:
    """Who gave the right password and now tries codes."""
    return f"code:{session.get('tf_user_id') or get_remote_address()}"


def by_person() -> str:
    """Who is signed in."""
    return f"person:{str(session.get('_user_id', '')).partition('.')[0] or get_remote_address()}"


LIMITS = (
    Limit("security.login", "10 per 15 minutes", by_name),
    Limit("security.login", "40 per 15 minutes", get_remote_address),
    Limit("security.wan_signin_response", "40 per 15 minutes", get_remote_address),
    Limit("security.two_factor_token_validation", "10 per 15 minutes", by_candidate),
    Limit("security.mf_recovery", "10 per 15 minutes", by_candidate),
    Limit("security.verify", "10 per 15 minutes", by_person),
    Limit("security.change_password", "10 per 15 minutes", by_person),
    Limit("security.forgot_password", "5 per hour", by_name, only_failures=False),
    Limit("security.forgot_password", "30 per hour", get_remote_address, only_failures=False),
    Limit("security.reset_password", "30 per 15 minutes", get_remote_address),
)


# A view is dressed once in a process, however many applications it makes: each dressing counts.
_dressed: dict[Any, Any] = {}


def init_app(app: Flask) -> None:
    """Put the limits on Flask-Security's views; ours carry theirs as decorators."""
    for endpoint in {limit.endpoint for limit in LIMITS}:
        view = app.view_functions[endpoint]
        if view not in _dressed:
            _dressed[view] = _dress(endpoint, view)
        app.view_functions[endpoint] = _dressed[view]


def _dress(endpoint: str, view: Any) -> Any:
    for limit in LIMITS:
        if limit.endpoint == endpoint:
            deduct = failed if limit.only_failures else None
            view = limiter.limit(limit.amount, key_func=limit.key, methods=["POST"], deduct_when=deduct)(view)
    return view
