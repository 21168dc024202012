"""Random queries, loads and writes under random scopes: no foreign row comes, none changes, no own row is missing."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, select
from sqlalchemy.orm import immediateload, joinedload, lazyload, selectinload, subqueryload

from portal.db import db
from portal.tenancy import Prepared, acting_for, all_distributors
from tests.portal.yard import SIDES, VISIBLE, Ids, canaries, ids, yard_app
from tests.portal.yard_models import YardItem, YardLand, YardNote, YardShelf
from tests.portal.yard_queries import CLASSES, Plain, Rows, Whole, wholes

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

MANY = settings(
    max_examples=int(os.environ.get("WALL_EXAMPLES", "80")),  # some thousands after a change to the walls
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
scopes = st.tuples(st.sampled_from(SIDES), st.sampled_from((1, 2, 3)))


@pytest.fixture(scope="module")
def plain(yard_app: tuple[Flask, Ids]) -> Plain:
    """All that lies in the yard, read with the walls open."""
    yard = Plain()
    with yard_app[0].app_context(), all_distributors(reason="test"):
        for kind, cls in CLASSES.items():
            found = db.session.execute(select(cls.__table__)).mappings()
            yard.rows[kind] = [dict(row) for row in found]
    return yard


def visible(plain: Plain, ids: Ids, side: str, distributor: int) -> Rows:
    stores = None if side == "distributor" else [ids.stores[distributor, n] for n in VISIBLE[side]]
    return plain.visible(distributor, stores)


def test_the_plain_rows_are_the_yards(plain: Plain, ids: Ids) -> None:
    """The rule by which the walls are judged, spelt out once where it can be read."""
    assert {kind: len(rows) for kind, rows in plain.rows.items()} == {
        "land": 1, "store": 9, "shelf": 9, "item": 9, "note": 9, "loose": 12,
    }  # fmt: skip
    ours = {side: visible(plain, ids, side, 1) for side in SIDES}
    assert [row["canary"] for row in ours["distributor"]["loose"]] == [
        "canary-1-0", "canary-1-1", "canary-1-2", "canary-1-all",
    ]  # fmt: skip
    assert [row["canary"] for row in ours["store"]["loose"]] == ["canary-1-1"]
    assert [row["name"] for row in ours["rep"]["store"]] == ["canary-1-0", "canary-1-1"]
    assert [len(ours[side]["note"]) for side in SIDES] == [3, 3, 3]


@MANY
@given(scope=scopes, whole=wholes())
def test_a_random_query_answers_as_if_the_own_rows_were_all_there_are(
    plain: Plain, ids: Ids, scope: tuple[str, int], whole: Whole
) -> None:
    side, distributor = scope
    with acting_for(ids.scope(side, distributor)):
        found = [tuple(row) for row in db.session.execute(whole.sql())]
    event(f"{whole.ask}, {'one' if whole.other is None else whole.operation}, rows: {bool(found)}")
    assert {canary[7] for canary in canaries(found)} <= {str(distributor)}
    assert Counter(found) == Counter(whole.answer(visible(plain, ids, side, distributor)))


@MANY
@given(order=st.lists(scopes, min_size=2, max_size=6), whole=wholes())
def test_a_random_query_that_is_prepared_once_answers_each_scope_as_if_it_were_alone(
    plain: Plain, ids: Ids, order: list[tuple[str, int]], whole: Whole
) -> None:
    statement = whole.sql()
    assume(isinstance(statement, Select))
    prepared = Prepared(statement)
    for side, distributor in order:
        with acting_for(ids.scope(side, distributor)):
            found = [tuple(row) for row in prepared.rows()]
        assert Counter(found) == Counter(whole.answer(visible(plain, ids, side, distributor)))


# Loads along relationships

LOADS: dict[str, Any] = {
    "lazy": lazyload,
    "joined": joinedload,
    "selectin": selectinload,
    "subquery": subqueryload,
    "immediate": immediateload,
}
# Where a relationship leads, and what Python says stands there: key of the start -> key at the end.
PATHS: dict[tuple[str, str], tuple[Any, str, str, str]] = {
    ("land", "shelves"): (YardLand.shelves, "shelf", "id", "land_id"),
    ("shelf", "items"): (YardShelf.items, "item", "id", "shelf_id"),
    ("shelf", "land"): (YardShelf.land, "land", "land_id", "id"),
    ("item", "shelf"): (YardItem.shelf, "shelf", "shelf_id", "id"),
    ("item", "store"): (YardItem.store, "store", "store_id", "id"),
    ("note", "shelf"): (YardNote.shelf, "shelf", "shelf_id", "id"),
}
WALKS = {"land": ["shelves"], "shelf": ["items", "land"], "item": ["shelf", "store"], "note": ["shelf"], "store": []}


@st.composite
def walks(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]]]:
    """A kind to begin with, and up to three relationships to follow, each with its way of loading."""
    kind = start = draw(st.sampled_from(sorted(key for key, ways in WALKS.items() if ways)))
    steps = []
    for _ in range(draw(st.integers(1, 3))):
        if not WALKS[kind]:
            break
        name = draw(st.sampled_from(WALKS[kind]))
        steps.append((name, draw(st.sampled_from(sorted(LOADS)))))
        kind = PATHS[kind, name][1]
    return start, steps


def loaded(start: str, steps: list[tuple[str, str]]) -> tuple[list[Any], str]:
    option, kind = None, start
    for name, way in steps:
        path = PATHS[kind, name][0]
        option = getattr(option, LOADS[way].__name__)(path) if option else LOADS[way](path)
        kind = PATHS[kind, name][1]
    found = list(db.session.scalars(select(CLASSES[start]).options(option)).unique())
    for name, _ in steps:
        ends = [getattr(row, name) for row in found]
        found = [row for end in ends for row in (end if isinstance(end, list) else [end]) if row is not None]
    return found, kind


def walked(start: str, steps: list[tuple[str, str]], rows: Rows) -> list[int]:
    found, kind = rows[start], start
    for name, _ in steps:
        _, end, key, other_key = PATHS[kind, name]
        found = [other for row in found for other in rows[end] if row[key] == other[other_key]]
        kind = end
    return [row["id"] for row in found]


memories = st.lists(st.tuples(st.sampled_from(sorted(CLASSES)), st.booleans()), max_size=4)


@MANY
@given(scope=scopes, walk=walks(), memory=memories)
def test_a_random_load_brings_what_the_own_rows_hold(
    plain: Plain, ids: Ids, scope: tuple[str, int], walk: tuple[str, list[tuple[str, str]]], memory: list[Any]
) -> None:
    side, distributor = scope
    kept = []  # rows of everybody, in memory before, some of them expired
    with all_distributors(reason="test"):
        for kind, expired in memory:
            kept += db.session.scalars(select(CLASSES[kind])).all()
            if expired:
                db.session.expire_all()
    with acting_for(ids.scope(side, distributor)):
        found, kind = loaded(*walk)
        shown = Counter(row.id for row in found)
        words = canaries([getattr(row, "canary", getattr(row, "name", "")) for row in found])
    assert all(row in db.session for row in kept)
    db.session.expunge_all()
    assert {canary[7] for canary in words} <= {str(distributor)}
    assert shown == Counter(walked(*walk, visible(plain, ids, side, distributor)))


@MANY
@given(scope=scopes, kind=st.sampled_from(sorted(CLASSES)), number=st.integers(1, 13), memory=memories)
def test_get_finds_own_rows_and_no_other(
    plain: Plain, ids: Ids, scope: tuple[str, int], kind: str, number: int, memory: list[Any]
) -> None:
    side, distributor = scope
    with all_distributors(reason="test"):
        kept = [row for name, _ in memory for row in db.session.scalars(select(CLASSES[name]))]
        if any(expired for _, expired in memory):
            db.session.expire_all()
    with acting_for(ids.scope(side, distributor)):
        found = db.session.get(CLASSES[kind], number)
        assert (found is not None) == (number in [row["id"] for row in visible(plain, ids, side, distributor)[kind]])
        assert found is None or found.id == number
    assert all(row in db.session for row in kept)
    db.session.expunge_all()
