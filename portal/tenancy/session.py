"""The session that stands inside the walls."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from flask_sqlalchemy.session import Session
from sqlalchemy import CompoundSelect, Delete, Insert, Select, Update, event
from sqlalchemy.orm import Mapper, ORMExecuteState

import portal.tenancy.last_look  # noqa: F401 (looks at every statement once it is imported)
from portal.tenancy import guarding
from portal.tenancy.scope import Everything, NobodyActing, WallError, standing
from portal.tenancy.walls import Wall, kind_of, walls, walls_of

KNOWN = (Select, CompoundSelect, Insert, Update, Delete)
GUARDED = "storewise_guarded"  # the execution option by which the bulk helpers say that they guard a write


class TenantSession(Session):
    """A session that stands inside the walls."""

    def _identity_lookup(self, mapper: Mapper[Any], primary_key_identity: Any, *args: Any, **kwargs: Any) -> Any:
        """Serve get() and many-to-one loads from memory only where the row is known to lie inside the walls.

        Otherwise the answer is "not here", and a statement is sent, which has its walls.
        """
        key = mapper.identity_key_from_primary_key(primary_key_identity)
        present = self.identity_map.get(key)
        if present is not None and not guarding.may_serve(present):
            return None
        return super()._identity_lookup(mapper, primary_key_identity, *args, **kwargs)

    def connection(self, *args: Any, **kwargs: Any) -> Any:
        """The raw connection knows no walls: only for those who opened them."""
        if not isinstance(standing(), Everything):
            raise WallError("a raw connection knows no walls")
        return super().connection(*args, **kwargs)

    def bulk_save_objects(self, *args: Any, **kwargs: Any) -> None:
        """Refused: it passes by the flush that stamps and checks owners."""
        raise WallError("use portal.api.insert_rows")

    bulk_insert_mappings = bulk_save_objects
    bulk_update_mappings = bulk_save_objects


@event.listens_for(TenantSession, "do_orm_execute")
def _put_up_walls(state: ORMExecuteState) -> None:
    scope = standing()
    if scope is None:
        raise NobodyActing("a statement was sent before anybody said for whom")
    _take_down_old_walls(state)
    if isinstance(scope, Everything):
        return
    if not state.is_orm_statement or not isinstance(state.statement, KNOWN):
        raise WallError("Core statements, text() and from_statement() know no walls: select mapped classes")
    if not state.is_select and not state.execution_options.get(GUARDED):
        raise WallError("bulk writes pass by the flush: use portal.api.insert_rows, update_rows or delete_rows")
    kind = kind_of(scope)
    statement: Any = state.statement
    if state.is_column_load and state.bind_mapper is not None:
        statement = statement.where(*walls_of(state.bind_mapper.class_, kind))
    state.statement = _walled(statement, kind)


def _walled(statement: Any, kind: str) -> Any:
    """The statement with its walls; one that is made once and sent again and again is given them once."""
    known = _WALLED.setdefault(statement, {})
    if kind not in known:
        known[kind] = statement.options(*walls(kind))
    return known[kind]


_WALLED: WeakKeyDictionary[Any, dict[str, Any]] = WeakKeyDictionary()


def _take_down_old_walls(state: ORMExecuteState) -> None:
    """A load on behalf of a row inherits the walls of the statement that brought the row; only today's count."""
    options = getattr(state.statement, "_with_options", ())
    if options and any(isinstance(option, Wall) for option in options):
        statement: Any = state.statement.options()  # a copy
        statement._with_options = tuple(option for option in options if not isinstance(option, Wall))
        state.statement = statement


event.listen(TenantSession, "before_flush", guarding.check_pending)
event.listen(TenantSession, "transient_to_pending", guarding.stamp)
event.listen(TenantSession, "detached_to_persistent", guarding.distrust)
