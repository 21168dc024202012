"""Reading what a program sent, and refusing what no database keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Request, abort
from marshmallow import ValidationError
from webargs import missing
from webargs.flaskparser import FlaskParser

# The NUL character, and halves of characters that JSON can spell (\ud800) and UTF-8 cannot.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
DEEPEST = 20


class Parser(FlaskParser):
    """webargs' parser, with a look at every text."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """The body, if every text in it can be kept."""
        try:
            body = super().load_json(req, schema)
        except (RecursionError, ValueError):  # too deep, or a number of thousands of digits
            abort(400)
        if body is missing:
            raise ValidationError("Send a body of type application/json.")
        return _checked(body)

    def load_querystring(self, req: Request, schema: Any) -> Any:
        """The query, if every text in it can be kept."""
        _checked({name: req.args.getlist(name) for name in req.args})
        return super().load_querystring(req, schema)

    def load_files(self, req: Request, schema: Any) -> Any:
        """The files, if their names can be kept."""
        _checked({name: [upload.filename or "" for upload in req.files.getlist(name)] for name in req.files})
        return super().load_files(req, schema)


def is_storable(texts: Iterable[str]) -> bool:
    """Whether a database can keep, and be asked for, each of the texts."""
    return not any(UNSTORABLE.search(text) for text in texts)


def _checked(value: Any) -> Any:
    for path in _unstorable(value, ()):
        raise ValidationError(_nested(path, ["Must not contain the NUL character or half a character."]))
    return value


def _unstorable(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, str):
        if UNSTORABLE.search(value):
            yield path
    elif len(path) > DEEPEST:
        yield path[:1]
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _unstorable(name, (*path, "?"))
            yield from _unstorable(item, (*path, name))
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _unstorable(item, (*path, place))


def _nested(path: tuple[Any, ...], message: list[str]) -> Any:
    for name in reversed(path):
        message = {name: message}  # type: ignore[assignment]
    return message
