"""The worker: claims jobs and runs them on threads, while its main thread keeps leases, sweeps, watches the clock."""

from __future__ import annotations

import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog
from flask import Flask
from sqlalchemy.exc import DBAPIError

from portal import clock
from portal.db import db
from portal.jobs import claims, schedule
from portal.jobs.claims import Claim, Lane, Leases
from portal.jobs.models import WorkerRow
from portal.jobs.performing import perform
from portal.jobs.registry import EXTENSION, JobRegistry
from portal.jobs.running import LeaseLost, Running, own_transaction

log = structlog.get_logger(__name__)

LOOK_UP_SECONDS = 0.25
BEAT_SECONDS = 5.0
SWEEP_SECONDS = 5.0
SCHEDULE_SECONDS = 15.0
YIELD_SECONDS = 0.12  # SQLite keeps no queue: who waits looks again every tenth of a second, and finds the lock free
LONGEST_RUN_SECONDS = 2 * 3600.0  # after that a job counts as hanging: its lease is not renewed, somebody else tries


def run_worker(
    app: Flask,
    *,
    queues: Sequence[str] | None = None,
    until: Callable[[], bool] | None = None,
    threads: int = 1,
    poll_seconds: float = 0.5,
) -> None:
    """Work until told to stop: by SIGTERM or SIGINT, after which running jobs are finished, or when `until` says so."""
    worker = Worker(app, queues=queues, until=until, threads=threads, poll_seconds=poll_seconds)
    with _stopping_by_signal(worker.stop):
        worker.run()


def run_pending(app: Flask, *, raise_errors: bool = True) -> int:
    """Run every job that is due, one after the other, in this process; how many: for tests and small commands.

    The first job that fails is recorded as always, and its error raised; raise_errors=False goes on with the others.
    """
    _refuse_open_transaction()
    leases = leases_of(app.extensions[EXTENSION])
    count = 0
    while (claim := next_claim(app, Lane(), leases)) is not None:
        error = perform(app, Running(claim))
        count += 1
        if error is not None and raise_errors:
            raise error
    return count


def _refuse_open_transaction() -> None:
    from flask import has_app_context

    if has_app_context() and db.session.registry.has() and db.session().in_transaction():
        raise RuntimeError("commit first: a job cannot see, and on SQLite not pass, a transaction that is still open")


def leases_of(registry: JobRegistry) -> Leases:
    """The known jobs and for how many seconds each is lent."""
    return tuple(sorted((job.name, job.lease_seconds) for job in registry))


def lanes_for(queues: Sequence[str] | None, limits: dict[str, int]) -> list[Lane]:
    """What to look into in turn: all queues without a limit at once, each queue with a limit by itself."""
    limited = [Lane((queue,), limit=limit) for queue, limit in limits.items() if queues is None or queue in queues]
    if queues is None:
        return [Lane(but=tuple(limits)), *limited]
    free = tuple(queue for queue in queues if queue not in limits)
    return [*([Lane(free)] if free else []), *limited]


def next_claim(app: Flask, lane: Lane, leases: Leases, *, look_first: bool = True) -> Claim | None:
    """Claim the next job of the lane; who looks first asks for SQLite's write lock only when there is something."""
    now = clock.now()
    if look_first:
        with own_transaction(app, "is a job due", writes=False):
            due = claims.something_due(now, lane, leases)
        if not due:
            return None
    with own_transaction(app, "claim a job"):
        return claims.claim(now, lane, leases)


