"""Goes through every address of the portal, pages and web API, as one role."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Flask
from werkzeug.test import TestResponse

from portal.access import Access, access_of
from tests.walk.estate import STORE, Estate, Thing, picture
from tests.walk.registry import BODIES, CHOICES, FORMS, KINDS, NOTHING_OF_ANYBODY

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Nobody has these: the answers to them are what a foreign object must look like.
MISSING_ID, MISSING_NUMBER = 2_000_000_000, "C-2026-999999"


@dataclass(frozen=True)
class Route:
    """One method at one address of the portal."""

    app: Flask
    prefix: str
    endpoint: str
    rule: str
    method: str
    parameters: tuple[str, ...]  # those that name an object
    chosen: tuple[str, ...]
    access: Access | None

    @property
    def blueprint(self) -> str:
        """The room it belongs to."""
        return self.endpoint.rpartition(".")[0]

    @property
    def is_api(self) -> bool:
        """Whether it speaks JSON."""
        return bool(self.prefix)

    def path(self, values: dict[str, Any]) -> str:
        """The address with these values filled in."""
        wanted = {name: values[name] for name in self.parameters} | {name: CHOICES[name] for name in self.chosen}
        adapter = self.app.url_map.bind("localhost")
        return self.prefix + adapter.build(self.endpoint, wanted, method=self.method)

    def __str__(self) -> str:
        return f"{self.method} {self.prefix}{self.rule}"


@dataclass(frozen=True)
class Attempt:
    """Something to try: the values that name an object, and values like them that name nothing."""

    route: Route
    label: str
    values: dict[str, Any]
    missing: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.route} with {self.values} ({self.label})"


@dataclass(frozen=True)
class Answer:
    """What comes back, without what differs between any two requests."""

    status: int
    mimetype: str
    location: str
    cookies: tuple[str, ...]
    body: str


def routes_of(app: Flask) -> list[Route]:
    """Every method at every address, pages and web API."""
    api = app.extensions["storewise_api"]
    return [route for each, prefix in ((app, ""), (api, "/api")) for route in _routes(each, prefix)]


def _routes(app: Flask, prefix: str) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        for method in sorted(set(METHODS) & (rule.methods or set())):
            owner = getattr(view, "view_class", None)
            access = access_of(getattr(owner, method.lower()) if owner else view)
            names = re.findall(r"<(?:[^:<>]+:)?(\w+)>", rule.rule)
            yield Route(
                app, prefix, rule.endpoint, rule.rule, method,
                tuple(name for name in names if name not in CHOICES),
                tuple(name for name in names if name in CHOICES), access,
            )  # fmt: skip


def names_objects(route: Route) -> bool:
    """Whether the address names something that belongs to somebody; fails for a parameter that nobody registered."""
    free = [name for name in route.parameters if (route.blueprint, name) not in NOTHING_OF_ANYBODY]
    if not free:
        return False
    assert (route.blueprint, *route.parameters) in KINDS, (
        f"{route} names something that tests/walk/registry.py does not know: "
        f"register what ({route.blueprint!r}, {', '.join(map(repr, route.parameters))}) is"
    )
    if route.method != "GET":
        known = (route.endpoint, route.method) in BODIES if route.is_api else route.endpoint in FORMS
        assert known, f"{route} takes a body that tests/walk/registry.py does not know"
    return True


def things_of(route: Route, estate: Estate) -> list[Thing]:
    """The things that could stand at this address."""
    return estate.of(KINDS[(route.blueprint, *route.parameters)])


def foreign_attempts(route: Route, estate: Estate, role: str | None) -> Iterator[Attempt]:
    """Everything at this address that is not there for the role; in addresses with two names also own beside foreign."""
    things = things_of(route, estate)
    seen = [thing.values for thing in things if role in thing.seen_by]
    nothing = {name: _missing(name) for name in route.parameters}
    for thing in things:
        if role in thing.seen_by or (role in STORE and thing.label == "unserved"):  # to a store it is as "served" is
            continue
        yield Attempt(route, thing.label, thing.values, nothing)
        for name in route.parameters if seen and len(route.parameters) > 1 else ():
            mixed = seen[0] | {name: thing.values[name]}
            if mixed not in seen:
                yield Attempt(route, f"{name} of {thing.label}", mixed, seen[0] | {name: _missing(name)})


def _missing(name: str) -> int | str:
    return MISSING_NUMBER if name == "number" else MISSING_ID


def expected(route: Route, role: str | None, permissions: frozenset[str]) -> int:
    """The one status that a foreign object may have here."""
    assert isinstance(route.access, Access), f"{route} declares no access"
    if role is None:
        return 401 if route.is_api else 302
    lacking = route.access.kind == "permission" and route.access.permission not in permissions
    return 403 if lacking else 404


class Walker:
    """Somebody with a browser and a program: one role of the first distributor, or a stranger."""

    def __init__(self, estate: Estate, role: str | None, browser: Any) -> None:
        self.estate, self.role, self.browser = estate, role, browser
        self.program = estate.app.test_client()
        if role is not None:
            self.program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {estate.tokens[role]}"
        self._nothing: dict[str, Answer] = {}

    def send(self, route: Route, values: dict[str, Any], query: str = "") -> TestResponse:
        """Ask with a plausible body."""
        path = route.path(values) + query
        if route.is_api:
            return self.program.open(path, method=route.method, buffered=True, **self._body(route))
        return self.browser.open(path, method=route.method, buffered=True, **self._form(route, values))

    def _form(self, route: Route, values: dict[str, Any]) -> dict[str, Any]:
        if route.method == "GET":
            return {}
        world = self.estate.world.first
        roles = {thing.label: thing.values["role_id"] for thing in self.estate.of("role")}
        known = {"role": roles["mine"], "store": world.stores[0]} | values
        form = {name: str(value).format(**known) for name, value in FORMS[route.endpoint].items()}
        return {"data": form}

    def _body(self, route: Route) -> dict[str, Any]:
        body = dict(BODIES.get((route.endpoint, route.method), {}))
        files = body.pop("files", "")
        if files:
            return {"data": {**body, files: (io.BytesIO(picture()), "walk.jpg")}}
        return {"json": body} if body else {}

    def answer(self, attempt: Attempt) -> Answer:
        """The answer to the attempt."""
        return plain(self.send(attempt.route, attempt.values), attempt.route.path(attempt.values))

    def answer_to_nothing(self, attempt: Attempt) -> Answer:
        """The answer to the same attempt on an object that does not exist; the same for all, so asked once."""
        path = attempt.route.path(attempt.missing)
        key = f"{attempt.route.method} {path}"
        if key not in self._nothing:
            self._nothing[key] = plain(self.send(attempt.route, attempt.missing), path)
        return self._nothing[key]


# A token of the browser that is signed with the second in which the page was made.
CSRF_TOKEN = re.compile(r"(csrf[-_]token\" (?:content|value)=\")[^\"]*")


def plain(response: TestResponse, *told: str) -> Answer:
    """The answer without the request's id, the browser's tokens, and what was asked for in the words of `told`."""
    request_id = response.headers.get("X-Request-Id", "")
    location = response.headers.get("Location", "")
    cookies = sorted(value.partition("=")[0] for value in response.headers.getlist("Set-Cookie"))
    body = response.data.decode(errors="replace")
    asked = [form for word in told for form in (word, quote(word, safe=""))]
    for word, sign in ((request_id, "<request>"), *((form, "<asked>") for form in asked)):
        if word:
            body, location = body.replace(word, sign), location.replace(word, sign)
    body = CSRF_TOKEN.sub(r"\1", body)
    return Answer(response.status_code, response.mimetype, location, tuple(cookies), body)
