"""The Flask application of the portal: as Flask has it, but an address within it is built once."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, has_request_context, request

from portal.templating import QuickEnvironment

PLAIN = (str, int)


class Portal(Flask):
    """A page has dozens of addresses, nearly all of them the same for everybody."""

    jinja_environment = QuickEnvironment

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._built = lru_cache(maxsize=8192)(self._build)

    def url_for(self, endpoint: str, **options: Any) -> str:  # type: ignore[override]
        """As Flask's; kept for the next time where nothing but endpoint, values and mount point decides."""
        asked = {name: value for name, value in options.items() if value is not None or name[0] != "_"}
        plain = all(type(value) in PLAIN and name[0] != "_" for name, value in asked.items())
        if not plain or endpoint[0] == "." or not has_request_context() or self.url_default_functions:
            return super().url_for(endpoint, **options)
        return self._built(endpoint, request.root_path, tuple(sorted(asked.items())))

    def _build(self, endpoint: str, _mounted_at: str, values: tuple[tuple[str, Any], ...]) -> str:
        return super().url_for(endpoint, **dict(values))
