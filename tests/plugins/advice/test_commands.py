"""Advice from the shell: the same as on the store's page of today."""

from datetime import timedelta

import pytest

from plugins.trade import services as trade
from portal import clock
from portal.files.exports import write_csv
from tests.portal.operations_kit import command

TODAY = clock.today("Asia/Shanghai")


@pytest.fixture
def figures(act_as):
    """Four weeks of tea, five a day, in the first store; enough for two more days."""
    days = [(TODAY - timedelta(days=day)).isoformat() for day in range(1, 29)]
    with act_as("administrator") as viewer:
        products = [["商品编码", "商品名称", "零售价", "进价"], ["T", "冰红茶", "3.50", "2.40"]]
        trade.take_in("products", write_csv(products), by=viewer)
    with act_as("store_manager") as viewer:
        sales = [["商品编码", "日期", "数量"], *(["T", day, "5"] for day in days)]
        assert trade.take_in("sales", write_csv(sales), by=viewer).written
        assert trade.take_in("stock", write_csv([["商品编码", "库存"], ["T", "10"]]), by=viewer).written


def test_each_store_gets_what_its_figures_advise(app, figures):
    *lines, summary = command(app, "advice", "compute", "--language", "en").splitlines()
    advice = [line.split("\t") for line in lines if "\t" in line]
    assert [(line[0], line[2]) for line in advice] == [("0001", "Reorder 冰红茶")]
    assert "10 left, 5.0 sold a day: enough for 2.0 days" in advice[0][3]
    assert advice[0][4] == "¥11"  # 1.10 a piece, 5 a day, for the two days until a delivery at the latest
    assert summary == "1 pieces of advice for 1 of 3 stores"


def test_it_is_what_the_store_reads_today(app, figures, client_as):
    said = command(app, "advice", "compute", "--store", "0001")
    page = client_as("store_manager", language="zh_Hans").get("/today").text
    title = next(line.split("\t")[2] for line in said.splitlines() if "\t" in line)
    assert title in page


def test_a_store_without_figures_gets_none(app, figures):
    assert (
        command(app, "advice", "compute", "--store", "0002").splitlines()[-1] == "0 pieces of advice for 0 of 1 stores"
    )


def test_another_distributors_stores_are_not_asked(app, figures):
    said = command(app, "advice", "compute", "--distributor", "other").splitlines()
    assert said[-1] == "0 pieces of advice for 0 of 2 stores"
    assert "no store 0003" in command(app, "advice", "compute", "--distributor", "other", "--store", "0003", fails=True)
