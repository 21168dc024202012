"""The figures of many stores as arrays: the same that each store's own pages read one by one."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from plugins.trade import queries
from plugins.trade.facts import UNKNOWN, batches, catalogue, panel
from plugins.trade.importing import services
from plugins.trade.methods.blocks import empty, pack, unpack, unpack_once
from plugins.trade.models import Product, SalesMonth
from portal import clock
from portal.db import db
from portal.files.exports import write_csv
from portal.tenancy import delete_rows, insert_rows
from tests.plugins.trade.blocks_kit import with_days

NOW = clock.now()
TODAY = clock.today("Asia/Shanghai")
PRODUCTS = [
    ["商品编码", "商品名称", "自有品牌", "箱规", "零售价", "进价"],
    ["A1", "冰红茶", "是", "24", "3.50", "2.40"],
    ["A2", "酸奶", "否", "12", "6.80", ""],
    ["A3", "饼干", "否", "", "", ""],
]
CODES = ("A1", "A2", "A3")


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def products(act_as):
    with act_as("administrator") as viewer:
        assert services.take_in("products", write_csv(PRODUCTS), by=viewer).written
    with act_as("manager"):
        return {product.code: product.id for product in db.session.scalars(select(Product))}


def day(ago):
    return (TODAY - timedelta(days=ago)).isoformat()


def take_in(act_as, role, kind, *rows):
    heads = {"sales": ["商品编码", "日期", "数量"], "stock": ["商品编码", "库存", "在途", "批号", "到期日", "盘点日期"]}
    with act_as(role) as viewer:
        assert services.take_in(kind, write_csv([heads[kind], *map(list, rows)]), by=viewer).written


def test_the_catalogue_says_what_is_known(act_as, products):
    with act_as("manager"):
        known = catalogue()
    assert known.codes == CODES
    assert known.own_brand.tolist() == [True, False, False]
    assert known.pack_size.tolist() == [24, 12, 1]
    assert known.price[:2].tolist() == [3.5, 6.8]
    assert np.isnan(known.price[2])
    assert np.isnan(known.cost[1])


def months_of(store, sold, products):
    months = {}
    for (code, ago), units in sold.items():
        at = TODAY - timedelta(days=ago)
        months.setdefault(at.replace(day=1), {})[products[code], at.day] = units
    return [
        {"store_id": store, "month": month, "block": pack(with_days(empty(month), changes)), "changed_at": NOW}
        for month, changes in months.items()
    ]


amounts = st.dictionaries(
    st.tuples(st.sampled_from(CODES), st.integers(1, 230)), st.integers(-3, 200), min_size=1, max_size=25
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(amounts, amounts)
def test_several_stores_together_are_each_by_itself(act_as, products, world, first, second):
    stores = world.first.stores[:2]
    with act_as("manager"):
        for store, sold in zip(stores, (first, second), strict=True):
            sold |= {("A1", 1): 5}  # fresh figures
            insert_rows(SalesMonth, months_of(store, sold, products))
        together = panel(stores, today=TODAY)
        assert together.store_ids.tolist() == list(stores)
        for place, (store, sold) in enumerate(zip(stores, (first, second), strict=True)):
            lines = together.lines_of(place)
            alone = queries.store_history(store, until=together.until[place], days=182)
            for product, units in zip(together.product_ids[lines], together.units[lines], strict=True):
                assert units.tolist() == alone.of(int(product)).tolist()
            shown = {ago: units for (_code, ago), units in sold.items() if units and ago <= 182}
            assert together.until[place] == TODAY - timedelta(days=min(shown))
        delete_rows(SalesMonth)


def test_stock_stands_beside_sales_and_says_when_it_was_counted(act_as, products, world):
    take_in(act_as, "store_manager", "sales", ("A1", day(1), "5"), ("A1", day(40), "2"))
    take_in(act_as, "store_manager", "stock", ("A1", "30", "6", "", "", day(4)), ("A3", "7", "", "B1", day(-9), day(1)))
    with act_as("manager"):
        found = panel(world.first.stores[:1], today=TODAY)
    assert found.product_ids.tolist() == [products["A1"], products["A3"]]
    assert (found.on_hand.tolist(), found.on_order.tolist()) == ([30, 7], [6, 0])
    assert found.counted_on.tolist() == [3, 0]  # days before yesterday, the last day with sales
    assert found.known_days.tolist() == [40]
    assert found.units[0, [-40, -1]].tolist() == [2, 5]


def test_a_product_that_sells_without_a_count_has_no_stock_and_not_none(act_as, products, world):
    take_in(act_as, "store_manager", "sales", ("A2", day(1), "5"))
    with act_as("manager"):
        assert panel(world.first.stores[:1], today=TODAY).on_hand.tolist() == [UNKNOWN]


def test_stores_whose_figures_are_old_or_missing_are_left_out(act_as, products, world):
    take_in(act_as, "store_manager", "sales", ("A1", day(15), "5"))
    take_in(act_as, "store_manager:1", "sales", ("A1", day(14), "5"))
    with act_as("manager"):
        assert panel(world.first.stores, today=TODAY).store_ids.tolist() == [world.first.stores[1]]


def test_arrays_end_at_the_walls(act_as, products, world):
    take_in(act_as, "store_manager", "sales", ("A1", day(1), "5"))
    take_in(act_as, "store_manager", "stock", ("A1", "30", "", "B1", day(-9), day(0)))
    mine = world.first.stores[0]
    with act_as("manager", "other"):
        assert len(panel([mine], today=TODAY)) == 0
        assert len(catalogue().ids) == 0
        assert list(batches([mine], last=TODAY + timedelta(days=30))) == []
    with act_as("store_manager:1"):
        assert len(panel([mine], today=TODAY)) == 0
        assert list(batches([mine], last=TODAY + timedelta(days=30))) == []
    with act_as("manager"):
        [batch] = batches([mine], last=TODAY + timedelta(days=30))
        assert (batch.number, batch.units, batch.expires_on) == ("B1", 30, TODAY + timedelta(days=9))
        assert list(batches([mine], last=TODAY + timedelta(days=8))) == []


@pytest.mark.parametrize("units", [-128, 127, 128, -129, 32_767, -32_768, 32_768, 100_000])
def test_a_block_is_as_wide_as_its_largest_count(units):
    month = date(2026, 3, 1)
    block = with_days(empty(month), {(7, 3): units, (9, 31): 1})
    read = unpack(month, pack(block))
    assert read.units[0, 2] == units
    assert read.units[1, 30] == 1
    assert unpack_once(month, pack(block)).units.tolist() == read.units.tolist()
