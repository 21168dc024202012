"""Four and eight weeks after advice was followed: what it changed, against the stores that did not follow it."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import select

from plugins.advice import jobs
from plugins.advice.measuring import services as measuring
from plugins.advice.models import DONE, Measurement, Proposal
from plugins.trade.importing import services as trade
from plugins.trade.methods.blocks import empty, pack
from plugins.trade.models import Product, SalesMonth
from portal import clock
from portal.db import db
from portal.files.exports import write_csv
from portal.stores.models import Store
from portal.tenancy import insert_rows
from tests.plugins.trade.blocks_kit import with_days

NOW = datetime(2026, 10, 14, 2, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Wednesday
TODAY = NOW.date()
DAYS = 7 * 42
PRODUCTS = [["商品编码", "商品名称", "品类"], ["T", "冰红茶", "饮料"], ["Y", "酸奶", "酸奶"], ["B", "饼干", "饼干"]]

LINE = {"code": "T", "name": "冰红茶", "own": False, "on_hand": 1, "spare": 1, "daily": 9.0, "gap": 21, "value": 2.4}


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def products(act_as):
    with act_as("administrator") as viewer:
        assert trade.take_in("products", write_csv(PRODUCTS), by=viewer).written
    with act_as("manager"):
        return {product.code: product.id for product in db.session.scalars(select(Product))}


def build_stores(act_as, products, *, count=16, lift=1.0, weeks=8):
    """So many stores with 42 weeks of sales, the first of which sells `lift` times as much tea since it was done."""
    noise = np.random.default_rng(7)
    done_on = TODAY - timedelta(days=7 * weeks + 9)  # a Monday; the next week is the first after the change
    first = TODAY - timedelta(days=DAYS)
    with act_as("administrator"):
        stores = [Store(number=f"M{n}", name=f"Measured {n}", format="other") for n in range(count)]
        db.session.add_all(stores)
        db.session.flush()
        ids = [store.id for store in stores]
        season = 1 + 0.2 * np.sin(np.arange(DAYS) / 30)
        for place, store in enumerate(ids):
            months = {}
            for code in "TYB":
                rate = 9 * noise.uniform(0.8, 1.25) * season
                units = noise.poisson(rate)
                if place == 0 and code == "T":
                    after = (done_on - first).days
                    units[after:] = noise.poisson(lift * rate[after:])
                for day, sold in enumerate(units.tolist()):
                    at = first + timedelta(days=day)
                    months.setdefault(at.replace(day=1), {})[products[code], at.day] = sold
            insert_rows(
                SalesMonth,
                [
                    {"store_id": store, "month": month, "block": pack(with_days(empty(month), sold)), "changed_at": NOW}
                    for month, sold in months.items()
                ],
            )
        proposal = Proposal(
            store_id=ids[0],
            kind="dead_stock",
            state=DONE,
            summary={"name": "冰红茶", "count": 1, "on_hand": 1, "daily": 9.0, "gap": 21},
            evidence={"until": "2026-07-01", "days": 182, "lines": [LINE | {"product": products["T"]}]},
            advised_at=NOW - timedelta(days=90),
            answered_at=NOW - timedelta(days=90),
            done_at=datetime(done_on.year, done_on.month, done_on.day, 4, tzinfo=ZoneInfo("Asia/Shanghai")),
        )
        db.session.add(proposal)
        db.session.flush()
        return proposal.id


def measured(act_as, run_jobs):
    with act_as("manager"):
        jobs.measure()
    run_jobs()
    with act_as("manager"):
        return {row.weeks: row for row in db.session.scalars(select(Measurement))}


def test_a_large_gain_is_seen_and_kept(act_as, run_jobs, products):
    build_stores(act_as, products, lift=1.6)
    found = measured(act_as, run_jobs)
    assert set(found) == {8}  # the look after four weeks is too late by now
    assert found[8].verdict == "kept"
    assert found[8].low < 0.6 < found[8].high
    assert found[8].low > 0
    assert found[8].donors == 15


def test_a_large_loss_is_withdrawn_already_after_four_weeks(act_as, run_jobs, products):
    build_stores(act_as, products, lift=0.45, weeks=4)
    found = measured(act_as, run_jobs)
    assert set(found) == {4}
    assert found[4].verdict == "withdrawn"
    assert found[4].high < 0


def test_what_cannot_be_seen_is_inconclusive_and_says_what_could_have_been(act_as, run_jobs, client_as, products):
    proposal = build_stores(act_as, products, lift=1.0)
    found = measured(act_as, run_jobs)[8]
    assert found.verdict == "inconclusive"
    assert found.low < 0 < found.high
    page = client_as("manager").get(f"/advice/proposals/{proposal}").text
    assert "After 8 weeks: Cannot be seen yet" in page
    assert "Compared with 15 similar stores" in page
    assert "cannot be seen in one store" in page


def test_too_few_stores_are_too_little_data(act_as, run_jobs, client_as, products):
    proposal = build_stores(act_as, products, count=8, lift=1.6)
    found = measured(act_as, run_jobs)[8]
    assert (found.verdict, found.reasons, found.lift) == ("too little data", ["donors"], None)
    assert "too few stores to compare with" in client_as("manager").get(f"/advice/proposals/{proposal}").text


def test_what_was_only_accepted_is_not_measured(act_as, run_jobs, products):
    first = build_stores(act_as, products)
    with act_as("manager"):
        mine = db.session.get_one(Proposal, first)
        mine.state, mine.done_at = "accepted", None
    assert measured(act_as, run_jobs) == {}


def test_it_is_measured_once(act_as, run_jobs, products):
    build_stores(act_as, products)
    before = measured(act_as, run_jobs)[8]
    assert measured(act_as, run_jobs)[8].id == before.id
    with act_as("manager"):
        assert measuring.measure() == 0


@pytest.mark.parametrize(("code", "donors"), [("T", 14), ("B", 15)])
def test_a_store_that_followed_advice_on_the_same_product_is_nobody_to_compare_with(
    act_as, run_jobs, products, code, donors
):
    first = build_stores(act_as, products)
    with act_as("manager"):
        store = db.session.get_one(Proposal, first).store_id + 1
        told = {"lines": [LINE | {"product": products[code]}]}
        done = NOW - timedelta(days=20)
        db.session.add(Proposal(store_id=store, kind="dead_stock", state=DONE, evidence=told, done_at=done))
    assert measured(act_as, run_jobs)[8].donors == donors


def test_results_pool_the_stores_and_say_how_much_was_taken_up(act_as, run_jobs, client_as, products, count_queries):
    build_stores(act_as, products, lift=1.6)
    measured(act_as, run_jobs)
    with act_as("manager"):
        one = db.session.scalars(select(Measurement)).one()
        proposal = db.session.get_one(Proposal, one.proposal_id)
        other = Proposal(store_id=proposal.store_id + 1, kind="dead_stock", state="declined", evidence={}, summary={})
        db.session.add(other)
        db.session.flush()
        db.session.add(
            Measurement(
                proposal_id=other.id,
                store_id=other.store_id,
                kind="dead_stock",
                weeks=8,
                verdict="inconclusive",
                lift=0.4,
                low=-0.1,
                high=1.0,
                visible=0.5,
                theta=0.34,
                se=0.25,
                donors=14,
            )
        )
    client = client_as("manager")
    client.get("/advice/proposals/results")
    with count_queries() as statements:
        page = client.get("/advice/proposals/results").text
    assert len(statements) <= 4
    assert "1 kept, 1 not seen yet, 0 withdrawn" in page
    assert "2 stores" in page
    assert "50 %" in page  # one of two was accepted
    assert client_as("rep").get("/advice/proposals/results").status_code == 403


@pytest.mark.parametrize(
    ("done", "first"),
    [
        ((2026, 10, 11, 15, 59), (2026, 10, 12)),
        ((2026, 10, 11, 16, 1), (2026, 10, 19)),
        ((2026, 10, 12, 0, 0), (2026, 10, 19)),
    ],
)
def test_the_week_of_the_change_belongs_to_neither_side(done, first):
    """In Shanghai Sunday ends at 16:00 UTC."""
    moment = datetime(*done, tzinfo=ZoneInfo("UTC"))
    assert measuring.week_after(moment, "Asia/Shanghai") == date(*first)
