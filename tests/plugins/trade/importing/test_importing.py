"""A table is looked at before it counts, taken in once, and can be undone."""

from datetime import timedelta
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from plugins.trade import queries
from plugins.trade.importing import services, undoing
from plugins.trade.importing.models import TAKEN_IN, UNDONE, WAITING, ColumnMap, Upload, UploadBefore
from plugins.trade.methods.blocks import unpack
from plugins.trade.models import Batch, Product, SalesMonth, Stock
from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import RuleBroken
from portal.files.exports import write_csv
from portal.files.models import StoredFile

TODAY = clock.today("Asia/Shanghai")
DAY = TODAY - timedelta(days=3)
PAGE = "/trade/uploads"
PRODUCTS = [["商品编码", "商品名称", "零售价", "进价"], ["T", "冰红茶", "3.50", "2.40"], ["Y", "酸奶", "6.80", "4.90"]]
HEADS = {
    "sales": ["商品编码", "日期", "数量"],
    "stock": ["商品编码", "库存", "批号", "到期日"],
    "products": PRODUCTS[0],
}


@pytest.fixture(autouse=True)
def goods(act_as):
    take_in(act_as, "products", PRODUCTS[1:], role="administrator")


def table(kind, rows):
    return write_csv([HEADS[kind], *rows])


def take_in(act_as, kind, rows, role="store_manager"):
    with act_as(role) as viewer:
        assert services.take_in(kind, table(kind, rows), by=viewer).written
        return db.session.scalar(select(func.max(Upload.id)))


def undo(act_as, upload_id, role="store_manager"):
    with act_as(role):
        undoing.undo(db.session.get_one(Upload, upload_id))


def all_there_is(act_as):
    """Every figure, in plain values."""
    with act_as("administrator"):
        sold = {}
        for row in db.session.scalars(select(SalesMonth)):
            block = unpack(row.month, row.block)
            sold |= {
                (row.store_id, int(product), row.month, day): int(units)
                for product, of_product in zip(block.product_ids, block.units, strict=True)
                for day, units in enumerate(of_product)
                if units
            }
        stock = {
            (s.store_id, s.product_id): (s.on_hand, s.on_order, s.as_of) for s in db.session.scalars(select(Stock))
        }
        batches = {
            (b.store_id, b.product_id, b.number): (b.units, b.expires_on, b.as_of)
            for b in db.session.scalars(select(Batch))
        }
        products = {p.code: (p.name, p.brand, p.price, p.cost) for p in db.session.scalars(select(Product))}
        return sold, stock, batches, products


def send(client, kind, rows, name="table.csv"):
    data = {"kind": kind, "file": (BytesIO(rows if isinstance(rows, bytes) else table(kind, rows)), name)}
    return client.post(PAGE, data=data)


def test_nothing_is_written_before_somebody_has_looked(act_as, client_as):
    take_in(act_as, "sales", [["T", DAY.isoformat(), "4"], ["Y", DAY.isoformat(), "2"]])
    before = all_there_is(act_as)
    client = client_as("store_manager")
    shown = client.get(
        send(client, "sales", [["T", f"{DAY}", "5"], ["Y", f"{DAY}", "2"], ["T", f"{TODAY}", "1"]]).location
    )
    facts = shown.text[shown.text.index('id="h-what"') :]
    for label, figure in (("Stores", 1), ("Products", 2), ("Units", 8), ("Added", 1), ("Changes", 1), ("As before", 1)):
        assert f"<span>{label}</span>" in facts.replace("<dt>", "<span>").replace("</dt>", "</span>"), label
        assert figure == int(facts.replace("<", " <").split(label, 1)[1].split(">")[2].split("<")[0].strip()), label
    assert all_there_is(act_as) == before
    with act_as("store_manager"):
        assert db.session.scalar(select(Upload.state).order_by(Upload.id.desc()).limit(1)) == WAITING


