"""Blueprints of the web API, and the schemas that every list and error shares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from flask_smorest import Blueprint

from portal.access import Access, access_of
from portal.paging import LARGEST_PAGE, PAGE_SIZE
from portal.web_api.fields import Text, Whole
from portal.web_api.parsing import Parser

METHODS = ("get", "post", "put", "patch", "delete")


class ApiBlueprint(Blueprint):  # type: ignore[misc]
    """A flask-smorest blueprint whose operations each declare their access with requires(...)."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.operations: list[tuple[str, Any]] = []

    def route(self, rule: str, *args: Any, **kwargs: Any) -> Any:
        """As flask-smorest's, noting each method's access for the check at the start."""
        decorate = super().route(rule, *args, **kwargs)

        def noting(view: Any) -> Any:
            parts = (
                [(m, getattr(view, m)) for m in METHODS if hasattr(view, m)] if isinstance(view, type) else [("", view)]
            )
            self.operations += [(f"{method.upper()} {rule}".strip(), part) for method, part in parts]
            return decorate(view)

        return noting

    def files(self, field: str, description: str = "") -> Any:
        """Describe an operation that takes files, as multipart/form-data, all in one field; it reads them itself."""
        schema = {
            "type": "object",
            "required": [field],
            "properties": {field: {"type": "array", "minItems": 1, "items": {"type": "string", "format": "binary"}}},
        }
        body = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
        return self.doc(requestBody=body | ({"description": description} if description else {}))

    def bytes_of(self, *media_types: str, description: str = "The bytes.") -> Any:
        """Describe an operation that answers with a file of one of these types."""
        kinds = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in media_types}
        return self.doc(responses={"200": {"description": description, "content": kinds}})


PICTURE_TYPES = ("image/jpeg", "image/webp")


def declared_methods(blueprint: ApiBlueprint) -> Iterator[tuple[str, Access | None]]:
    """Each operation of the blueprint with the access it declares."""
    for name, operation in getattr(blueprint, "operations", []):
        yield f"{blueprint.name}: {name}", access_of(operation)


class PageArguments(ma.Schema):
    """The query string of every list."""

    cursor = Text(600, load_default=None, metadata={"description": "`next` or `previous` of an earlier answer"})
    limit = Whole(1, LARGEST_PAGE, from_text=True, load_default=PAGE_SIZE)


def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of a page of items: {items, next, previous}."""
    return ma.Schema.from_dict(
        {
            "items": ma.fields.List(ma.fields.Nested(item), required=True),
            "next": ma.fields.String(required=True, allow_none=True),
            "previous": ma.fields.String(required=True, allow_none=True),
        },
        name=f"{item.__name__.removesuffix('Schema')}Page",
    )
