"""A batch that nears its date: what it would be without our own brands, and who could take what will be left."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from plugins.advice.models import Proposal
from plugins.trade.importing import services as trade
from portal import clock
from portal.db import db
from portal.files.exports import write_csv
from portal.stores.models import Store
from tests.plugins.advice.figures import take_in_figures

NOW = clock.now()
TODAY = clock.today("Asia/Shanghai")


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


def expiry_of(act_as):
    with act_as("store_manager"):
        return db.session.scalars(select(Proposal).where(Proposal.kind == "near_expiry")).one()


@pytest.mark.parametrize(("own", "words"), [("否", "none of our own brands"), ("是", "one of our own brands")])
def test_a_batch_says_what_it_would_be_without_our_own_brands(act_as, client_as, run_jobs, own, words):
    take_in_figures(act_as)
    with act_as("administrator") as viewer:
        table = [["商品编码", "商品名称", "自有品牌"], ["Y", "酸奶", own]]
        assert trade.take_in("products", write_csv(table), by=viewer).written
    run_jobs()
    expiry = expiry_of(act_as)
    page = client_as("store_manager").get(f"/advice/proposals/{expiry.id}").text
    assert words in page
    assert f"¥{expiry.risk:,.0f}" in page[page.index('id="h-neutral"') :]


def sell_yogurt(act_as, role, a_day, on_hand):
    """Another store's: so many a day in four weeks."""
    days = [(TODAY - timedelta(days=back)).isoformat() for back in range(1, 29)]
    with act_as(role) as viewer:
        sold = [["商品编码", "日期", "数量"], *(["Y", day, str(a_day)] for day in days)]
        assert trade.take_in("sales", write_csv(sold), by=viewer).written
        if on_hand is not None:
            assert trade.take_in("stock", write_csv([["商品编码", "库存"], ["Y", str(on_hand)]]), by=viewer).written


def put_into_one_region(act_as):
    with act_as("administrator"):
        for store in db.session.scalars(select(Store)):
            store.region = "城南"


def test_our_people_see_who_could_take_what_will_be_left_and_the_store_does_not(act_as, client_as, run_jobs):
    put_into_one_region(act_as)
    take_in_figures(act_as, yogurt=200, yogurt_days=14)
    sell_yogurt(act_as, "store_manager:1", 5, 20)  # 5 a day for 12 days, less 20: room for 40
    sell_yogurt(act_as, "store_manager:2", 9, 0)  # too far away
    with act_as("administrator"):
        db.session.scalars(select(Store).order_by(Store.id)).all()[2].region = "城北"
    run_jobs()
    url = f"/advice/proposals/{expiry_of(act_as).id}"
    desk = client_as("manager").get(url).text
    listed = desk[desk.index('id="h-take"') :]
    listed = listed[: listed.index("</section>")]
    assert "up to 40 units" in listed
    assert listed.count("<li>") == 1
    assert "h-take" not in client_as("store_manager").get(url).text


@pytest.mark.parametrize("on_hand", [None, 60])
def test_a_store_without_known_stock_or_without_room_is_not_named(act_as, client_as, run_jobs, on_hand):
    put_into_one_region(act_as)
    take_in_figures(act_as, yogurt=200, yogurt_days=14)
    sell_yogurt(act_as, "store_manager:1", 5, on_hand)
    run_jobs()
    page = client_as("manager").get(f"/advice/proposals/{expiry_of(act_as).id}").text
    assert "No store of the region would sell them in time" in page
