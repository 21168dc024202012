"""The cards that a store's own figures give: what they say, and what their charts say to who cannot see them."""

import re
from datetime import timedelta

import pytest

from plugins.trade import services as trade
from portal import clock
from portal.files.exports import write_csv

NOW = clock.now()
TODAY = clock.today("Asia/Shanghai")
HEAD = ["商品编码", "库存", "批号", "到期日"]


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def figures(act_as):
    """Four weeks of tea and yogurt, five a day; tea for two days, yogurt that ends in six."""
    days = [(TODAY - timedelta(days=day)).isoformat() for day in range(1, 29)]
    products = [
        ["商品编码", "商品名称", "零售价", "进价"],
        ["T", "冰红茶", "3.50", "2.40"],
        ["Y", "酸奶", "6.80", "4.90"],
    ]
    sales = [["商品编码", "日期", "数量"], *([code, day, "5"] for day in days for code in "TY")]
    stock = [HEAD, ["T", "10", "", ""], ["Y", "60", "B1", (TODAY + timedelta(days=6)).isoformat()]]
    with act_as("administrator") as viewer:
        trade.take_in("products", write_csv(products), by=viewer)
    with act_as("store_manager") as viewer:
        assert trade.take_in("sales", write_csv(sales), by=viewer).written
        assert trade.take_in("stock", write_csv(stock), by=viewer).written


def test_cards_say_in_a_chart_how_long_goods_last_and_how_many_will_be_left(client_as, figures):
    page = client_as("store_manager").get("/today").text
    drawn = re.findall(r'<svg class="sw-svg"[^>]*role="img"[^>]*><title>([^<]+)</title>', page)
    assert "Lasts 2.0 days; a delivery takes up to 4" in drawn
    assert "30 units sell before their date, 30 will be left" in drawn


def test_charts_speak_the_language_of_the_reader(client_as, figures):
    assert "够 2.0 天" in client_as("store_manager", language="zh_Hans").get("/today").text
    assert "lasts 2.0 days" in client_as("store_manager").get("/today").text
