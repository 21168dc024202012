"""Claims, leases and fences: who has a job, and who may finish it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import OperationalError

from portal import clock
from portal.audit.models import AuditEntry
from portal.audit.services import record
from portal.db import db
from portal.jobs import claims, services, worker
from portal.jobs.claims import Lane
from portal.jobs.models import WorkerRow
from portal.jobs.performing import perform
from portal.jobs.queries import worker_alive
from portal.jobs.running import LeaseLost, Running, own_transaction
from portal.jobs.services import checkpoint, progress
from portal.jobs.worker import Worker, lanes_for, run_pending, run_worker

pytest_plugins = ["tests.portal.jobs_kit"]
pytestmark = pytest.mark.database

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def effects(app):
    """How many rows of the audit log say that the sample's job did something."""

    def count():
        with own_transaction(app, "test", writes=False):
            return len(list(db.session.scalars(db.select(AuditEntry.id).where(AuditEntry.action == "sample.done"))))

    return count


@pytest.fixture
def at_noon():
    with clock.frozen(NOON):
        yield


def test_job_is_claimed_once(sample):
    job = sample.ask_for(sample.job("work"))
    claim = sample.claim()
    assert (claim.id, claim.fence, claim.tries) == (job, 1, 1)
    assert sample.claim() is None


def test_lease_lasts_as_long_as_the_job_declares(sample, at_noon):
    short = sample.ask_for(sample.job("short", lease_seconds=30))
    long = sample.ask_for(sample.job("long", lease_seconds=900))
    sample.claim()
    sample.claim()
    assert sample.row(short).lease_until == NOON + timedelta(seconds=30)
    assert sample.row(long).lease_until == NOON + timedelta(seconds=900)


def test_sweep_leaves_a_lease_that_has_not_ended(sample, at_noon):
    sample.ask_for(sample.job("work", lease_seconds=60))
    sample.claim()
    assert sample.sweep(NOON + timedelta(seconds=60)) == 0
    assert sample.sweep(NOON + timedelta(seconds=61)) == 1
    assert sample.sweep(NOON + timedelta(seconds=61)) == 0


def test_lost_job_is_claimed_anew_under_a_higher_fence(sample, at_noon):
    job = sample.ask_for(sample.job("work", lease_seconds=60))
    sample.claim()
    sample.sweep(NOON + 2 * MINUTE)
    assert (sample.row(job).state, sample.row(job).error) == ("queued", claims.LOST)
    assert sample.claim(NOON + 2 * MINUTE).fence == 2


def test_job_that_takes_every_worker_with_it_is_dead_in_the_end(sample, at_noon):
    job = sample.ask_for(sample.job("poison", tries=2, lease_seconds=60))
    for minutes in (0, 2):
        sample.claim(NOON + minutes * MINUTE)
        sample.sweep(NOON + (minutes + 2) * MINUTE)
    row = sample.row(job)
    assert (row.state, row.tries, row.finished_at) == ("dead", 2, NOON + 4 * MINUTE)
    assert sample.claim(NOON + 5 * MINUTE) is None


def test_worker_that_lost_its_lease_while_running_leaves_no_effect(sample, app, effects, at_noon):
    def run():
        record("sample.done")
        sample.calls.append("ran")

    job = sample.ask_for(sample.job("work", run, lease_seconds=60))
    slow = sample.claim()
    sample.sweep(NOON + 2 * MINUTE)
    quick = sample.claim(NOON + 2 * MINUTE)
    assert isinstance(perform(app, Running(slow)), LeaseLost)
    assert (effects(), sample.row(job).state) == (0, "running")
    assert perform(app, Running(quick)) is None
    assert (effects(), sample.row(job).state, sample.calls) == (1, "done", ["ran", "ran"])


def test_worker_that_lost_its_lease_cannot_fail_the_job_of_the_other(sample, app, at_noon):
    def run():
        raise ValueError("too late")

    job = sample.ask_for(sample.job("work", run, lease_seconds=60))
    slow = sample.claim()
    sample.sweep(NOON + 2 * MINUTE)
    sample.claim(NOON + 2 * MINUTE)
    perform(app, Running(slow))
    row = sample.row(job)
    assert (row.state, row.fence, row.error) == ("running", 2, claims.LOST)


