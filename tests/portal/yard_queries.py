"""Random queries over the yard: each is built twice, as SQLAlchemy's statement and as plain Python over plain rows.

The Python side knows nothing of walls. It gets the rows that a scope may see, and says what a database that holds
those rows alone would answer.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import and_, exists, func, literal, not_, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from portal.stores.models import Store
from tests.portal.yard_models import YardItem, YardLand, YardLoose, YardNote, YardShelf

Row = dict[str, Any]
Rows = dict[str, list[Row]]
Bound = dict[int, Row | None]  # the row that each source of a query has at this point; None on the empty side of a join

CLASSES: dict[str, Any] = {
    "land": YardLand,
    "store": Store,
    "shelf": YardShelf,
    "item": YardItem,
    "note": YardNote,
    "loose": YardLoose,
}
WORD = {"land": "name", "store": "name"}  # what a source shows; everywhere else its canary
KEYS = {
    "land": ("id",),
    "store": ("id",),
    "shelf": ("id", "store_id", "land_id"),
    "item": ("id", "shelf_id", "store_id"),
    "note": ("id", "shelf_id"),
    "loose": ("id", "store_id"),
}
CANARIES = [f"canary-{d}-{s}" for d in (1, 2, 3) for s in (0, 1, 2, "all")] + ["land"]


def word_of(kind: str) -> str:
    return WORD.get(kind, "canary")


@dataclass(frozen=True)
class Equals:
    """Two keys are equal; without keys everything fits."""

    left: int
    left_key: str
    right_key: str
    always: bool = False

    def sql(self, sources: list[Any], right: Any) -> Any:
        return true() if self.always else getattr(sources[self.left], self.left_key) == getattr(right, self.right_key)

    def holds(self, bound: Bound, right: Row) -> bool:
        left = bound[self.left]
        if self.always:
            return True
        return left is not None and left[self.left_key] is not None and left[self.left_key] == right[self.right_key]


@dataclass(frozen=True)
class Word:
    """A source's canary is this one, or one of the same distributor."""

    source: int
    kind: str
    word: str
    alike: bool

    def sql(self, sources: list[Any]) -> Any:
        column = getattr(sources[self.source], word_of(self.kind))
        return column.startswith(self.word[:8]) if self.alike else column == self.word

    def holds(self, bound: Bound, rows: Rows) -> bool | None:
        row = bound[self.source]
        if row is None:
            return None
        word = row[word_of(self.kind)]
        return bool(word.startswith(self.word[:8]) if self.alike else word == self.word)


@dataclass(frozen=True)
class There:
    """Another row is there, tied to a source; asked in one of several ways."""

    kind: str
    tie: Equals
    word: str | None
    way: str

    def sql(self, sources: list[Any]) -> Any:
        other = aliased(CLASSES[self.kind])
        shows = getattr(other, word_of(self.kind))
        criteria = [shows == self.word] if self.word else []
        if self.way == "in" and not self.tie.always:
            inner = select(getattr(other, self.tie.right_key)).where(*criteria)
            return getattr(sources[self.tie.left], self.tie.left_key).in_(inner) & true()
        if self.way == "pair" and not self.tie.always:
            left = getattr(sources[self.tie.left], self.tie.left_key)
            return tuple_(left, literal(1)).in_(select(getattr(other, self.tie.right_key), literal(1)).where(*criteria))
        tie = self.tie.sql(sources, other)
        if self.way == "count":
            return select(func.count()).select_from(other).where(tie, *criteria).scalar_subquery() > 0
        if self.way == "bare":
            return exists().where(other.id == other.id, tie, *criteria)
        return exists(select(other.id).where(tie, *criteria))

    def holds(self, bound: Bound, rows: Rows) -> bool | None:
        left = bound[self.tie.left]
        unknown = not self.tie.always and (left is None or left[self.tie.left_key] is None)
        found = [
            row
            for row in rows[self.kind]
            if (self.word is None or row[word_of(self.kind)] == self.word) and self.tie.holds(bound, row)
        ]
        if self.way in {"in", "pair"} and not self.tie.always and not found:
            return self._in_nothing(rows, unknown)
        return bool(found)

    def _in_nothing(self, rows: Rows, unknown: bool) -> bool | None:
        """x IN (...) without a match is false, but unknown where x is, or where NULL is among the values."""
        values = [
            row[self.tie.right_key]
            for row in rows[self.kind]
            if self.word is None or row[word_of(self.kind)] == self.word
        ]
        return None if values and (unknown or None in values) else False


