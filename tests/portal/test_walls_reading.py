"""Reading through the walls: each shape of query brings the own rows, all of them, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    String,
    case,
    except_,
    exists,
    func,
    intersect,
    literal,
    outerjoin,
    select,
    true,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.orm import (
    Bundle,
    aliased,
    contains_eager,
    immediateload,
    joinedload,
    selectinload,
    subqueryload,
    undefer,
    with_loader_criteria,
)

from portal.accounts.models import Distributor, Membership, Person
from portal.db import db
from portal.stores.models import Store
from portal.tenancy import NobodyActing, acting_for, all_distributors
from tests.portal.yard import OURS, SIDES, THEIRS, Ids, canaries, ids, objects, own, rows, yard_app
from tests.portal.yard_models import YardItem, YardLand, YardLoose, YardNote, YardShelf, YardTag

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

Land, Tag, Shelf, Item, Note = YardLand, YardTag, YardShelf, YardItem, YardNote
FOREIGN = "canary-2-1"


def shelves_of_land(*options: Any) -> list[Any]:
    return [shelf for land in objects(select(Land).options(*options)) for shelf in land.shelves]


def walk_down_with_a_recursive_cte() -> list[Any]:
    start = select(Shelf.id, Shelf.canary).where(Shelf.land_id == 1).cte("walk", recursive=True)
    step = select(Shelf.id, Shelf.canary).where(Shelf.id == start.c.id + 1)
    return rows(select(start.union(step).c.canary))


def pairs_of_two_aliases() -> list[Any]:
    one, other = aliased(Shelf), aliased(Shelf)
    return rows(select(one.canary).join(other, one.id == other.id))


def lateral() -> list[Any]:
    inner = select(Shelf.canary).where(Shelf.land_id == Land.id).lateral("inner_shelf")
    if db.engine.dialect.name == "sqlite":  # which has no LATERAL; the subquery in its place
        inner = select(Shelf.canary).subquery()
    return rows(select(inner.c.canary).select_from(Land).join(inner, true()))


def two_unions_deep() -> list[Any]:
    first = union_all(select(Shelf.canary), select(Item.canary)).subquery()
    return rows(select(union(select(first.c.canary), select(Shelf.canary)).subquery().c.canary))


def loaded_in_two_steps() -> list[Any]:
    lands = objects(select(Land).options(joinedload(Land.shelves).selectinload(Shelf.items)))
    return [item for land in lands for shelf in land.shelves for item in shelf.items]


def streamed() -> list[Any]:
    return list(db.session.scalars(select(Shelf).execution_options(yield_per=2)))


def scalar_subquery_in_the_select_list() -> list[Any]:
    joined = func.string_agg if db.engine.dialect.name == "postgresql" else func.group_concat
    inner = select(joined(Shelf.canary, literal(" ", String))).where(Shelf.land_id == Land.id)
    return rows(select(Land.name, inner.scalar_subquery()))


def from_the_other_side_of_an_outer_join() -> list[Any]:
    return rows(select(Shelf.canary).select_from(outerjoin(Land, Shelf, Land.id == Shelf.land_id)))


def row_by_row_with_get() -> list[Any]:
    every = (db.session.get(Shelf, number) for number in range(1, 12))
    return [shelf for shelf in every if shelf]


SHOWS_ALL_SHELVES: dict[str, Callable[[], Any]] = {
    "entity": lambda: objects(select(Shelf)),
    "column": lambda: rows(select(Shelf.canary)),
    "alias": lambda: rows(select(aliased(Shelf).canary)),
    "two aliases": pairs_of_two_aliases,
    "union": lambda: rows(union(select(Shelf.canary), select(Item.canary))),
    "union in a subquery": lambda: rows(select(union(select(Shelf.canary), select(Item.canary)).subquery().c.canary)),
    "union of entities": lambda: objects(select(aliased(Shelf, union(select(Shelf), select(Shelf)).subquery()))),
    "unions in unions": two_unions_deep,
    "intersect": lambda: rows(select(intersect(select(Shelf.canary), select(Item.canary)).subquery().c.canary)),
    "except": lambda: rows(
        select(except_(select(Shelf.canary), select(Item.canary).where(Item.canary == FOREIGN)).subquery().c.canary)
    ),
    "subquery": lambda: rows(select(select(Shelf).subquery().c.canary)),
    "entity from a subquery": lambda: objects(select(aliased(Shelf, select(Shelf).subquery()))),
    "cte": lambda: rows(select(select(Shelf.canary).cte("c").c.canary)),
    "recursive cte": walk_down_with_a_recursive_cte,
    "lateral": lateral,
    "scalar subquery": scalar_subquery_in_the_select_list,
    "join": lambda: rows(select(Shelf.canary).join(Item, Item.shelf_id == Shelf.id)),
    "join from unowned": lambda: rows(select(Shelf.canary).select_from(Land).join(Land.shelves)),
    "outer join from unowned": lambda: rows(select(Land.name, Shelf.canary).outerjoin(Shelf, true())),
    "outer join told from": from_the_other_side_of_an_outer_join,
    "join through a secondary table": lambda: rows(select(Shelf.canary).select_from(Tag).join(Tag.shelves)),
    "contains_eager": lambda: [
        land.shelves for land in objects(select(Land).join(Land.shelves).options(contains_eager(Land.shelves)))
    ],
    "joinedload": lambda: shelves_of_land(joinedload(Land.shelves)),
    "inner joinedload": lambda: shelves_of_land(joinedload(Land.shelves, innerjoin=True)),
    "selectinload": lambda: shelves_of_land(selectinload(Land.shelves)),
    "subqueryload": lambda: shelves_of_land(subqueryload(Land.shelves)),
    "immediateload": lambda: shelves_of_land(immediateload(Land.shelves)),
    "lazy load": shelves_of_land,
    "secondary, lazy": lambda: [tag.shelves for tag in objects(select(Tag))],
    "secondary, joined": lambda: [tag.shelves for tag in objects(select(Tag).options(joinedload(Tag.shelves)))],
    "two steps": loaded_in_two_steps,
    "joinedload with limit": lambda: [
        land.shelves for land in objects(select(Land).options(joinedload(Land.shelves)).limit(1))
    ],
    "for update": lambda: objects(select(Shelf).with_for_update()),
    "distinct": lambda: rows(select(Shelf.canary).distinct()),
    "group by": lambda: rows(select(Shelf.canary, func.count()).group_by(Shelf.canary)),
    "window": lambda: rows(select(Shelf.canary, func.row_number().over(order_by=Shelf.id))),
    "case": lambda: rows(select(case((Shelf.units > 0, Shelf.canary), else_=""))),
    "bundle": lambda: rows(select(Bundle("b", Shelf.canary, Shelf.id))),
    "hybrid": lambda: objects(select(Shelf).where(Shelf.is_full)),
    "tuple in": lambda: rows(
        select(Shelf.canary).where(tuple_(Shelf.id, Shelf.canary).in_(select(Item.shelf_id, Item.canary)))
    ),
    "exists": lambda: rows(select(Shelf.canary).where(exists(select(Item.id).where(Item.shelf_id == Shelf.id)))),
    "any": lambda: rows(select(Shelf.canary).where(Shelf.items.any())),
    "has": lambda: rows(select(Item.canary).where(Item.shelf.has())),
    "correlated": lambda: rows(
        select(Shelf.canary).where(select(Item.id).where(Item.shelf_id == Shelf.id).correlate(Shelf).exists())
    ),
    "legacy query": lambda: db.session.query(Shelf).all(),
    "stream": streamed,
    "get": row_by_row_with_get,
    "own loader criteria": lambda: objects(select(Shelf).options(with_loader_criteria(Shelf, Shelf.units > 0))),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("shape", SHOWS_ALL_SHELVES)
def test_a_query_without_a_filter_shows_all_own_rows_and_no_other(ids: Ids, shape: str, side: str) -> None:
    with acting_for(ids.scope(side)):
        assert sorted(set(canaries(SHOWS_ALL_SHELVES[shape]()))) == own(side)


@pytest.mark.parametrize("shape", SHOWS_ALL_SHELVES)
def test_nothing_is_read_before_anybody_acts(ids: Ids, shape: str) -> None:
    with pytest.raises(NobodyActing):
        SHOWS_ALL_SHELVES[shape]()


COUNTS: dict[str, Callable[[], Any]] = {
    "select_from": lambda: db.session.scalar(select(func.count()).select_from(Shelf)),
    "column": lambda: db.session.scalar(select(func.count(Shelf.id))),
    "subquery": lambda: db.session.scalar(select(func.count()).select_from(select(Shelf).subquery())),
    "where alone": lambda: db.session.scalar(select(func.count()).where(Shelf.units == 1)),
    "query": lambda: db.session.query(Shelf).count(),
    "sum": lambda: db.session.scalar(select(func.sum(Shelf.units))),
    "column property": lambda: objects(select(Land).options(undefer(Land.shelf_count)))[0].shelf_count,
    "deferred column property": lambda: objects(select(Land))[0].shelf_count,
    "secondary": lambda: db.session.scalar(select(func.count(Shelf.id)).select_from(Tag).join(Tag.shelves)),
    "having": lambda: db.session.scalar(select(func.count(Shelf.id)).group_by(Shelf.land_id)),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("shape", COUNTS)
def test_a_count_counts_own_rows(ids: Ids, shape: str, side: str) -> None:
    with acting_for(ids.scope(side)):
        assert COUNTS[shape]() == len(own(side))


SPIES: dict[str, Callable[[str], Any]] = {
    "exists": lambda it: db.session.scalar(select(exists(select(Shelf.id).where(Shelf.canary == it)))),
    "exists beside a literal": lambda it: bool(
        rows(select(literal(1)).where(exists(select(Shelf.id).where(Shelf.canary == it))))
    ),
    "bare exists": lambda it: bool(rows(select(Land.id).where(exists().where(Shelf.canary == it)))),
    "where alone": lambda it: bool(rows(select(literal(1)).where(Shelf.canary == it))),
    "any": lambda it: bool(rows(select(Land.id).where(Land.shelves.any(Shelf.canary == it)))),
    "through a secondary table": lambda it: bool(rows(select(Tag.id).where(Tag.shelves.any(Shelf.canary == it)))),
    "in a subquery": lambda it: bool(
        rows(select(Land.id).where(Land.id.in_(select(Shelf.land_id).where(Shelf.canary == it))))
    ),
    "in a pair": lambda it: bool(
        rows(select(Land.id).where(tuple_(Land.id, literal(it)).in_(select(Shelf.land_id, Shelf.canary))))
    ),
    "in the select list": lambda it: bool(
        rows(select(select(Shelf.id).where(Shelf.canary == it).scalar_subquery(), Land.id))[0][0]
    ),
    "in a case": lambda it: bool(
        rows(select(case((exists(select(Shelf.id).where(Shelf.canary == it)), 1), else_=0), Land.id))[0][0]
    ),
    "in the order": lambda it: bool(
        rows(select(Land.id).where(Land.id == select(Shelf.land_id).where(Shelf.canary == it).scalar_subquery()))
    ),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("shape", SPIES)
def test_a_question_about_foreign_rows_is_answered_as_if_there_were_none(ids: Ids, shape: str, side: str) -> None:
    with acting_for(ids.scope(side)):
        assert not SPIES[shape](FOREIGN)
        assert bool(SPIES[shape]("canary-1-2")) == ("canary-1-2" in own(side))
        assert SPIES[shape]("canary-1-1")


# People and distributors belong to nobody, and are not for everybody


@pytest.mark.parametrize("side", SIDES)
def test_people_of_other_distributors_are_not_found(ids: Ids, side: str) -> None:
    with acting_for(ids.scope(side)):
        assert canaries([p.name for p in objects(select(Person))]) == ["canary-1-all"]
        assert db.session.get(Person, ids.people[THEIRS]) is None
        statement = select(Membership.person_id).join(Person, Person.id == Membership.person_id)
        assert rows(statement) == [(ids.people[OURS],)]


@pytest.mark.parametrize("side", SIDES)
def test_other_distributors_are_not_found(ids: Ids, side: str) -> None:
    with all_distributors(reason="test"):
        assert len(objects(select(Distributor))) == 3  # from here on all of them lie in memory
    with acting_for(ids.scope(side)):
        assert canaries([d.name for d in objects(select(Distributor))]) == ["canary-1-all"]
        assert db.session.get(Distributor, THEIRS) is None
        assert db.session.get(Distributor, OURS) is not None


@pytest.mark.parametrize("side", SIDES)
def test_a_rows_store_may_be_empty_and_is_then_for_the_distributors_side(ids: Ids, side: str) -> None:
    everywhere = ["canary-1-all"] if side == "distributor" else []
    with acting_for(ids.scope(side)):
        assert canaries(objects(select(YardLoose))) == [*own(side), *everywhere]
        assert (db.session.get(YardLoose, ids.loose[OURS, None]) is not None) == (side == "distributor")


@pytest.mark.parametrize("side", SIDES)
def test_stores_are_walled_by_themselves(ids: Ids, side: str) -> None:
    with acting_for(ids.scope(side)):
        assert canaries([s.name for s in objects(select(Store))]) == own(side)
        assert (db.session.get(Store, ids.stores[OURS, 2]) is not None) == (side == "distributor")
