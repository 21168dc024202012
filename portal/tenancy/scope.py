"""Who acts, and for whom: set at the start of a request or job, or for a block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import structlog

log = structlog.get_logger(__name__)


class WallError(RuntimeError):
    """A programming error that would have crossed a wall; it never reaches a person as anything but a failure."""


class NobodyActing(WallError):
    """A statement was sent before anybody said for whom."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows may be seen: a distributor's; narrowed to one store, or to the stores of one rep's membership."""

    distributor_id: int
    store_id: int | None = None
    rep_membership_id: int | None = None


@dataclass(frozen=True, slots=True)
class Everything:
    """The walls are open, for a reason that was logged."""

    reason: str


_scope: ContextVar[Scope | Everything | None] = ContextVar("scope", default=None)


def standing() -> Scope | Everything | None:
    """What stands right now, for the session and the database."""
    return _scope.get()


def current_scope() -> Scope:
    """The acting scope; raises NobodyActing outside of one, also inside all_distributors()."""
    scope = _scope.get()
    if not isinstance(scope, Scope):
        raise NobodyActing("no distributor is acting")
    return scope


def scope_or_none() -> Scope | None:
    """The acting scope, or None when nobody (or everybody) acts."""
    scope = _scope.get()
    return scope if isinstance(scope, Scope) else None


def enter_scope(scope: Scope | None) -> None:
    """Set who acts for the rest of this context: for the start of a request, where no block can be opened."""
    _flush_pending()
    _scope.set(scope)


@contextmanager
def acting_for(scope: Scope) -> Iterator[Scope]:
    """Act inside the block with this scope."""
    with _switched(scope):
        yield scope


@contextmanager
def all_distributors(*, reason: str, quiet: bool = False) -> Iterator[None]:
    """The only way around the walls, logged with its reason (quiet: at debug level, for what every request does)."""
    (log.debug if quiet else log.info)("walls opened", reason=reason)
    with _switched(Everything(reason)):
        yield


@contextmanager
def _switched(scope: Scope | Everything) -> Iterator[None]:
    _flush_pending()
    token = _scope.set(scope)
    try:
        yield
        _flush_pending()  # what was made under this scope is checked against it, not against the next one
    finally:
        # Blocks inside generators can end in another order than they began. Taking the token back would then
        # put somebody else's scope up, so nobody acts until the next scope is entered.
        if _scope.get() is not scope:
            _scope.set(None)
            raise WallError("scopes ended in another order than they began")
        _scope.reset(token)


def _flush_pending() -> None:
    from flask import has_app_context

    from portal.db import db

    if not has_app_context() or not db.session.registry.has():
        return
    session = db.session()
    if session.in_transaction() and (session.new or session.dirty or session.deleted):
        session.flush()
