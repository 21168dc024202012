"""The fence itself: code runs behind it in a savepoint and a context of its own, and leaves nothing that is not wanted.

Most plug-ins are only asked, and only read. A savepoint costs more than a query, so behind a fence for reading one is
taken where it is needed: before anything that is no plain SELECT. On PostgreSQL a SELECT that fails breaks the
transaction: a request that only reads then begins a new one, as it has nothing to lose; all others take a savepoint
before the first statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import copy_context
from typing import Any, NoReturn, TypeVar

from flask import g, has_request_context
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction

from portal.db import db
from portal.tenancy import TenantSession, scope_or_none
from portal.tenancy.prepared import before_reading

Result = TypeVar("Result")

FENCES, FLUSHES = "fences", "flushes"
SEALED = ("commit", "rollback", "close", "reset", "invalidate")
OPENING = ("connection", "begin_nested")  # who does this may write past the session


class Trespass(RuntimeError):
    """A plug-in did what only the request or the job may do."""


class TransactionLost(RuntimeError):
    """The transaction of the request or job is gone; going on would commit half of its work."""


class Fence:
    """One fence around running code; `point` is its savepoint, once there is one."""

    def __init__(self, session: Session, *, keep: bool) -> None:
        self.session = session
        self.point: SessionTransaction | None = None
        if keep or _pending(session):
            _take_points(session)
            self.take_point()  # what is pending is not of this fence: it is flushed before the savepoint
        self.flushes = _flushes(session)

    def take_point(self) -> None:
        """From here on whatever is written can be undone."""
        if self.point is None:
            self.point = Session.begin_nested(self.session)

    @property
    def was_written_behind(self) -> bool:
        """Whether anything was changed, or was about to be."""
        return _pending(self.session) or _flushes(self.session) != self.flushes


def fenced(work: Callable[[], Result], *, keep: bool) -> Result:
    """Run `work` behind a fence; what it wrote is kept only where that is asked for."""
    session: Session = db.session()
    fence = Fence(session, keep=keep)
    done = False
    context, walls = copy_context(), scope_or_none()
    try:
        with _closed(session, fence):
            result = context.run(work)
        if context.run(scope_or_none) != walls:
            raise Trespass("left other walls standing than it found")
        if not keep and fence.was_written_behind:
            raise Trespass("changed something while it was only asked")
        if keep and fence.point is not None:
            fence.point.commit()
        done = keep or fence.point is None
        return result
    finally:
        if not done:
            _undo(session, fence)


def _undo(session: Session, fence: Fence) -> None:
    """Back to where it began; where the connection is lost, a reading request begins anew, a writing one ends."""
    cause = None
    try:
        if fence.point is not None:
            fence.point.rollback()
        elif _pending(session):
            _forget_pending(session)
        elif not _survives_a_mistake(session) and _only_reads():
            session.rollback()
        lost = session.in_transaction() and Session.connection(session).invalidated
    except DBAPIError as error:
        lost, cause = True, error
    if lost:
        if not has_request_context() or g.get("writes"):
            text = "the connection broke while a plug-in ran, and with it what was written before"
            raise TransactionLost(text) from cause
        session.rollback()


def _only_reads() -> bool:
    """Whether this is a request that has said so."""
    return has_request_context() and g.get("writes") is False


def _survives_a_mistake(session: Session) -> bool:
    """Whether a transaction goes on after a statement that failed."""
    return session.get_bind().dialect.name == "sqlite"


def _pending(session: Session) -> bool:
    return bool(session.new or session.dirty or session.deleted)


def _forget_pending(session: Session) -> None:
    """Nothing of it was sent to the database: it is only let go."""
    for row in list(session.new):
        session.expunge(row)
    for row in list(session.deleted):
        session.add(row)
    for row in list(session.dirty):
        session.expire(row)


@contextmanager
def _closed(session: Session, fence: Fence) -> Iterator[None]:
    """Inside, the transaction is not the plug-in's to end, and what may write takes the savepoint first."""
    own = {name: session.__dict__.get(name) for name in (*SEALED, *OPENING)}
    session.__dict__.update(dict.fromkeys(SEALED, _refuse))
    for name in OPENING:
        session.__dict__[name] = _after_a_point(session, getattr(type(session), name))
    fences = session.info.setdefault(FENCES, [])
    fences.append(fence)
    try:
        yield
    finally:
        fences.remove(fence)
        for name, method in own.items():
            if method is None:
                del session.__dict__[name]
            else:
                session.__dict__[name] = method


def _refuse(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise Trespass("a plug-in neither commits nor rolls back: the request or the job does, once")


def _after_a_point(session: Session, method: Callable[..., Any]) -> Callable[..., Any]:
    def run(*args: Any, **kwargs: Any) -> Any:
        _take_points(session)
        return method(session, *args, **kwargs)

    return run


def _take_points(session: Session, *, flushing: bool = False) -> None:
    fences = [fence for fence in session.info.get(FENCES, ()) if fence.point is None]
    if fences and not flushing and _pending(session):
        session.flush()  # takes the savepoints itself; begin_nested() would flush what is pending before them
    for fence in fences:  # the outermost first, as savepoints lie in each other
        fence.take_point()


@event.listens_for(TenantSession, "do_orm_execute")
def _before_a_statement(state: ORMExecuteState) -> None:
    _before_reading(state.session) if state.is_select else _take_points(state.session)


def _before_reading(session: Session) -> None:
    if session.info.get(FENCES) and not _survives_a_mistake(session) and not _only_reads():
        _take_points(session)


before_reading.append(_before_reading)


@event.listens_for(TenantSession, "before_flush")
def _before_a_flush(session: Session, *_: Any) -> None:
    _take_points(session, flushing=True)


@event.listens_for(TenantSession, "after_flush")
def _count_flush(session: Session, *_: Any) -> None:
    session.info[FLUSHES] = _flushes(session) + 1


def _flushes(session: Session) -> int:
    return int(session.info.get(FLUSHES, 0))
