"""What is to be done outside of requests, who is there to do it, and how far each schedule has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Model

QUEUED = "queued"
RUNNING = "running"
DONE = "done"
DEAD = "dead"  # all tries failed, or the rules refused it
CANCELLED = "cancelled"


class JobRow(Model):
    """One piece of work, from the business transaction that asked for it to its end.

    Not behind the walls as owned rows are: a worker claims for all distributors in one statement. Whatever a person
    reads of it goes through portal.jobs.queries, where each statement names the distributor.
    """

    __tablename__ = "portal_job"
    __table_args__ = (
        Index("ix_portal_job_due", "state", "run_at", "id"),
        Index("ix_portal_job_of_distributor", "distributor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    distributor_id: Mapped[int | None] = mapped_column(ForeignKey("portal_distributor.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    queue: Mapped[str] = mapped_column(String(40), default="default")
    key: Mapped[str | None] = mapped_column(String(250), unique=True)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    language: Mapped[str] = mapped_column(String(10), default="")  # of who asked, for the texts that the job writes
    state: Mapped[str] = mapped_column(String(10), default=QUEUED)
    run_at: Mapped[datetime] = mapped_column(default=clock.now)
    lease_seconds: Mapped[int] = mapped_column(default=120)
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)  # grows with each claim; only its newest holder may finish
    tries: Mapped[int] = mapped_column(default=0)
    max_tries: Mapped[int] = mapped_column(default=5)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    progress_text: Mapped[str] = mapped_column(default="")
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[str] = mapped_column(default="")  # the kind and first line of what went wrong, for the operator
    refusal: Mapped[str] = mapped_column(default="")  # the rule that it broke, in words for who asked
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state not in {QUEUED, RUNNING}

    @property
    def has_failed(self) -> bool:
        """Whether a try went wrong and another one is to come."""
        return self.state == QUEUED and self.tries > 0


class WorkerRow(Model):
    """A worker process that said so lately."""

    __tablename__ = "portal_worker"

    id: Mapped[int] = mapped_column(primary_key=True)
    host: Mapped[str] = mapped_column(String(255))
    pid: Mapped[int]
    queues: Mapped[str] = mapped_column(default="")  # empty: all
    started_at: Mapped[datetime] = mapped_column(default=clock.now)
    seen_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class ScheduleRow(Model):
    """Up to which tick one distributor's schedule of a job has come; the jobs of old ticks may be removed."""

    __tablename__ = "portal_schedule"
    __table_args__ = (UniqueConstraint("distributor_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    distributor_id: Mapped[int] = mapped_column(ForeignKey("portal_distributor.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100))
    last_tick: Mapped[datetime]
