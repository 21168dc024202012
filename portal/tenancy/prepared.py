"""Statements that nearly every page sends: the ORM puts the walls into them once, and then they are only sent.

For a statement of a few rows most of the time goes into what a session does around it. A prepared one gets its walls
once for each kind of scope and goes straight to the connection, where the ORM still makes SQL of it (once, with the
last look at it) but no objects of the answer. The acting distributor, store and rep stand in it as parameters whose
values are read when it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Select
from sqlalchemy.orm import Session

from portal.tenancy.scope import Everything, NobodyActing, standing
from portal.tenancy.walls import kind_of, walls

# Told before a prepared statement is sent, as the session's own event tells it of all others.
before_reading: list[Callable[[Session], None]] = []


class Prepared:
    """A SELECT of columns of mapped classes; `bindparam("name")` in it is what is asked each time.

    Rows are named tuples, not objects of the session. Raises NobodyActing before anybody said for whom.
    """

    def __init__(self, statement: Any) -> None:
        if not isinstance(statement, Select):
            raise TypeError("only a SELECT can be prepared")
        self.statement: Select[Any] = statement
        self._with_walls: dict[str, Select[Any]] = {}

    def rows(self, **asked: Any) -> Sequence[Any]:
        """All rows that lie inside the walls."""
        return self._sent(asked).all()  # type: ignore[no-any-return]

    def scalars(self, **asked: Any) -> Sequence[Any]:
        """The first column of all rows."""
        return self._sent(asked).scalars().all()  # type: ignore[no-any-return]

    def first(self, **asked: Any) -> Any | None:
        """The first row, or None."""
        return self._sent(asked).first()

    def _sent(self, asked: dict[str, Any]) -> Any:
        from portal.db import db

        session: Session = db.session()
        for tell in before_reading:
            tell(session)
        if session.autoflush and (session.new or session.dirty or session.deleted):
            session.flush()
        connection = Session.connection(session)  # the tenant session gives it to nobody who knows no walls
        return connection.execute(self._walled(), asked)

    def _walled(self) -> Select[Any]:
        scope = standing()
        if scope is None:
            raise NobodyActing("a statement was sent before anybody said for whom")
        if isinstance(scope, Everything):
            return self.statement
        kind = kind_of(scope)
        if kind not in self._with_walls:
            self._with_walls[kind] = self.statement.options(*walls(kind))
        return self._with_walls[kind]
