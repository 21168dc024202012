"""Keeping the index and asking it.

The walls of the session hold here as everywhere. Two things cannot be done inside of them, and both go through
`_unwalled`, which replaces the walls by its own criterion: a member of a store (or a rep) finds, for the kinds where
the caller asks for it, also what belongs to the whole distributor; and an entry is found again by its object for
writing, whoever writes. A third wall stands in the words themselves: each begins with its distributor's id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, cast, column, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.sql.elements import ColumnElement

from portal.db import db
from portal.search.ddl import WORDS
from portal.search.models import SearchEntry
from portal.search.text import phrases, tokens
from portal.stores.models import Store
from portal.tenancy import Scope, WallError, all_distributors, current_scope, insert_rows

MAX_LIMIT = 200


class Found(NamedTuple):
    """An object that was found; a higher score was indexed later, and pages go on before the last one's."""

    kind: str
    object_id: int
    score: int


def index(kind: str, object_id: int, text: str, *, store_id: int | None = None) -> None:
    """Make the object findable by this text, instead of what it was findable by; kind: "<plug-in>.<object>".

    store_id: whose it is; without one it belongs to the whole distributor (or to the store that is acting).
    """
    scope = current_scope()
    entry = _entry_of(kind, object_id, scope)
    store_id = scope.store_id if store_id is None else store_id
    words = _own_words(tokens(text), scope)
    if entry is not None and entry.store_id == store_id:
        entry.words = words
        return
    if entry is not None:  # the owner of a row never changes
        db.session.delete(entry)
        db.session.flush()
    db.session.add(SearchEntry(kind=kind, object_id=object_id, store_id=store_id, words=words))


def index_many(kind: str, entries: Mapping[int, tuple[str, int | None]]) -> None:
    """Index many objects of a kind that are not in the index yet: object id -> (text, store id)."""
    scope = current_scope()
    rows = [
        {"kind": kind, "object_id": object_id, "store_id": store_id, "words": _own_words(tokens(text), scope)}
        for object_id, (text, store_id) in entries.items()
    ]
    insert_rows(SearchEntry, rows)


def remove(kind: str, object_id: int) -> None:
    """Take the object out of the index."""
    entry = _entry_of(kind, object_id, current_scope())
    if entry is not None:
        db.session.delete(entry)


def find(
    query: str,
    *,
    kinds: Iterable[str] = (),
    shared_kinds: Iterable[str] = (),
    limit: int = 25,
    before: Found | int | None = None,
) -> list[Found]:
    """Objects of these kinds whose text has every part of the query, the newest first.

    kinds: found are those of the stores that the acting person may see. On the distributor's side all of them; in a
    store (and for a rep) only those that belong to the store (to one of the rep's stores).
    shared_kinds: as kinds, and those that belong to no store too: only for what everybody in every store may see, or
    where the caller checks each object itself.
    before: the last one of the page before.
    """
    wanted = phrases(query)
    own, shared = tuple(kinds), tuple(shared_kinds)
    if not wanted or not (own or shared):
        return []
    scope, limit = current_scope(), max(1, min(limit, MAX_LIMIT))
    statement = _statement(wanted, scope, before, limit)
    found = _rows(statement.where(SearchEntry.kind.in_({*own, *shared})))
    if shared and _is_narrow(scope):
        with _unwalled(scope, "find what belongs to the whole distributor") as ours:
            found += _rows(statement.where(ours, SearchEntry.store_id.is_(None), SearchEntry.kind.in_(set(shared))))
    return sorted(found, key=lambda each: -each.score)[:limit]


def _is_narrow(scope: Scope) -> bool:
    return scope.store_id is not None or scope.rep_membership_id is not None


@contextmanager
def _unwalled(scope: Scope, reason: str) -> Iterator[ColumnElement[bool]]:
    """The only hole in the walls around the index: hands out the criterion that must stand in every statement here."""
    with all_distributors(reason=f"search index: {reason}", quiet=True):
        yield SearchEntry.distributor_id == scope.distributor_id


def _entry_of(kind: str, object_id: int, scope: Scope) -> SearchEntry | None:
    """The entry of an object, to be changed by whoever may change it."""
    with _unwalled(scope, "the entry of an object") as ours:
        entry = db.session.scalars(
            select(SearchEntry).where(ours, SearchEntry.kind == kind, SearchEntry.object_id == object_id)
        ).one_or_none()
    if entry is not None and not _is_inside(entry, scope):
        raise WallError("an entry was about to be changed that lies outside of the acting person's stores")
    return entry


def _is_inside(entry: SearchEntry, scope: Scope) -> bool:
    """Whether the acting person's walls hold the entry; the distributor's common ones are a rep's too."""
    if not _is_narrow(scope):
        return True
    if not entry.store_id:
        return scope.store_id is None
    return db.session.scalar(select(Store.id).where(Store.id == entry.store_id)) is not None


def _own_words(words: Sequence[str], scope: Scope) -> str:
    """The words as they stand in the index: 可乐 of distributor 12 is 12z可乐, and never found by distributor 1."""
    return " ".join(f"{scope.distributor_id}z{word}" for word in words)


def _rows(statement: Select[Any]) -> list[Found]:
    return [Found(*row) for row in db.session.execute(statement)]


def _statement(wanted: list[list[str]], scope: Scope, before: Found | int | None, limit: int) -> Select[Any]:
    """Found entries of the newest score before `before`, on either database."""
    owned = [_own_words(words, scope).split() for words in wanted]
    columns: list[Any] = [SearchEntry.kind, SearchEntry.object_id, SearchEntry.id]
    statement: Select[Any] = select(*columns)
    if db.engine.dialect.name == "postgresql":
        score: Any = SearchEntry.id
        statement = statement.where(SearchEntry.words.op("@@")(cast(_tsquery(owned), TSQUERY)))
    else:
        words = table(WORDS, column("rowid"), column("words"))
        score = words.c.rowid  # FTS5 gives rows in this order by itself, and stops at the limit
        statement = statement.join(words, and_(score == SearchEntry.id, words.c.words.op("MATCH")(_fts_query(owned))))
    if before is not None:
        statement = statement.where(score < (before if isinstance(before, int) else before.score))
    return statement.order_by(score.desc()).limit(limit)


def _fts_query(wanted: list[list[str]]) -> str:
    """As in "12z送货 12z货短"* AND ...; words hold no sign that means anything to FTS5."""
    return " AND ".join(f'"{" ".join(phrase)}"*' for phrase in wanted)


def _tsquery(wanted: list[list[str]]) -> str:
    """As in ('12z送货' <-> '12z货短':*) & ..."""
    return " & ".join("(" + " <-> ".join(f"'{word}'" for word in phrase) + ":*)" for phrase in wanted)
