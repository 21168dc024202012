"""Asking for jobs and running them."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from portal import clock
from portal.accounts.viewer import current_viewer
from portal.audit.models import AuditEntry
from portal.audit.services import record
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.jobs import services
from portal.jobs.performing import backoff_seconds
from portal.jobs.running import CommitInsideJob, own_transaction
from portal.jobs.services import checkpoint, enqueue, keep_result, progress, reading_only
from portal.jobs.worker import run_pending
from portal.tenancy import acting_for, current_scope

pytest_plugins = ["tests.portal.jobs_kit"]

NOON = datetime.fromisoformat("2026-11-23T12:00:00+00:00")


@pytest.fixture
def effects(app):
    """effects("sample.done"): the distributors in whose audit log that stands."""

    def found(action):
        with own_transaction(app, "test", writes=False):
            query = db.select(AuditEntry.distributor_id).where(AuditEntry.action == action)
            return list(db.session.scalars(query.order_by(AuditEntry.id)))

    return found


def fail(error):
    def run():
        record("sample.half_done")
        db.session.flush()
        raise error

    return run


# Asking


def test_job_exists_when_the_business_transaction_commits(sample, act_as):
    name = sample.job("greet")
    with act_as("manager"):
        person = current_viewer().person.id
        made = enqueue(name, arguments={"to": [1, 2]})
    row = sample.row(made.id)
    assert (row.state, row.arguments, row.person_id, row.language) == ("queued", {"to": [1, 2]}, person, "en")
    assert row.distributor_id == sample.world.first.id


def test_job_does_not_exist_when_the_business_transaction_rolls_back(sample, act_as):
    name = sample.job("greet")
    with act_as("manager"):
        enqueue(name)
        db.session.rollback()
    assert sample.rows() == []


def test_asking_twice_under_one_key_makes_one_job(sample):
    name = sample.job("greet")
    first = sample.ask_for(name, key="today", arguments={"n": 1})
    assert sample.ask_for(name, key="today", arguments={"n": 2}) == first
    assert sample.row(first).arguments == {"n": 1}


def test_keys_of_two_distributors_and_of_two_jobs_are_apart(sample):
    one, two = sample.job("one"), sample.job("two")
    ids = {sample.ask_for(one, key="k"), sample.ask_for(one, "other", key="k"), sample.ask_for(two, key="k")}
    assert len(ids) == 3


def test_quicker_rival_with_the_same_key_wins_and_the_transaction_goes_on(sample, act_as, monkeypatch):
    name = sample.job("greet")
    first = sample.ask_for(name, key="k")
    looks = iter([None])  # the first look comes too early to see the rival
    real = services.queries.job_of_key
    monkeypatch.setattr(services.queries, "job_of_key", lambda key: next(looks, real(key)))
    with act_as("manager"):
        record("sample.before")
        assert enqueue(name, key="k").id == first
    with act_as("manager"):
        assert db.session.scalar(db.select(AuditEntry.id).where(AuditEntry.action == "sample.before"))


def test_unknown_job_is_refused_at_once(sample, act_as):
    with act_as("manager"), pytest.raises(LookupError, match=r"sample\.nothing"):
        enqueue("sample.nothing")


# Running


def test_job_runs_for_the_distributor_that_asked(sample, app, effects):
    name = sample.job("work", lambda: record("sample.done"))
    sample.ask_for(name, "other")
    sample.ask_for(name, "first")
    assert run_pending(app) == 2
    assert effects("sample.done") == [sample.world.other.id, sample.world.first.id]


def test_job_gets_its_arguments_and_ends_as_done(sample, app):
    job = sample.ask_for(sample.job("greet"), arguments={"who": "林店长", "times": 3})
    run_pending(app)
    row = sample.row(job)
    assert sample.calls == [{"who": "林店长", "times": 3}]
    assert (row.state, row.tries, row.lease_until, row.error) == ("done", 1, None, "")
    assert row.finished_at >= row.started_at


def test_job_for_later_waits_until_then(sample, app):
    with clock.frozen(NOON):
        sample.ask_for(sample.job("greet"), run_at=NOON + timedelta(hours=1))
        assert run_pending(app) == 0
    with clock.frozen(NOON + timedelta(hours=1)):
        assert run_pending(app) == 1


def test_jobs_run_in_the_order_of_their_time(sample, app):
    name = sample.job("greet")
    with clock.frozen(NOON):
        for number, hours in ((1, 2), (2, 1), (3, 1)):
            sample.ask_for(name, run_at=NOON + timedelta(hours=hours), arguments={"number": number})
    with clock.frozen(NOON + timedelta(hours=3)):
        run_pending(app)
    assert [call["number"] for call in sample.calls] == [2, 3, 1]


def test_failed_try_leaves_no_effect_and_is_repeated_later(sample, app, effects):
    job = sample.ask_for(sample.job("work", fail(ValueError("no paper\nsecret details")), tries=3))
    before = clock.now()
    assert run_pending(app, raise_errors=False) == 1
    row = sample.row(job)
    assert (row.state, row.tries, row.has_failed) == ("queued", 1, True)
    assert row.error.startswith("ValueError: no paper (")
    assert "secret" not in row.error
    assert timedelta(seconds=2) < row.run_at - before < timedelta(seconds=60)
    assert effects("sample.half_done") == []


def test_job_is_dead_after_its_last_try(sample, app):
    job = sample.ask_for(sample.job("work", fail(ValueError("no paper")), tries=2))
    run_pending(app, raise_errors=False)
    with clock.frozen(clock.now() + timedelta(hours=2)):
        run_pending(app, raise_errors=False)
        assert run_pending(app) == 0
    row = sample.row(job)
    assert (row.state, row.tries, row.is_over) == ("dead", 2, True)


def test_broken_rule_is_not_tried_again_and_says_why(sample, app, effects):
    job = sample.ask_for(sample.job("work", fail(RuleBroken("file", "Row 5 has no number")), tries=5))
    run_pending(app, raise_errors=False)
    row = sample.row(job)
    assert (row.state, row.tries, row.refusal) == ("dead", 1, "Row 5 has no number")
    assert effects("sample.half_done") == []


def test_error_that_is_no_exception_is_contained_too(sample, app):
    class Fatal(BaseException):
        """As some libraries raise."""

    job = sample.ask_for(sample.job("work", fail(Fatal("gone")), tries=1))
    run_pending(app, raise_errors=False)
    assert sample.row(job).state == "dead"


def test_run_pending_raises_what_the_job_raised(sample, app):
    sample.ask_for(sample.job("work", fail(ZeroDivisionError("x"))))
    with pytest.raises(ZeroDivisionError):
        run_pending(app)


def test_run_pending_refuses_an_open_transaction(sample, app, act_as):
    name = sample.job("greet")
    with act_as("manager"):
        enqueue(name)
        with pytest.raises(RuntimeError, match="commit first"):
            run_pending(app)


def test_job_of_a_plugin_that_was_switched_off_is_cancelled(sample, app):
    name = sample.job("greet")
    ours, theirs = sample.ask_for(name), sample.ask_for(name, "other")
    sample.switch("first", False)
    run_pending(app, raise_errors=False)
    assert (sample.row(ours).state, sample.row(theirs).state) == ("cancelled", "done")
    assert len(sample.calls) == 1


def test_job_that_this_worker_does_not_know_stays_for_another(sample, app):
    job = sample.ask_for(sample.job("greet"))
    sample.registry.forget("sample")
    assert run_pending(app) == 0
    assert sample.row(job).state == "queued"


def test_jobs_own_scope_ends_with_it(sample, app):
    scopes = []
    name = sample.job("look", lambda: scopes.append(current_scope().distributor_id))
    sample.ask_for(name, "other")
    sample.ask_for(name, "first")
    run_pending(app)
    assert scopes == [sample.world.other.id, sample.world.first.id]


# What a job says about itself


def test_job_does_not_commit_by_itself(sample, app, effects):
    def run():
        record("sample.done")
        db.session.commit()

    sample.ask_for(sample.job("work", run))
    with pytest.raises(CommitInsideJob):
        run_pending(app)
    assert effects("sample.done") == []


def test_savepoint_inside_a_job_is_allowed(sample, app, effects):
    def run():
        with db.session.begin_nested():
            record("sample.done")

    sample.ask_for(sample.job("work", run))
    run_pending(app)
    assert len(effects("sample.done")) == 1


def test_checkpoint_keeps_the_part_before_a_failure(sample, app, effects):
    def run():
        record("sample.first")
        checkpoint(1, 2, "half")
        record("sample.second")
        db.session.flush()
        raise ValueError("broken")

    job = sample.ask_for(sample.job("work", run))
    run_pending(app, raise_errors=False)
    assert (len(effects("sample.first")), effects("sample.second")) == (1, [])
    row = sample.row(job)
    assert (row.progress_done, row.progress_total, row.progress_text) == (1, 2, "half")


def test_what_a_job_only_reads_lets_others_write(sample, app, effects):
    def run():
        scope = current_scope()
        with reading_only():
            assert db.session.scalars(db.select(AuditEntry.id)).all()
            with own_transaction(app, "somebody else"), acting_for(scope):
                record("sample.meanwhile")
        assert not db.session().in_transaction()
        record("sample.done")

    sample.ask_for(sample.job("work", run))
    run_pending(app)
    assert (len(effects("sample.meanwhile")), len(effects("sample.done"))) == (1, 1)


def test_reading_inside_of_a_transaction_keeps_what_it_has_written(sample, app, effects):
    def run():
        record("sample.done")
        db.session.flush()
        with reading_only():
            db.session.scalars(db.select(AuditEntry.id)).all()

    sample.ask_for(sample.job("work", run))
    run_pending(app)
    assert len(effects("sample.done")) == 1


def test_long_transaction_of_a_job_is_told_to_who_writes_jobs(sample, app, monkeypatch):
    ticking = iter(range(0, 1000, 3))  # each look at the clock is three seconds later
    monkeypatch.setattr("portal.jobs.running.time", SimpleNamespace(monotonic=lambda: float(next(ticking))))
    sample.ask_for(sample.job("work", lambda: record("sample.done")))
    with capture_logs() as lines:
        run_pending(app)
    assert [line["seconds"] for line in lines if "checkpoint() before slow work" in line["event"]] == [3.0]


def test_progress_is_seen_by_others_while_the_job_runs(sample, app):
    seen = []

    def run():
        progress(3, 10, "pages")
        row = sample.rows()[-1]
        seen.append((row.state, row.progress_done, row.progress_total, row.progress_text))

    sample.ask_for(sample.job("work", run))
    run_pending(app)
    assert seen == [("running", 3, 10, "pages")]


def test_progress_is_written_once_a_second_at_most_and_completely_at_the_end(sample, app, count_queries):
    def run():
        with count_queries() as queries:
            for number in range(500):
                progress(number + 1, 500)
        sample.calls.append(len([sql for sql in queries.sent if sql.startswith("UPDATE")]))

    job = sample.ask_for(sample.job("work", run))
    run_pending(app)
    assert 1 <= sample.calls[0] <= 10
    assert sample.row(job).progress_done == 500


def test_progress_outside_of_a_job_does_nothing(act_as):
    with act_as("manager"):
        progress(1, 2)
        checkpoint(1, 2)
        keep_result(url="/today")


def test_result_stays_with_the_job(sample, app):
    def run():
        keep_result(url="/stores", title="Stores")
        keep_result(count=3)

    job = sample.ask_for(sample.job("work", run))
    run_pending(app)
    assert sample.row(job).result == {"url": "/stores", "title": "Stores", "count": 3}


# The operator


def test_dead_job_is_tried_again_when_the_operator_says_so(sample, app, act_as):
    errors = [ValueError("first time")]
    job = sample.ask_for(sample.job("work", lambda: fail(errors.pop())() if errors else None, tries=1))
    run_pending(app, raise_errors=False)
    with act_as("administrator"):
        services.retry(sample_row(job))
    assert run_pending(app) == 1
    assert sample.row(job).state == "done"


def test_done_job_is_not_tried_again(sample, app, act_as):
    job = sample.ask_for(sample.job("greet"))
    run_pending(app)
    with act_as("administrator"), pytest.raises(Conflict):
        services.retry(sample_row(job))


def test_cancelled_job_does_not_run(sample, app, act_as, effects):
    job = sample.ask_for(sample.job("greet"))
    with act_as("administrator"):
        services.cancel(sample_row(job))
    assert run_pending(app) == 0
    assert sample.row(job).state == "cancelled"
    assert effects("jobs.cancelled") == [sample.world.first.id]


def test_job_of_another_distributor_is_out_of_the_operators_hands(sample, act_as):
    job = sample.ask_for(sample.job("greet"), "other")
    with act_as("administrator"), pytest.raises(LookupError):
        services.cancel(sample_row(job))
    assert sample.row(job).state == "queued"


def sample_row(job_id):
    return db.session.get(services.JobRow, job_id)


def test_old_jobs_are_removed_for_their_own_distributor_only(sample, app, act_as):
    name, broken = sample.job("greet"), sample.job("work", fail(ValueError("x")), tries=1)
    with clock.frozen(NOON):
        old, dead, foreign = sample.ask_for(name), sample.ask_for(broken), sample.ask_for(name, "other")
        run_pending(app, raise_errors=False)
        waiting = sample.ask_for(name, run_at=NOON + timedelta(days=400))
    with clock.frozen(NOON + timedelta(days=15)), act_as("administrator"):
        assert services.clean_up(clock.now()) == 1
    assert {row.id for row in sample.rows()} == {dead, foreign, waiting}
    assert old not in {row.id for row in sample.rows()}


# Waiting between tries


@pytest.mark.parametrize(("tries", "seconds"), [(1, 5), (2, 15), (3, 45), (4, 135), (5, 405), (20, 3600)])
def test_waiting_grows_threefold_up_to_an_hour(tries, seconds):
    assert backoff_seconds(tries, 0.5) == seconds
    assert backoff_seconds(tries, 0.0) == seconds / 2
    assert backoff_seconds(tries, 1.0) == seconds * 1.5


def test_end_that_cannot_be_noted_at_first_is_noted_later(sample, app, monkeypatch):
    job = sample.ask_for(sample.job("work", fail(ValueError("x"))))
    away = [OperationalError("UPDATE", {}, Exception("database is locked")) for _ in range(2)]
    real = services.claims.try_again

    def sometimes(*args):
        if away:
            raise away.pop()
        return real(*args)

    monkeypatch.setattr(services.claims, "try_again", sometimes)
    run_pending(app, raise_errors=False)
    assert sample.row(job).has_failed
