"""Errors of the web API as problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

import structlog
from flask import Flask, Response, g
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from portal.db import db, is_busy
from portal.errors import Conflict, NotAllowed, NotFound, RuleBroken
from portal.files.tables import TableBroken

MOST_CELLS = 500
log = structlog.get_logger(__name__)

SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A problem (RFC 9457).",
    "required": ["type", "title", "status", "request_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string", "description": "By which the operator finds it in the log."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {
                    "field": {"type": "string"},
                    "message": {"type": "string"},
                    "row": {"type": "integer", "description": "of a table, as spreadsheets count"},
                    "column": {"type": "string"},
                },
            },
        },
    },
}


def problem(status: int, detail: Any = "", **members: Any) -> Response:
    """A problem document; `members` are its extensions."""
    db.session.rollback()
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "request_id": g.get("request_id", "-"),
    }
    if detail:
        body["detail"] = str(detail)
    text = json.dumps(body | members, ensure_ascii=False, default=str)
    return Response(text, status=status, mimetype="application/problem+json")


def init_app(app: Flask) -> None:
    """Register one handler for each way in which a request can end badly."""
    app.register_error_handler(NotFound, lambda error: problem(404))
    app.register_error_handler(
        NotAllowed, lambda error: problem(403, _("Missing permission: %(name)s", name=error.permission))
    )
    app.register_error_handler(RuleBroken, _rule_broken)
    app.register_error_handler(Conflict, lambda error: problem(409, error.message, **error.details))
    app.register_error_handler(Exception, _failed)


def _rule_broken(error: RuleBroken) -> Response:
    errors: list[dict[str, Any]] = [{"field": error.field, "message": str(error.message)}]
    if isinstance(error, TableBroken):
        errors = [
            {"field": error.field, "message": cell.text, "row": cell.row, "column": cell.column}
            for cell in error.errors[:MOST_CELLS]
        ]
    return problem(422, error.message, errors=errors)


def from_http(error: HTTPException) -> Any:
    """The problem for werkzeug's and webargs' errors."""
    status = error.code or 500
    headers = getattr(error, "exc_headers", None) or {}
    messages = (getattr(error, "data", None) or {}).get("messages")
    answer = problem(status, errors=_flat(messages)) if messages else problem(status, _detail(status))
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After", "WWW-Authenticate"}:
            answer.headers[name] = value
    answer.headers.update(headers)
    return answer


def _detail(status: int) -> str:
    if status == 401:
        return _("Send a valid token: Authorization: Bearer <token>.")
    return ""


def _flat(messages: Any, path: str = "") -> list[dict[str, str]]:
    if isinstance(messages, dict):
        return [error for key, value in messages.items() for error in _flat(value, f"{path}.{key}".strip("."))]
    if isinstance(messages, list):
        return [error for value in messages for error in _flat(value, path)]
    field = path.partition(".")[2] if path.partition(".")[0] in {"json", "query", "files", "form"} else path
    return [{"field": field, "message": str(messages)}]


def _failed(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return from_http(error)  # type: ignore[no-any-return]
    if is_busy(error):
        answer = problem(503, _("Many programs are writing at this moment. Please send it once more."))
        answer.headers["Retry-After"] = "5"
        return answer
    log.error("API request failed", error_id=g.get("request_id"), exc_info=error)
    return problem(500)
