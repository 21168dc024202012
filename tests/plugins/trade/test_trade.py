from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from plugins.trade import contributions, queries
from plugins.trade.importing import services
from plugins.trade.models import Product, SalesMonth, Stock
from portal import clock
from portal.db import db
from portal.errors import RuleBroken
from portal.files.exports import Sheet, write_csv, write_xlsx

PRODUCTS = [
    ["商品编码", "商品名称", "品牌", "自有品牌", "箱规", "零售价", "进价"],
    ["A1", "冰红茶 500ml", "禾川", "是", "24", "¥3.50", "2.40"],
    ["A2", "酸奶 200g", "山泉", "否", "12", "6.80", "4.90"],
]
NOW = clock.now()
TODAY = clock.today("Asia/Shanghai")
YESTERDAY = TODAY - timedelta(days=1)


def csv(rows):
    return write_csv(rows)


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def products(act_as):
    with act_as("administrator") as viewer:
        assert services.take_in("products", csv(PRODUCTS), by=viewer).written


def sales(*rows):
    return csv([["商品编码", "日期", "数量"], *rows])


def test_products_are_read_with_money_and_flags(act_as, products):
    with act_as("manager"):
        tea = queries.by_code({"A1"})["A1"]
        assert (str(tea.price), tea.own_brand, tea.pack_size) == ("3.5", True, 24)


def test_a_table_without_a_column_leaves_what_is_known(act_as, products):
    rows = [["商品编码", "商品名称", "宽(cm)"], ["A1", "冰红茶 500ml", "6.5"], ["N9", "新品", "7"]]
    with act_as("administrator") as viewer:
        assert services.take_in("products", csv(rows), by=viewer).counts == {"added": 1, "changed": 1}
        known = queries.by_code({"A1", "N9"})
        tea, new = known["A1"], known["N9"]
        assert (str(tea.price), tea.own_brand, tea.pack_size, tea.width_mm) == ("3.5", True, 24, 65)
        assert (new.price, new.own_brand, new.pack_size, new.width_mm) == (None, False, 1, 70)


def test_the_search_leads_to_a_code_with_signs_in_it(act_as, app):
    rows = [["商品编码", "商品名称"], ["A&1#", "怪茶"]]
    with act_as("administrator") as viewer, app.test_request_context():
        services.take_in("products", csv(rows), by=viewer)
        db.session.flush()
        assert [hit.url for hit in contributions.search("怪茶", viewer)] == ["/trade/?q=A%261%23"]


def test_a_store_brings_its_own_sales(act_as, products, world):
    with act_as("store_manager") as viewer:
        assert services.take_in("sales", sales(["A1", YESTERDAY.isoformat(), "12"]), by=viewer).written
        states = queries.product_states(viewer.store.id, until=YESTERDAY)
        assert [(state.product.code, state.sold_28_days) for state in states] == [("A1", 12)]
    with act_as("store_manager:1") as viewer:
        assert queries.product_states(viewer.store.id, until=YESTERDAY) == []
        assert db.session.scalar(select(func.count()).select_from(SalesMonth)) == 0


def test_a_store_cannot_name_another_store(act_as, products):
    rows = [["门店编号", "商品编码", "日期", "数量"], ["0002", "A1", YESTERDAY.isoformat(), "5"]]
    with act_as("store_manager") as viewer:
        intake = services.take_in("sales", csv(rows), by=viewer)
        assert not intake.written
        assert [(error.row, error.column) for error in intake.errors] == [(2, "门店编号")]


def test_wrong_cells_are_named_and_nothing_is_written(act_as, products):
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    bad = sales(["A1", YESTERDAY.isoformat(), "3"], ["X9", YESTERDAY.isoformat(), "1"], ["A2", tomorrow, "a lot"])
    with act_as("store_manager") as viewer:
        intake = services.take_in("sales", bad, by=viewer)
        assert [str(error) for error in intake.errors] == [
            "Row 3, 商品编码: “X9”: There is no product with this code.",
            f"Row 4, 日期: “{tomorrow}”: This day lies in the future or too far back.",
            "Row 4, 数量: “a lot” is not a number.",
        ]
        assert queries.last_day(viewer.store.id) is None


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "“X9”: There is no product with this code."), ("zh_Hans", "“X9”：没有这个编码的商品。")],
)
def test_the_page_says_which_code_is_unknown_in_the_readers_language(client_as, products, language, said):
    data = {"kind": "sales", "file": (BytesIO(sales(["X9", YESTERDAY.isoformat(), "1"])), "s.csv")}
    answer = client_as("store_manager", language=language).post("/trade/uploads", data=data)
    assert answer.status_code == 422
    assert said in answer.text


def test_each_refusal_of_a_row_quotes_what_was_written(act_as, products, world):
    days = (TODAY + timedelta(days=3)).isoformat()
    stock = [
        ["门店编号", "商品编码", "库存", "批号", "到期日", "截至日期"],
        ["9999", "A1", "1000001", "", "", days],
        ["0001", "A1", "-3", "B1", "", ""],
        ["0001", "A1", "3", "", days, ""],
    ]
    wanted = [
        "“9999”: There is no such store.",
        "“1000001”: This is more than a store can hold.",
        f"“{days}”: This day lies in the future.",
        "“-3”: Must be at least 0.",
        "“B1”: A batch needs its number and its date.",
        f"“{days}”: A batch needs its number and its date.",
    ]
    with act_as("manager") as viewer:
        assert [error.text for error in services.take_in("stock", csv(stock), by=viewer).errors] == wanted


