"""The criteria that make up the walls, and what they demand of each table."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Table, bindparam, select
from sqlalchemy.orm import LoaderCriteriaOption

from portal.tenancy.owned import DistributorOwned, StoreOwned, core_classes, store_class
from portal.tenancy.scope import Scope, current_scope


def _distributor() -> int | None:
    return current_scope().distributor_id


def _store() -> int | None:
    return current_scope().store_id


def _rep() -> int | None:
    return current_scope().rep_membership_id


_VALUES: dict[str, Callable[[], int | None]] = {"distributor": _distributor, "store": _store, "rep": _rep}
# By what a wall's parameter is known again in SQL that is being made.
STONES = {value: stone for stone, value in _VALUES.items()}


def _acting(stone: str) -> Any:
    """The acting scope's value, read each time a statement is sent: so a cached statement serves every scope."""
    return bindparam(f"acting_{stone}", callable_=_VALUES[stone], type_=Integer, unique=True)


def _of_distributor(cls: Any) -> Any:
    return cls.distributor_id == _acting("distributor")


def _of_store(cls: Any) -> Any:
    return cls.store_id == _acting("store")


def _of_rep(cls: Any) -> Any:
    return cls.store_id.in_(_stores_of_rep())


def _own_store(cls: Any) -> Any:
    return cls.id == _acting("store")


def _own_rep(cls: Any) -> Any:
    return cls.rep_membership_id == _acting("rep")


def _own_distributor(cls: Any) -> Any:
    return cls.id == _acting("distributor")


def _people_we_know(cls: Any) -> Any:
    return cls.id.in_(_members())


@lru_cache(maxsize=1)
def _stores_of_rep() -> Any:
    store = store_class().__table__.alias("wall_store")
    mine = (store.c.rep_membership_id == _acting("rep"), store.c.distributor_id == _acting("distributor"))
    return select(store.c.id).where(*mine)


@lru_cache(maxsize=1)
def _members() -> Any:
    """People belong to no distributor; those with a membership, also one that was switched off, are known to it."""
    member = core_classes()[1].__table__.alias("wall_member")
    return select(member.c.person_id).where(member.c.distributor_id == _acting("distributor"))


class Wall(LoaderCriteriaOption):
    """A criterion of the walls, told apart from a query's own ones."""

    _traverse_internals = LoaderCriteriaOption._traverse_internals  # without which no statement would be cached
    kind: str


def kind_of(scope: Scope) -> str:
    """Which walls the scope needs: "distributor", "store" or "rep"."""
    if scope.store_id is not None:
        return "store"
    return "rep" if scope.rep_membership_id is not None else "distributor"


@lru_cache(maxsize=4)
def walls(kind: str) -> tuple[Wall, ...]:
    """The loader criteria of one kind of scope, for every statement."""
    store, _, distributor, person = core_classes()
    criteria = [(DistributorOwned, _of_distributor), (distributor, _own_distributor), (person, _people_we_know)]
    if kind == "store":
        criteria += [(StoreOwned, _of_store), (store, _own_store)]
    elif kind == "rep":
        criteria += [(StoreOwned, _of_rep), (store, _own_rep)]
    made = tuple(Wall(entity, rule, include_aliases=True, track_closure_variables=False) for entity, rule in criteria)
    for wall in made:
        wall.kind = kind
    return made


def walls_of(cls: Any, kind: str) -> list[Any]:
    """The same as plain criteria, for the statements that refresh one object: loader criteria spare those."""
    store, _, distributor, person = core_classes()
    narrow = {"store": (_of_store, _own_store), "rep": (_of_rep, _own_rep)}.get(kind)
    criteria = []
    if issubclass(cls, DistributorOwned):
        criteria.append(_of_distributor(cls))
    if narrow is not None and issubclass(cls, (StoreOwned, store)):
        criteria.append(narrow[issubclass(cls, store)](cls))
    if issubclass(cls, distributor):
        criteria.append(_own_distributor(cls))
    if issubclass(cls, person):
        criteria.append(_people_we_know(cls))
    return criteria


def stones_needed(table: Table, kind: str) -> set[str]:
    """Which acting values must stand beside this table in SQL; a table with an owner that nobody mapped cannot."""
    store, _, distributor, person = core_classes()
    mapped = [m.class_ for m in store.registry.mappers if m.local_table is table]
    if not mapped:
        return {"distributor", "a mapped class"} if "distributor_id" in table.c else set()
    needed: set[str] = set()
    for cls in mapped:
        if issubclass(cls, (DistributorOwned, distributor, person)):
            needed.add("distributor")
        if kind != "distributor" and issubclass(cls, (StoreOwned, store)):
            needed.add(kind)
    return needed
