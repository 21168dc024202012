"""Reading jobs for people: no wall stands around the job table, so each statement here names the distributor."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.accounts.viewer import Viewer
from portal.db import db
from portal.errors import NotFound
from portal.jobs.models import CANCELLED, DEAD, DONE, QUEUED, RUNNING, JobRow, WorkerRow
from portal.paging import Order, Page, keyset
from portal.tenancy import all_distributors, current_scope

WORKER_MISSING_AFTER = timedelta(seconds=60)
OPERATE = "portal.operate_jobs"

VIEWS = {
    "queued": (JobRow.state == QUEUED) & (JobRow.tries == 0),
    "running": JobRow.state == RUNNING,
    "failed": (JobRow.state == QUEUED) & (JobRow.tries > 0),
    "dead": JobRow.state == DEAD,
    "done": JobRow.state.in_((DONE, CANCELLED)),
}


def job_of_key(key: str) -> JobRow | None:
    """The job with this full key, which begins with its owner."""
    with all_distributors(reason="the key of a job names its owner", quiet=True):
        return db.session.scalars(select(JobRow).where(JobRow.key == key)).one_or_none()


def job_for(viewer: Viewer, job_id: int) -> JobRow:
    """The job for who asked for it, or who operates the distributor's jobs; raises NotFound for all others."""
    statement = select(JobRow).where(JobRow.id == job_id, JobRow.distributor_id == viewer.distributor.id)
    job = db.session.scalars(statement).one_or_none()
    if job is None or (job.person_id != viewer.person.id and not viewer.may(OPERATE)):
        raise NotFound
    return job


def jobs_of_distributor(view: str, cursor: str | None, size: int = 25) -> Page[JobRow]:
    """A page of the acting distributor's jobs in one of VIEWS, newest first."""
    statement = select(JobRow).where(JobRow.distributor_id == current_scope().distributor_id, VIEWS[view])
    return keyset(statement, [Order(JobRow.id, descending=True)], cursor, size)


def counts_of_distributor() -> dict[str, int]:
    """How many jobs of the acting distributor stand in each of VIEWS."""
    counted = [func.count().filter(criterion).label(view) for view, criterion in VIEWS.items()]
    row = db.session.execute(
        select(*counted).select_from(JobRow).where(JobRow.distributor_id == current_scope().distributor_id)
    ).one()
    return {view: getattr(row, view) for view in VIEWS}


def worker_alive(now: datetime) -> bool:
    """Whether some worker has said so within the last minute."""
    statement = select(WorkerRow.id).where(WorkerRow.seen_at > now - WORKER_MISSING_AFTER).limit(1)
    with all_distributors(reason="is a worker alive", quiet=True):
        return db.session.scalar(statement) is not None
