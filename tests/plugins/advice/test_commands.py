"""Advice from the shell: the same as on the store's page of today."""

import pytest

from portal import clock
from tests.plugins.advice.figures import take_in_figures
from tests.portal.operations_kit import command


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(clock.now()):
        yield


@pytest.fixture
def figures(act_as):
    take_in_figures(act_as)


def test_each_store_gets_what_its_figures_advise(app, figures):
    *lines, summary = command(app, "advice", "compute", "--language", "en").splitlines()
    advice = {line.split("\t")[1]: line.split("\t") for line in lines if "\t" in line}
    assert {line[0] for line in advice.values()} == {"0001"}
    assert advice["Order list"][2] == "Order 冰红茶"
    assert "11 left, 5.0 sold a day, enough for 2.2 days" in advice["Order list"][3]
    # 5 a day for the 9 days that an order has to last, 11 are there: 34 short at a margin of 1.10
    assert advice["Order list"][4] == "¥37"
    assert advice["Near expiry"][4] == "¥147"  # of 60, 30 sell in 6 days; 30 at 4.90 are left
    assert summary == "2 pieces of advice for 3 stores"


def test_it_is_what_the_store_reads_today(app, figures, client_as):
    said = command(app, "advice", "compute", "--store", "0001")
    page = client_as("store_manager", language="zh_Hans").get("/today").text
    titles = [line.split("\t")[2] for line in said.splitlines() if "\t" in line]
    assert len(titles) == 2
    assert all(title in page for title in titles)


def test_a_store_without_figures_gets_none(app, figures):
    assert command(app, "advice", "compute", "--store", "0002").splitlines()[-1] == "0 pieces of advice for 1 stores"


def test_another_distributors_stores_are_not_asked(app, figures):
    said = command(app, "advice", "compute", "--distributor", "other").splitlines()
    assert said[-1] == "0 pieces of advice for 2 stores"
    assert "no store 0003" in command(app, "advice", "compute", "--distributor", "other", "--store", "0003", fails=True)
