"""The job that runs in this context: how it tells how far it is, and why nobody but the worker commits for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from portal.db import db, write_intent
from portal.jobs.claims import Claim
from portal.tenancy import TenantSession, all_distributors


class LeaseLost(Exception):
    """Somebody else has the job now, or it was cancelled: what this worker did since its last checkpoint is undone."""


class CommitInsideJob(RuntimeError):
    """A job committed by itself, so that a crash right after it would have run its effects twice."""


@dataclass(slots=True)
class Running:
    """A claim, and what its job has said so far."""

    claim: Claim
    since: float = field(default_factory=time.monotonic)
    transaction_since: float = field(default_factory=time.monotonic)
    longest_transaction_seconds: float = 0.0
    shown_at: float = float("-inf")
    lost: bool = False
    may_commit: bool = False
    values: dict[str, Any] = field(default_factory=dict)  # columns to write with the next checkpoint or the end

    def end_transaction(self) -> None:
        """Remember how long the longest of the job's transactions took."""
        seconds = time.monotonic() - self.transaction_since
        self.longest_transaction_seconds = max(self.longest_transaction_seconds, seconds)

    def check(self) -> None:
        """Raise LeaseLost when the worker has noticed that the job is no longer its own."""
        if self.lost:
            raise LeaseLost(self.claim.name)


_running: ContextVar[Running | None] = ContextVar("running_job", default=None)


def running_or_none() -> Running | None:
    """What runs in this context."""
    return _running.get()


@contextmanager
def as_running(running: Running | None) -> Iterator[None]:
    """Inside the block this job runs; None: the block's transaction is not the job's."""
    token = _running.set(running)
    try:
        yield
    finally:
        _running.reset(token)


@contextmanager
def writing(intent: bool) -> Iterator[None]:
    """Transactions that begin inside the block take SQLite's write lock at once, or do not."""
    token = write_intent.set(intent)
    try:
        yield
    finally:
        write_intent.reset(token)


@contextmanager
def own_transaction(app: Flask, reason: str, *, writes: bool = True) -> Iterator[None]:
    """A short transaction beside whatever else goes on: its own session, for all distributors, committed at the end."""
    with app.app_context(), as_running(None), writing(writes), all_distributors(reason=reason, quiet=True):
        yield
        db.session.commit()


@event.listens_for(TenantSession, "after_begin")
def _note_begin(session: Session, transaction: SessionTransaction, *_: Any) -> None:
    running = _running.get()
    if running is not None and transaction.parent is None:
        running.transaction_since = time.monotonic()


@event.listens_for(TenantSession, "before_commit")
def _refuse_commit_of_job(session: Session) -> None:
    running = _running.get()
    if running is not None and not running.may_commit and not session.in_nested_transaction():
        raise CommitInsideJob("a job does not commit: call checkpoint(), or leave it to the worker")
