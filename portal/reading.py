"""Rows to be read, and not to be changed: for pages that show many, or that everybody opens.

`Reading(Complaint, "store")` selects the columns of a mapped class, and of those that its relationships lead to. Its
rows have the attributes, methods and properties of that class, but are no objects of the session: they cost a fifth.
The walls are in the statement as in any other (portal/tenancy/prepared.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import InspectionAttr, aliased

from portal.tenancy import Prepared

Thing = TypeVar("Thing")
Change = Callable[[Select[Any]], Select[Any]]
NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Part:
    """The columns of one class in a row, and where in the whole its object stands ("" is the whole itself)."""

    place: str
    twin: type
    names: tuple[str, ...]
    first: int

    @property
    def end(self) -> int:
        return self.first + len(self.names)


class Reading(Generic[Thing]):
    """A SELECT of `cls`, with the classes at the end of `places` (names of relationships, dotted) beside it.

    change: adds WHERE, ORDER BY and LIMIT; bindparam("name") in it is what is asked each time.
    without: attributes that are not read, such as "text" or "briefing.content".
    beside: classes that no relationship leads to, by the name under which they stand, each with its ON.

    What was not read raises AttributeError, as a typing mistake does.
    """

    def __init__(
        self,
        cls: type[Thing],
        *places: str,
        change: Change = lambda statement: statement,
        without: Iterable[str] = (),
        beside: Mapping[str, tuple[type, Any]] = NOTHING,
    ) -> None:
        left_out, root = frozenset(without), cast(Any, cls)
        statement: Select[Any] = select(*_columns_of(root, root, "", left_out)).select_from(root)
        parts = [_Part("", twin_of(root), _names_of(root, "", left_out), 0)]
        sources: dict[str, Any] = {"": root}
        for place in places:
            before, _dot, name = place.rpartition(".")
            relationship = getattr(sources[before], name)
            target = relationship.property.mapper.class_
            # A class that comes once goes by its own name, so that `change` can speak of it.
            sources[place] = aliased(target) if target in sources.values() else target
            statement = statement.outerjoin(relationship.of_type(sources[place]))
            statement = _with(statement, sources[place], target, place, left_out, parts)
        for place, (target, on) in beside.items():
            statement = _with(statement.outerjoin(target, on), target, target, place, left_out, parts)
        self.parts, self._prepared = tuple(parts), Prepared(change(statement))

    def changed(self, change: Change) -> Reading[Thing]:
        """The same with more in its statement."""
        other = copy(self)
        other._prepared = Prepared(change(self._prepared.statement))
        return other

    def all(self, asked: Mapping[str, Any] | None = None) -> Sequence[Thing]:
        """All rows inside the walls."""
        return [self._object(row) for row in self._prepared.rows(**(asked or {}))]

    def first(self, asked: Mapping[str, Any] | None = None) -> Thing | None:
        """The first row, or None."""
        row = self._prepared.first(**(asked or {}))
        return None if row is None else self._object(row)

    def _object(self, row: Any) -> Thing:
        whole: Any = None
        made: dict[str, Any] = {}
        for part in self.parts:
            thing = None
            if row[part.first] is not None:  # the primary key comes first; an outer join may have found nothing
                thing = part.twin()
                thing.__dict__.update(zip(part.names, row[part.first : part.end], strict=True))
            made[part.place] = thing
            if not part.place:
                whole = thing
                continue
            before, _dot, name = part.place.rpartition(".")
            if made[before] is not None:
                made[before].__dict__[name] = thing
        return cast(Thing, whole)


def _with(
    statement: Select[Any], source: Any, cls: type, place: str, left_out: frozenset[str], parts: list[_Part]
) -> Select[Any]:
    """The statement with the columns of one more class, which is noted in `parts`."""
    parts.append(_Part(place, twin_of(cls), _names_of(cls, place, left_out), parts[-1].end))
    return statement.add_columns(*_columns_of(source, cls, place, left_out))


@cache
def twin_of(cls: Any) -> type:
    """A class with the methods and properties of a mapped class, whose attributes are plain values."""
    mapped: Any = inspect(cls).all_orm_descriptors.keys()
    own: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base is object or base.__module__.startswith(("sqlalchemy", "flask_sqlalchemy")):
            continue
        own |= {name: value for name, value in vars(base).items() if _is_kept(name, value) and name not in mapped}
    return type(cls.__name__, (_Kept,), own | {"__doc__": f"A {cls.__name__} to be read."})


class _Kept:
    """What was read is not changed: nobody would write it down."""

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} was read to be shown; load the object to change it")


def _is_kept(name: str, value: Any) -> bool:
    return not name.startswith(("__", "_sa_")) and not isinstance(value, InspectionAttr)


@cache
def _names_of(cls: Any, place: str, left_out: frozenset[str]) -> tuple[str, ...]:
    mapper: Any = inspect(cls)
    names = [attribute.key for attribute in mapper.column_attrs]
    keys = [mapper.get_property_by_column(column).key for column in mapper.primary_key]
    dotted = f"{place}." if place else ""
    return (*keys, *(name for name in names if name not in keys and dotted + name not in left_out))


def _columns_of(source: Any, cls: type, place: str, left_out: frozenset[str]) -> list[Any]:
    dotted = place.replace(".", "_")
    return [
        getattr(source, name).label(f"{dotted}_{name}" if dotted else name) for name in _names_of(cls, place, left_out)
    ]
