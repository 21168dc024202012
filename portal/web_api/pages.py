"""The web API for people: the OpenAPI document as one page, in Chinese and English, without any script."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from flask import Blueprint, Flask, current_app, render_template, request
from flask_babel import force_locale

from portal.access import open_to_all
from portal.i18n import LANGUAGE_TAGS, language
from portal.web_api.blueprint import METHODS
from portal.web_api.document import PortalApi


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is sent or answered."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address."""

    method: str
    path: str
    anchor: str
    summary: str
    text: str
    parameters: tuple[Field, ...]
    body_kind: str
    body: tuple[Field, ...]
    answer_kind: str
    answer: tuple[Field, ...]
    statuses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Room:
    """The operations of one subject."""

    name: str
    text: str
    operations: tuple[Operation, ...]


class Reader:
    """Reads the document as people do: subject by subject, names instead of references."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    @cached_property
    def rooms(self) -> tuple[Room, ...]:
        """All of it, in the order of the document."""
        found: dict[str, list[Operation]] = {}
        for path, methods in self.document["paths"].items():
            for method in METHODS:
                if method in methods:
                    found.setdefault(methods[method]["tags"][0], []).append(self._operation(method, path, methods))
        texts = {tag["name"]: tag.get("description", "") for tag in self.document.get("tags", ())}
        return tuple(Room(name, texts.get(name, ""), tuple(operations)) for name, operations in found.items())

    def _operation(self, method: str, path: str, methods: Mapping[str, Any]) -> Operation:
        described = methods[method]
        parameters = [*methods.get("parameters", ()), *described.get("parameters", ())]
        body_kind, body = self._content(described.get("requestBody", {}).get("content", {}))
        good: Any = next((answer for code, answer in described["responses"].items() if code.startswith("2")), {})
        answer_kind, answer = self._content(good.get("content", {}))
        return Operation(
            method=method.upper(),
            path=path,
            anchor=re.sub(r"\W+", "-", f"{method}{path}").strip("-"),
            summary=described.get("summary", ""),
            text=described.get("description", "").replace("`", ""),
            parameters=tuple(
                Field(p["name"], self._kind(p["schema"]), p.get("required", False), _words(p)) for p in parameters
            ),
            body_kind=body_kind,
            body=body,
            answer_kind=answer_kind,
            answer=answer,
            statuses=tuple(described["responses"]),
        )

    def _content(self, content: Mapping[str, Any]) -> tuple[str, tuple[Field, ...]]:
        for media_type, described in content.items():
            schema = described.get("schema", {})
            return media_type, tuple(self._fields(schema))
        return "", ()

    def _fields(self, schema: Mapping[str, Any]) -> Iterator[Field]:
        whole = self._resolved(schema)
        if whole.get("type") == "array":
            whole = self._resolved(whole["items"])
        required = set(whole.get("required", ()))
        for name, inner in whole.get("properties", {}).items():
            yield Field(name, self._kind(inner), name in required, _words(inner))

    def _resolved(self, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        if "$ref" not in schema:
            return schema
        found: Mapping[str, Any] = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return found

    def _kind(self, schema: Mapping[str, Any]) -> str:
        if "$ref" in schema:
            inner = ", ".join(self._resolved(schema).get("properties", ()))
            return f"{{{inner}}}"
        if "anyOf" in schema:
            return " | ".join(self._kind(each) for each in schema["anyOf"])
        if "enum" in schema:
            return " | ".join(str(word) or '""' for word in schema["enum"] if word is not None)
        kind = schema.get("type", "object")
        names = [kind] if isinstance(kind, str) else list(kind)
        if "array" in names:
            return f"[{self._kind(schema.get('items', {}))}]"
        return " | ".join(schema.get("format", name) if name == "string" else name for name in names)


def _words(described: Mapping[str, Any]) -> str:
    return str(described.get("description") or described.get("schema", {}).get("description") or "")


def register(api: PortalApi, app: Flask) -> None:
    """Put the page up beside the document."""
    blueprint = Blueprint("api-docs-page", __name__, url_prefix="/v1")
    reader = cache(lambda: Reader(api.document))  # as long as the process lives

    @blueprint.get("/docs")
    @open_to_all
    def docs() -> str:
        """Every operation, with what it takes and what it gives."""
        wanted = request.args.get("lang", "")
        shown = wanted if wanted in current_app.config["LANGUAGES"] else language()
        with force_locale(shown):
            return render_template(
                "api/docs.html", lang=LANGUAGE_TAGS.get(shown, "zh-CN"), rooms=reader().rooms, document=api.document
            )

    app.register_blueprint(blueprint)
