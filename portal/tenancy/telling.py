"""Telling PostgreSQL who acts, for its own wall (portal/row_security.py).

The setting lives in the transaction. It is written just before a statement that needs it, on the connections of our
sessions: so it follows each change of scope, a savepoint that was rolled back, and a connection out of the pool,
without a statement in a transaction that has failed already.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from portal.tenancy.scope import Everything, standing
from portal.tenancy.session import TenantSession

SETTING = "app.distributor"
EVERYBODY = "*"
SAVEPOINTS = ("SAVEPOINT", "ROLLBACK TO", "RELEASE")  # which must pass also where the transaction has failed
TOLD = "storewise_told"  # in the connection's notes: what the database was told last, None for nothing


@event.listens_for(TenantSession, "after_begin")
def _take_note(_session: Session, _transaction: Any, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.info.setdefault(TOLD, None)


@event.listens_for(Engine, "begin")
@event.listens_for(Engine, "rollback_savepoint")
def _forget(connection: Connection, *_: Any) -> None:
    """With its transaction or savepoint the setting has gone."""
    if connection.dialect.name == "postgresql" and TOLD in connection.info:
        connection.info[TOLD] = None


@event.listens_for(Engine, "before_cursor_execute")
def _tell(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if connection.dialect.name != "postgresql" or TOLD not in connection.info or statement.startswith(SAVEPOINTS):
        return
    owner = _owner()
    if connection.info[TOLD] != owner:
        cursor = connection.connection.cursor()
        cursor.execute("SELECT set_config(%s, %s, true)", (SETTING, owner))
        cursor.close()
        connection.info[TOLD] = owner


def _owner() -> str:
    scope = standing()
    if scope is None:
        return ""
    return EVERYBODY if isinstance(scope, Everything) else str(scope.distributor_id)