def test_two_taps_take_it_in_once(act_as, client_as):
    client = client_as("store_manager")
    url = send(client, "sales", [["T", f"{DAY}", "5"]]).location
    assert client.post(f"{url}/take").status_code == 302
    assert client.post(f"{url}/take").status_code == 302
    with act_as("store_manager") as viewer:
        assert [upload.state for upload in db.session.scalars(select(Upload).where(Upload.kind == "sales"))] == [
            TAKEN_IN
        ]
        assert queries.product_states(viewer.store.id, until=TODAY)[0].sold_28_days == 5
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_the_same_file_again_changes_nothing_and_says_so(act_as, client_as):
    take_in(act_as, "sales", [["T", f"{DAY}", "5"]])
    client = client_as("store_manager")
    answer = send(client, "sales", [["T", f"{DAY}", "5"]])
    assert answer.location == PAGE
    assert "nothing has changed" in client.get(PAGE).text


def test_wrong_cells_wait_for_nothing(act_as, client_as):
    answer = send(client_as("store_manager"), "sales", [["T", f"{DAY}", "5"], ["X", f"{DAY}", "1"]])
    assert answer.status_code == 422
    assert "There is no product with this code." in answer.text
    with act_as("store_manager"):
        assert db.session.scalar(select(func.count()).select_from(Upload).where(Upload.kind == "sales")) == 0


def test_what_nobody_wants_is_left(act_as, client_as):
    client = client_as("store_manager")
    url = send(client, "stock", [["T", "5", "", ""]]).location
    assert client.post(f"{url}/discard").status_code == 302
    assert client.get(url).status_code == 404
    with act_as("store_manager"):
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


@pytest.mark.parametrize(
    ("kind", "first", "second", "role"),
    [
        ("sales", [["T", f"{DAY}", "4"]], [["T", f"{DAY}", "9"], ["Y", f"{TODAY}", "3"]], "store_manager"),
        ("sales", [["T", f"{DAY}", "4"]], [["T", f"{DAY - timedelta(days=60)}", "9"]], "store_manager"),
        (
            "stock",
            [["T", "7", "", ""], ["Y", "5", "B1", f"{TODAY}"]],
            [["T", "2", "", ""], ["Y", "9", "B1", f"{DAY}"], ["Y", "1", "B2", f"{TODAY}"]],
            "store_manager",
        ),
        (
            "products",
            [["T", "冰红茶", "4.00", ""]],
            [["T", "绿茶", "", "2.55"], ["N", "新品", "1.00", ""]],
            "administrator",
        ),
    ],
)
def test_undone_it_is_as_it_was(act_as, kind, first, second, role):
    take_in(act_as, kind, first, role)
    before = all_there_is(act_as)
    upload = take_in(act_as, kind, second, role)
    assert all_there_is(act_as) != before
    undo(act_as, upload, role)
    assert all_there_is(act_as) == before
    with act_as(role):
        assert db.session.get_one(Upload, upload).state == UNDONE
        assert (
            db.session.scalar(select(func.count()).select_from(UploadBefore).where(UploadBefore.upload_id == upload))
            == 0
        )
        assert db.session.scalar(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)) == "trade.undone"


UNITS = st.integers(-3, 30)
ROWS = st.lists(
    st.tuples(st.sampled_from("TY"), st.integers(0, 70), UNITS), min_size=1, max_size=6, unique_by=lambda r: r[:2]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ROWS, min_size=1, max_size=4))
def test_whatever_came_in_the_last_ones_undone_in_turn_give_back_each_state(act_as, files):
    with act_as("store_manager"):
        for model in (UploadBefore, Upload, SalesMonth):
            for row in db.session.scalars(select(model)):
                db.session.delete(row)
    states, uploads = [], []
    for rows in files:
        states.append(all_there_is(act_as))
        told = [[code, f"{TODAY - timedelta(days=back)}", str(units)] for code, back, units in rows]
        with act_as("store_manager") as viewer:
            intake = services.take_in("sales", table("sales", told), by=viewer)
            uploads.append(None if intake.repeated else db.session.scalar(select(func.max(Upload.id))))
    for upload, state in zip(reversed(uploads), reversed(states), strict=True):
        if upload is not None:
            with act_as("store_manager"):
                changed = db.session.scalar(select(UploadBefore.id).where(UploadBefore.upload_id == upload).limit(1))
            if changed is not None:
                undo(act_as, upload)
        assert all_there_is(act_as) == state


