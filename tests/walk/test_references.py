"""Naming a foreign object in a form, a body or a question is as naming one that does not exist, and changes nothing."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest

from tests.walk.memory import changed
from tests.walk.references import PAGES, PROGRAMS, REFERRING, Reference
from tests.walk.rooms import app
from tests.walk.walker import Answer, Walker, plain

__all__ = ["app"]
pytestmark = pytest.mark.database
TAG = re.compile(r"<[^>]*>")
WHO = sorted({reference.role for reference in (*PAGES, *PROGRAMS)})
REFUSED = {400, 404, 409, 422}


@pytest.mark.parametrize("role", WHO)
def test_naming_what_is_not_theirs_is_naming_nothing_for(role, memory, walker_of):
    walker = walker_of(role)
    before, wrong, tried = memory.hashes(), [], 0
    for reference in (*PAGES, *PROGRAMS):
        if reference.role != role:
            continue
        things = reference.foreign(walker.estate)
        assert things, f"{reference}: nothing of this kind is foreign"
        nothing = ask(walker, reference, reference.missing)
        if nothing.status not in REFUSED:
            wrong.append(f"{reference}: naming nothing is answered by {nothing.status}")
        for thing in things:
            tried += 1
            if ask(walker, reference, thing.values[reference.value]) != nothing:
                wrong.append(f"{reference}: {thing.label} is answered otherwise than nothing")
    assert not wrong, "\n".join(wrong)
    assert tried
    assert changed(before, memory.hashes()) == []


@pytest.mark.parametrize("role", WHO)
def test_naming_what_is_theirs_is_another_matter_for(role, walker_of):
    """Otherwise the test above would hold for forms that take nothing at all."""
    walker, alike = walker_of(role), []
    for reference in (*PAGES, *PROGRAMS):
        if reference.role == role:
            nothing = ask(walker, reference, reference.missing)
            if all(ask(walker, reference, value) == nothing for value in own_values(walker, reference)):
                alike.append(str(reference))
    assert not alike, "\n".join(alike)


def own_values(walker: Walker, reference: Reference) -> list[Any]:
    """What names things that are there for the role; of contacts the second of a bench, as nobody follows themselves."""
    own = [thing.values for thing in walker.estate.of(reference.kind) if walker.role in thing.seen_by]
    return [values["successor_id" if reference.value == "contact_id" else reference.value] for values in own]


def ask(walker: Walker, reference: Reference, ref: Any) -> Answer:
    """The answer, with what was named taken out of it."""
    known = known_values(walker) | {"ref": ref}
    path = reference.path.format(**known)
    body = {name: filled(value, known) for name, value in reference.body.items()}
    client, way = walker.browser, {"data": body}
    if path.startswith("/api/"):
        client, way = walker.program, {"json": body} if body else {}
    if reference.table:
        file = io.BytesIO(reference.table.format(**known).encode())
        way = {"data": body | {"file": (file, "t.csv")}}
    answer = client.open(path, method=reference.method, buffered=True, **way)
    if client is walker.program:
        return plain(answer, path, str(ref))
    told = plain(answer, path, *([ref] if isinstance(ref, str) else []))
    return replace(
        told, body=TAG.sub(" ", told.body)
    )  # what was typed stands in attributes, where it may be told again


def filled(value: Any, known: dict[str, Any]) -> Any:
    """Names in braces replaced; {name:int} stays a number."""
    if isinstance(value, dict):
        return {name: filled(inner, known) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, known) for inner in value]
    if isinstance(value, str) and value.endswith(":int}"):
        return known[value[1:-5]]
    return value.format(**known) if isinstance(value, str) else value


def known_values(walker: Walker) -> dict[str, Any]:
    """Values of what is there for the role, by the name of the parameter; of several the first."""
    known: dict[str, Any] = {}
    for kind in ("contact", "complaint", "event", "briefing", "note", "question", "role", "host"):
        for thing in walker.estate.of(kind):
            if walker.role in thing.seen_by:
                known = thing.values | known
    drafts = [thing for thing in walker.estate.of("briefing") if thing.label == "mine, draft"]
    members = [thing for thing in walker.estate.of("member") if thing.label == "mine"]
    return known | {
        "briefing_id_of_draft": drafts[0].values["briefing_id"],
        "membership_id_of_member": members[0].values["membership_id"],
    }


def test_every_operation_that_refers_to_objects_is_tried(app, world):
    document = app.test_client().get("/api/v1/openapi.json").json
    tried = {(r.method, pattern(r.path), name) for r in PROGRAMS for name in names_of(r)}
    missing = [
        f"{method.upper()} {path} {name}"
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        for name in referring(document, operation)
        if (method.upper(), pattern(f"/api{path}"), name) not in tried
    ]
    assert missing == [], "register these in tests/walk/references.py"


def pattern(path: str) -> tuple[str, ...]:
    """The address without its values."""
    return tuple("*" if part.startswith("{") or part == "Nmine" else part for part in path.partition("?")[0].split("/"))


def names_of(reference: Reference) -> set[str]:
    words = set(reference.body) | set(reference.body.get("audience", {}))
    return words | {part.partition("=")[0] for part in reference.path.partition("?")[2].split("&")}


def referring(document: dict[str, Any], operation: Any) -> set[str]:
    names = (
        {parameter["name"] for parameter in operation.get("parameters", ())} if isinstance(operation, dict) else set()
    )
    for content in operation.get("requestBody", {}).get("content", {}).values() if isinstance(operation, dict) else ():
        names |= properties(document, content["schema"])
    return names & REFERRING


def properties(document: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    found = set(schema.get("properties", ()))
    for inner in (*schema.get("properties", {}).values(), *schema.get("anyOf", ())):
        found |= properties(document, inner)
    return found
