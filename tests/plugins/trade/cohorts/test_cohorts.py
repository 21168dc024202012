"""Promises to every store: compared in a fixed group of at least twelve, all told the same, nobody to be reckoned out."""

from datetime import UTC, date, datetime
from math import log

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from plugins.trade import jobs
from plugins.trade.cohorts import services as cohort_services
from plugins.trade.cohorts.queries import typical_store, typical_stores
from plugins.trade.cohorts.ratios import complete_months, ratios_of
from plugins.trade.facts import catalogue
from plugins.trade.models import CohortMonth, CohortRow, CohortSeat, SalesMonth
from portal import clock
from portal.db import db
from portal.stores.models import Store
from portal.tenancy import delete_rows, insert_rows
from tests.plugins.trade.cohorts.comparable import KIND, add_products, add_stores, sell

TODAY = date(2026, 11, 27)
NOVEMBER, OCTOBER = date(2026, 11, 1), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def one_day():
    with clock.frozen(datetime(2026, 11, 27, 4, tzinfo=UTC)):
        yield


def make(act_as, run_jobs, count=12, months=6, **kinds):
    """Stores with figures, and what the jobs make of them; the stores' ids."""
    with act_as("administrator"):
        products, stores = add_products(), add_stores(count)
        sell(stores, products, kinds or {"T": 5, "W": 10, "Y": 5}, months, NOVEMBER, stock=140)
    work(act_as, run_jobs)
    return stores


def work(act_as, run_jobs):
    with act_as("administrator"):
        jobs.keep_cohorts()
    run_jobs()


def cohorts(act_as):
    with act_as("administrator"):
        return db.session.scalars(select(CohortRow).order_by(CohortRow.quarter, CohortRow.label)).all()


def test_everybody_reads_the_identical_figure_and_it_stands_on_the_grid(act_as, run_jobs):
    stores = make(act_as, run_jobs)
    with act_as("administrator"):
        newcomer = add_stores(1, first=900)
        read = typical_stores(stores + newcomer, TODAY)
    assert len(read) == 13
    assert len({str(found) for found in read.values()}) == 1
    typical = read[stores[0]]
    assert typical.month == OCTOBER
    assert typical.label == ("convenience", "B", "华东")
    # 5 x 4 and 10 x 2 of drinks, 5 x 6 of yogurt: 40 of 70; shifted by at most .4 / 12, on the grid of .02
    share = typical.value("category share", "饮料")
    assert log(share) / 0.02 == pytest.approx(round(log(share) / 0.02))
    assert abs(log(share / (40 / 70))) <= 0.4 / 12 + 0.011
    assert abs(log(typical.value("growth index"))) <= 0.4 / 12 + 0.011
    # 140 of each at cost 3 and 1 is 560; 7 x (5 x 3 + 10 x 1) = 175 go in a week
    assert abs(log(typical.value("weeks of cover", "饮料") / 3.2)) <= 0.4 / 12 + 0.011
    assert typical.value("weeks of cover", "no such category") is None


def test_of_eleven_stores_nothing_is_formed(act_as, run_jobs):
    stores = make(act_as, run_jobs, count=11)
    assert cohorts(act_as) == []
    with act_as("administrator"):
        assert typical_stores(stores, TODAY) == {}


def test_a_store_contributes_from_six_complete_months_on(act_as, run_jobs):
    stores = make(act_as, run_jobs, months=5)
    assert cohorts(act_as) == []
    with act_as("administrator"):
        assert set(complete_months(stores, NOVEMBER).values()) == {5}


def test_a_month_with_a_silent_week_at_its_end_is_not_complete(act_as):
    with act_as("administrator"):
        products, stores = add_products(), add_stores(1)
        sell(stores, products, {"T": 1}, 6, NOVEMBER)
        row = db.session.scalars(select(SalesMonth).where(SalesMonth.month == OCTOBER)).one()
        from plugins.trade.methods.blocks import pack, unpack
        from tests.plugins.trade.blocks_kit import with_days

        days = {(products["T"], day): 0 for day in range(24, 32)}
        row.block = pack(with_days(unpack(OCTOBER, row.block), days))
        db.session.flush()
        assert complete_months(stores, NOVEMBER) == {stores[0]: 5}


def test_no_store_is_in_two_cohorts_of_a_quarter(act_as, run_jobs):
    stores = make(act_as, run_jobs, count=25)
    [cohort] = cohorts(act_as)
    assert cohort.members == sorted(stores)
    with act_as("administrator"):
        assert sorted(db.session.scalars(select(CohortSeat.store_id))) == sorted(stores)
        with pytest.raises(IntegrityError):
            insert_rows(CohortSeat, [{"store_id": stores[0], "cohort_id": cohort.id, "quarter": cohort.quarter}])
        db.session.rollback()


def test_a_cohort_is_frozen_for_its_quarter_and_its_month_is_written_once(act_as, run_jobs):
    stores = make(act_as, run_jobs)
    with act_as("administrator"):
        before = db.session.scalars(select(CohortMonth)).one().steps
        delete_rows(SalesMonth)  # whatever comes in later does not change what was published
        late = add_stores(12, first=500)
        for store in db.session.scalars(select(Store).where(Store.id.in_(late))):
            store.format = "supermarket"  # enough of them for a cohort of their own, from the next quarter on
        sell(late, {"T": min(catalogue().ids.tolist())}, {"T": 5}, 6, NOVEMBER)
    work(act_as, run_jobs)
    with act_as("administrator"):
        assert db.session.scalars(select(CohortMonth)).one().steps == before
        assert not cohort_services.publish_month(cohorts_id(), OCTOBER)
    [cohort] = cohorts(act_as)
    assert cohort.members == sorted(stores)