@dataclass(frozen=True)
class Together:
    """Both, either, or not the first."""

    how: str
    first: Any
    second: Any

    def sql(self, sources: list[Any]) -> Any:
        first, second = self.first.sql(sources), self.second.sql(sources)
        return {"and": and_(first, second), "or": or_(first, second), "not": not_(first)}[self.how]

    def holds(self, bound: Bound, rows: Rows) -> bool | None:
        first, second = self.first.holds(bound, rows), self.second.holds(bound, rows)
        if self.how == "not":
            return None if first is None else not first
        decisive = self.how == "or"
        if decisive in (first, second):
            return decisive
        return None if None in (first, second) else not decisive


@dataclass(frozen=True)
class Joined:
    kind: str
    tie: Equals
    outer: bool


@dataclass(frozen=True)
class Query:
    """SELECT word, word, ... FROM root JOIN ... WHERE ...; the sources are classes, aliases, subqueries or CTEs."""

    root: str
    joins: tuple[Joined, ...]
    where: Any
    dress: str  # how the sources are dressed: "class", "alias", "subquery", "cte"

    @property
    def kinds(self) -> list[str]:
        return [self.root, *(join.kind for join in self.joins)]

    def _source(self, kind: str) -> Any:
        cls = CLASSES[kind]
        if self.dress == "subquery":
            return aliased(cls, select(cls).subquery())
        if self.dress == "cte":
            return aliased(cls, select(cls).cte())
        return aliased(cls)

    def sql(self, *, first_word_only: bool = False) -> Any:
        plain = self.dress == "class" and len(set(self.kinds)) == len(self.kinds)
        sources = [CLASSES[kind] if plain else self._source(kind) for kind in self.kinds]
        words = [getattr(source, word_of(kind)) for source, kind in zip(sources, self.kinds, strict=True)]
        shown = words[:1] if first_word_only else words
        statement = select(*(word.label(f"w{n}") for n, word in enumerate(shown))).select_from(sources[0])
        for join, source in zip(self.joins, sources[1:], strict=True):
            statement = statement.join(source, join.tie.sql(sources, source), isouter=join.outer)
        return statement.where(self.where.sql(sources)) if self.where else statement

    def answer(self, rows: Rows) -> list[tuple[Any, ...]]:
        bounds: list[Bound] = [{0: row} for row in rows[self.root]]
        for number, join in enumerate(self.joins, start=1):
            bounds = list(itertools.chain.from_iterable(_joined(bound, number, join, rows) for bound in bounds))
        kept = [bound for bound in bounds if not self.where or self.where.holds(bound, rows) is True]
        return [tuple(_shown(bound[n], kind) for n, kind in enumerate(self.kinds)) for bound in kept]


def _joined(bound: Bound, number: int, join: Joined, rows: Rows) -> Iterator[Bound]:
    fits = [row for row in rows[join.kind] if join.tie.holds(bound, row)]
    for row in fits:
        yield {**bound, number: row}
    if not fits and join.outer:
        yield {**bound, number: None}


def _shown(row: Row | None, kind: str) -> Any:
    return None if row is None else row[word_of(kind)]


SET_OPERATIONS: dict[str, Callable[[list[Any], list[Any]], list[Any]]] = {
    "union": lambda one, two: list({*one, *two}),
    "union_all": lambda one, two: one + two,
    "intersect": lambda one, two: list(set(one) & set(two)),
    "except_": lambda one, two: list(set(one) - set(two)),
}