def test_what_was_changed_since_is_not_undone_and_nothing_else_is(act_as, client_as):
    first = take_in(act_as, "sales", [["T", f"{DAY}", "4"], ["T", f"{DAY - timedelta(days=60)}", "8"]])
    take_in(act_as, "sales", [["T", f"{DAY}", "5"]])
    before = all_there_is(act_as)
    answer = client_as("store_manager").post(f"{PAGE}/{first}/undo")
    assert answer.status_code == 422
    assert "changed again since then" in answer.text
    assert all_there_is(act_as) == before


@pytest.mark.parametrize(
    ("kind", "first", "second", "role"),
    [
        ("stock", [["T", "7", "", ""]], [["T", "8", "", ""]], "store_manager"),
        ("products", [["T", "绿茶", "", ""]], [["T", "红茶", "", ""]], "administrator"),
    ],
)
def test_levels_and_products_that_were_changed_since_are_not_undone(act_as, kind, first, second, role):
    upload = take_in(act_as, kind, first, role)
    take_in(act_as, kind, second, role)
    before = all_there_is(act_as)
    with pytest.raises(RuleBroken):
        undo(act_as, upload, role)
    assert all_there_is(act_as) == before


def test_a_product_that_is_in_use_stays(act_as):
    upload = take_in(act_as, "products", [["N", "新品", "1.00", ""]], "administrator")
    take_in(act_as, "sales", [["N", f"{DAY}", "4"]])
    with pytest.raises(RuleBroken):
        undo(act_as, upload, "administrator")


def test_after_a_month_it_can_no_longer_be_undone(act_as, run_jobs):
    upload = take_in(act_as, "sales", [["T", f"{DAY}", "4"]])
    with clock.frozen(clock.now() + timedelta(days=30, minutes=1)):
        with pytest.raises(RuleBroken):
            undo(act_as, upload)
        with act_as("administrator"):
            undoing.forget_old()
            assert db.session.scalar(select(func.count()).select_from(UploadBefore)) == 0


def test_what_waits_for_a_day_goes(act_as, client_as):
    url = send(client_as("store_manager"), "sales", [["T", f"{DAY}", "5"]]).location
    with clock.frozen(clock.now() + timedelta(days=1, minutes=1)), act_as("administrator"):
        undoing.forget_old()
    assert client_as("store_manager").get(url).status_code == 404
    with act_as("store_manager"):
        assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 0


def test_columns_are_asked_for_once_and_remembered(act_as, client_as):
    strange = f"货品,何时,卖了多少,备注\nT,{DAY:%Y/%m/%d},5,无\nY,{DAY:%Y/%m/%d},2,\n".encode("gb18030")
    client = client_as("store_manager")
    asked = send(client, "sales", strange)
    assert asked.location.endswith("/columns")
    page = client.get(asked.location).text
    # Told by what stands there: a product's code, a date, whole numbers
    for name, heading in (("product", "货品"), ("day", "何时"), ("units", "卖了多少")):
        field = page[page.index(f'name="{name}"') :]
        assert f'selected value="{heading}"' in field[: field.index("</select>")]
    assert "In the file: 5, 2" in page  # under what was guessed to be the units
    assert page.index("<small>") < page.index("</table>")  # and what the codes stand for
    wrong = client.post(asked.location, data={"product": "货品", "day": "何时", "units": ""})
    assert wrong.status_code == 422
    twice = client.post(asked.location, data={"product": "货品", "day": "何时", "units": "何时"})
    assert "can be chosen once" in twice.text
    looked = client.post(asked.location, data={"product": "货品", "day": "何时", "units": "卖了多少"})
    client.post(f"{looked.location}/take")
    with act_as("store_manager") as viewer:
        states = queries.product_states(viewer.store.id, until=TODAY)
        assert [(state.product.code, state.sold_28_days) for state in states] == [("T", 5), ("Y", 2)]
        assert db.session.scalar(select(func.count()).select_from(ColumnMap)) == 1
    again = send(client, "sales", strange.replace(b",5,", b",6,"))
    assert not again.location.endswith("/columns")
    assert "as you said the last time" in client.get(again.location).text


