"""Writing many rows with one statement, inside the walls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Insert, delete, insert, select, update

from portal.tenancy.owned import DistributorOwned, StoreOwned, store_class
from portal.tenancy.scope import Scope, WallError, current_scope
from portal.tenancy.session import GUARDED, TenantSession

OWNERS = {"distributor_id", "store_id"}


def insert_rows(model: type[Any], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows of an owned model at once (thousands a call), stamped and checked like a flush would."""
    scope = _scope_for(model)
    if not rows:
        return
    if issubclass(model, store_class()) and (scope.store_id is not None or scope.rep_membership_id is not None):
        raise WallError("new stores are not made from inside of one")
    stamped = [{**row, "distributor_id": scope.distributor_id} for row in rows]
    if any(row.get("distributor_id", scope.distributor_id) != scope.distributor_id for row in rows):
        raise WallError("rows of another distributor")
    if issubclass(model, StoreOwned):
        for row in stamped if scope.store_id is not None else ():
            row["store_id"] = row.get("store_id") or scope.store_id
        _check_stores({row.get("store_id") for row in stamped})
    _send(insert(model), stamped)


def update_rows(model: type[Any], *criteria: Any, **values: Any) -> int:
    """Update the rows of an owned model that meet the criteria, inside the walls; the number of rows changed."""
    _scope_for(model)
    if OWNERS & values.keys():
        raise WallError("an owner never changes")
    return int(_send(update(model).where(*criteria).values(**values)).rowcount)


def delete_rows(model: type[Any], *criteria: Any) -> int:
    """Delete the rows of an owned model that meet the criteria, inside the walls; the number of rows removed."""
    _scope_for(model)
    return int(_send(delete(model).where(*criteria)).rowcount)


def _scope_for(model: type[Any]) -> Scope:
    if not issubclass(model, DistributorOwned):
        raise WallError(f"{model.__name__} has no owner and is not written in bulk")
    return current_scope()


def _check_stores(store_ids: set[int | None]) -> None:
    store = store_class()
    wanted = sorted(each for each in store_ids if each is not None)
    known = 0
    for start in range(0, len(wanted), 500):
        known += len(_session().scalars(select(store.id).where(store.id.in_(wanted[start : start + 500]))).all())
    if known != len(wanted):
        raise WallError("rows for a store that is not inside the walls")


def _send(statement: Any, rows: Any = None) -> Any:
    options = {GUARDED: True}
    if not isinstance(statement, Insert):
        options["synchronize_session"] = "fetch"  # type: ignore[assignment]
    return _session().execute(statement, rows, execution_options=options)


def _session() -> TenantSession:
    from portal.db import db

    return db.session()  # type: ignore[return-value]