def test_swept_job_that_nobody_has_claimed_yet_cannot_be_finished_either(sample, app, effects, at_noon):
    sample.ask_for(sample.job("work", lambda: record("sample.done"), lease_seconds=60))
    slow = sample.claim()
    sample.sweep(NOON + 2 * MINUTE)
    assert isinstance(perform(app, Running(slow)), LeaseLost)
    assert effects() == 0


def test_checkpoint_notices_that_the_lease_was_lost(sample, app, effects, at_noon):
    def run():
        record("sample.done")
        checkpoint()
        sample.calls.append("after")

    sample.ask_for(sample.job("work", run, lease_seconds=60))
    slow = sample.claim()
    sample.sweep(NOON + 2 * MINUTE)
    assert isinstance(perform(app, Running(slow)), LeaseLost)
    assert (effects(), sample.calls) == (0, [])


def test_checkpoint_renews_the_lease(sample, app):
    seen = []

    def run():
        with clock.frozen(NOON + 10 * MINUTE):
            checkpoint()
        seen.append(sample.rows()[-1].lease_until)

    with clock.frozen(NOON):
        sample.ask_for(sample.job("work", run, lease_seconds=60))
        run_pending(app)
    assert seen == [NOON + 11 * MINUTE]


def test_checkpoint_lets_go_of_the_database(sample, app):
    seen = []

    def run():
        record("sample.done")
        checkpoint()
        seen.append(db.session().in_transaction())

    sample.ask_for(sample.job("work", run))
    run_pending(app)
    assert seen == [False]


def test_cancelled_job_notices_at_its_next_checkpoint(sample, app, effects):
    def run():
        with own_transaction(app, "test"):
            claims.take_away(job, sample.world.first.id, clock.now())
        record("sample.done")
        checkpoint()

    job = sample.ask_for(sample.job("work", run))
    run_pending(app, raise_errors=False)
    assert (effects(), sample.row(job).state) == (0, "cancelled")


def test_heartbeat_renews_leases_and_notices_those_that_were_lost(sample, app, at_noon):
    kept = sample.ask_for(sample.job("work", lease_seconds=60))
    sample.ask_for("sample.work")
    hand = Worker(app)
    mine, lost = Running(sample.claim()), Running(sample.claim())
    hand.running = {1: mine, 2: lost}
    with own_transaction(app, "test"):
        claims.take_away(lost.claim.id, sample.world.first.id, NOON)
    with clock.frozen(NOON + MINUTE):
        hand.beat()
    assert sample.row(kept).lease_until == NOON + 2 * MINUTE
    assert (mine.lost, lost.lost) == (False, True)
    with pytest.raises(LeaseLost):
        lost.check()


def test_broken_transaction_ends_as_the_error_that_broke_it(sample, app):
    def run():
        db.session.scalars(db.select(AuditEntry.id).where(db.func.no_such_function(AuditEntry.id) == 1))

    job = sample.ask_for(sample.job("work", run))
    run_pending(app, raise_errors=False)
    assert "no_such_function" in sample.row(job).error


def test_nobody_takes_or_puts_back_a_job_of_another_distributor(sample, app):
    job = sample.ask_for(sample.job("work"), "other")
    with own_transaction(app, "test"):
        assert not claims.take_away(job, sample.world.first.id, NOON)
        assert not claims.put_back(job, sample.world.first.id, NOON)
    assert sample.row(job).state == "queued"


def test_job_that_hangs_loses_its_lease(sample, app, at_noon):
    job = sample.ask_for(sample.job("work", lease_seconds=60))
    hand = Worker(app)
    hand.running = {1: Running(sample.claim(), since=-worker.LONGEST_RUN_SECONDS)}
    with clock.frozen(NOON + MINUTE):
        hand.beat()
    assert sample.row(job).lease_until == NOON + MINUTE