class Worker:
    """One worker process, or one inside of a test."""

    def __init__(
        self,
        app: Flask,
        *,
        queues: Sequence[str] | None = None,
        until: Callable[[], bool] | None = None,
        threads: int = 1,
        poll_seconds: float = 0.5,
    ) -> None:
        self.app = app
        self.queues = queues
        self.until = until or (lambda: False)
        self.threads = threads
        self.poll_seconds = poll_seconds
        self.registry: JobRegistry = app.extensions[EXTENSION]
        self.leases = leases_of(self.registry)
        self.yields = app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite")
        self.lanes = lanes_for(queues, app.config.get("QUEUE_LIMITS", {}))
        self.stopping = threading.Event()
        self.told_to_stop = False
        self.running: dict[int, Running] = {}  # by thread
        self.crash: BaseException | None = None
        self.row_id: int | None = None
        self.next_due = {"beat": 0.0, "sweep": 0.0, "schedule": 0.0}
        shortest = min((seconds for _, seconds in self.leases), default=BEAT_SECONDS)
        self.beat_seconds = min(BEAT_SECONDS, shortest / 4)
        self.sweep_seconds = min(SWEEP_SECONDS, shortest / 2)

    def stop(self) -> None:
        """Claim no more; run() returns when the running jobs are finished."""
        self.told_to_stop = True  # no lock is taken here: a signal may come while the main thread holds it

    def run(self) -> None:
        """Work until stopped; raises what broke the worker itself, never what a job raised."""
        log.info("worker started", queues=self.queues, threads=self.threads, jobs=len(self.leases))
        hands = [threading.Thread(target=self._work, name=f"job-{n}") for n in range(self.threads)]
        for hand in hands:
            hand.start()
        try:
            while alive := [hand for hand in hands if hand.is_alive()]:
                self.tend()
                if self.told_to_stop:
                    self.stopping.set()
                if self.stopping.is_set():
                    alive[0].join(LOOK_UP_SECONDS)
                else:
                    self.stopping.wait(LOOK_UP_SECONDS)
        finally:
            self.stopping.set()
            for hand in hands:
                hand.join()
            self._say_goodbye()
        if self.crash is not None:
            raise self.crash
        log.info("worker stopped")

    # The hands: claim and run

    def _work(self) -> None:
        try:
            lanes = list(self.lanes)
            busy = False
            while not self.stopping.is_set() and not self.until():
                busy = self._work_once(lanes, busy)
                if not busy:
                    self.stopping.wait(self.poll_seconds * random.uniform(0.5, 1.5))
        except BaseException as error:  # carried over to the main thread, which raises it
            self.crash = error
        finally:
            self.stopping.set()

    def _work_once(self, lanes: list[Lane], busy: bool) -> bool:
        """Run one job of the first lane that has one; whether there was one. Lanes take turns at being first."""
        lanes.append(lanes.pop(0))
        for lane in lanes:
            try:
                claim = next_claim(self.app, lane, self.leases, look_first=not busy)
            except DBAPIError as error:
                log.warning("no claim, the database could not be had", reason=str(error.orig))
                return False
            if claim is not None:
                self._run(Running(claim))
                return True
        return False

    def _run(self, running: Running) -> None:
        self.running[threading.get_ident()] = running
        try:
            perform(self.app, running)
        finally:
            del self.running[threading.get_ident()]
        if self.yields and running.longest_transaction_seconds > YIELD_SECONDS:
            self.stopping.wait(YIELD_SECONDS)

    # The main thread: tend

    def tend(self) -> None:
        """Do what is due beside the jobs; the database being away for a while does not stop a worker."""
        steps = (("beat", self.beat_seconds, self.beat), ("sweep", self.sweep_seconds, self.sweep))
        for name, seconds, step in (*steps, ("schedule", SCHEDULE_SECONDS, self.schedule)):
            if time.monotonic() < self.next_due[name]:
                continue
            self.next_due[name] = time.monotonic() + seconds * random.uniform(0.8, 1.0)
            try:
                step()
            except DBAPIError as error:
                log.warning("worker step put off, the database could not be had", step=name, reason=str(error.orig))

    def beat(self) -> None:
        """Renew the leases of the running jobs, notice those that were lost, and say that this worker lives."""
        now = clock.now()
        for running in list(self.running.values()):
            if time.monotonic() - running.since > LONGEST_RUN_SECONDS:
                continue
            until = now + timedelta(seconds=running.claim.lease_seconds)
            with own_transaction(self.app, "heartbeat"):  # one row each: two at once could wait for each other's jobs
                held = claims.keep(running.claim.id, running.claim.fence, lease_until=until)
            running.lost = not held
        with own_transaction(self.app, "worker lives"):
            self._say_alive(now)

    def _say_alive(self, now: datetime) -> None:
        row = db.session.get(WorkerRow, self.row_id) if self.row_id is not None else None
        if row is None:
            row = WorkerRow(host=socket.gethostname(), pid=os.getpid(), queues=",".join(self.queues or ()))
            db.session.add(row)
        row.seen_at = now
        db.session.flush()
        self.row_id = row.id

    def _say_goodbye(self) -> None:
        try:
            with own_transaction(self.app, "worker leaves"):
                row = db.session.get(WorkerRow, self.row_id) if self.row_id is not None else None
                if row is not None:
                    db.session.delete(row)
        except DBAPIError as error:
            log.warning("worker row stays", reason=str(error.orig))

    def sweep(self) -> None:
        """Take jobs back from workers that have gone."""
        now = clock.now()
        with own_transaction(self.app, "is a lease over", writes=False):
            lost = claims.something_lost(now)
        if lost:
            with own_transaction(self.app, "sweep"):
                log.warning("jobs taken back from lost workers", count=claims.sweep(now))

    def schedule(self) -> None:
        """Enqueue the ticks that came since the last look."""
        now = clock.now()
        with own_transaction(self.app, "what time is it", writes=False):
            ticks = schedule.latest_ticks(self.registry, now)
            due = schedule.something_to_do(ticks)
        if due:
            with own_transaction(self.app, "schedule"):
                schedule.enqueue_ticks(self.registry, ticks, now)


@contextmanager
def _stopping_by_signal(stop: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT stop the worker inside the block; signals reach the main thread of a process only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, lambda *_: stop()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


__all__ = ["LeaseLost", "Worker", "run_pending", "run_worker"]
