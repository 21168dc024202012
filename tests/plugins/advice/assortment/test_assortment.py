"""A store's assortment: nine classes, what a yuan of stock earns, what is missing; by hand, and behind the walls."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from plugins.advice.assortment import figures
from plugins.advice.assortment.figures import assortment_of
from plugins.trade.api import Typical
from plugins.trade.importing import services as importing
from plugins.trade.models import Product
from portal import clock
from portal.db import db
from portal.files.exports import write_csv
from portal.stores.models import Store

TIMEZONE = "Asia/Shanghai"
NOW = clock.now()
# code: category, own brand, price, cost; units on each of the 28 days; on hand
GOODS = {
    "T": ("饮料", "是", "5.00", "3.00", [10] * 28, 30),
    "Y": ("冷藏", "否", "10.00", "8.00", [2] * 28, 20),
    # in bursts: 28 units in the first of four weeks
    "N": ("方便面", "否", "4.00", "3.00", [4] * 7 + [0] * 21, 100),
    # nothing sold, but there
    "Q": ("方便面", "否", "6.00", "5.00", [0] * 28, 10),
}


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


def take_in(act_as, goods=GOODS, days=28, stock=True):
    head = ["商品编码", "商品名称", "品类", "自有品牌", "零售价", "进价"]
    products = [
        [code, f"{category}一号", category, own, price, cost]
        for code, (category, own, price, cost, *_r) in goods.items()
    ]
    today = clock.today(TIMEZONE)
    sales = [
        [code, (today - timedelta(days=28 - at)).isoformat(), str(units)]
        for code, (*_facts, sold, _held) in goods.items()
        for at, units in enumerate(sold)
        if units and at >= 28 - days
    ]
    with act_as("administrator") as viewer:
        assert importing.take_in("products", write_csv([head, *products]), by=viewer).written
    with act_as("store_manager") as viewer:
        assert importing.take_in("sales", write_csv([["商品编码", "日期", "数量"], *sales]), by=viewer).written
        if stock:
            held = [[code, str(facts[-1])] for code, facts in goods.items()]
            assert importing.take_in("stock", write_csv([["商品编码", "库存"], *held]), by=viewer).written


def own(act_as, role="store_manager"):
    with act_as(role) as viewer:
        return assortment_of(viewer.store.id, clock.today(TIMEZONE))


def test_products_have_the_classes_of_what_they_earn_and_how_steadily(act_as):
    take_in(act_as)
    found = own(act_as)
    # Margin a month: tea 10 x 2 x 30 = 600, yogurt 2 x 2 x 30 = 120, noodles 1 x 1 x 30 = 30; of 750 they begin at
    # 0, 80 and 96 %
    assert {line.code: (line.cell, line.margin) for line in found.lines} == {
        "T": ("AX", Decimal(600)),
        "Y": ("BX", Decimal(120)),
        "N": ("CZ", Decimal(30)),
        "Q": ("CZ", Decimal(0)),
    }
    assert [line.code for line in found.lines] == ["T", "Y", "N", "Q"]
    assert found.by_margin
    assert {key: cell.products for key, cell in found.cells.items() if cell.products} == {"AX": 1, "BX": 1, "CZ": 2}
    assert found.cells["AX"].share == pytest.approx(0.8)


def test_a_yuan_of_stock_earns_what_is_sold_in_a_year_of_it(act_as):
    take_in(act_as)
    found = own(act_as)
    by_name = {line.name: line for line in found.categories}
    # Tea: 600 a month x 365 / 30 = 7,300 a year on 30 x 3 = 90 of stock
    assert by_name["饮料"].gmroi == pytest.approx(7300 / 90)
    assert (by_name["饮料"].stock, by_name["饮料"].margin) == (90, 600)
    # Noodles of both kinds: 30 a month = 365 a year on 300 + 50
    assert by_name["方便面"].gmroi == pytest.approx(365 / 350)
    assert [line.name for line in found.categories] == ["饮料", "冷藏", "方便面"]
    # 750 a month = 9,125 a year on 90 + 160 + 350
    assert found.store.gmroi == pytest.approx(9125 / 600)
    assert {line.code: line.cover for line in found.lines} == {"T": 3, "Y": 10, "N": 100, "Q": None}


def test_without_costs_products_are_weighed_by_sales_and_nothing_is_said_of_stock(act_as):
    take_in(act_as, {code: (a, b, price, "", *rest) for code, (a, b, price, _cost, *rest) in GOODS.items()})
    found = own(act_as)
    assert not found.by_margin
    # Sales a month: 1,500, 600, 120 of 2,220
    assert [line.cell for line in found.lines] == ["AX", "AX", "BZ", "CZ"]
    assert found.store.gmroi is None
    assert all(line.gmroi is None and line.margin is None for line in found.lines)


def test_a_product_without_a_cost_is_not_called_worthless(act_as):
    # Tea earns 600 of 1,500 a month and yogurt 120 of 600: 34.3 % of what has a cost; bread sells 300 and would earn 103
    goods = {code: GOODS[code] for code in "TY"} | {"B": ("面包", "否", "5.00", "", [2] * 28, 5)}
    take_in(act_as, goods)
    found = own(act_as)
    assert found.by_margin
    # of 823 they begin at 0, 73 and 87 %
    assert {line.code: (line.cell, line.margin) for line in found.lines} == {
        "T": ("AX", Decimal(600)),
        "Y": ("AX", Decimal(120)),
        "B": ("BX", None),
    }


def test_a_cost_that_is_missing_is_said_beside_its_category(act_as, client_as):
    goods = GOODS | {"Q": ("方便面", "否", "6.00", "", [1] * 28, 10)}
    take_in(act_as, goods)
    noodles = next(line for line in own(act_as).categories if line.name == "方便面")
    # 4 a day of known cost, 6 without
    assert noodles.told == pytest.approx(0.4)
    with act_as("store_manager") as viewer:
        page = client_as("store_manager").get(f"/advice/assortment/{viewer.store.id}").text
    assert "cost and stock known of 40 % of its sales" in page


def test_without_a_count_of_stock_there_is_no_gmroi(act_as, client_as):
    take_in(act_as, stock=False)
    found = own(act_as)
    assert found.store.gmroi is None
    assert {line.on_hand for line in found.lines} == {None}
    page = client_as("store_manager").get("/advice/assortment/", follow_redirects=True).text
    assert "Without costs and a count of the stock nothing can be said" in page


def test_under_four_weeks_nothing_is_said(act_as, client_as):
    take_in(act_as, days=20)
    assert own(act_as) is None
    page = client_as("store_manager").get("/advice/assortment/", follow_redirects=True)
    assert page.status_code == 200
    assert "Not enough figures yet" in page.text


def test_what_comparable_stores_sell_besides_comes_from_published_shares_alone(act_as, client_as, monkeypatch):
    take_in(act_as)
    head = ["商品编码", "商品名称", "品类", "自有品牌", "零售价", "进价"]
    more = [[code, f"柠檬茶{code}", "饮料", "是", "4.00", "3.00"] for code in ("Z", "rare", "gone")]
    with act_as("administrator") as viewer:
        assert importing.take_in("products", write_csv([head, *more]), by=viewer).written
    with act_as("manager"):
        db.session.scalars(select(Product).where(Product.code == "gone")).one().active = False
    with act_as("manager"):
        ids = {product.code: product.id for product in db.session.scalars(select(Product))}
    # e^(0.02 x -80) = 20.2 % of the category, for each; tea is there already, one is not sold any more, and e^-6 of the
    # category is less than anybody orders something new for
    steps = {"Z": -80, "T": -80, "gone": -80, "rare": -300}
    shares = {f"product:{ids[code]}": step for code, step in steps.items()}
    typical = Typical(("convenience",), clock.today(TIMEZONE).replace(day=1), {"category share": shares})
    monkeypatch.setattr(figures, "typical_store", lambda _store, _today: typical)
    (missing,) = own(act_as).missing
    # Drinks sell 1,500 a month; a quarter of the price is margin: 1,500 x 0.2019 x 0.25 = 75.7, of which a fifth is new at
    # least; at most six tenths of twice as much
    assert (missing.code, missing.own) == ("Z", True)
    assert (missing.low, missing.high) == (15, 91)
    page = client_as("store_manager").get("/advice/assortment/", follow_redirects=True).text
    assert "柠檬茶" in page
    assert "¥15 – ¥91" in page


def test_a_class_shows_its_products_and_what_to_do_with_them(act_as, client_as, count_queries):
    take_in(act_as)
    client = client_as("store_manager")
    address = client.get("/advice/assortment/").location
    with count_queries() as asked:
        page = client.get(f"{address}?cell=BX").text
    assert len(asked) <= 11
    assert "order by habit" in page
    products = page[page.index('id="h-lines"') :]
    assert "冷藏一号" in products
    assert "饮料一号" not in products
    assert client.get(f"{address}?cell=nonsense").status_code == 200


def test_the_table_has_every_product(act_as, client_as):
    take_in(act_as)
    client = client_as("store_manager")
    sheet = client.get(client.get("/advice/assortment/").location + "/assortment.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.data)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["T", "Y", "N", "Q"]
    assert rows[1][3:6] == ["AX", 1500, 600]


def test_our_people_say_which_store(act_as, client_as):
    take_in(act_as)
    with act_as("store_manager") as viewer:
        number, store_id = viewer.store.number, viewer.store.id
    client = client_as("manager")
    assert "Store number" in client.get("/advice/assortment/").text
    assert "There is no such store" in client.get("/advice/assortment/?store=nowhere").text
    assert client.get(f"/advice/assortment/?store={number}").location == f"/advice/assortment/{store_id}"
    assert "饮料一号" in client.get(f"/advice/assortment/{store_id}").text


def test_another_store_and_another_distributor_find_nothing(act_as, client_as, api_as):
    take_in(act_as)
    with act_as("store_manager") as viewer:
        number, store_id = viewer.store.number, viewer.store.id
    for who in (("store_manager:1",), ("manager", "other")):
        for path in ("", "/assortment.xlsx"):
            assert client_as(*who).get(f"/advice/assortment/{store_id}{path}").status_code == 404
    with act_as("store_manager:1") as viewer:
        assert viewer.store.number != number
    assert api_as("store_manager:1").get(f"/api/v1/advice/assortment?store={number}").status_code == 404


def test_programs_read_the_same(act_as, api_as):
    take_in(act_as)
    found = api_as("store_manager").get("/api/v1/advice/assortment").json
    assert [(line["code"], line["cell"], line["margin"]) for line in found["lines"]][:2] == [
        ("T", "AX", "600"),
        ("Y", "BX", "120"),
    ]
    assert found["cells"]["CZ"]["products"] == 2
    with act_as("manager"):
        numbers = [store.number for store in db.session.scalars(select(Store).order_by(Store.id))]
    assert api_as("manager").get(f"/api/v1/advice/assortment?store={numbers[-1]}").json == {"until": None}
    assert api_as("manager").get("/api/v1/advice/assortment?store=nowhere").status_code == 404