def test_progress_of_a_lost_job_stops_it(sample, app):
    def run():
        services.running_or_none().lost = True
        progress(1, 2)

    sample.ask_for(sample.job("work", run))
    with pytest.raises(LeaseLost):
        run_pending(app)


# Queues


def test_worker_of_one_queue_leaves_the_others(sample):
    sample.ask_for(sample.job("plain"))
    pdf = sample.ask_for(sample.job("pdf", queue="pdf"))
    assert sample.claim(lane=Lane(("pdf",))).id == pdf
    assert sample.claim(lane=Lane(("pdf",))) is None


def test_queue_at_its_limit_gives_no_more_until_one_is_over(sample, app):
    name = sample.job("pdf", queue="pdf")
    for _ in range(3):
        sample.ask_for(name)
    narrow = Lane(("pdf",), limit=2)
    first, second = sample.claim(lane=narrow), sample.claim(lane=narrow)
    assert second is not None
    assert sample.claim(lane=narrow) is None
    perform(app, Running(first))
    assert sample.claim(lane=narrow) is not None


def test_lanes_are_all_queues_without_a_limit_and_each_one_with():
    assert lanes_for(None, {"pdf": 1}) == [Lane(but=("pdf",)), Lane(("pdf",), limit=1)]
    assert lanes_for(["pdf"], {"pdf": 1, "mail": 2}) == [Lane(("pdf",), limit=1)]
    assert lanes_for(["pdf", "default"], {"pdf": 1}) == [Lane(("default",)), Lane(("pdf",), limit=1)]


# The worker


def test_worker_does_all_the_work_and_ends_when_told(sample, app, effects):
    name = sample.job("work", lambda: record("sample.done"))
    for _ in range(5):
        sample.ask_for(name)
    run_worker(app, until=lambda: effects() == 5, threads=2, poll_seconds=0.01)
    assert {row.state for row in sample.rows() if row.name == name} == {"done"}


def test_idle_worker_never_asks_for_the_write_lock_to_look_for_jobs(sample, app, count_queries):
    sample.job("work")
    hand = Worker(app)
    with count_queries() as queries:
        hand._work_once(list(hand.lanes), busy=False)
        hand.sweep()
    assert [sql for sql in queries.sent if not sql.startswith("SELECT")] == []


def test_worker_outlives_a_database_that_is_away(sample, app, effects, monkeypatch):
    sample.ask_for(sample.job("work", lambda: record("sample.done")))
    trouble = [OperationalError("SELECT", {}, Exception("the server closed the connection")) for _ in range(3)]
    real = worker.next_claim

    def sometimes(*args, **options):
        if trouble:
            raise trouble.pop()
        return real(*args, **options)

    def never(*_):
        raise OperationalError("SELECT", {}, Exception("the server closed the connection"))

    monkeypatch.setattr(worker, "next_claim", sometimes)
    monkeypatch.setattr(claims, "something_lost", never)
    run_worker(app, until=lambda: not trouble and effects() == 1, poll_seconds=0.01)
    assert effects() == 1


def test_fault_in_the_worker_itself_is_not_hidden(sample, app, monkeypatch):
    monkeypatch.setattr(worker, "next_claim", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run_worker(app, poll_seconds=0.01)


def test_worker_counts_as_alive_for_a_minute_after_it_was_seen(sample, app):
    with app.app_context():
        assert not worker_alive(NOON)
    with clock.frozen(NOON):
        Worker(app).beat()
    with app.app_context():
        assert worker_alive(NOON + timedelta(seconds=59))
        assert not worker_alive(NOON + timedelta(seconds=61))


def test_worker_is_seen_while_it_works_and_not_after(sample, app):
    def seen():
        with own_transaction(app, "test", writes=False):
            return len(list(db.session.scalars(db.select(WorkerRow.id))))

    sample.ask_for(sample.job("work", lambda: sample.calls.append(1)))
    counts = []

    def until():
        counts.append(seen())
        return bool(counts[-1] and sample.calls)

    run_worker(app, until=until, poll_seconds=0.01)
    assert counts[-1] == 1
    assert seen() == 0
