"""Receipts come in by table or by program, each of them a whole; they are undone like sales, and stay behind the walls."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from plugins.trade.importing import services, undoing
from plugins.trade.importing.models import Upload
from plugins.trade.models import Product
from plugins.trade.receipts.models import ReceiptBlock
from plugins.trade.receipts.queries import receipts_of
from plugins.trade.signals import receipts_changed
from portal import clock
from portal.db import db
from portal.errors import RuleBroken
from portal.files.exports import write_csv

HEAD = ["小票号", "商品编码", "日期", "数量"]
TODAY = clock.today("Asia/Shanghai")
DAY = (TODAY - timedelta(days=2)).isoformat()


@pytest.fixture(autouse=True)
def goods(act_as):
    with act_as("administrator") as viewer:
        rows = [["商品编码", "商品名称"], ["T", "茶"], ["Y", "酸奶"], ["N", "面"]]
        assert services.take_in("products", write_csv(rows), by=viewer).written


def bring(act_as, rows, role="store_manager", head=HEAD):
    with act_as(role) as viewer:
        return services.take_in("receipts", write_csv([head, *rows]), by=viewer)


def bought(act_as, days=30, role="store_manager"):
    """The sets of goods on the receipts of the first store, as names, sorted."""
    with act_as(role) as viewer:
        names = {product.id: product.code for product in db.session.scalars(select(Product))}
        found = receipts_of(viewer.store.id, today=TODAY, days=days)
    baskets = [set() for _receipt in range(found.count)]
    for receipt, product in zip(found.receipt.tolist(), found.product.tolist(), strict=True):
        baskets[receipt].add(names[product])
    return sorted("".join(sorted(basket)) for basket in baskets)


def test_lines_of_a_number_on_a_day_are_one_receipt(act_as):
    before = (TODAY - timedelta(days=3)).isoformat()
    assert bring(
        act_as, [["1", "T", DAY, "2"], ["1", "Y", DAY, ""], ["2", "T", DAY, "1"], ["1", "N", before, "1"]]
    ).written
    assert bought(act_as) == ["N", "T", "TY"]


def test_returns_are_no_purchase_and_old_receipts_are_left_out(act_as):
    old = (TODAY - timedelta(days=40)).isoformat()
    assert bring(act_as, [["1", "T", DAY, "-1"], ["2", "Y", old, "1"], ["3", "N", DAY, "1"]]).written
    assert bought(act_as) == ["N"]
    assert bought(act_as, days=60) == ["N", "Y"]


def test_a_receipt_that_comes_again_is_set_anew_and_the_others_stay(act_as):
    bring(act_as, [["1", "T", DAY, "2"], ["1", "Y", DAY, "1"], ["2", "N", DAY, "1"]])
    bring(act_as, [["1", "T", DAY, "2"]])
    assert bought(act_as) == ["N", "T"]


def test_before_they_count_the_page_says_how_many_are_new(act_as):
    bring(act_as, [["1", "T", DAY, "2"], ["2", "N", DAY, "1"]])
    with act_as("store_manager") as viewer:
        rows = [HEAD, ["1", "T", DAY, "2"], ["2", "Y", DAY, "1"], ["3", "T", DAY, "4"]]
        summary = services.read("receipts", write_csv(rows), viewer).parsed.summary()
    assert (summary.new, summary.changed, summary.same, summary.products, summary.units) == (1, 1, 1, 2, 7)
    assert summary.first == summary.last == date.fromisoformat(DAY)


def test_what_was_brought_is_undone(act_as):
    bring(act_as, [["1", "T", DAY, "2"]])
    bring(act_as, [["1", "Y", DAY, "1"], ["2", "N", DAY, "1"]])
    with act_as("store_manager"):
        undoing.undo(db.session.scalars(select(Upload).order_by(Upload.id.desc()).limit(1)).one())
    assert bought(act_as) == ["T"]
    with act_as("store_manager"):
        undoing.undo(
            db.session.scalars(select(Upload).where(Upload.kind == "receipts").order_by(Upload.id).limit(1)).one()
        )
    with act_as("manager"):
        assert db.session.scalars(select(ReceiptBlock)).all() == []


def test_what_was_changed_since_is_not_undone(act_as):
    bring(act_as, [["1", "T", DAY, "2"]])
    bring(act_as, [["2", "N", DAY, "1"]])
    with act_as("store_manager"):
        first = db.session.scalars(select(Upload).where(Upload.kind == "receipts").order_by(Upload.id).limit(1)).one()
        with pytest.raises(RuleBroken, match="changed again"):
            undoing.undo(first)
    assert bought(act_as) == ["N", "T"]


def test_products_on_receipts_are_not_taken_away_again(act_as):
    with act_as("administrator") as viewer:
        rows = [["商品编码", "商品名称"], ["L", "柠檬茶"]]
        assert services.take_in("products", write_csv(rows), by=viewer).written
    bring(act_as, [["1", "L", DAY, "1"]])
    with act_as("administrator"):
        upload = db.session.scalars(select(Upload).where(Upload.kind == "products").order_by(Upload.id.desc()).limit(1))
        with pytest.raises(RuleBroken, match="in use"):
            undoing.undo(upload.one())
    assert bought(act_as) == ["L"]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["", "T", DAY, "1"], "小票号"),
        (["1", "X", DAY, "1"], "商品编码"),
        (["1", "T", "2999-01-01", "1"], "日期"),
        (["1", "T", DAY, "10001"], "数量"),
        (["1", "T", DAY, "some"], "数量"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_taken_in(act_as, row, column):
    intake = bring(act_as, [["9", "T", DAY, "1"], row])
    assert [(error.row, error.column) for error in intake.errors] == [(3, column)]
    assert bought(act_as) == []


def test_our_people_bring_them_for_stores_by_number(act_as):
    with act_as("store_manager") as viewer:
        number = viewer.store.number
    head = ["门店编号", *HEAD]
    assert bring(act_as, [["no such", "1", "T", DAY, "1"]], "manager", head).errors
    assert bring(act_as, [[number, "1", "T", DAY, "1"]], "manager", head).written
    assert bought(act_as) == ["T"]


def test_programs_send_them_line_by_line(act_as, api_as):
    lines = [{"receipt": "1", "product": "T", "day": DAY}, {"receipt": "1", "product": "N", "day": DAY, "units": 2}]
    api = api_as("store_manager")
    assert api.post("/api/v1/trade/receipts", json={"rows": lines}).json == {"rows": 2, "repeated": False}
    assert api.post("/api/v1/trade/receipts", json={"rows": lines}).json == {"rows": 2, "repeated": True}
    assert bought(act_as) == ["NT"]


def test_who_listens_hears_of_each_store_once(act_as):
    heard = []
    with receipts_changed.connected_to(lambda _sender, store_id: heard.append(store_id)):
        bring(act_as, [["1", "T", DAY, "2"], ["2", "T", DAY, "1"]])
    assert len(heard) == 1


def test_another_store_reads_none_of_it(act_as):
    bring(act_as, [["1", "T", DAY, "2"]])
    with act_as("store_manager") as viewer:
        mine = viewer.store.id
    for who in (("store_manager:1",), ("manager", "other")):
        with act_as(*who):
            assert receipts_of(mine, today=TODAY, days=30).count == 0
