"""Work that starts by itself, once for each distributor and tick."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest

from portal import clock
from portal.accounts.models import Distributor
from portal.contracts import Job
from portal.db import db
from portal.jobs import schedule
from portal.jobs.models import ScheduleRow
from portal.jobs.running import own_transaction
from portal.jobs.worker import Worker

pytest_plugins = ["tests.portal.jobs_kit"]
pytestmark = pytest.mark.database


def moment(text):
    return datetime.fromisoformat(f"{text}+00:00")


@pytest.fixture
def look(sample, app):
    """look("2026-11-23 12:00"): a worker looks at its schedules; the owners of the sample's jobs made so far."""

    def at(text):
        with clock.frozen(moment(text)):
            Worker(app).schedule()
        names = {sample.world.first.id: "first", sample.world.other.id: "other"}
        return Counter(names[row.distributor_id] for row in sample.rows() if row.name.startswith("sample."))

    return at


def settle_in(app, distributor, zone):
    with own_transaction(app, "test"):
        db.session.get(Distributor, distributor).timezone = zone


def test_each_distributor_gets_one_job_a_tick(sample, look):
    sample.job("nightly", cron="0 3 * * *")  # 19:00 UTC the day before
    assert look("2026-11-23 12:00") == {}
    assert look("2026-11-23 18:59") == {}
    assert look("2026-11-23 19:00") == {"first": 1, "other": 1}
    assert look("2026-11-23 19:01") == {"first": 1, "other": 1}
    assert look("2026-11-24 19:05") == {"first": 2, "other": 2}


def test_job_of_a_tick_carries_it_as_its_key(sample, look):
    name = sample.job("nightly", cron="0 3 * * *", queue="slow", tries=2, lease_seconds=7)
    look("2026-11-23 12:00")
    look("2026-11-23 19:03")
    row = next(row for row in sample.rows() if row.distributor_id == sample.world.first.id and row.name == name)
    assert row.key == f"{sample.world.first.id}:{name}:tick 2026-11-23T19:00Z"
    assert (row.queue, row.max_tries, row.lease_seconds) == ("slow", 2, 7)


def test_ticks_missed_while_no_worker_ran_become_one_job(sample, look):
    sample.job("quarterly", cron="*/15 * * * *")
    look("2026-11-20 12:00")
    assert look("2026-11-23 12:07") == {"first": 1, "other": 1}


def test_new_schedule_begins_with_its_next_tick(sample, look):
    sample.job("yearly", cron="0 0 1 1 *")
    assert look("2026-11-23 12:00") == {}
    assert look("2027-01-01 12:00") == {"first": 1, "other": 1}


def test_each_distributor_lives_by_its_own_clock(sample, app, look):
    settle_in(app, sample.world.other.id, "Europe/Berlin")  # 03:00 there is 02:00 UTC in November
    sample.job("nightly", cron="0 3 * * *")
    look("2026-11-23 12:00")
    assert look("2026-11-23 20:00") == {"first": 1}
    assert look("2026-11-24 01:59") == {"first": 1}
    assert look("2026-11-24 02:00") == {"first": 1, "other": 1}


def test_plugin_that_is_switched_off_is_left_alone_and_begins_anew(sample, look):
    sample.job("nightly", cron="0 3 * * *")
    look("2026-11-20 12:00")
    sample.switch("other", False)
    assert look("2026-11-23 19:30") == {"first": 1}
    sample.switch("other", True)
    assert look("2026-11-23 20:00") == {"first": 1}, "what was missed while it was off is not made up for"
    assert look("2026-11-24 20:00") == {"first": 2, "other": 1}


def test_core_job_runs_for_every_distributor(sample, app, look):
    look("2026-11-23 12:00")
    with clock.frozen(moment("2026-11-23 19:41")):  # 03:41 in Shanghai
        Worker(app).schedule()
    owners = [row.distributor_id for row in sample.rows() if row.name == "portal.clean_jobs"]
    assert sorted(owners) == sorted([sample.world.first.id, sample.world.other.id])


def test_two_workers_at_the_same_tick_make_one_job(sample, app, look):
    sample.job("nightly", cron="0 3 * * *")
    look("2026-11-20 12:00")
    now = moment("2026-11-23 19:00")
    with own_transaction(app, "test", writes=False):
        ticks = schedule.latest_ticks(sample.registry, now)
        before = {row.id: row.last_tick for row in schedule.remembered().values()}
    with own_transaction(app, "first worker"):
        assert schedule.enqueue_ticks(sample.registry, ticks, now) > 0
    with own_transaction(app, "second worker, which has read before the first one wrote"):
        for row in db.session.scalars(db.select(ScheduleRow)):
            row.last_tick = before[row.id]
        db.session.flush()
        assert schedule.enqueue_ticks(sample.registry, ticks, now) == 0
    assert look("2026-11-23 19:01") == {"first": 1, "other": 1}


def test_look_without_a_new_tick_writes_nothing(sample, app, look, count_queries):
    sample.job("nightly", cron="0 3 * * *")
    look("2026-11-23 12:00")
    with count_queries() as queries, clock.frozen(moment("2026-11-23 12:04")):
        Worker(app).schedule()
    assert [sql for sql in queries.sent if not sql.startswith("SELECT")] == []
    assert len(queries) == 3  # activations, distributors, what is remembered


def test_schedule_that_cannot_be_read_stops_the_start(sample):
    with pytest.raises(ValueError, match="cron"):
        sample.registry.register(Job("sample.bad", print, "Bad", cron="61 * * * *"))
    assert "sample.bad" not in sample.registry
