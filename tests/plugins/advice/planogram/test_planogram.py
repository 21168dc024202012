"""The planogram of a shelf unit as advice: from what stands there to what was done, with its photos."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from plugins.advice.models import ACCEPTED, DONE, OPEN, Proposal
from plugins.advice.planogram import computing
from plugins.trade.fixtures import queries as fixture_queries
from plugins.trade.fixtures import services as fixture_services
from plugins.trade.fixtures.services import FixturePlan, Placed, ShelfPlan
from plugins.trade.importing import services as trade
from plugins.trade.models import Fixture, Product
from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.files.exports import write_csv
from tests.plugins.advice.figures import take_in_figures
from tests.portal.file_samples import encoded, four_corners

NOW = clock.now()
SIZES = [["商品编码", "商品名称", "宽cm", "高cm"], ["T", "冰红茶", "10", "20"], ["Y", "酸奶", "10", "20"]]
LOW_AND_HIGH = ((1200, 300), (0, 300))  # best height and worst


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


def set_up(act_as, run_jobs, *, sizes=SIZES, tea=2, yogurt=2, **figures):
    """Tea stands at the best height, yogurt, on which the store earns more, at the worst; the boards are 60 cm wide."""
    take_in_figures(act_as, **figures)
    with act_as("administrator") as viewer:
        assert trade.take_in("products", write_csv(sizes), by=viewer).written
    with act_as("store_manager") as viewer:
        ids = {product.code: product.id for product in db.session.scalars(select(Product))}
        shelves = tuple(
            ShelfPlan(height, clear, (Placed(ids[code], facings),))
            for (height, clear), code, facings in zip(LOW_AND_HIGH, "TY", (tea, yogurt), strict=True)
        )
        made = fixture_services.add_fixture(viewer.store.id, FixturePlan("饮料架", 600, shelves), by=viewer)
    run_jobs()
    return made.id


def advice(act_as, state=OPEN, role="store_manager"):
    with act_as(role):
        found = select(Proposal).where(Proposal.kind == "planogram", Proposal.state == state)
        return db.session.scalars(found).one_or_none()


def standing(act_as, fixture_id):
    with act_as("manager"):
        shelves = fixture_queries.standing([fixture_id])[fixture_id]
        return [[(item.product.code, item.facings) for item in shelf.placements] for shelf in shelves]


def test_shelves_that_are_told_of_are_advised_on(act_as, run_jobs):
    set_up(act_as, run_jobs)
    told = advice(act_as).evidence
    lines = {line["code"]: line for line in told["lines"]}
    assert {code: line["before"] for code, line in lines.items()} == {"T": 2, "Y": 2}
    # Both may have twice what they have, and 6 facings of 10 cm are all that a board holds: the yogurt's yuan go first
    assert (lines["Y"]["after"], lines["Y"]["shelf_after"]) == (4, 0)
    for shelf in told["shelves"]:
        assert sum(facings for _product, facings in shelf["after"]) <= 6
    assert 0 < told["gain"]["low"] < told["gain"]["mid"] < told["gain"]["high"]
    # 5 a day x (1.10 + 1.90) x 30
    assert told["margin"] == 450


def test_the_page_draws_now_and_then_with_a_range_and_its_reasons(act_as, run_jobs, client_as, count_queries):
    set_up(act_as, run_jobs)
    client = client_as("store_manager")
    url = f"/advice/proposals/{advice(act_as).id}"
    client.get(url)
    with count_queries() as queries:
        page = client.get(url).text
    assert len(queries) <= 4
    assert page.count("sw-plano") == 2
    for words in ("not a promise", "Eisend 2014", "What would change this", "Without our own brands", "Space index"):
        assert words in page
    assert "不是承诺" in client_as("store_manager", language="zh_Hans").get(url).text
    assert client_as("store_manager:1").get(url).status_code == 404


def test_what_does_not_sell_gets_no_more_facings(act_as, run_jobs):
    set_up(act_as, run_jobs, days=60, yogurt_stopped=29)
    lines = {line["code"]: line for line in advice(act_as).evidence["lines"]}
    assert lines["Y"]["state"] == "dead"
    assert lines["Y"]["after"] <= 2


def test_a_width_that_nobody_measured_is_said_to_be_estimated(act_as, run_jobs, client_as):
    set_up(act_as, run_jobs, sizes=[*SIZES[:2], ["Y", "酸奶", "", ""]])
    found = advice(act_as)
    lines = {line["code"]: line for line in found.evidence["lines"]}
    assert (lines["Y"]["estimated"], lines["Y"]["width_mm"]) == (True, 100)  # the tea's, as the only one known
    assert "width estimated" in client_as("store_manager").get(f"/advice/proposals/{found.id}").text


def test_under_four_weeks_of_sales_there_is_none(act_as, run_jobs):
    set_up(act_as, run_jobs, days=27)
    assert advice(act_as) is None


def test_what_was_set_as_drawn_stands_there_and_is_left_alone(act_as, run_jobs, client_as):
    fixture_id = set_up(act_as, run_jobs)
    found = advice(act_as)
    drawn = [
        [("T" if product == found.evidence["lines"][0]["product"] else "Y", facings) for product, facings in shelf["after"]]
        for shelf in found.evidence["shelves"]
    ]  # fmt: skip
    client, url = client_as("store_manager"), f"/advice/proposals/{found.id}"
    assert client.post(f"{url}/accept", data={"way": "as_drawn"}).status_code == 302
    assert advice(act_as, ACCEPTED).choice == "as_drawn"
    assert client.post(f"{url}/done").status_code == 302
    assert advice(act_as, DONE).id == found.id
    assert standing(act_as, fixture_id) == drawn
    run_jobs()
    assert advice(act_as) is None  # it is measured first
    with act_as("administrator"):
        assert {"advice.proposal_accepted", "advice.proposal_done", "trade.planogram_changed"} <= set(
            db.session.scalars(select(AuditEntry.action))
        )


def test_shelves_that_were_changed_meanwhile_stay_as_they_are(act_as, run_jobs, client_as):
    fixture_id = set_up(act_as, run_jobs)
    found = advice(act_as)
    client, url = client_as("store_manager"), f"/advice/proposals/{found.id}"
    client.post(f"{url}/accept", data={"way": "as_drawn"})
    with act_as("store_manager") as viewer:
        fixture = db.session.get_one(Fixture, fixture_id)
        shelves = (ShelfPlan(1200, 300), ShelfPlan(0, 300, (Placed(found.evidence["lines"][0]["product"], 1),)))
        fixture_services.change_fixture(fixture, FixturePlan("饮料架", 600, shelves), by=viewer)
    before = standing(act_as, fixture_id)
    assert client.post(f"{url}/done").status_code == 302
    assert standing(act_as, fixture_id) == before


def test_a_photo_of_before_is_kept_until_it_is_done(act_as, run_jobs, client_as):
    set_up(act_as, run_jobs)
    client, url = client_as("store_manager"), f"/advice/proposals/{advice(act_as).id}"
    assert client.get(f"{url}/before").status_code == 404
    photo = (BytesIO(encoded(four_corners(400))), "before.jpg")
    send = {"data": {"before": photo}, "content_type": "multipart/form-data"}
    assert client.post(f"{url}/before", **send).status_code == 302
    assert client.get(f"{url}/before").mimetype.startswith("image/")
    assert re.search(r'<img class="sw-pic" src="/advice/proposals/\d+/before"', client.get(url).text)
    assert client_as("store_manager:1").get(f"{url}/before").status_code == 404
    empty = client.post(f"{url}/before", data={})
    assert empty.status_code == 422


def test_a_store_without_shelves_costs_nothing(act_as, run_jobs):
    take_in_figures(act_as)
    run_jobs()
    with act_as("administrator") as viewer:
        assert viewer.distributor
        assert computing.compute([]) == 0
    assert advice(act_as) is None
