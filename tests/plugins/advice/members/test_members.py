"""Members of a store by recency, frequency and money: from a table that nobody keeps."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from plugins.advice.members.reading import read_members
from portal import clock
from portal.db import db
from portal.files.exports import write_csv
from portal.files.models import StoredFile

PAGE = "/advice/members/"
NOW = clock.now()


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


def ago(days):
    return (clock.today("Asia/Shanghai") - timedelta(days=days)).isoformat()


def table(rows, head=("会员号", "日期", "金额")):
    return write_csv([list(head), *rows])


def fifty():
    """Ten who bought today, five times for 100 each; ten who bought five times, 200 days ago; thirty who came once."""
    rows = [[f"A{at}", ago(0), "100"] for at in range(10) for _time in range(5)]
    rows += [[f"B{at}", ago(200), "50"] for at in range(10) for _time in range(5)]
    return rows + [[f"C{at}", ago(100 + at), "10"] for at in range(30)]


def send(client, data, **fields):
    return client.post(PAGE, data={"file": (BytesIO(data), "m.csv"), **fields})


def test_purchases_of_a_member_add_up(act_as):
    rows = [
        ["13900001111", ago(3), "¥1,000.50"],
        ["13900001111", ago(9), "20"],
        ["2", ago(400), "5"],
        ["3", ago(1), "-5"],
    ]
    with act_as("store_manager"):
        found = read_members(table(rows), clock.today("Asia/Shanghai"))
    assert found.numbers == ("13900001111",)
    assert (found.days_since, found.purchases, [str(spent) for spent in found.spent]) == ((3,), (2,), ["1020.50"])
    assert found.left_out == 2  # one bought nothing in a year, the other only brought something back


def test_a_table_of_members_with_their_totals_says_the_same(act_as):
    head = ("会员号", "最近消费", "累计消费", "消费次数")
    with act_as("store_manager"):
        found = read_members(table([["1", ago(3), "1020.5", "2"]], head), clock.today("Asia/Shanghai"))
    assert (found.days_since, found.purchases, [float(spent) for spent in found.spent]) == ((3,), (2,), [1020.5])


def test_the_page_says_who_is_best_and_who_slips_away(client_as):
    page = send(client_as("store_manager"), table(fifty())).text
    assert "50 members of the last year" in page
    best = page[page.index("Best members") :]
    # ten of fifty: 5,000 of 7,800 yuan in all
    assert "<b>10</b>" in best[: best.index("</li>")]
    assert "64 % of the money" in best[: best.index("</li>")]
    away = page[page.index("Slipping away") :]
    assert "<b>10</b>" in away[: away.index("</li>")]
    assert "200 days ago" in away[: away.index("</li>")]


def test_the_table_goes_back_with_the_class_of_each_and_nothing_is_kept(act_as, client_as):
    answer = send(client_as("store_manager"), table(fifty()), as_table="1")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    classes = {row[0]: row[1] for row in rows[1:]}
    assert (len(classes), classes["A3"], classes["B3"]) == (50, "Best members", "Slipping away")
    with act_as("store_manager"):
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([["1", "2999-01-01", "5"]], "This day lies in the future"),
        ([["1", "yesterday", "5"]], "yesterday"),
        ([["", "2026-01-01", "5"]], "must not be empty"),
        ([["1", "2026-01-01", "999999999"]], "Nobody spends that much"),
        ([["1", "2026-01-01", "much"]], "much"),
        ([["1", "2026-11-01", "5"]], "Fewer than 25 members"),
    ],
)
def test_what_is_wrong_is_said(client_as, rows, said):
    answer = send(client_as("store_manager"), table(rows))
    assert answer.status_code == 422
    assert said in answer.text


def test_what_is_no_such_table_is_refused_in_words(client_as):
    for data in (b"%PDF-1.4", table([["1", "2"]], ("A", "B")), b""):
        assert send(client_as("store_manager"), data).status_code == 422


def test_only_a_store_has_members(client_as):
    assert client_as("manager").get(PAGE).status_code == 403
