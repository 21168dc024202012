"""Asking for work outside of the request, and what a job says about itself while it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Delete, and_, delete, or_
from sqlalchemy.exc import IntegrityError, OperationalError

from portal import clock
from portal.accounts.models import Person
from portal.accounts.viewer import viewer_or_none
from portal.audit.services import record
from portal.db import db
from portal.errors import Conflict
from portal.i18n import language
from portal.jobs import claims, queries
from portal.jobs.models import CANCELLED, DEAD, DONE, JobRow, WorkerRow
from portal.jobs.registry import the_registry
from portal.jobs.running import LeaseLost, Running, own_transaction, running_or_none, writing
from portal.tenancy import all_distributors, current_scope

SHOW_EVERY_SECONDS = 1.0
KEEP_DONE = timedelta(days=14)
KEEP_FAILED = timedelta(days=90)
FORGET_WORKER = timedelta(days=1)


def enqueue(
    name: str,
    *,
    arguments: Mapping[str, Any] | None = None,
    run_at: datetime | None = None,
    key: str | None = None,
    asked_by: Person | None = None,
    distributor_id: int | None = None,
) -> JobRow:
    """Ask for a job in the business transaction: it exists if, and only if, that commits.

    arguments: plain JSON values, ids instead of objects. key: at most one job of this name and key ever exists for a
    distributor; asking again gives the first one back. The acting distributor owns it unless another is named.
    """
    job = the_registry().get(name)
    viewer = viewer_or_none()
    owner = distributor_id if distributor_id is not None else current_scope().distributor_id
    row = JobRow(
        distributor_id=owner,
        person_id=asked_by.id if asked_by else (viewer.person.id if viewer else None),
        name=job.name,
        queue=job.queue,
        key=None if key is None else f"{owner}:{job.name}:{key}",
        arguments=dict(arguments or {}),
        language=language(),
        run_at=run_at or clock.now(),
        lease_seconds=job.lease_seconds,
        max_tries=job.tries,
    )
    return _add(row) if row.key is None else _add_once(row, row.key)


def _add(row: JobRow) -> JobRow:
    db.session.add(row)
    db.session.flush()
    return row


def _add_once(row: JobRow, key: str) -> JobRow:
    known = queries.job_of_key(key)
    if known is not None:
        return known
    try:
        with db.session.begin_nested():
            return _add(row)
    except IntegrityError:
        known = queries.job_of_key(key)  # somebody else was quicker
        if known is None:
            raise
        return known


def progress(done: int, total: int = 0, text: Any = "") -> None:
    """Say how far the running job is; cheap enough for every turn of a loop. Outside of a job it does nothing.

    Others see it at most a second later, except on SQLite while the job's transaction holds the one write lock: then
    they see it at the next checkpoint(). Raises LeaseLost when the job is not ours any more.
    """
    running = running_or_none()
    if running is None:
        return
    running.check()
    running.values |= {"progress_done": done, "progress_total": total, "progress_text": str(text)}
    if time.monotonic() - running.shown_at >= SHOW_EVERY_SECONDS and not _holds_write_lock():
        running.shown_at = time.monotonic()
        _show(running)


def _holds_write_lock() -> bool:
    return db.engine.dialect.name == "sqlite" and db.session().in_transaction()


def _show(running: Running) -> None:
    """Write the progress in a transaction of its own; what cannot be written now is written with the next."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        with own_transaction(app, "progress of a job"):
            claims.keep(running.claim.id, running.claim.fence, **running.values)
    except OperationalError:
        running.shown_at = float("-inf")


def checkpoint(done: int = 0, total: int = 0, text: Any = "") -> None:
    """Commit what the running job has done so far, and let go of the database until its next statement.

    For long jobs: before work that needs no database (a PDF, a mail) and after each of many parts. After a crash the
    job begins again from the start, so it must skip the parts it finds done. Raises LeaseLost, and undoes the part,
    when the job is not ours any more. Outside of a job it does nothing.
    """
    running = running_or_none()
    if running is None:
        return
    if total or text:
        running.values |= {"progress_done": done, "progress_total": total, "progress_text": str(text)}
    claim = running.claim
    lease_until = clock.now() + timedelta(seconds=claim.lease_seconds)
    with all_distributors(reason="checkpoint of a job", quiet=True):
        held = claims.keep(claim.id, claim.fence, lease_until=lease_until, **running.values)
    if not held:
        raise LeaseLost(claim.name)
    running.may_commit = True
    try:
        db.session.commit()
        running.end_transaction()
    finally:
        running.may_commit = False


@contextmanager
def reading_only() -> Iterator[None]:
    """Read what a long computation needs, without SQLite's one write lock; the transaction ends with the block.

    For jobs that read, compute, and write at the end: begin with it, or come from a checkpoint(). Rows that became objects
    are let go of, so take columns. Inside of a transaction that has begun already it changes nothing.
    """
    if db.session().in_transaction():
        yield
        return
    with writing(False):
        try:
            yield
        finally:
            db.session.rollback()


def keep_result(**values: Any) -> None:
    """Leave plain values with the running job; `url` and `title` become the button on its progress page."""
    running = running_or_none()
    if running is not None:
        running.values["result"] = {**running.values.get("result", {}), **values}


def retry(job: JobRow) -> None:
    """Queue a job of the acting distributor afresh; raises Conflict when it runs, or is done."""
    owner = _owner(job)
    with all_distributors(reason="an operator retries a job", quiet=True):
        changed = claims.put_back(job.id, owner, clock.now())
    _changed(job, changed, "jobs.retried", _("This work is running or done; there is nothing to retry."))


def cancel(job: JobRow) -> None:
    """Stop a job of the acting distributor before its end; raises Conflict when it is over."""
    owner = _owner(job)
    with all_distributors(reason="an operator cancels a job", quiet=True):
        changed = claims.take_away(job.id, owner, clock.now())
    _changed(job, changed, "jobs.cancelled", _("This work is over already."))


def _owner(job: JobRow) -> int:
    owner = current_scope().distributor_id
    if job.distributor_id != owner:
        raise LookupError("the job belongs to another distributor")
    return owner


def _changed(job: JobRow, changed: bool, action: str, otherwise: str) -> None:
    if not changed:
        raise Conflict(otherwise)
    db.session.refresh(job)
    record(action, job, name=job.name)


def clean_up(now: datetime) -> int:
    """Remove the acting distributor's jobs that ended long ago, and workers that have long gone; how many jobs."""
    owner = current_scope().distributor_id
    ended = or_(
        and_(JobRow.state.in_((DONE, CANCELLED)), JobRow.finished_at < now - KEEP_DONE),
        and_(JobRow.state == DEAD, JobRow.finished_at < now - KEEP_FAILED),
    )
    with all_distributors(reason="old jobs are removed", quiet=True):
        removed = db.session.execute(_unsynchronized(delete(JobRow).where(JobRow.distributor_id == owner, ended)))
        db.session.execute(_unsynchronized(delete(WorkerRow).where(WorkerRow.seen_at < now - FORGET_WORKER)))
    return int(removed.rowcount)  # type: ignore[attr-defined]


def _unsynchronized(statement: Delete) -> Delete:
    return statement.execution_options(synchronize_session=False)
