"""What OWASP ASVS level 2 asks of every answer and every log-in; the walls stand elsewhere (portal/tenancy/)."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, default_limits=[], headers_enabled=True)


def init_app(app: Flask) -> None:
    """Secrets, cookies, headers, allowed hosts, limits."""
    _secrets(app)
    app.config.update(
        SESSION_COOKIE_NAME="storewise",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=app.config["SECURE_COOKIES"],
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=app.config["SECURE_COOKIES"],
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_STORAGE_URI=app.config["REDIS_URL"] or "memory://",
    )
    csrf.init_app(app)
    limiter.init_app(app)
    app.before_request(_known_host)
    app.after_request(_headers)


def _secrets(app: Flask) -> None:
    """Keys from the environment; else made once and kept beside the data, readable by the owner only."""
    folder = Path(app.config["DATA_DIR"])
    for name in ("SECRET_KEY", "SECURITY_PASSWORD_SALT"):
        app.config[name] = app.config.get(name) or _kept_secret(folder / f"{name.lower()}.txt")


def _kept_secret(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="ascii") as file:
            path.chmod(0o600)
            file.write(secrets.token_hex(32))
    except FileExistsError:
        pass
    return path.read_text(encoding="ascii")


def _known_host() -> None:
    allowed = _allowed_hosts()
    if allowed and request.host.rpartition(":")[0] not in allowed and request.host not in allowed:
        abort(400)


def _allowed_hosts() -> Any:
    from flask import current_app

    return current_app.config["SERVER_NAME_ALLOWED"]


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
