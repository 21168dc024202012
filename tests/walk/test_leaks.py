"""No page and no list tells of what is not theirs: every text of the estate carries a mark, and marks are looked for."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.walk.estate import ROLES, STORE
from tests.walk.registry import OF_THE_OWN_STORE, OTHERWISE, QUERIES, UNREAD
from tests.walk.rooms import app
from tests.walk.walker import Route, Walker, expected, names_objects, routes_of, things_of

__all__ = ["app"]
pytestmark = pytest.mark.database
RULES = 422  # it is there, and the rules do not let it be opened so: an issued briefing is not edited
MOST_OF_A_KIND = 2
SEEN_AT_LEAST = {"administrator": 90, "manager": 80, "expert": 70, "rep": 60, "store_manager": 40, "store_staff": 40}

SHOWING = frozenset({"advice_questions", "complaints", "events", "stores"})  # where every mark is to be read


@pytest.mark.parametrize("role", [*ROLES, None])
def test_no_page_tells_of_what_is_not_theirs_to(role, app, walker_of, permissions_of):
    walker, permissions = walker_of(role), permissions_of(role)
    hidden = [word.encode() for word, who in walker.estate.marks.items() if role not in who]
    assert len(hidden) >= (2 if role else 5)
    opened, wrong = 0, []
    for route in routes_of(app):
        if not is_read_by(route, role, permissions):
            continue
        for values, query in readings(route, walker):
            answer = walker.send(route, values, query)
            shown = unpacked(answer.data)
            opened += answer.status_code == 200
            wrong += [f"{route} {values} {query} shows {word!r}" for word in hidden if word in shown]
            if answer.status_code >= 400 and answer.status_code != RULES:
                wrong.append(f"{route} {values} {query} answers {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert opened >= SEEN_AT_LEAST.get(role, 2)


def test_the_marks_are_shown_to_whom_they_may_be_shown(app, walker_of):
    """Otherwise looking for them would find nothing, whatever the walls do."""
    walker = walker_of("administrator")
    texts = b"".join(
        walker.send(route, values, query).data
        for route in routes_of(app)
        if is_read_by(route, "administrator", frozenset(ROLES)) or route.blueprint in SHOWING
        if route.method == "GET"
        for values, query in readings(route, walker)
    )
    wanted = {word for word, who in walker.estate.marks.items() if "administrator" in who}
    assert sorted(word for word in wanted if word.encode() not in texts) == []


def is_read_by(route: Route, role: str | None, permissions: frozenset[str]) -> bool:
    if route.method != "GET" or route.access is None or route.endpoint in UNREAD:
        return False
    if role not in STORE and route.endpoint in OF_THE_OWN_STORE:
        return False
    return route.access.kind == "open" or expected(route, role, permissions) == 404


def readings(route: Route, walker: Walker) -> Iterator[tuple[dict[str, Any], str]]:
    """With what the page is asked for: everything that is there for the role, and each question."""
    host, number = walker.estate.of("host")[0].values["membership_id"], "Nmine"
    for values in own_values(route, walker):
        for query in QUERIES.get(route.endpoint, ("",)):
            yield values, query.format(host=host, number=number)


def own_values(route: Route, walker: Walker) -> list[dict[str, Any]]:
    if not route.parameters:
        return [{}]
    if not names_objects(route):
        return [OTHERWISE] if set(route.parameters) <= set(OTHERWISE) else []
    seen = [thing.values for thing in things_of(route, walker.estate) if walker.role in thing.seen_by]
    return seen[:MOST_OF_A_KIND]


def unpacked(data: bytes) -> bytes:
    """The bytes, and of a table for a spreadsheet what lies inside."""
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())
