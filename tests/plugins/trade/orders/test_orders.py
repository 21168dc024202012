"""Orders of stores: asked for, confirmed, refused, delivered, taken back."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from plugins.trade.contributions import personal_data
from plugins.trade.facts import panel
from plugins.trade.importing import services
from plugins.trade.models import Product, Stock, StoreOrder
from plugins.trade.orders import queries as order_queries
from plugins.trade.orders import services as order_services
from plugins.trade.orders.services import MOST_UNITS, Wanted
from portal import clock
from portal.accounts.models import Membership, Person
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import NotFound, RuleBroken
from portal.files.exports import write_csv
from portal.notifications.models import Notification
from portal.stores.models import Store

NOW = clock.now()
TODAY = clock.today("Asia/Shanghai")
PRODUCTS = [
    ["商品编码", "商品名称", "箱规", "零售价", "进价"],
    ["A1", "冰红茶", "24", "3.50", "2.40"],
    ["A2", "酸奶", "12", "6.80", ""],
]


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def tea(act_as):
    with act_as("administrator") as viewer:
        assert services.take_in("products", write_csv(PRODUCTS), by=viewer).written
    with act_as("manager"):
        return {product.code: product.id for product in db.session.scalars(select(Product))}


@pytest.fixture
def order_id(act_as, tea):
    with act_as("store_manager") as viewer:
        wanted = [Wanted(tea["A1"], 48, advised_units=72), Wanted(tea["A2"], 12)]
        return order_services.request_order(viewer.store.id, wanted, note="早上送", by=viewer).id


def state(act_as, order_id):
    with act_as("manager"):
        return db.session.get_one(StoreOrder, order_id).state


def told(act_as):
    with act_as("administrator"):
        return {(row.kind, row.membership_id) for row in db.session.scalars(select(Notification))}


def test_the_rep_of_the_store_hears_of_it(act_as, order_id, world):
    assert told(act_as) == {("trade.order_requested", world.first.members["rep"])}


def test_it_waits_on_the_reps_first_page_until_it_is_answered(order_id, client_as):
    rep = client_as("rep")
    assert "1 order waits for an answer" in rep.get("/today").text
    assert "waits for an answer" not in client_as("store_manager").get("/today").text
    rep.post(f"/trade/orders/{order_id}/confirm")
    assert "waits for an answer" not in rep.get("/today").text


def test_a_store_without_a_rep_reaches_those_who_lead(act_as, tea, world):
    with act_as("store_manager:2") as viewer:
        order_services.request_order(viewer.store.id, [Wanted(tea["A1"], 1)], by=viewer)
    members = world.first.members
    assert told(act_as) == {("trade.order_requested", members[role]) for role in ("administrator", "manager")}


def test_what_is_on_its_way_counts_until_it_is_there(act_as, order_id, client_as, tea):
    def coming():
        with act_as("store_manager") as viewer:
            found = panel([viewer.store.id], today=TODAY)
            return dict(zip(found.product_ids.tolist(), found.on_order.tolist(), strict=True))

    with act_as("store_manager") as viewer:
        sales = [["商品编码", "日期", "数量"], ["A1", (TODAY - timedelta(days=1)).isoformat(), "3"]]
        assert services.take_in("sales", write_csv(sales), by=viewer).written
    assert coming() == {tea["A1"]: 48, tea["A2"]: 12}
    client_as("rep").post(f"/trade/orders/{order_id}/confirm", data={"deliver_on": TODAY.isoformat()})
    assert coming()[tea["A1"]] == 48
    client_as("store_manager").post(f"/trade/orders/{order_id}/delivered")
    assert coming() == {tea["A1"]: 0}


def test_what_was_delivered_is_on_hand_until_the_next_count(act_as, order_id, client_as, tea):
    with act_as("store_manager") as viewer:
        stock = [["商品编码", "库存", "在途"], ["A1", "5", "60"]]
        assert services.take_in("stock", write_csv(stock), by=viewer).written
    client = client_as("store_manager")
    client.post(f"/trade/orders/{order_id}/delivered")
    client.post(f"/trade/orders/{order_id}/delivered")  # a second tap adds nothing
    with act_as("manager"):
        rows = {row.product_id: (row.on_hand, row.on_order) for row in db.session.scalars(select(Stock))}
    assert rows == {tea["A1"]: (53, 12)}  # yogurt was never counted, and nobody knows how much of it there is


def test_what_is_delivered_to_one_store_is_on_hand_in_no_other(act_as, order_id, client_as, tea, world):
    stores = world.first.stores
    with act_as("manager") as viewer:
        numbers = [db.session.get_one(Store, stores[at]).number for at in (0, 1)]
        stock = [["门店编号", "商品编码", "库存"], *([number, "A1", "5"] for number in numbers)]
        assert services.take_in("stock", write_csv(stock), by=viewer).written
    client_as("rep").post(f"/trade/orders/{order_id}/delivered")
    with act_as("manager"):
        assert {row.store_id: row.on_hand for row in db.session.scalars(select(Stock))} == {stores[0]: 53, stores[1]: 5}


def test_the_person_who_ordered_takes_it_along(act_as, order_id, world):
    with act_as("administrator"):
        person = db.session.get_one(Person, world.first.people["store_manager"])
        found = {data.title: data.rows for data in personal_data(person)}
    assert [row["note"] for row in found["Orders"]] == ["早上送"]


def test_it_is_confirmed_for_a_day_and_the_store_hears_of_it(act_as, order_id, client_as, world):
    rep = client_as("rep")
    for wrong in (-1, 121):
        day = (TODAY + timedelta(days=wrong)).isoformat()
        answer = rep.post(f"/trade/orders/{order_id}/confirm", data={"deliver_on": day})
        assert answer.status_code == 422
        assert "Choose a day from today on, at most 120 days ahead." in answer.text
        assert f'value="{day}"' in answer.text
    assert rep.post(f"/trade/orders/{order_id}/confirm", data={"deliver_on": TODAY.isoformat()}).status_code == 302
    assert state(act_as, order_id) == "confirmed"
    assert ("trade.order_answered", world.first.members["store_manager"]) in told(act_as)
    assert "Confirmed" in client_as("store_manager").get(f"/trade/orders/{order_id}").text


def test_a_refusal_says_why(act_as, order_id, client_as):
    manager = client_as("manager")
    assert manager.post(f"/trade/orders/{order_id}/refuse", data={"answer": ""}).status_code == 422
    assert manager.post(f"/trade/orders/{order_id}/refuse", data={"answer": "缺货"}).status_code == 302
    assert "缺货" in client_as("store_manager").get(f"/trade/orders/{order_id}").text
    assert state(act_as, order_id) == "refused"


def test_a_store_takes_it_back_as_long_as_nobody_has_confirmed_it(act_as, order_id, client_as):
    client_as("rep").post(f"/trade/orders/{order_id}/confirm")
    assert client_as("store_manager").post(f"/trade/orders/{order_id}/cancel").status_code == 422
    assert state(act_as, order_id) == "confirmed"


def test_an_order_that_is_over_stays_so(act_as, order_id, client_as):
    store, rep = client_as("store_manager"), client_as("rep")
    assert store.post(f"/trade/orders/{order_id}/cancel").status_code == 302
    for step, fields in (("confirm", {}), ("refuse", {"answer": "x"}), ("delivered", {}), ("cancel", {})):
        client = store if step == "cancel" else rep
        assert client.post(f"/trade/orders/{order_id}/{step}", data=fields).status_code == 422, step
    assert state(act_as, order_id) == "cancelled"


def test_each_step_stands_in_the_audit_log(act_as, order_id, client_as):
    client_as("rep").post(f"/trade/orders/{order_id}/confirm")
    client_as("store_manager").post(f"/trade/orders/{order_id}/delivered")
    with act_as("administrator"):
        steps = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("trade.order%")))
        assert set(steps) == {"trade.order_requested", "trade.order_confirmed", "trade.order_delivered"}


def test_the_list_sums_up_what_costs_are_known(act_as, order_id, tea):
    with act_as("store_manager") as viewer:
        second = order_services.request_order(viewer.store.id, [Wanted(tea["A1"], 24)], by=viewer).id
    with act_as("manager"):
        found = order_queries.sums([order_id, second])
    assert (found[order_id].lines, found[order_id].cost) == (2, None)  # yogurt has no cost
    assert found[second].cost == Decimal("57.6")  # 24 x 2.40


def test_the_table_for_the_warehouse(order_id, client_as):
    data = client_as("rep").get(f"/trade/orders/{order_id}.xlsx").data
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["A1", "冰红茶", 48, 24, 2, 2.4]
    assert rows[2][:5] == ["A2", "酸奶", 12, 12, 1]


@pytest.mark.parametrize(
    ("units", "why"),
    [([("A1", 0)], "nothing to order"), ([("A1", MOST_UNITS + 1)], "between 1"), ([("A1", 1), ("A1", 2)], "once")],
)
def test_orders_that_make_no_sense_are_refused(act_as, tea, units, why):
    with act_as("store_manager") as viewer, pytest.raises(RuleBroken, match=why):
        order_services.request_order(viewer.store.id, [Wanted(tea[code], n) for code, n in units], by=viewer)


def test_goods_that_are_not_sold_cannot_be_ordered(act_as, tea):
    with act_as("manager"):
        db.session.get_one(Product, tea["A1"]).active = False
    with act_as("store_manager") as viewer, pytest.raises(RuleBroken, match="not sold any more"):
        order_services.request_order(viewer.store.id, [Wanted(tea["A1"], 1)], by=viewer)


def test_others_see_nothing_of_it(act_as, order_id, client_as):
    for other in (client_as("store_manager:1"), client_as("manager", "other")):
        assert other.get(f"/trade/orders/{order_id}").status_code == 404
        assert f"/trade/orders/{order_id}" not in other.get("/trade/orders/").text
    with act_as("store_manager:1"), pytest.raises(NotFound):
        order_queries.find_order(order_id)


@pytest.mark.parametrize(
    ("role", "steps"),
    [
        ("store_manager", ("confirm", "refuse")),
        ("store_staff", ("confirm", "refuse")),
        ("expert", ("confirm", "refuse", "delivered", "cancel")),
        ("rep", ("cancel",)),
        ("manager", ("cancel",)),
    ],
)
def test_nobody_takes_the_step_of_the_other_side(act_as, order_id, client_as, api_as, role, steps):
    client, program = client_as(role), api_as(role)
    words = {"confirm": "confirmed", "refuse": "refused", "delivered": "delivered", "cancel": "cancelled"}
    for step in steps:
        assert client.post(f"/trade/orders/{order_id}/{step}", data={"answer": "缺货"}).status_code == 403, step
        asked = {"state": words[step], "answer": "缺货"}
        assert program.patch(f"/api/v1/trade/orders/{order_id}", json=asked).status_code == 403, step
    assert state(act_as, order_id) == "requested"


@pytest.mark.parametrize("step", ["confirm", "refuse"])
def test_the_answer_reaches_the_people_of_that_store_who_still_work_there_and_nobody_else(
    act_as, order_id, client_as, world, step
):
    with act_as("administrator"):
        db.session.get_one(Membership, world.first.members["store_staff"]).active = False
    client_as("rep").post(f"/trade/orders/{order_id}/{step}", data={"answer": "缺货"})
    readers = {member for kind, member in told(act_as) if kind == "trade.order_answered"}
    assert readers == {world.first.members["store_manager"]}


def test_the_list_asks_few_questions(order_id, client_as, count_queries):
    client = client_as("rep")
    client.get("/trade/orders/")
    with count_queries() as statements:
        client.get("/trade/orders/")
    assert len(statements) <= 6


def test_programs_order_and_answer(order_id, api_as, tea):
    store, rep = api_as("store_manager"), api_as("rep")
    made = store.post("/api/v1/trade/orders", json={"lines": [{"product": "A1", "units": 24}]})
    assert made.status_code == 201
    [line] = made.json["lines"]
    assert (line["product"], line["units"], line["advised_units"], line["pack_size"]) == ("A1", 24, None, 24)
    address = f"/api/v1/trade/orders/{made.json['id']}"
    assert store.patch(address, json={"state": "confirmed"}).status_code == 403
    assert rep.patch(address, json={"state": "confirmed", "deliver_on": TODAY.isoformat()}).json["state"] == "confirmed"
    assert store.patch(address, json={"state": "delivered"}).json["state"] == "delivered"
    unknown = store.post("/api/v1/trade/orders", json={"lines": [{"product": "none", "units": 1}]})
    assert unknown.status_code == 422
    assert [order["id"] for order in rep.get("/api/v1/trade/orders?state=requested").json["items"]] == [order_id]


def sell(act_as, *, days, tea=6, yogurt=3):
    """So much on each of these days, counted from today."""
    rows = [["商品编码", "日期", "数量"]]
    for day in days:
        date = (clock.today("Asia/Shanghai") - timedelta(days=day)).isoformat()
        rows += [["A1", date, str(tea)], ["A2", date, str(yogurt)]]
    with act_as("store_manager") as viewer:
        assert services.take_in("sales", write_csv(rows), by=viewer).written


def test_sell_through_counts_from_the_day_after_the_goods_came(act_as, order_id, client_as):
    sell(act_as, days=[1])
    client = client_as("rep")
    client.post(f"/trade/orders/{order_id}/delivered")
    assert "since the delivery" not in client.get(f"/trade/orders/{order_id}").text
    with clock.frozen(NOW + timedelta(days=6)):
        sell(act_as, days=[6, 5, 3, 1])  # the day of the delivery, and three days after it
        page = client.get(f"/trade/orders/{order_id}").text
        # Tea 18 of 48, yogurt 9 of 12: 27 of 60 in all, from the first day after to the fifth
        assert "45 % sold since the delivery" in page
        assert "sold since 18, 38 %" in page
        assert "sold since 9, 75 %" in page
        assert "5 days" in page
        sheet = CalamineWorkbook.from_filelike(BytesIO(client.get(f"/trade/orders/{order_id}.xlsx").data))
        rows = sheet.get_sheet_by_index(0).to_python()
        assert [row[-1] for row in rows] == ["Sold since the delivery", 18, 9]


def test_more_sold_than_came_is_all_of_it_and_returns_are_none(act_as, order_id, client_as):
    client = client_as("rep")
    client.post(f"/trade/orders/{order_id}/delivered")
    with clock.frozen(NOW + timedelta(days=3)):
        sell(act_as, days=[1], tea=500, yogurt=-4)
        page = client.get(f"/trade/orders/{order_id}").text
    assert "sold since 500, 100 %" in page
    assert "sold since -4, 0 %" in page
    assert "80 % sold since the delivery" in page  # 48 of 60