@dataclass(frozen=True)
class Whole:
    """One query or two put together, and what is asked of the result."""

    query: Query
    operation: str
    other: Query | None
    ask: str  # "rows", "count", "groups", "distinct", "subquery", "cte", "scalar"

    def sql(self) -> Any:
        statement = self.query.sql()
        if self.other is not None:
            second = self.other.sql(first_word_only=True)
            statement = getattr(self.query.sql(first_word_only=True), self.operation)(second)
        if self.ask == "rows":
            return statement
        inner = statement.cte() if self.ask == "cte" else statement.subquery()
        word = next(iter(inner.c))
        return {
            "count": select(func.count()).select_from(inner),
            "groups": select(word, func.count()).group_by(word),
            "distinct": select(word).distinct(),
            "scalar": select(select(func.count()).select_from(inner).scalar_subquery(), YardLand.name),
        }.get(self.ask, select(inner))

    def answer(self, rows: Rows) -> list[tuple[Any, ...]]:
        found = self.query.answer(rows)
        if self.other is not None:
            firsts = [(row[0],) for row in found], [(row[0],) for row in self.other.answer(rows)]
            found = SET_OPERATIONS[self.operation](*firsts)
        words = [row[0] for row in found]
        if self.ask == "count":
            return [(len(found),)]
        if self.ask == "scalar":
            return [(len(found), "land")]
        if self.ask == "groups":
            return [(word, words.count(word)) for word in set(words)]
        if self.ask == "distinct":
            return [(word,) for word in set(words)]
        return found


# How they are drawn

kinds = st.sampled_from(sorted(CLASSES))


@st.composite
def ties(draw: st.DrawFn, known: list[str], kind: str) -> Equals:
    """A tie from one of the sources that are there to a source of this kind, mostly along a real key."""
    real = [
        Equals(n, left, right)
        for n, other in enumerate(known)
        for left in KEYS[other]
        for right in KEYS[kind]
        if _fits(other, left, kind, right)
    ]
    wild = [Equals(0, "id", "id"), Equals(len(known) - 1, "id", "id"), Equals(0, "id", "id", always=True)]
    return draw(st.sampled_from(real * 3 + wild))


def _fits(kind: str, key: str, other: str, other_key: str) -> bool:
    return _meaning(kind, key) == _meaning(other, other_key)


def _meaning(kind: str, key: str) -> str:
    return f"{kind}_id" if key == "id" else key


@st.composite
def predicates(draw: st.DrawFn, known: list[str], depth: int = 2) -> Any:
    """A condition on the sources."""
    how = draw(st.sampled_from(["word", "there", "and", "or", "not"] if depth else ["word", "there"]))
    if how == "word":
        source = draw(st.integers(0, len(known) - 1))
        return Word(source, known[source], draw(st.sampled_from(CANARIES)), draw(st.booleans()))
    if how == "there":
        kind = draw(kinds)
        word = draw(st.none() | st.sampled_from(CANARIES))
        way = draw(st.sampled_from(["exists", "bare", "in", "pair", "count"]))
        return There(kind, draw(ties(known, kind)), word, way)
    return Together(how, draw(predicates(known, depth - 1)), draw(predicates(known, depth - 1)))


@st.composite
def queries(draw: st.DrawFn) -> Query:
    known = [draw(kinds)]
    joins = []
    for _ in range(draw(st.integers(0, 2))):
        kind = draw(kinds)
        joins.append(Joined(kind, draw(ties(known, kind)), draw(st.booleans())))
        known.append(kind)
    where = draw(st.none() | predicates(known))
    return Query(known[0], tuple(joins), where, draw(st.sampled_from(["class", "alias", "subquery", "cte"])))


@st.composite
def wholes(draw: st.DrawFn) -> Whole:
    """A random query, with all that the grammar knows."""
    other = draw(st.none() | queries())
    ask = draw(st.sampled_from(["rows", "rows", "count", "groups", "distinct", "subquery", "cte", "scalar"]))
    return Whole(draw(queries()), draw(st.sampled_from(sorted(SET_OPERATIONS))), other, ask)


@dataclass(slots=True)
class Plain:
    """All rows of the yard as plain dictionaries, and what a scope may see of them."""

    rows: Rows = field(default_factory=dict)

    def visible(self, distributor: int, stores: list[int] | None) -> Rows:
        """What the rule of the walls leaves: own distributor; of what lies in stores, only those (None: all)."""

        def mine(kind: str, row: Row) -> bool:
            if kind == "land":
                return True
            if row["distributor_id"] != distributor:
                return False
            place = row["id"] if kind == "store" else row.get("store_id", "none")
            return stores is None or place == "none" or place in stores

        return {kind: [row for row in rows if mine(kind, row)] for kind, rows in self.rows.items()}
