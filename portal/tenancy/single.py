"""Writing one row straight through the connection, for what every form writes: no object, no flush, no savepoint.

Only for rows that belong to a distributor as a whole. They are stamped with the acting one, and only its own are
changed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Insert, Update, bindparam, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.tenancy.owned import DistributorOwned, StoreOwned
from portal.tenancy.scope import WallError, current_scope

DIALECTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_unless_there(model: Any, **values: Any) -> int | None:
    """Insert a row, unless a unique key of it is taken, also by somebody who is just writing; its id, or None."""
    connection = _connection_for(model)
    statement = _insert(model, connection.dialect.name)
    found: int | None = connection.execute(statement, values | _owner()).scalar()
    return found


def change_row(model: Any, row_id: int, **values: Any) -> None:
    """Change columns of one row of the acting distributor."""
    connection = _connection_for(model)
    connection.execute(_update(model, tuple(values)), values | {"_id": row_id, "_owner": _owner()["distributor_id"]})


@lru_cache(maxsize=16)
def _insert(model: Any, dialect: str) -> Insert:
    statement: Any = DIALECTS[dialect](model.__table__)
    return statement.on_conflict_do_nothing().returning(model.__table__.c.id)  # type: ignore[no-any-return]


@lru_cache(maxsize=16)
def _update(model: Any, names: tuple[str, ...]) -> Update:
    table = model.__table__
    mine = (table.c.id == bindparam("_id"), table.c.distributor_id == bindparam("_owner"))
    return update(table).where(*mine).values({name: bindparam(name) for name in names})


def _owner() -> dict[str, int]:
    return {"distributor_id": current_scope().distributor_id}


def _connection_for(model: Any) -> Any:
    if not issubclass(model, DistributorOwned) or issubclass(model, StoreOwned):
        raise WallError(f"{model.__name__} is written through the session, which knows its walls")
    from portal.db import db

    return Session.connection(db.session())
