"""Whoever asks for what is not theirs learns nothing and changes nothing: every page and operation, every role.

The rule, in full. For an object that is not there for a role (another distributor's; another store's, for store people;
a store's that the rep does not serve; another person's own things):

- Where the role may not open the view at all, the answer says so and has nothing to do with the object: a stranger is
  led to the log-in (pages) or gets 401 (web API), a member without the view's permission gets 403.
- Everybody else gets 404.
- In each case the whole answer is the same as for an object that does not exist.
- Nothing in the database is different afterwards.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import islice

import pytest

from tests.walk.estate import ROLES
from tests.walk.memory import Memory, changed
from tests.walk.rooms import app
from tests.walk.walker import (
    Answer,
    Attempt,
    Route,
    Walker,
    expected,
    foreign_attempts,
    names_objects,
    routes_of,
    things_of,
)

__all__ = ["app"]
pytestmark = pytest.mark.database


@pytest.mark.parametrize("role", [*ROLES, None])
def test_what_is_not_theirs_is_not_there_for(role, app, memory, walker_of, permissions_of):
    walker, permissions = walker_of(role), permissions_of(role)
    attempts = [
        attempt
        for route in routes_of(app)
        if names_objects(route)
        for attempt in few(foreign_attempts(route, walker.estate, role), expected(route, role, permissions))
    ]
    before = memory.hashes()
    wrong = [fault for attempt in attempts for fault in faults_of(walker, attempt, permissions)]
    assert not wrong, "\n".join(wrong)
    assert changed(before, memory.hashes()) == [], "\n".join(who_changed(walker, memory, attempts))


NOT_FOR_THEM = {401, 403, 404, 405}


def test_the_same_requests_find_what_is_theirs(app, estate, walker_of, permissions_of):
    """Otherwise the walk would hold for a portal in which nothing is ever found."""
    walkers = {role: walker_of(role) for role in ROLES}
    permissions = {role: permissions_of(role) for role in ROLES}
    lost = []
    for route in sorted(routes_of(app), key=takes_away):
        if not names_objects(route):
            continue
        found = [
            (role, thing.values)
            for role in ROLES
            if expected(route, role, permissions[role]) == 404
            for thing in things_of(route, estate)
            if role in thing.seen_by
        ]
        assert found, f"{route}: nobody has anything here"
        if all(is_lost(walkers[role].send(route, values).status_code) for role, values in found[::-1]):
            lost.append(str(route))
    assert lost == []


def takes_away(route: Route) -> int:
    """What reads comes first, what ends something last."""
    last = ("remove", "end", "cancel", "deactivate", "revoke", "switch", "withdraw")
    return (route.method != "GET") + (route.method == "DELETE") + any(word in route.endpoint.lower() for word in last)


def is_lost(status: int) -> bool:
    return status in NOT_FOR_THEM or status >= 500


def few(attempts: Iterator[Attempt], wanted: int) -> Iterator[Attempt]:
    """All of them; one is enough to see that a closed view answers to everything alike."""
    return attempts if wanted == 404 else islice(attempts, 1)


def faults_of(walker: Walker, attempt: Attempt, permissions: frozenset[str]) -> Iterator[str]:
    answer, wanted = walker.answer(attempt), expected(attempt.route, walker.role, permissions)
    if answer.status != wanted:
        yield f"{attempt}: {answer.status} instead of {wanted}"
    elif wanted == 302 and not answer.location.startswith("/auth/login"):
        yield f"{attempt}: leads to {answer.location}"
    elif answer != (nothing := walker.answer_to_nothing(attempt)):
        yield f"{attempt}: an object that does not exist is answered otherwise:\n{_difference(nothing, answer)}"


def _difference(nothing: Answer, answer: Answer) -> str:
    one, other = (str(each).replace("\\n", "\n").splitlines() for each in (nothing, answer))
    return "\n".join(difflib.unified_diff(one, other, "nothing", "foreign", n=0, lineterm=""))


def who_changed(walker: Walker, memory: Memory, attempts: list[Attempt]) -> Iterator[str]:
    """The attempts after which the database is another one, tried one by one."""
    before = memory.hashes()
    for attempt in attempts:
        walker.answer(attempt)
        after = memory.hashes()
        if tables := changed(before, after):
            yield f"{attempt} changed {', '.join(tables)}"
        before = after
