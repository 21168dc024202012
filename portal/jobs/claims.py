"""The statements by which workers take, hold and finish jobs: the same on SQLite and on PostgreSQL.

Each is one short statement of its own; the caller has opened the walls, and commits. A claim raises the job's fence;
every later statement names it, so that a worker which lost its lease can neither finish the job nor touch it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Select, Table, Update, bindparam, case, func, literal, literal_column, select, update

from portal.db import UtcDateTime, db
from portal.jobs.models import CANCELLED, DEAD, DONE, QUEUED, RUNNING, JobRow

# The bare table: these statements are sent for every job, and no session holds the rows that they change.
JOBS = cast(Table, JobRow.__table__)
JOB = JOBS.c
ADVISORY_SPACE = 0x5703  # keeps our advisory locks on PostgreSQL apart from anybody else's
DEFAULT_LEASE_SECONDS = 120
LOST = "The worker was lost."

Leases = tuple[tuple[str, int], ...]  # the names of the jobs a worker knows, and the seconds each is lent for


@dataclass(frozen=True, slots=True)
class Lane:
    """The queues that one claim looks into: one queue with its limit, or all the others."""

    queues: tuple[str, ...] = ()  # empty: all except `but`
    but: tuple[str, ...] = ()
    limit: int | None = None

    def takes(self) -> Any:
        """The criterion for the jobs of this lane."""
        return JOB.queue.in_(self.queues) if self.queues else JOB.queue.not_in(self.but)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of one worker."""

    id: int
    fence: int
    name: str
    arguments: dict[str, Any]
    distributor_id: int | None
    language: str
    tries: int
    max_tries: int
    lease_seconds: int


def something_due(now: datetime, lane: Lane, leases: Leases) -> bool:
    """Whether a claim could find something: a plain read, so that an idle worker never asks for the write lock."""
    return db.session.scalar(_due_statement(lane, leases), {"now": now}) is not None


def claim(now: datetime, lane: Lane, leases: Leases) -> Claim | None:
    """Take the job of the lane that is due longest, or None."""
    if lane.limit is not None:
        _one_at_a_time(lane)
    ends = {f"end_{seconds}": now + timedelta(seconds=seconds) for seconds in _lease_lengths(leases)}
    statement = _claim_statement(lane, leases)
    row = db.session.execute(statement, {"now": now, **ends}).one_or_none()
    return Claim(*row) if row else None


def _lease_lengths(leases: Leases) -> list[int]:
    return sorted({DEFAULT_LEASE_SECONDS, *(seconds for _, seconds in leases)})


def _moment(name: str) -> Any:
    return bindparam(name, type_=UtcDateTime())


def _due(lane: Lane, leases: Leases) -> Select[tuple[int]]:
    names = [name for name, _ in leases]
    return select(JOB.id).where(JOB.state == QUEUED, JOB.run_at <= _moment("now"), lane.takes(), JOB.name.in_(names))


# Written once for each lane: to put a statement together costs as much as to send it.


@lru_cache(maxsize=64)
def _due_statement(lane: Lane, leases: Leases) -> Select[tuple[int]]:
    return _due(lane, leases).limit(1)


@lru_cache(maxsize=64)
def _claim_statement(lane: Lane, leases: Leases) -> Any:
    next_one = _due(lane, leases)
    if lane.limit is not None:
        running = JOBS.alias().c
        count = select(func.count()).where(running.state == RUNNING, running.queue.in_(lane.queues))
        next_one = next_one.where(count.scalar_subquery() < lane.limit)
    next_one = next_one.order_by(JOB.run_at, JOB.id).limit(1).with_for_update(skip_locked=True)
    ends = {seconds: _moment(f"end_{seconds}") for seconds in _lease_lengths(leases)}
    lent = case(ends, value=JOB.lease_seconds, else_=_moment(f"end_{DEFAULT_LEASE_SECONDS}"))
    return (
        update(JOBS)
        .where(JOB.id == next_one.scalar_subquery(), JOB.state == QUEUED)
        .values(
            state=RUNNING,
            fence=JOB.fence + 1,
            tries=JOB.tries + 1,
            started_at=_moment("now"),
            lease_until=lent,
        )
        .returning(*(JOB[field] for field in Claim.__dataclass_fields__))
    )