def test_columns_that_are_known_are_not_asked_for(client_as):
    assert not send(client_as("store_manager"), "sales", [["T", f"{DAY}", "5"]]).location.endswith("/columns")


def test_what_is_no_table_is_refused_and_not_asked_about(client_as):
    answer = send(client_as("store_manager"), "sales", b"%PDF-1.4 no table")
    assert answer.status_code == 422


def test_a_code_that_stands_twice_is_named_by_row(act_as):
    with act_as("administrator") as viewer:
        rows = [["A", "甲", "", ""], ["B", "乙", "", ""], ["A", "丙", "", ""]]
        intake = services.take_in("products", table("products", rows), by=viewer)
    assert [(error.row, error.column) for error in intake.errors] == [(4, "商品编码")]
    assert "row 2" in intake.errors[0].text


def test_what_a_store_brought_others_neither_see_nor_undo(act_as, client_as):
    url = send(client_as("store_manager"), "sales", [["T", f"{DAY}", "5"]]).location
    upload = take_in(act_as, "sales", [["T", f"{DAY}", "4"]])
    for stranger in (client_as("store_manager:1"), client_as("store_manager", "other"), client_as("manager", "other")):
        assert stranger.get(url).status_code == 404
        assert stranger.post(f"{url}/take").status_code == 404
        assert stranger.post(f"{PAGE}/{upload}/undo").status_code == 404
    assert client_as("manager").get(url).status_code == 200  # whose stores it are


def test_pages_ask_few_questions(act_as, client_as, count_queries):
    client = client_as("store_manager")
    url = send(client, "sales", [["T", f"{DAY}", "5"]]).location
    with count_queries() as statements:
        client.get(url)
    assert len(statements) <= 10
    take_in(act_as, "sales", [["T", f"{DAY}", "4"]])
    with count_queries() as statements:
        client.get(PAGE)
    assert len(statements) <= 5


def test_a_forgotten_moment_of_stock_is_known(act_as):
    upload = take_in(act_as, "stock", [["T", "7", "", ""]])
    take_in(act_as, "stock", [["Y", "5", "", ""]])  # another product: the first can still be undone
    undo(act_as, upload)
    with act_as("store_manager"):
        assert [stock.on_hand for stock in db.session.scalars(select(Stock))] == [5]


@pytest.mark.parametrize("kind", ["sales", "stock"])
def test_headings_without_rows_are_refused_in_words(act_as, client_as, kind):
    answer = send(client_as("store_manager"), kind, [])
    assert answer.status_code == 422
    assert "only headings" in answer.text


def test_what_waits_stands_on_the_page_until_it_is_taken_in(client_as):
    client = client_as("store_manager")
    url = send(client, "sales", [["T", f"{DAY}", "5"]], name="march.csv").location
    assert f'href="{url}"' in client.get(PAGE).text
    assert "march.csv" not in client_as("store_manager:1").get(PAGE).text
    client.post(f"{url}/take")
    assert f'href="{url}"' not in client.get(PAGE).text


def test_a_file_whose_columns_nobody_has_named_leads_back_to_that_question(client_as):
    client = client_as("store_manager")
    asked = send(client, "sales", f"货品,何时,卖了多少\nT,{DAY},5\n".encode()).location
    assert client.get(asked.removesuffix("/columns")).location == asked
    assert client.get(asked.removesuffix("/columns") + "/errors.csv").status_code == 422


def test_programs_undo_what_they_sent(act_as, api_as):
    api = api_as("store_manager")
    api.post("/api/v1/trade/sales", json={"rows": [{"product": "T", "day": f"{DAY}", "units": 5}]})
    upload = api.get("/api/v1/trade/imports").json["items"][0]
    assert upload["state"] == TAKEN_IN
    url = f"/api/v1/trade/imports/{upload['id']}"
    assert api_as("store_manager:1").delete(url).status_code == 404
    assert api.delete(url).status_code == 204
    assert api.delete(url).status_code == 422
    assert all_there_is(act_as)[0] == {}
