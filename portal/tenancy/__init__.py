"""The walls: no statement sees a row of another distributor, nor a store's member a row of another store.

Rows carry their owner by a mixin (owned); who acts stands in a ContextVar (scope); the session adds the criteria
(walls) to every statement, refuses what it cannot guard and checks what it is about to write (session). Each
statement is looked at once more while it becomes SQL (last_look). A query that forgets its filter therefore finds
nothing foreign, a query with nobody acting fails, and what nobody thought of fails too. PostgreSQL's row-level
security (portal/row_security.py) is a second wall.
"""

import portal.tenancy.telling  # noqa: F401 (tells PostgreSQL who acts once it is imported)
from portal.tenancy.bulk import delete_rows, insert_rows, update_rows
from portal.tenancy.owned import DistributorOwned, StoreOwned, owned_mappers
from portal.tenancy.prepared import Prepared
from portal.tenancy.scope import (
    NobodyActing,
    Scope,
    WallError,
    acting_for,
    all_distributors,
    current_scope,
    enter_scope,
    scope_or_none,
)
from portal.tenancy.session import TenantSession

__all__ = [
    "DistributorOwned",
    "NobodyActing",
    "Prepared",
    "Scope",
    "StoreOwned",
    "TenantSession",
    "WallError",
    "acting_for",
    "all_distributors",
    "current_scope",
    "delete_rows",
    "enter_scope",
    "insert_rows",
    "owned_mappers",
    "scope_or_none",
    "update_rows",
]
