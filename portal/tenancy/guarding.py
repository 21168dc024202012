"""What the session checks of single rows: those that lie in memory, that come in, that are about to be written."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, inspect, literal, select
from sqlalchemy.orm import InstanceState, Session

from portal.tenancy.owned import DistributorOwned, StoreOwned, core_classes, store_class
from portal.tenancy.scope import Everything, NobodyActing, Scope, WallError, current_scope, standing

OWNERS = ("distributor_id", "store_id")
SEEN = "storewise_seen"  # where a row carries the scope under which the database has shown it
DISTRUSTED = object()
UNKNOWN = object()


def _is_guarded(row: Any) -> bool:
    return isinstance(row, (DistributorOwned, core_classes()[2]))


def _inside(row: Any, scope: Scope, *, writing: bool = False) -> bool | None:
    """Whether the row lies inside the walls; None where what is loaded of it does not tell.

    writing: a rep may write rows that belong to the whole distributor, though none of them is shown to it.
    """
    state = inspect(row)
    values = state.dict
    absent = UNKNOWN if state.key else None  # a row that is not in the database yet has what it has

    def tells(field: str, wanted: int) -> bool | None:
        value = values.get(field, absent)
        return None if value is UNKNOWN else bool(value == wanted)

    answers = [tells("distributor_id" if isinstance(row, DistributorOwned) else "id", scope.distributor_id)]
    if scope.store_id is not None:
        if isinstance(row, StoreOwned):
            answers.append(tells("store_id", scope.store_id))
        elif isinstance(row, store_class()):
            answers.append(tells("id", scope.store_id))
    elif scope.rep_membership_id is not None:
        if isinstance(row, StoreOwned):
            answers.append(writing if values.get("store_id", absent) is None else None)
        elif isinstance(row, store_class()):
            answers.append(tells("rep_membership_id", scope.rep_membership_id))
    if False in answers:
        return False
    note = _note_on(state)
    return (None not in answers and note is not DISTRUSTED) or note == _mark(row, scope) or None


def _note_on(state: InstanceState[Any]) -> Any:
    """What we noted on the row; asking for state.info would give each row a dictionary of its own."""
    return state.__dict__.get("info", {}).get(SEEN)


def _mark(row: Any, scope: Scope) -> tuple[Scope, Any]:
    return scope, row.__dict__.get("store_id")


def may_serve(row: Any) -> bool:
    """Whether a row that lies in memory may be handed out without asking the database."""
    scope = standing()
    if isinstance(scope, Everything) or not _is_guarded(row):
        return True
    if scope is None:
        raise NobodyActing("a row was asked for before anybody said for whom")
    return _inside(row, scope) is True


def _refuse_foreign_row(row: Any, context: Any, *_: Any) -> None:
    """What a statement brings in has passed its walls; that it did is checked once more, by its values.

    Without a context no statement brought it: merge(load=False) believes what it is given.
    """
    scope = standing()
    if not isinstance(scope, Scope):
        return
    whole = scope.store_id is None and scope.rep_membership_id is None
    if whole and row.__dict__.get("distributor_id") == scope.distributor_id:
        return  # the quick way of most rows
    if _inside(row, scope) is False:
        raise WallError(f"a foreign {type(row).__name__} was loaded")
    if scope.rep_membership_id is not None and context is not None:
        inspect(row).info[SEEN] = _mark(row, scope)


def stamp(_session: Session, row: Any) -> None:
    """Write the acting owner on a row as soon as it is added, whatever scope it is flushed under."""
    scope = standing()
    if not isinstance(scope, Scope):
        return
    if issubclass(type(row), DistributorOwned) and row.distributor_id is None:
        row.distributor_id = scope.distributor_id
    if issubclass(type(row), StoreOwned) and row.store_id is None and scope.store_id is not None:
        row.store_id = scope.store_id


def distrust(_session: Session, row: Any) -> None:
    """What a row that was away says of its owner may be made up: the database is asked before it is written."""
    if _is_guarded(row) and not isinstance(standing(), Everything):
        inspect(row).info[SEEN] = DISTRUSTED


def check_pending(session: Session, *_: Any) -> None:
    """Stamp new rows, and refuse to write foreign ones or to change an owner."""
    if isinstance(standing(), Everything):
        return
    for row in session.new:
        if _is_guarded(row):
            _check_new(session, row, current_scope())
    for row in (*session.dirty, *session.deleted):
        if _is_guarded(row):
            _check_known(session, row, current_scope())


def _check_new(session: Session, row: Any, scope: Scope) -> None:
    stamp(session, row)
    inside = _inside(row, scope, writing=True)
    if inside is None and _database_shows(session, store_class(), (row.store_id,)):
        inspect(row).info[SEEN] = _mark(row, scope)
    elif not inside:
        raise WallError(f"a new {type(row).__name__} belongs to somebody else")


def _check_known(session: Session, row: Any, scope: Scope) -> None:
    state = inspect(row)
    inside = _inside(row, scope, writing=True)
    if inside is None and _database_shows(session, type(row), state.identity):
        state.info[SEEN] = _mark(row, scope)
    elif not inside:
        raise WallError(f"a foreign {type(row).__name__} was about to be changed")


def _owner_changed(row: Any) -> bool:
    attributes = inspect(row).attrs
    return any(field in attributes and attributes[field].history.has_changes() for field in OWNERS)


def _database_shows(session: Session, cls: Any, identity: tuple[Any, ...]) -> bool:
    """Whether a walled statement finds the row."""
    names = [inspect(cls).get_property_by_column(column).key for column in inspect(cls).primary_key]
    criteria = [getattr(cls, name) == value for name, value in zip(names, identity, strict=True)]
    with session.no_autoflush:
        return session.scalar(select(literal(1)).select_from(cls).where(*criteria)) is not None


def _check_written(_mapper: Any, _connection: Any, row: Any) -> None:
    """The last check of a row, after relationships have put their keys into it."""
    scope = standing()
    if isinstance(scope, Everything):
        return
    inside = _inside(row, current_scope(), writing=True)
    if not inside or (inspect(row).persistent and _owner_changed(row)):
        raise WallError(f"a foreign {type(row).__name__} was about to be written")


for _when in ("load", "refresh"):
    event.listen(DistributorOwned, _when, _refuse_foreign_row, propagate=True)
for _when in ("before_insert", "before_update", "before_delete"):
    event.listen(DistributorOwned, _when, _check_written, propagate=True)