def _one_at_a_time(lane: Lane) -> None:
    """Claims of a limited queue follow each other, else two of them count the same free place.

    SQLite lets one writer in anyway.
    """
    if db.engine.dialect.name == "postgresql":
        key = func.hashtext(",".join(lane.queues))
        db.session.execute(select(func.pg_advisory_xact_lock(literal_column(str(ADVISORY_SPACE)), key)))


def _held(job_id: Any, fence: Any) -> Update:
    return update(JOBS).where(JOB.id == job_id, JOB.fence == fence, JOB.state == RUNNING)


COMPLETE = _held(bindparam("held_id"), bindparam("held_fence")).values(
    state=DONE, finished_at=_moment("now"), lease_until=None, error="", refusal=""
)


def _sent(statement: Update) -> bool:
    return bool(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def keep(job_id: int, fence: int, **values: Any) -> bool:
    """Write `values` (a later lease, progress) while the fence fits; whether it did."""
    return _sent(_held(job_id, fence).values(**values))


def complete(job_id: int, fence: int, now: datetime, **values: Any) -> bool:
    """Mark the job as done while the fence fits; in the transaction of the job's own writes."""
    statement = COMPLETE.values(**values) if values else COMPLETE
    parameters = {"held_id": job_id, "held_fence": fence, "now": now}
    return bool(db.session.execute(statement, parameters).rowcount)  # type: ignore[attr-defined]


def try_again(job_id: int, fence: int, run_at: datetime, error: str) -> bool:
    """Put a failed job back into its queue while the fence fits."""
    return _sent(_held(job_id, fence).values(state=QUEUED, run_at=run_at, lease_until=None, error=error))


def give_up(job_id: int, fence: int, now: datetime, error: str, *, refusal: str = "", state: str = DEAD) -> bool:
    """End a job that will not be tried again by itself, while the fence fits."""
    ending = {"state": state, "finished_at": now, "lease_until": None}
    return _sent(_held(job_id, fence).values(**ending, error=error, refusal=refusal))


def something_lost(now: datetime) -> bool:
    """Whether a lease has ended: a plain read, as for something_due."""
    return db.session.scalar(select(JOB.id).where(*_lost(now)).limit(1)) is not None


def sweep(now: datetime) -> int:
    """Take jobs back from workers that have gone: queued again, or dead when that was the last try; how many.

    A job that takes its worker with it comes to an end as well, because the claim has counted the try.
    """
    last = JOB.tries >= JOB.max_tries
    statement = (
        update(JOBS)
        .where(*_lost(now))
        .values(
            state=case((last, DEAD), else_=QUEUED),
            finished_at=case((last, literal(now, UtcDateTime())), else_=None),
            run_at=now,
            lease_until=None,
            error=LOST,
        )
    )
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _lost(now: datetime) -> tuple[Any, ...]:
    return (JOB.state == RUNNING, JOB.lease_until < now)


def take_away(job_id: int, distributor_id: int, now: datetime) -> bool:
    """Cancel a job of this distributor that is not over; a worker that runs it can no longer finish it."""
    statement = update(JOBS).where(*_of(job_id, distributor_id), JOB.state.in_((QUEUED, RUNNING)))
    return _sent(statement.values(state=CANCELLED, lease_until=None, finished_at=now))


def put_back(job_id: int, distributor_id: int, now: datetime) -> bool:
    """Queue a job of this distributor afresh that is over without being done, or waits for its next try."""
    statement = update(JOBS).where(*_of(job_id, distributor_id), JOB.state.in_((QUEUED, DEAD, CANCELLED)))
    fresh = {"state": QUEUED, "tries": 0, "run_at": now, "finished_at": None, "refusal": ""}
    return _sent(statement.values(**fresh))


def _of(job_id: int, distributor_id: int) -> tuple[Any, ...]:
    return (JOB.id == job_id, JOB.distributor_id == distributor_id)
