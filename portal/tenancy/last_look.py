"""The last look: while a walled statement becomes SQL, each table in a FROM must have its wall beside it.

Loader criteria reach what the ORM knows. This looks at what is really written, whoever wrote it: a Core table, a
forgotten corner of the ORM, a piece of text. It costs nothing while a statement is served from the cache.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import BinaryExpression, BindParameter, Dialect, Engine, Join, Table, event
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import SQLCompiler

from portal.tenancy.owned import store_class
from portal.tenancy.scope import WallError
from portal.tenancy.walls import STONES, Wall, stones_needed

READS = re.compile(r"\b(select|table)\b", re.IGNORECASE)


class _Frame:
    """One SELECT, UPDATE or DELETE: the tables that it reads, and the walls written in it."""

    def __init__(self) -> None:
        self.needed: dict[str, set[str]] = {}
        self.built: dict[str, set[str]] = defaultdict(set)
        self.tables: dict[str, str] = {}

    def check(self) -> None:
        for name, needed in self.needed.items():
            if needed - self.built[name]:
                raise WallError(f"{self.tables[name]} is read without its wall: select the mapped class")


class LastLook(SQLCompiler):
    """What is mixed into a dialect's compiler of statements."""

    @cached_property
    def _wall_kind(self) -> str | None:
        """The kind of walls around the whole statement; None when they are open, or when the flush wrote it."""
        options = getattr(self.statement, "_with_options", ())
        return next((option.kind for option in options if isinstance(option, Wall)), None)

    @cached_property
    def _frames(self) -> list[_Frame]:
        return []

    @contextmanager
    def _framed(self) -> Iterator[None]:
        frame = _Frame()
        self._frames.append(frame)
        try:
            yield
        finally:
            self._frames.pop()
        frame.check()

    def visit_select(self, *args: Any, **kwargs: Any) -> Any:
        with self._framed():
            return super().visit_select(*args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_update(self, *args: Any, **kwargs: Any) -> Any:
        with self._framed():
            return super().visit_update(*args, **kwargs)

    def visit_delete(self, *args: Any, **kwargs: Any) -> Any:
        with self._framed():
            return super().visit_delete(*args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_table(self, table: Any, *args: Any, **kwargs: Any) -> Any:
        kind = self._wall_kind
        if kwargs.get("asfrom") and kind is not None and self._frames:
            self._note(table, kwargs.get("enclosing_alias"), kind)
        return super().visit_table(table, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _note(self, table: Any, alias: Any, kind: str) -> None:
        real = _tables(len(store_class().metadata.tables)).get(table.name.casefold())
        if real is None:
            return
        source = alias if alias is not None and alias.element is table else table
        frame = self._frames[-1]
        frame.tables[source.name] = real.name
        frame.needed[source.name] = stones_needed(real, kind)

    def visit_binary(self, binary: Any, *args: Any, **kwargs: Any) -> Any:
        if self._wall_kind is not None and self._frames and hasattr(binary.left, "table"):
            self._frames[-1].built[_name_of(binary.left.table)].update(_stones_in(binary.right))
        return super().visit_binary(binary, *args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_join(self, join: Any, *args: Any, **kwargs: Any) -> Any:
        if self._wall_kind is not None:
            if join.full:
                raise WallError("a FULL JOIN brings back what its walls shut out")
            if join.isouter and _walled_in(join.onclause) & _names(join.left):
                raise WallError("an outer join keeps the rows of its left side, whatever stands in ON")
        return super().visit_join(join, *args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_textclause(self, textclause: Any, *args: Any, **kwargs: Any) -> Any:
        if self._wall_kind is not None:
            raise WallError("text() knows no walls")
        return super().visit_textclause(textclause, *args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_column(self, column: Any, *args: Any, **kwargs: Any) -> Any:
        if column.is_literal and self._wall_kind is not None and READS.search(column.name):
            raise WallError("a literal_column() that reads a table knows no walls")
        return super().visit_column(column, *args, **kwargs)


@lru_cache(maxsize=1)
def _tables(count: int) -> dict[str, Table]:
    """All tables by name; `count` makes it new when models were added."""
    return {name.casefold(): table for name, table in store_class().metadata.tables.items()}


def _names(source: Any) -> set[str]:
    return {part.name for part in source._from_objects if not isinstance(part, Join)}


def _name_of(source: Any) -> str:
    return str(getattr(source, "name", ""))


def _walled_in(onclause: Any) -> set[str]:
    """The tables whose walls stand in this clause."""
    return {
        _name_of(part.left.table)
        for part in visitors.iterate(onclause)
        if isinstance(part, BinaryExpression) and hasattr(part.left, "table") and any(_stones_in(part.right))
    }


def _stones_in(expression: Any) -> Iterator[str]:
    for part in visitors.iterate(expression):
        if isinstance(part, BindParameter) and part.callable in STONES:
            yield STONES[part.callable]


@event.listens_for(Engine, "do_connect")
def _look_at_every_statement(dialect: Dialect, *_: Any) -> None:
    compiler = dialect.statement_compiler
    if not issubclass(compiler, LastLook):
        dialect.statement_compiler = type(f"Looking{compiler.__name__}", (LastLook, compiler), {})
