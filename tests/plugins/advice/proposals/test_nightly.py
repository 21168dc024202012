"""Each night for all stores: in parts that several workers share, without what has not changed being said anew."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from plugins.advice import jobs
from plugins.advice.models import Proposal, StoreTarget
from plugins.advice.proposals import computing
from plugins.trade.models import SalesMonth
from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.jobs.models import JobRow
from portal.stores.models import Store
from portal.tenancy import delete_rows
from tests.plugins.advice.figures import take_in_figures

NOW = clock.now()


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


def open_ids(act_as):
    with act_as("manager"):
        return {row.kind: row.id for row in db.session.scalars(select(Proposal).where(Proposal.state == "open"))}


def test_the_stores_are_shared_out_once_a_day(act_as, monkeypatch, world):
    monkeypatch.setattr(computing, "CHUNK", 2)
    with act_as("manager"):
        db.session.get_one(Store, world.first.stores[1]).active = False
    for _ in range(2):
        with act_as("manager"):
            jobs.compute_all()
    with act_as("manager"):
        rows = db.session.scalars(select(JobRow).where(JobRow.name == "advice.compute_stores")).all()
        assert [row.arguments["store_ids"] for row in rows] == [[world.first.stores[0], world.first.stores[2]]]


def test_a_second_night_with_the_same_figures_changes_nothing(act_as, run_jobs):
    take_in_figures(act_as)
    run_jobs()
    before = open_ids(act_as)
    assert before
    with act_as("administrator"):
        entries = len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "advice.computed")).all())
    with act_as("manager"):
        jobs.compute_all()
    run_jobs()
    assert open_ids(act_as) == before
    with act_as("administrator"):
        again = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "advice.computed")).all()
        assert len(again) == entries


def test_figures_that_are_gone_take_their_advice_with_them(act_as, run_jobs):
    take_in_figures(act_as)
    run_jobs()
    with act_as("manager"):
        delete_rows(SalesMonth)
        jobs.compute_all()
    run_jobs()
    assert open_ids(act_as) == {}


@pytest.mark.parametrize(("days", "kinds"), [(27, set()), (28, {"order", "near_expiry"})])
def test_under_four_weeks_of_history_nothing_is_forecast(act_as, run_jobs, days, kinds):
    take_in_figures(act_as, days=days)
    run_jobs()
    assert set(open_ids(act_as)) == kinds


def test_another_distributor_gets_nothing_of_it(act_as, run_jobs):
    take_in_figures(act_as)
    run_jobs()
    with act_as("manager", "other"):
        jobs.compute_all()
    run_jobs()
    with act_as("manager", "other"):
        assert db.session.scalars(select(Proposal)).all() == []


def test_a_target_is_set_anew_after_two_weeks(world, act_as):
    store, today = world.first.stores[0], clock.today("Asia/Shanghai")
    due = [computing._is_due(store, today - timedelta(days=days), today) for days in range(15)]
    assert due[0] is False
    assert due[14] is True
    assert computing._is_due(store, None, today) is True
    # of fourteen stores in a row one is due each day, whatever the day
    for day in range(20):
        at = today + timedelta(days=day)
        assert sum(computing._is_due(number, at - timedelta(days=3), at) for number in range(100, 114)) == 1
    with act_as("manager"):
        assert db.session.scalars(select(StoreTarget)).all() == []