def test_the_same_file_again_changes_nothing(act_as, products):
    data = sales(["A1", YESTERDAY.isoformat(), "4"])
    with act_as("store_manager") as viewer:
        assert not services.take_in("sales", data, by=viewer).repeated
    with act_as("store_manager") as viewer:
        assert services.take_in("sales", data, by=viewer).repeated
        assert queries.product_states(viewer.store.id, until=YESTERDAY)[0].sold_28_days == 4


def test_stock_of_several_batches_adds_up(act_as, products, world):
    head = ["商品编码", "库存", "批号", "到期日"]
    soon = (TODAY + timedelta(days=6)).isoformat()
    later = (TODAY + timedelta(days=60)).isoformat()
    data = write_xlsx([Sheet("s", head, [["A2", 60, "B1", soon], ["A2", 20, "B2", later]])])
    with act_as("store_manager") as viewer:
        week = sales(*(["A2", (TODAY - timedelta(days=day)).isoformat(), "5"] for day in range(1, 29)))
        services.take_in("sales", week, by=viewer)
        assert services.take_in("stock", data, by=viewer).written
    with act_as("store_manager") as viewer:
        assert db.session.scalars(select(Stock)).one().on_hand == 80
        # 5 a day for 6 days sells 30 of the 60 that end first
        left = queries.near_expiry(viewer.store.id, today=TODAY)
        assert [(state.batch.number, state.units_left_over) for state in left] == [("B1", 30)]


def test_a_barcode_that_the_spreadsheet_shortened_is_refused(act_as):
    rows = [["商品编码", "商品名称", "条码"], ["A1", "茶", "6.92E+12"]]
    with act_as("administrator") as viewer:
        assert services.take_in("products", csv(rows), by=viewer).errors[0].column == "条码"
        assert services.take_in("products", csv(rows), by=viewer).errors[0].text.startswith("“6.92E+12”: ")


def test_products_are_not_for_stores(act_as, client_as):
    data = {"kind": "products", "file": (BytesIO(csv(PRODUCTS)), "p.csv")}
    assert client_as("store_manager").post("/trade/uploads", data=data).status_code == 422
    with act_as("manager"):
        assert db.session.scalar(select(func.count()).select_from(Product)) == 0


@pytest.mark.parametrize("role", ["rep", "store_manager"])
def test_a_program_of_who_may_not_keep_products_brings_none(act_as, api_as, products, role):
    changed = [[*row[:3], "否", *row[4:5], "0.01", "0.01"] for row in PRODUCTS[1:]]
    table = (BytesIO(csv([PRODUCTS[0], *changed])), "p.csv")
    assert api_as(role).post("/api/v1/trade/imports?kind=products", data={"file": table}).status_code == 403
    with act_as("manager"):
        assert {product.own_brand for product in db.session.scalars(select(Product))} == {True, False}


def test_not_even_the_service_takes_products_from_a_store(act_as):
    with act_as("store_manager") as viewer, pytest.raises(RuleBroken, match="distributor"):
        services.take_in("products", csv(PRODUCTS), by=viewer)


@pytest.mark.parametrize(
    ("role", "path"), [("store_manager", "/trade/"), ("manager", "/trade/"), ("rep", "/trade/uploads")]
)
def test_pages_stay_within_their_queries(client_as, products, act_as, count_queries, role, path):
    with act_as("store_manager") as viewer:
        services.take_in("sales", sales(["A1", YESTERDAY.isoformat(), "4"]), by=viewer)
    client = client_as(role)
    with count_queries() as sent:
        assert client.get(path).status_code == 200
    assert len(sent) <= 12


def test_sell_through_of_foreign_stores_is_not_found(client_as, world):
    assert client_as("manager").get(f"/trade/stores/{world.other.stores[0]}").status_code == 404
    assert client_as("rep").get(f"/trade/stores/{world.first.stores[2]}").status_code == 404


@pytest.mark.parametrize("role", ["rep", "expert", "manager"])
def test_the_page_of_a_store_leads_to_what_sells_there(client_as, products, act_as, world, role):
    with act_as("store_manager") as viewer:
        services.take_in("sales", sales(["A1", YESTERDAY.isoformat(), "4"]), by=viewer)
    store_id = world.first.stores[0]
    client = client_as(role)
    assert f'href="/trade/stores/{store_id}"' in client.get(f"/stores/{store_id}").text
    assert "冰红茶 500ml" in client.get(f"/trade/stores/{store_id}").text


def test_a_card_leads_to_the_product_that_it_speaks_of(act_as, client_as, products):
    with act_as("store_manager") as viewer:
        rows = (["A1", YESTERDAY.isoformat(), "12"], ["A2", YESTERDAY.isoformat(), "3"])
        assert services.take_in("sales", sales(*rows), by=viewer).written
        stock = [["商品编码", "库存", "批号", "到期日"], ["A2", "90", "B1", (TODAY + timedelta(days=3)).isoformat()]]
        assert services.take_in("stock", csv(stock), by=viewer).written
        tea = queries.by_code({"A1"})["A1"].id
    client = client_as("store_manager")
    assert "冰红茶" in client.get("/trade/").text and "酸奶" in client.get("/trade/").text
    page = client.get(f"/trade/?product={tea}").text
    assert "冰红茶" in page
    assert "酸奶" not in page
