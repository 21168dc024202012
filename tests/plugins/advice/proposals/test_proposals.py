"""Advice that a store's own figures give: what it says, what the store answers, and what becomes of it."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from threading import Barrier, Thread

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from plugins.advice import jobs
from plugins.advice.models import ACCEPTED, DECLINED, DONE, LAPSED, OPEN, Proposal
from plugins.advice.proposals import services as proposal_services
from plugins.trade.importing import services as trade
from plugins.trade.models import OrderLine, Product, StoreOrder
from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.files.exports import write_csv
from portal.notifications.models import Notification
from tests.plugins.advice.figures import take_in_figures, take_in_stock
from tests.portal.file_samples import encoded, four_corners

NOW = clock.now()
TODAY = clock.today("Asia/Shanghai")
STEPS = ("accept", "decline", "reopen", "done")


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def figures(act_as, run_jobs):
    take_in_figures(act_as)
    run_jobs()


def proposals(act_as, state=OPEN, role="store_manager"):
    with act_as(role):
        rows = db.session.scalars(select(Proposal).where(Proposal.state == state)).all()
        return {row.kind: row for row in rows}


def send(client, proposal, where, **fields):
    return client.post(f"/advice/proposals/{proposal.id}/{where}", data=fields)


def test_figures_that_come_in_are_advice_at_once(act_as, figures):
    found = proposals(act_as)
    assert set(found) == {"order", "near_expiry"}
    order, expiry = found["order"], found["near_expiry"]
    [line] = order.evidence["lines"]
    # 1.10 / (1.10 + 2.40 x .25 x 9 / 365) = .98673; Poisson(45) is at most 60 with .98671 and at most 61 with .99067 (sum
    # of its terms); 50 are missing, in packs of 6
    assert (line["level"], line["on_hand"], line["units"]) == (61, 11, 54)
    assert (order.risk, order.due_on) == (Decimal(37), TODAY)
    assert (expiry.evidence["left"], expiry.risk) == (30, Decimal(147))
    assert expiry.evidence["exchange_by"] is None  # 14 days before its date have gone by
    # All of it has to sell in 6 days, of which 30 would: twice as much
    assert expiry.evidence["markdown"]["sells_all"] == 1.0


def test_cards_say_in_a_chart_how_long_goods_last_and_how_many_will_be_left(client_as, figures):
    page = client_as("store_manager").get("/today").text
    drawn = re.findall(r'<svg class="sw-svg"[^>]*role="img"[^>]*><title>([^<]+)</title>', page)
    assert "Lasts 2.2 days; a delivery takes 2" in drawn
    assert "30 units sell before their date, 30 will be left" in drawn
    assert "够 2.2 天" in client_as("store_manager", language="zh_Hans").get("/today").text


def test_a_new_count_changes_open_advice_and_what_no_longer_holds_lapses(act_as, run_jobs, figures):
    before = proposals(act_as)
    take_in_stock(act_as, tea=200, yogurt=72)
    run_jobs()
    after = proposals(act_as)
    assert set(after) == {"near_expiry"}
    assert after["near_expiry"].id == before["near_expiry"].id
    assert after["near_expiry"].evidence["left"] == 42
    assert proposals(act_as, LAPSED)["order"].id == before["order"].id


def test_goods_that_are_on_their_way_are_not_ordered_again(act_as, run_jobs, client_as, figures):
    order = proposals(act_as)["order"]
    product = order.evidence["lines"][0]["product"]
    assert send(client_as("store_manager"), order, "order", **{f"packs-{product}": "9"}).status_code == 302
    take_in_stock(act_as, tea=10, yogurt=60)
    run_jobs()
    assert "order" not in proposals(act_as)


def test_an_order_is_sent_as_the_store_changed_it(act_as, client_as, figures):
    order = proposals(act_as)["order"]
    [line] = order.evidence["lines"]
    answer = send(client_as("store_manager"), order, "order", **{f"packs-{line['product']}": "8", "note": "早上送"})
    with act_as("rep"):
        sent = db.session.scalars(select(StoreOrder)).one()
        [wanted] = db.session.scalars(select(OrderLine)).all()
        assert (sent.state, sent.note) == ("requested", "早上送")
        assert (wanted.units, wanted.advised_units, wanted.cost) == (48, 54, Decimal("2.4"))
        assert answer.location == f"/trade/orders/{sent.id}"
    accepted = proposals(act_as, ACCEPTED)["order"]
    assert accepted.choice == f"order:{sent.id}"
    with act_as("administrator"):
        actions = set(db.session.scalars(select(AuditEntry.action)))
        assert {"trade.order_requested", "advice.proposal_accepted"} <= actions
        told = db.session.scalars(select(Notification.kind)).all()
        assert "trade.order_requested" in told


@pytest.mark.parametrize("typed", ["-1", "1.5", "many", "999999999", "9" * 5000])
def test_a_number_of_packs_that_is_none_is_said_at_its_line_and_kept(act_as, client_as, figures, typed):
    order = proposals(act_as)["order"]
    product = order.evidence["lines"][0]["product"]
    answer = send(client_as("store_manager"), order, "order", **{f"packs-{product}": typed, "note": "早上送"})
    assert answer.status_code == 422
    assert "A whole number of packs, please." in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'value="早上送"' in answer.text
    assert proposals(act_as)["order"].state == OPEN


def test_an_order_of_nothing_is_none(act_as, client_as, figures):
    order = proposals(act_as)["order"]
    product = order.evidence["lines"][0]["product"]
    answer = send(client_as("store_manager"), order, "order", **{f"packs-{product}": "0"})
    assert answer.status_code == 422
    assert "There is nothing to order" in answer.text


def test_two_taps_make_one_order(act_as, client_as, figures):
    order = proposals(act_as)["order"]
    product = order.evidence["lines"][0]["product"]
    client = client_as("store_manager")
    first = send(client, order, "order", **{f"packs-{product}": "9", "once_key": "a" * 32})
    second = send(client, order, "order", **{f"packs-{product}": "9", "once_key": "a" * 32})
    assert first.location == second.location
    assert send(client, order, "order", **{f"packs-{product}": "9"}).status_code == 409
    with act_as("rep"):
        assert len(db.session.scalars(select(StoreOrder)).all()) == 1


def test_two_people_who_accept_at_once_send_one_order(act_as, client_as, figures):
    order = proposals(act_as)["order"]
    product = order.evidence["lines"][0]["product"]
    clients = [client_as(role) for role in ("store_manager", "store_staff", "store_manager", "store_staff")]
    together, answers = Barrier(len(clients)), []

    def accept(client):
        together.wait()
        answers.append(send(client, order, "order", **{f"packs-{product}": "9"}).status_code)

    threads = [Thread(target=accept, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [302, 409, 409, 409]
    with act_as("rep"):
        assert len(db.session.scalars(select(StoreOrder)).all()) == 1


@pytest.mark.parametrize(("step", "fields", "state"), [("delivered", {}, DONE), ("refuse", {"answer": "缺货"}, LAPSED)])
def test_what_becomes_of_the_order_becomes_of_its_advice(act_as, client_as, figures, step, fields, state):
    order = proposals(act_as)["order"]
    product = order.evidence["lines"][0]["product"]
    sent = send(client_as("store_manager"), order, "order", **{f"packs-{product}": "9"}).location
    assert client_as("rep").post(f"{sent}/{step}", data=fields).status_code == 302
    assert proposals(act_as, state)["order"].id == order.id


def test_the_order_list_can_be_taken_along_as_a_table(act_as, client_as, figures):
    order = proposals(act_as)["order"]
    data = client_as("store_manager").get(f"/advice/proposals/{order.id}/order.xlsx").data
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["T", "冰红茶", 11, 0, 5, 54, 6]


def test_the_same_without_our_own_brands_stands_beside_it(act_as, client_as, figures):
    page = client_as("store_manager").get(f"/advice/proposals/{proposals(act_as)['order'].id}").text
    assert "Without our own brands" in page
    assert "1 of the products are of our own brands; they make ¥37 of it." in page


def test_a_store_chooses_a_way_and_its_rep_hears_of_it(act_as, client_as, figures):
    expiry = proposals(act_as)["near_expiry"]
    client = client_as("store_manager")
    assert send(client, expiry, "accept", way="exchange").status_code == 422  # too late for that
    assert send(client, expiry, "accept", way="transfer").status_code == 302
    assert proposals(act_as, ACCEPTED)["near_expiry"].choice == "transfer"
    with act_as("administrator"):
        assert "advice.help_wanted" in db.session.scalars(select(Notification.kind)).all()


def test_an_exchange_is_offered_until_its_last_day(act_as, run_jobs):
    take_in_figures(act_as, yogurt=200, yogurt_days=14)
    run_jobs()
    expiry = proposals(act_as)["near_expiry"]
    assert expiry.due_on == TODAY
    assert proposal_services.ways_of(expiry, TODAY) == ("exchange", "markdown", "transfer")
    assert proposal_services.ways_of(expiry, TODAY + timedelta(days=1)) == ("markdown", "transfer")
    assert proposal_services.ways_of(expiry, TODAY + timedelta(days=15)) == ("take_off",)


def test_what_has_ended_is_taken_off_the_shelf_and_never_sold_off(act_as, run_jobs, client_as):
    take_in_figures(act_as, yogurt=60, yogurt_days=-1)
    run_jobs()
    ended = proposals(act_as)["near_expiry"]
    assert (ended.evidence["left"], ended.evidence["markdown"], ended.due_on) == (60, None, TODAY)
    client = client_as("store_manager")
    assert "酸奶: take off the shelf" in client.get("/today").text
    for way in ("exchange", "markdown", "transfer"):
        assert send(client, ended, "accept", way=way).status_code == 422
    assert send(client, ended, "accept", way="take_off").status_code == 302


@pytest.mark.parametrize(("units", "left"), [(60, 30), (30, 2)])
def test_what_has_ended_does_not_stand_before_what_has_not(act_as, run_jobs, units, left):
    """40 ended yesterday, others end in six days, of which 30 sell until then, as if the first were not there.

    Of 30 the mean rest is 30 e^-30 30^30 / 30! = 2.18, as demand may fall short.
    """
    take_in_figures(act_as, tea=200)
    rows = [["商品编码", "库存", "批号", "到期日"]]
    for number, count, days in (("B0", 40, -1), ("B1", units, 6)):
        rows.append(["Y", str(count), number, (TODAY + timedelta(days=days)).isoformat()])
    with act_as("store_manager") as viewer:
        assert trade.take_in("stock", write_csv(rows), by=viewer).written
    run_jobs()
    with act_as("store_manager"):
        found = db.session.scalars(select(Proposal).where(Proposal.state == OPEN, Proposal.kind == "near_expiry"))
        assert {row.evidence["batch"]: row.evidence["left"] for row in found} == {"B0": 40, "B1": left}


@pytest.mark.parametrize(("kind", "days"), [("order", 1), ("near_expiry", 28)])
def test_what_is_declined_is_not_said_again_for_a_while(act_as, run_jobs, client_as, figures, kind, days):
    mine = proposals(act_as)[kind]
    client = client_as("store_manager")
    assert send(client, mine, "decline", reason=" ").status_code == 422
    assert send(client, mine, "decline", reason="冰柜满了").status_code == 302
    declined = proposals(act_as, DECLINED)[kind]
    assert declined.reason == "冰柜满了"
    for waited, again in ((days - 0.01, False), (days + 0.01, True)):
        with act_as("manager"):
            row = db.session.get_one(Proposal, declined.id)
            row.answered_at = NOW - timedelta(days=waited)
        with act_as("manager"):
            jobs.compute_stores([declined.store_id])
        assert (kind in proposals(act_as)) is again


def test_what_was_declined_by_mistake_is_put_back(act_as, run_jobs, client_as, figures):
    order = proposals(act_as)["order"]
    client = client_as("store_manager")
    assert send(client, order, "reopen").status_code == 409  # it is open
    send(client, order, "decline", reason="x")
    assert send(client, order, "reopen").status_code == 302
    again = proposals(act_as)["order"]
    assert (again.id, again.reason, again.answered_at) == (order.id, "", None)
    send(client, order, "decline", reason="x")
    with act_as("manager"):
        db.session.add(Proposal(store_id=order.store_id, kind="order", summary=order.summary, evidence=order.evidence))
    assert send(client, order, "reopen").status_code == 409  # advised anew meanwhile


def test_what_is_not_sold_any_more_is_not_ordered(act_as, run_jobs, figures):
    with act_as("administrator"):
        db.session.scalars(select(Product).where(Product.code == "T")).one().active = False
    take_in_stock(act_as, tea=10, yogurt=60)
    run_jobs()
    assert "order" not in proposals(act_as)


def test_without_prices_there_is_an_order_and_no_amount(act_as, run_jobs):
    take_in_figures(act_as, prices=False)
    run_jobs()
    order = proposals(act_as)["order"]
    assert order.risk is None
    assert [line["code"] for line in order.evidence["lines"]] == ["T"]
    assert order.evidence["lines"][0]["units"] > 0


def test_what_never_sold_may_have_come_yesterday(act_as, run_jobs):
    take_in_figures(act_as, tea=200)
    with act_as("administrator") as viewer:
        new = [["商品编码", "商品名称", "零售价", "进价"], ["N", "新品", "9.00", "6.00"]]
        assert trade.take_in("products", write_csv(new), by=viewer).written
    with act_as("store_manager") as viewer:
        assert trade.take_in("stock", write_csv([["商品编码", "库存"], ["N", "500"]]), by=viewer).written
    run_jobs()
    assert not {"dead_stock", "overstock"} & proposals(act_as).keys()


def test_goods_that_stopped_selling_are_dead_and_too_many_are_overstock(act_as, run_jobs):
    """Sold daily until 30 days ago: no sale for so long is no chance. 1,000 of tea at 5 a day: 550 more than in 90 days."""
    take_in_figures(act_as, tea=1000, yogurt=60, yogurt_days=300, days=90, yogurt_stopped=30)
    run_jobs()
    found = proposals(act_as)
    [dead], [spare] = found["dead_stock"].evidence["lines"], found["overstock"].evidence["lines"]
    assert (dead["code"], dead["gap"], dead["value"]) == ("Y", 30, 294.0)  # 60 x 4.90
    assert (spare["code"], spare["spare"], spare["value"]) == ("T", 550, 1320.0)  # 550 x 2.40


def test_it_is_done_with_a_photo(act_as, client_as, figures):
    expiry = proposals(act_as)["near_expiry"]
    client = client_as("store_manager")
    assert send(client, expiry, "done").status_code == 409  # not accepted yet
    assert send(client, expiry, "accept", way="markdown").status_code == 302
    photo = (BytesIO(encoded(four_corners(400))), "货架.jpg")
    answer = client.post(f"/advice/proposals/{expiry.id}/done", data={"proof": photo})
    assert answer.status_code == 302
    assert proposals(act_as, DONE)["near_expiry"].done_at == NOW
    assert client.get(f"/advice/proposals/{expiry.id}/proof").mimetype.startswith("image/")
    assert client_as("store_manager:1").get(f"/advice/proposals/{expiry.id}/proof").status_code == 404


def test_a_program_cannot_order_what_was_not_advised(act_as, figures):
    order = proposals(act_as)["order"]
    with act_as("store_manager") as viewer:
        mine = db.session.get_one(Proposal, order.id)
        with pytest.raises(RuleBroken, match="does not name"):
            proposal_services.accept_order(mine, {order.evidence["lines"][0]["product"] + 1: 6}, "", by=viewer)
        proposal_services.decline(mine, "no", by=viewer)
        with pytest.raises(Conflict):
            proposal_services.accept_order(mine, {}, "", by=viewer)


def test_our_people_follow_what_stores_answer_and_others_see_nothing(act_as, client_as, figures):
    order = proposals(act_as)["order"]
    desk = client_as("manager")
    assert "Order 冰红茶" in desk.get("/advice/proposals/").text
    assert "Order 冰红茶" not in desk.get("/advice/proposals/?state=done").text
    assert desk.get(f"/advice/proposals/{order.id}").status_code == 200
    assert desk.post(f"/advice/proposals/{order.id}/decline", data={"reason": "x"}).status_code == 403
    for other in (client_as("store_manager:1"), client_as("manager", "other")):
        assert other.get(f"/advice/proposals/{order.id}").status_code == 404
        assert "冰红茶" not in other.get("/advice/proposals/").text


@pytest.mark.parametrize("role", ["rep", "expert", "manager"])
def test_nobody_of_ours_answers_for_the_store(act_as, client_as, api_as, figures, role):
    open_ones = proposals(act_as)
    client, program = client_as(role), api_as(role)
    for proposal, where in [(open_ones["order"], "order"), *((open_ones["near_expiry"], each) for each in STEPS)]:
        assert send(client, proposal, where, way="markdown", reason="x").status_code == 403, where
    for state in ("accepted", "declined", "done", "open"):
        asked = {"state": state, "way": "markdown", "reason": "x"}
        assert program.patch(f"/api/v1/advice/proposals/{open_ones['near_expiry'].id}", json=asked).status_code == 403
    assert set(proposals(act_as)) == {"order", "near_expiry"}


def test_an_order_that_comes_to_nothing_changes_no_advice_that_is_over(act_as, client_as, figures, run_jobs):
    order = proposals(act_as)["order"]
    send(client_as("store_manager"), order, "order", **{f"packs-{order.evidence['lines'][0]['product']}": "1"})
    send(client_as("store_manager"), order, "done")
    with act_as("rep"):
        sent = db.session.scalars(select(StoreOrder)).one().id
    client_as("rep").post(f"/trade/orders/{sent}/refuse", data={"answer": "缺货"})
    run_jobs()
    assert proposals(act_as, DONE)["order"].id == order.id


def test_a_store_that_opens_it_has_seen_it_and_our_people_have_not(act_as, client_as, figures):
    order = proposals(act_as)["order"]
    client_as("manager").get(f"/advice/proposals/{order.id}")
    assert proposals(act_as)["order"].seen_at is None
    client_as("store_manager").get(f"/advice/proposals/{order.id}")
    assert proposals(act_as)["order"].seen_at == NOW


def test_the_answer_stands_in_the_stores_history(act_as, client_as, figures):
    order = proposals(act_as)["order"]
    send(client_as("store_manager"), order, "decline", reason="冰柜满了")
    page = client_as("manager").get(f"/stores/{order.store_id}").text
    assert "Order 冰红茶" in page


def test_the_list_asks_few_questions(client_as, count_queries, figures):
    client = client_as("manager")
    client.get("/advice/proposals/")
    with count_queries() as statements:
        client.get("/advice/proposals/")
    assert len(statements) <= 4


def test_advice_that_was_seen_asks_few_questions(act_as, client_as, count_queries, figures):
    client = client_as("store_manager")
    for kind, most in (("order", 5), ("near_expiry", 4)):
        url = f"/advice/proposals/{proposals(act_as)[kind].id}"
        client.get(url)
        with count_queries() as statements:
            client.get(url)
        assert len(statements) <= most, statements.sent
    with act_as("store_manager"):
        assert all(row.seen_at for row in db.session.scalars(select(Proposal)))
