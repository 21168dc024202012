"""The OpenAPI document: made when somebody first asks for it, as it takes longer than a process should take to start."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import structlog
from flask import Flask
from flask_smorest import Api
from flask_smorest.spec.plugins import FlaskPlugin

from portal.access import Access, access_of
from portal.web_api import problems
from portal.web_api.blueprint import METHODS, ApiBlueprint
from portal.web_api.fields import Amount

log = structlog.get_logger(__name__)

KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "A word of your own: the request has its effect once, and is answered alike, however often it is sent.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 70, "pattern": "^[!-~]+$"},
}
PROBLEMS = {
    400: "The request cannot be read.",
    401: "There is no valid token.",
    403: "The token, or its person, may not do this.",
    404: "There is no such object for this person.",
    409: "Somebody else was quicker; the answer says what is true now.",
    413: "The request is too large.",
    422: "Something in the request is not as it must be; `errors` names each field.",
}


class PortalApi(Api):  # type: ignore[misc]
    """Registers operations at once and describes them later; its errors are problem details."""

    def __init__(self, app: Flask) -> None:
        self.waiting: list[ApiBlueprint] = []
        super().__init__(app)
        self.register_field(Amount, "string", None)

    def handle_http_exception(self, error: Any) -> Any:
        """One form for every error."""
        return problems.from_http(error)

    def register_blueprint(self, blueprint: ApiBlueprint, **options: Any) -> None:
        """Put the operations up; the document is made when it is asked for."""
        self._app.register_blueprint(blueprint, **options)
        self.waiting.append(blueprint)

    def _openapi_json(self) -> Any:
        return self._app.response_class(self.text, mimetype="application/json")

    @cached_property
    def text(self) -> str:
        """The document as JSON."""
        return json.dumps(self.document, ensure_ascii=False, separators=(",", ":"), default=str)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document: what flask-smorest finds, and what holds for every operation."""
        for blueprint in self.waiting:
            try:
                blueprint.register_views_in_doc(self, self._app, self.spec, name=blueprint.name, parameters=None)
                self.spec.tag({"name": blueprint.name, "description": blueprint.description})
            except Exception as error:  # what a plug-in describes badly is missing here, and works all the same
                log.error("operations are not described", blueprint=blueprint.name, exc_info=error)
        made: dict[str, Any] = json.loads(json.dumps(self.spec.to_dict(), default=str))
        _close_objects(made["components"].setdefault("schemas", {}))
        made["components"]["schemas"]["Problem"] = problems.SCHEMA
        made["components"]["responses"] = {str(status): _problem(text) for status, text in PROBLEMS.items()}
        for operation, access, method in _operations(self._app, made["paths"]):
            _complete(operation, access, method)
        return made


def _operations(app: Flask, paths: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Access, str]]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        owner = getattr(view, "view_class", None)
        described = paths.get(FlaskPlugin.flaskpath2openapi(rule.rule), {})
        for method in METHODS:
            access = access_of(getattr(owner, method, None) if owner else view)
            if method in described and access is not None:
                described[method].setdefault("operationId", f"{rule.endpoint}.{method}")
                yield described[method], access, method


def _complete(operation: dict[str, Any], access: Access, method: str) -> None:
    if access.kind == "open":
        operation["security"] = []
    if access.kind == "permission":
        needs = f"Needs the permission `{access.permission}`."
        operation["description"] = "\n\n".join(part for part in (operation.get("description", ""), needs) if part)
    if method == "post":
        operation.setdefault("parameters", []).append(KEY)
    good = {code: answer for code, answer in operation.get("responses", {}).items() if code.startswith("2")}
    if "204" in good:
        good["204"].pop("content", None)
    wanted = _expected_problems(operation, access, method)
    operation["responses"] = good | {str(code): {"$ref": f"#/components/responses/{code}"} for code in wanted}


def _expected_problems(operation: dict[str, Any], access: Access, method: str) -> list[int]:
    found = {404}
    if access.kind != "open":
        found |= {401, 403}
    if method != "get" or operation.get("parameters"):
        found |= {422}
    if method != "get":
        found |= {400, 409, 413}
    return sorted(found)


def _problem(description: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {"application/problem+json": {"schema": schema}}}


def _close_objects(schemas: dict[str, Any]) -> None:
    """Objects have the members that are described and no others, in what is sent as in what is answered."""
    for schema in schemas.values():
        if schema.get("type") == "object":
            schema.setdefault("additionalProperties", False)