def cohorts_id():
    return db.session.scalars(select(CohortRow.id)).one()


def test_the_next_quarter_has_cohorts_of_its_own(act_as, run_jobs):
    make(act_as, run_jobs)
    with act_as("administrator"):
        more = add_stores(1, first=700)
        products = {"T": min(catalogue().ids.tolist())}
        sell(more, products, {"T": 3}, 8, date(2027, 1, 1))
        for store in cohorts_members():
            sell_on(store, products)
    with clock.frozen(datetime(2027, 1, 2, 4, tzinfo=UTC)):
        work(act_as, run_jobs)
        found = cohorts(act_as)
    assert [cohort.quarter for cohort in found] == [OCTOBER, date(2027, 1, 1)]
    assert [len(cohort.members) for cohort in found] == [12, 13]
    with act_as("administrator"):
        assert sorted(db.session.scalars(select(CohortMonth.month))) == [OCTOBER, date(2026, 12, 1)]


def cohorts_members():
    return db.session.scalars(select(CohortRow)).one().members


def sell_on(store, products):
    sell([store], products, {"T": 5}, 2, date(2027, 1, 1))


def test_a_product_that_fewer_than_twelve_sell_is_not_spoken_of(act_as, run_jobs):
    with act_as("administrator"):
        products, stores = add_products(), add_stores(13)
        sell(stores[:11], products, {"T": 5, "W": 10}, 6, NOVEMBER)
        sell(stores[11:], products, {"T": 5}, 6, NOVEMBER)
    work(act_as, run_jobs)
    with act_as("administrator"):
        assert set(typical_store(stores[0], TODAY).product_shares()) == {products["T"]}


@pytest.mark.parametrize(("sellers", "spoken_of"), [(12, False), (13, True)])
def test_a_product_that_less_than_half_sell_is_not_spoken_of(act_as, run_jobs, sellers, spoken_of):
    with act_as("administrator"):
        products, stores = add_products(), add_stores(26)
        sell(stores[:sellers], products, {"T": 5, "W": 10}, 6, NOVEMBER)
        sell(stores[sellers:], products, {"T": 5}, 6, NOVEMBER)
    work(act_as, run_jobs)
    with act_as("administrator"):
        assert (products["W"] in typical_store(stores[0], TODAY).product_shares()) is spoken_of


def test_where_a_member_has_no_stock_no_cover_is_published(act_as, run_jobs):
    with act_as("administrator"):
        products, stores = add_products(), add_stores(12)
        sell(stores[:11], products, {"T": 5}, 6, NOVEMBER, stock=10)
        sell(stores[11:], products, {"T": 5}, 6, NOVEMBER)
    work(act_as, run_jobs)
    with act_as("administrator"):
        typical = typical_store(stores[0], TODAY)
        assert typical.value("weeks of cover", "饮料") is None
        assert typical.value("category share", "饮料") is not None


def test_a_silent_store_is_carried_with_its_last_month(act_as, run_jobs):
    with act_as("administrator"):
        products, stores = add_products(), add_stores(12)
        sell(stores[:11], products, {"T": 5, "Y": 5}, 8, NOVEMBER)
        sell(stores[11:], products, {"T": 5}, 6, date(2026, 9, 1))  # up to August; half of their six months are there
        found = ratios_of(stores, OCTOBER, catalogue())
        names = sorted({"饮料", "乳品"})
        assert found[stores[0]].shares[names.index("饮料")] == pytest.approx(20 / 50)
        assert found[stores[11]].shares[names.index("饮料")] == 1.0


def test_a_member_whose_figures_are_gone_leaves_nothing_to_publish(act_as, run_jobs):
    with act_as("administrator"):
        products, stores = add_products(), add_stores(12)
        sell(stores, products, {"T": 5}, 6, NOVEMBER)
        cohort_services.form_due(TODAY)
        delete_rows(SalesMonth, SalesMonth.store_id == stores[3])
        assert cohort_services.publish_month(cohorts_id(), OCTOBER)
        assert db.session.scalars(select(CohortMonth)).one().steps == {}


def test_a_store_reads_the_typical_one_and_no_seat_but_its_own(act_as, run_jobs, world):
    with act_as("administrator"):
        own = db.session.get_one(Store, world.first.stores[0])
        for name, value in KIND.items():
            setattr(own, name, value)
        products, stores = add_products(), [own.id, *add_stores(12)]
        sell(stores, products, {"T": 5}, 6, NOVEMBER)
    work(act_as, run_jobs)
    with act_as("store_manager"):
        assert typical_store(own.id, TODAY) is not None
        assert db.session.scalars(select(CohortSeat.store_id)).all() == [own.id]
    with act_as("manager", "other"):
        assert db.session.scalars(select(CohortRow)).all() == []
        assert typical_store(own.id, TODAY) is None


def test_old_figures_are_not_read(act_as, run_jobs):
    stores = make(act_as, run_jobs)
    with act_as("administrator"):
        assert typical_store(stores[0], date(2027, 2, 8)) is not None
        assert typical_store(stores[0], date(2027, 2, 9)) is None
