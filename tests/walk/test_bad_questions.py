"""Whatever is typed into an address or a form, the page answers: it never fails."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.walk.registry import FORMS, PLAIN_FORMS
from tests.walk.rooms import app
from tests.walk.walker import Route, Walker, expected, names_objects, routes_of, things_of

__all__ = ["app"]
pytestmark = pytest.mark.database

ASKS = re.compile(r"""(?:request\.args\.(?:get|getlist)|day_asked|id_asked)\(\s*["'](\w+)["']""")
BAD_QUESTIONS = ("9" * 30, "%\\'\"<b>😀" * 50, "0001-01-01", "9999-12")
BAD_FIELDS = ("9" * 5000, "-1e999999999", "sNaN", "0001-01-01T00:00", "9999-12-31")
WATCHES = frozenset({"health.readyz"})  # which says by 503 that no worker runs
SERVER_FAILED = 500


def test_a_page_answers_whatever_it_is_asked(app: Any, walker_of: Any) -> None:
    walker, failed, asked = walker_of("administrator"), [], 0
    for route in routes_of(app):
        if route.is_api or route.method != "GET" or route.parameters or route.access is None:
            continue
        for name in questions_of(route) if route.endpoint not in WATCHES else ():
            asked += 1
            for value in BAD_QUESTIONS:
                answer = walker.send(route, {}, f"?{urlencode({name: value})}")
                if answer.status_code >= SERVER_FAILED:
                    failed.append(f"{route.rule}?{name}={value[:40]}")
    assert not failed, "\n".join(failed)
    assert asked > 50, "where the views read their questions is not found any more"


def questions_of(route: Route) -> list[str]:
    """The names that the module of the view reads, and the cursor."""
    view = inspect.unwrap(route.app.view_functions[route.endpoint])
    return sorted({*ASKS.findall(inspect.getsource(sys.modules[view.__module__])), "cursor"})


def test_a_form_answers_whatever_is_typed_into_it(app: Any, walker_of: Any, permissions_of: Any) -> None:
    roles = ("administrator", "manager", "expert", "rep", "store_manager")
    walkers = {role: walker_of(role) for role in roles}
    permissions = {role: permissions_of(role) for role in roles}
    failed = []
    for path, (role, fields) in PLAIN_FORMS.items():
        failed += wrong_answers(walkers[role], path, fields)
    for route in routes_of(app):
        if route.is_api or route.method != "POST" or not names_objects(route) or not FORMS[route.endpoint]:
            continue
        role, values = next(
            (role, thing.values)
            for role in roles
            if expected(route, role, permissions[role]) == 404
            for thing in things_of(route, walkers[role].estate)
            if role in thing.seen_by
        )
        failed += wrong_answers(walkers[role], route.path(values), FORMS[route.endpoint])
    assert not failed, "\n".join(failed)


def wrong_answers(walker: Walker, path: str, fields: dict[str, Any]) -> list[str]:
    """Each field in turn filled with what nobody types by mistake, the others as they should be."""
    answers = {
        f"{path} {name}={value[:20]}": walker.browser.post(path, data={**fields, name: value}).status_code
        for name in fields
        for value in BAD_FIELDS
    }
    return [f"{asked}: {status}" for asked, status in answers.items() if status >= SERVER_FAILED]
