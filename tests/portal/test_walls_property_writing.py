"""Random deeds under random scopes, with rows of everybody in memory: whatever is done, nothing foreign changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import make_transient_to_detached

from portal.db import db
from portal.stores.models import Store
from portal.tenancy import Scope, WallError, acting_for, all_distributors, delete_rows, insert_rows, update_rows
from tests.portal.yard import SIDES, VISIBLE, Ids, ids, yard_app
from tests.portal.yard_models import YARD, YardItem, YardLoose, YardNote, YardShelf

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

OWNED: tuple[Any, ...] = (YardShelf, YardItem, YardNote, YardLoose)
REFUSED = (WallError, SQLAlchemyError)  # a burglary may fail at the walls, at a key of the database, or in the ORM

Deed = Callable[[Any, Any, int | None, int], None]


def change(row: Any, other: Any, store: int | None, distributor: int) -> None:
    row.canary = "changed"


def remove(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.delete(row)


def forget(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.expire(row)


def read_again(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.refresh(row)


def move(row: Any, other: Any, store: int | None, distributor: int) -> None:
    if hasattr(row, "store_id"):
        row.store_id = store


def hand_over(row: Any, other: Any, store: int | None, distributor: int) -> None:
    row.distributor_id = distributor


def tie(row: Any, other: Any, store: int | None, distributor: int) -> None:
    if isinstance(row, YardItem | YardNote) and isinstance(other, YardShelf):
        row.shelf = other


def adopt(row: Any, other: Any, store: int | None, distributor: int) -> None:
    if isinstance(row, YardShelf) and isinstance(other, YardItem):
        row.items.append(other)


def settle(row: Any, other: Any, store: int | None, distributor: int) -> None:
    if isinstance(row, YardItem) and store is not None:
        with db.session.no_autoflush:
            row.store = db.session.get(Store, store)


def put_in(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.add(YardLoose(canary="new", store_id=store))
    db.session.add(YardNote(canary="new"))


def put_in_for(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.add(YardLoose(canary="new", store_id=store, distributor_id=distributor))


def send_away_and_bring_back(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.expunge(row)
    row.canary = "changed"
    db.session.add(row)


def forge(row: Any, other: Any, store: int | None, distributor: int) -> None:
    number = row.id
    db.session.expunge(row)
    false = YardLoose(id=number, canary="changed", distributor_id=distributor, store_id=store)
    make_transient_to_detached(false)
    db.session.add(false)
    false.canary = "forged"


def merge(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.merge(type(row)(id=row.id, canary="merged"))


def merge_unread(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.expunge(row)
    merged = db.session.merge(row, load=False)
    merged.canary = "merged"


def insert_many(row: Any, other: Any, store: int | None, distributor: int) -> None:
    insert_rows(YardLoose, [{"canary": "many", "store_id": store}, {"canary": "many"}])


def update_many(row: Any, other: Any, store: int | None, distributor: int) -> None:
    update_rows(type(row), type(row).id.in_([row.id, other.id]), canary="changed")


def update_all(row: Any, other: Any, store: int | None, distributor: int) -> None:
    update_rows(type(row), canary=select(YardShelf.canary).where(YardShelf.id == other.id).scalar_subquery())


def delete_many(row: Any, other: Any, store: int | None, distributor: int) -> None:
    delete_rows(YardItem if isinstance(row, YardShelf) else type(row))


def write(row: Any, other: Any, store: int | None, distributor: int) -> None:
    db.session.flush()


DEEDS: tuple[Deed, ...] = (
    change, remove, forget, read_again, move, hand_over, tie, adopt, settle, put_in, put_in_for,
    send_away_and_bring_back, forge, merge, merge_unread, insert_many, update_many, update_all, delete_many,
    write, write, write,
)  # fmt: skip

steps = st.tuples(
    st.sampled_from(DEEDS),
    st.integers(0, 200),  # which row
    st.integers(0, 200),  # and which other one
    st.none() | st.integers(1, 9),  # a store
    st.integers(1, 3),  # a distributor
)
plans = st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=3)  # each list under one scope entered


def brought_into_memory() -> list[Any]:
    with all_distributors(reason="test"):
        return [row for cls in OWNED for row in db.session.scalars(select(cls).order_by(cls.id))]


def lying_outside(ids: Ids, side: str, distributor: int) -> set[tuple[str, ...]]:
    """All rows that this scope may not write, as they lie in the database."""
    stores = [ids.stores[distributor, n] for n in VISIBLE[side]]
    found = set()
    for table in (*YARD, Store.__table__):
        for row in db.session.execute(select(table)).mappings():
            inside = row.get("distributor_id") == distributor
            place = row["id"] if table is Store.__table__ else row.get("store_id", "none")
            if side != "distributor" and place != "none":
                inside = inside and (place in stores or (side == "rep" and place is None))
            if not inside:
                found.add((table.name, *map(str, row.values())))
    return found


@settings(
    max_examples=int(os.environ.get("WALL_EXAMPLES", "80")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(side=st.sampled_from(SIDES), distributor=st.sampled_from((1, 2, 3)), plan=plans)
def test_no_series_of_deeds_changes_a_foreign_row(ids: Ids, side: str, distributor: int, plan: list[Any]) -> None:
    with all_distributors(reason="test"):
        before = lying_outside(ids, side, distributor)
    everybody = brought_into_memory()
    try:
        for part in plan:
            event(f"{part[0][0].__name__}: {_outcome(ids.scope(side, distributor), part, everybody)}")
        with all_distributors(reason="test"):
            assert lying_outside(ids, side, distributor) == before
    finally:
        db.session.rollback()
        db.session.expunge_all()


def _outcome(scope: Scope, part: list[Any], everybody: list[Any]) -> str:
    """Do the deeds under the scope; after one that fails everything is rolled back, as a request would."""
    try:
        with acting_for(scope):
            for deed, which, other, store, owner in part:
                row, second = everybody[which % len(everybody)], everybody[other % len(everybody)]
                if row in db.session and second in db.session:  # not removed or rolled back before
                    deed(row, second, store, owner)
    except REFUSED:
        db.session.rollback()
        return "refused"
    return "went through"
