"""The web API keeps its word: whatever is sent, the answer is one that the document describes, and never a failure.

Schemathesis makes requests from the document, sound ones and spoilt ones; half of them to objects that are there for
the role. That sound requests succeed is left to other tests: rules of business are no part of the document.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.walk.estate import Estate
from tests.walk.registry import KINDS
from tests.walk.rooms import app

__all__ = ["app"]
pytestmark = pytest.mark.database

REQUESTS_EACH, MOST_OWN = 4, 1
# Last, as they take away from the others: access, plug-ins, the distributor's time zone.
LAST = ("/v1/people", "/v1/plugins", "/v1/distributor")
SOUND, SPOILT = GenerationMode.POSITIVE, GenerationMode.NEGATIVE


@pytest.mark.parametrize("role", ["administrator", "rep", "store_manager"])
def test_every_answer_is_one_that_the_document_describes_to(role: str, app: Any, estate: Estate) -> None:
    load_all_checks()
    config = SchemathesisConfig()
    config.cache.enabled = False  # nothing is left behind in the folder of the repository
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    headers = {"Authorization": f"Bearer {estate.tokens[role]}", "Accept-Encoding": "identity"}
    found = [result.ok() for result in document.get_all_operations()]
    assert len(found) > 80
    for operation in sorted(found, key=lambda each: each.path.startswith(LAST)):
        send_some(operation, own_values(operation, estate, role), headers)


def own_values(operation: Any, estate: Estate, role: str) -> list[dict[str, Any]]:
    """Values for the address that name something which is there for the role."""
    names = tuple(parameter.name for parameter in operation.path_parameters)
    kind = KINDS.get((operation.tags[0].replace("-", "_"), *names))
    things = [thing for thing in estate.of(kind) if role in thing.seen_by] if kind else []
    return [{name: thing.values[name] for name in names} for thing in things]


def send_some(operation: Any, own: list[dict[str, Any]], headers: dict[str, str]) -> None:
    """Sound and spoilt requests by turns, from a fixed seed, so that a failure is found again."""
    addresses = [None, *own[:MOST_OWN]]
    makers = [
        operation.as_strategy(generation_mode=mode, path_parameters=address, headers=headers)
        for mode in (SOUND, SPOILT)
        for address in addresses
    ]

    @settings(
        max_examples=REQUESTS_EACH, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.one_of(makers))
    def one(case: Any) -> None:
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    one()
