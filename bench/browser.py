"""A small browser: keeps its connection and its cookies, takes compressed answers, and sends the forms it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse, RemoteDisconnected
from urllib.parse import urlencode

from backports import zstd

PASSWORD = "demo-storewise"  # noqa: S105 (the demo's, printed for everybody)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, where it leads, and the page as text."""

    status: int
    location: str
    text: str
    size: int


class Browser:
    """Somebody at a port of this machine."""

    def __init__(self, port: int) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path)

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        return self._ask("POST", path, urlencode(fields))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        headers = {"Accept-Encoding": "gzip, deflate, br, zstd", "Accept-Language": "zh-CN", "User-Agent": "bench"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self._sent(method, path, body, headers)
        raw = response.read()
        for header in response.headers.get_all("Set-Cookie") or ():
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        page = zstd.decompress(raw) if response.headers.get("Content-Encoding") == "zstd" else raw
        return Answer(response.status, response.headers.get("Location", ""), page.decode(), len(page))

    def _sent(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> HTTPResponse:
        """Sent once more on a new connection where the old one had rested for too long."""
        try:
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()
        except RemoteDisconnected:
            self.connection.close()
            self.connection.request(method, path, body, headers)
            return self.connection.getresponse()

    def log_in(self, address: str) -> Browser:
        """As one of the demo's people."""
        fields = hidden_fields(self.get("/auth/login").text)
        answer = self.post("/auth/login", fields | {"email": address, "identity": address, "password": PASSWORD})
        if answer.status != 302:
            raise RuntimeError(f"{address} cannot log in: {answer.status}")
        return self


def hidden_fields(page: str, action: str = "") -> dict[str, str]:
    """The protection and the once-only key of the page's form, or of the one that is sent to `action`."""
    form = page[page.index(f'action="{action}"') :] if action else page[page.index("<main") :]
    return {name: _value_of(name, form) for name in ("csrf_token", "once_key") if f'name="{name}"' in form}


def _value_of(name: str, form: str) -> str:
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', form)
    value = re.search(r'value="([^"]*)"', field[0]) if field else None
    return value[1] if value else ""
