"""Layout advice: from the floor plan and the figures of a store to moves, and to the plan after they were made."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from plugins.advice.advisors.findings import LAYOUT
from plugins.advice.layout import computing
from plugins.advice.layout.figures import layouts
from plugins.advice.layout.finding import finding_of, reckoned
from plugins.advice.models import ACCEPTED, DONE, LAPSED, OPEN, Proposal
from plugins.trade.floors import queries as floor_queries
from plugins.trade.floors import services as floors
from plugins.trade.floors.models import FloorPlan
from plugins.trade.floors.services import FloorSketch, ZonePlan
from plugins.trade.importing import services as importing
from portal import clock
from portal.db import db
from portal.files.exports import write_csv

NOW = clock.now()
TIMEZONE = "Asia/Shanghai"
# code: category, own brand, price, cost, units a day
GOODS = {
    "C": ("膨化", "否", "6.00", "3.00", 40),
    "P": ("纸品", "否", "10.00", "9.50", 10),
    "M": ("牛奶", "是", "5.00", "4.00", 20),
    "S": ("洗护", "否", "20.00", "15.00", 2),
}
# A shop of 8 x 10 m, the door in front on the left, the till in front on the right. What earns most and is taken on
# passing stands in the far corner; what people come for, and what earns least, stands beside the till.
CRISPS = ZonePlan("膨化", 600, 0, 200, 80, 800, bought="on_passing")
PAPER = ZonePlan("纸品", 400, 800, 200, 80, 800, goods="other", bought="planned")
MILK = ZonePlan("牛奶", 0, 0, 200, 80, 800, power=True, chilled=True, bought="planned")
SOAP = ZonePlan("洗护", 0, 400, 200, 80, 800, goods="chemical", bought="planned")
SKETCH = FloorSketch(800, 1_000, (100, 1_000), (700, 950), (CRISPS, PAPER, MILK, SOAP))


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


def take_in(act_as, *, days=56, costs=True, goods=GOODS):
    """So many days on which each product sold its units."""
    head = ["商品编码", "商品名称", "品类", "自有品牌", "零售价", *(["进价"] if costs else [])]
    rows = [
        [code, f"{category}一号", category, own, price, *([cost] if costs else [])]
        for code, (category, own, price, cost, _units) in goods.items()
    ]
    today = clock.today(TIMEZONE)
    dates = [(today - timedelta(days=day)).isoformat() for day in range(1, days + 1)]
    sales = [[code, day, str(units)] for day in dates for code, (*_facts, units) in goods.items()]
    with act_as("administrator") as viewer:
        assert importing.take_in("products", write_csv([head, *rows]), by=viewer).written
    with act_as("store_manager") as viewer:
        assert importing.take_in("sales", write_csv([["商品编码", "日期", "数量"], *sales]), by=viewer).written


def draw(act_as, run_jobs, sketch=SKETCH):
    with act_as("store_manager") as viewer:
        made = floors.add_floor(viewer.store.id, sketch, by=viewer).id
    run_jobs()
    return made


def advice(act_as, state=OPEN):
    with act_as("store_manager"):
        found = select(Proposal).where(Proposal.kind == LAYOUT, Proposal.state == state)
        return db.session.scalars(found).one_or_none()


def layout_of(act_as):
    with act_as("manager"):
        plan = db.session.scalars(select(FloorPlan)).one()
        (found,) = layouts([plan], today=clock.today(TIMEZONE), timezone=TIMEZONE)
        return found


def test_a_category_is_weighed_by_what_it_sells_for_its_shelf(act_as, run_jobs):
    take_in(act_as)
    draw(act_as, run_jobs)
    places = {place.zone.category: place for place in layout_of(act_as).places}
    # a week: 40 x 6 x 7, 10 x 10 x 7, 20 x 5 x 7, 2 x 20 x 7
    sales = {"膨化": 1680, "纸品": 700, "牛奶": 700, "洗护": 280}
    assert {name: place.sales for name, place in places.items()} == pytest.approx(sales, rel=1e-6)
    margin = {"膨化": 840, "纸品": 35, "牛奶": 140, "洗护": 70}
    assert {name: place.margin for name, place in places.items()} == pytest.approx(margin, rel=1e-6)
    # of 3,360 in all, each on a quarter of the shelf
    assert {name: place.index for name, place in places.items()} == {"膨化": 200, "纸品": 83, "牛奶": 83, "洗护": 33}


def test_what_is_taken_on_passing_comes_to_where_people_pass(act_as, run_jobs):
    take_in(act_as)
    draw(act_as, run_jobs)
    found = advice(act_as)
    first = found.evidence["moves"][0]
    assert (first["way"], {first["first"], first["second"]}) == ("swap", {"膨化", "纸品"})
    assert found.gain >= 20
    assert 0 < found.evidence["gain"]["low"] <= found.evidence["gain"]["mid"] <= found.evidence["gain"]["high"]
    # 1,085 a week, over 30 days: nothing but the stated margins, to the yuan
    assert found.evidence["margin"] == round(1085 / 7 * 30)
    moved = {name for move in found.evidence["moves"] for name in (move["first"], move["second"])}
    assert {line["category"] for line in found.evidence["lines"]} == moved


def test_chilled_goods_stay_where_there_is_power_and_soap_comes_not_beside_food(act_as, run_jobs):
    take_in(act_as)
    draw(act_as, run_jobs)
    rows = {row["after"]: row for row in advice(act_as).evidence["zones"]}
    assert (rows["牛奶"]["x_cm"], rows["牛奶"]["y_cm"]) == (0, 0)
    soap = rows["洗护"]
    for food in ("膨化", "牛奶"):
        other = rows[food]
        apart = [
            max(soap[at] - other[at] - other[size], other[at] - soap[at] - soap[size], 0)
            for at, size in (("x_cm", "width_cm"), ("y_cm", "depth_cm"))
        ]
        assert apart[0] ** 2 + apart[1] ** 2 >= 100**2


def test_what_is_done_stands_so_on_the_plan_and_is_left_alone(act_as, run_jobs, client_as):
    take_in(act_as)
    floor_id = draw(act_as, run_jobs)
    found = advice(act_as)
    client = client_as("store_manager")
    url = f"/advice/proposals/{found.id}"
    assert client.post(f"{url}/accept", data={"way": "as_drawn"}).status_code == 302
    assert client.post(f"{url}/done", data={}).status_code == 302
    with act_as("manager"):
        zones = {zone.category: zone for zone in floor_queries.zones_of(floor_id)}
        expected = {row["after"]: (row["x_cm"], row["y_cm"], row["shelf_after_cm"]) for row in found.evidence["zones"]}
        assert {name: (z.x_cm, z.y_cm, z.shelf_cm) for name, z in zones.items()} == expected
        # what belongs to the goods came along, what belongs to the place stayed
        assert (zones["膨化"].bought, zones["膨化"].goods, zones["纸品"].goods) == ("on_passing", "food", "other")
        assert [zone.category for zone in zones.values() if zone.power] == ["牛奶"]
    run_jobs()
    assert advice(act_as) is None
    with act_as("manager") as viewer:
        assert computing.compute([found.store_id]) == 0
        assert viewer.distributor


def test_a_plan_that_was_changed_meanwhile_is_not_overwritten(act_as, run_jobs, client_as):
    take_in(act_as)
    floor_id = draw(act_as, run_jobs)
    url = f"/advice/proposals/{advice(act_as).id}"
    client = client_as("store_manager")
    client.post(f"{url}/accept", data={"way": "as_drawn"})
    with act_as("rep") as viewer:
        floors.change_floor(floor_queries.find_floor(floor_id), SKETCH, by=viewer)
    assert client.post(f"{url}/done", data={}).status_code == 302
    assert advice(act_as, DONE) is not None
    with act_as("manager"):
        zones = {zone.category: (zone.x_cm, zone.y_cm) for zone in floor_queries.zones_of(floor_id)}
        assert zones["膨化"] == (CRISPS.x_cm, CRISPS.y_cm)


def test_what_the_plan_does_not_say_any_more_lapses(act_as, run_jobs):
    take_in(act_as)
    floor_id = draw(act_as, run_jobs)
    assert advice(act_as) is not None
    with act_as("rep") as viewer:
        fixed = tuple(ZonePlan(**{**vars_of(zone), "fixed": True}) for zone in SKETCH.zones)
        floor = floor_queries.find_floor(floor_id)
        floors.change_floor(floor, FloorSketch(800, 1_000, SKETCH.door, SKETCH.till, fixed), by=viewer)
    run_jobs()
    assert advice(act_as) is None
    assert advice(act_as, LAPSED) is not None


def vars_of(zone):
    return {name: getattr(zone, name) for name in ZonePlan.__dataclass_fields__}


BARRIER = ZonePlan("墙", 0, 850, 800, 50, 100)


@pytest.mark.parametrize(
    ("figures", "sketch", "said"),
    [
        ({"days": 20}, SKETCH, "less than 28 days of sales"),
        ({"costs": False}, SKETCH, "Fewer than two places have both sales and costs"),
        ({}, FloorSketch(800, 1_000, (100, 1_000), (700, 950), (CRISPS,)), "at least two places"),
        (
            {},
            FloorSketch(800, 1_000, (100, 1_000), (700, 400), (CRISPS, MILK, BARRIER)),
            "no walk leads from the door to the till",
        ),
    ],
)
def test_where_nothing_can_be_advised_the_page_says_why(act_as, run_jobs, client_as, figures, sketch, said):
    take_in(act_as, **figures)
    floor_id = draw(act_as, run_jobs, sketch)
    assert advice(act_as) is None
    page = client_as("store_manager").get(f"/advice/layout/{floor_id}")
    assert page.status_code == 200
    assert said in page.text


def test_what_has_no_cost_stays_where_it_is(act_as, run_jobs):
    goods = GOODS | {"S": ("洗护", "否", "20.00", "", 2)}
    take_in(act_as, goods=goods)
    draw(act_as, run_jobs)
    found = layout_of(act_as)
    assert [place.zone.category for place in found.places if place.margin is None] == ["洗护"]
    rows = {row["category"]: row for row in finding_of(found).evidence["zones"]}
    assert (rows["洗护"]["after"], rows["洗护"]["margin"]) == ("洗护", None)
    assert "洗护" not in {category.name for category in reckoned(found).shop.categories}


def test_neutrality_is_the_same_advice_where_our_own_brand_does_not_move(act_as, run_jobs, client_as):
    take_in(act_as)
    draw(act_as, run_jobs)
    found = advice(act_as)
    assert found.evidence["neutral"]["gain"] <= found.evidence["gain"]["mid"]
    page = client_as("store_manager").get(f"/advice/proposals/{found.id}").text
    assert "Without our own brands" in page
    assert "If our own brands were not sold" in page


def test_without_our_own_brands_a_category_of_ours_counts_nothing(act_as, run_jobs):
    take_in(act_as)
    draw(act_as, run_jobs)
    shop = reckoned(layout_of(act_as), without_own=True).shop
    assert {category.name: category.sales for category in shop.categories if category.sales == 0} == {"牛奶": 0}


def test_the_pages_say_what_the_moves_bring_with_their_range(act_as, run_jobs, client_as, count_queries):
    take_in(act_as)
    floor_id = draw(act_as, run_jobs)
    found = advice(act_as)
    client = client_as("store_manager", language="zh")
    assert client.get("/advice/layout/").location == f"/advice/layout/{floor_id}"
    with count_queries() as asked:
        page = client.get(f"/advice/layout/{floor_id}").text
    assert len(asked) <= 10
    assert f"¥{found.gain:,.0f}" in page
    assert "▲ 200" in page
    with count_queries() as asked:
        page = client.get(f"/advice/proposals/{found.id}").text
    assert len(asked) <= 6
    low, high = (found.evidence["gain"][name] for name in ("low", "high"))
    assert f"¥{low:,} – ¥{high:,}" in page
    assert "“膨化”和“纸品”换位置" in page or "“纸品”和“膨化”换位置" in page
    assert "不是承诺" in page


def bring_receipts(act_as, count=400):
    """Of each four receipts two hold crisps with milk, one paper alone, one soap alone."""
    day = (clock.today(TIMEZONE) - timedelta(days=1)).isoformat()
    goods = (("C", "M"), ("C", "M"), ("P",), ("S",))
    rows = [[str(at), code, day] for at in range(count) for code in goods[at % 4]]
    with act_as("store_manager") as viewer:
        assert importing.take_in("receipts", write_csv([["小票号", "商品编码", "日期"], *rows]), by=viewer).written


def test_receipts_say_what_is_bought_together(act_as, run_jobs, client_as):
    take_in(act_as)
    floor_id = draw(act_as, run_jobs)
    before = advice(act_as).evidence["receipts"]
    bring_receipts(act_as)
    run_jobs()
    assert (before, advice(act_as).evidence["receipts"]) == (0, 400)
    found = layout_of(act_as)
    names = [place.zone.category for place in found.places]
    share = dict(zip(names, found.baskets.together.share.tolist(), strict=True))
    assert share == {"膨化": 0.5, "纸品": 0.25, "牛奶": 0.5, "洗护": 0.25}
    crisps, milk, soap = (names.index(name) for name in ("膨化", "牛奶", "洗护"))
    # half of the receipts hold both; by chance it would be a quarter
    assert found.baskets.together.lift[crisps, milk] == 2
    assert found.baskets.together.lift[crisps, soap] == 0
    shop = reckoned(found).shop
    assert {each.name: each.baskets for each in shop.categories} == share
    page = client_as("store_manager").get(f"/advice/layout/{floor_id}").text
    assert "2.0 times as often as by chance, on 200 of 400 receipts" in page
    assert "400 receipts" in client_as("store_manager").get(f"/advice/proposals/{advice(act_as).id}").text


def test_a_few_receipts_say_nothing(act_as, run_jobs):
    take_in(act_as)
    draw(act_as, run_jobs)
    bring_receipts(act_as, 299)
    run_jobs()
    assert layout_of(act_as).baskets is None
    assert advice(act_as).evidence["receipts"] == 0


def test_another_store_and_another_distributor_see_nothing(act_as, run_jobs, client_as):
    take_in(act_as)
    floor_id = draw(act_as, run_jobs)
    for who in (("store_manager:1",), ("manager", "other")):
        client = client_as(*who)
        assert client.get(f"/advice/layout/{floor_id}").status_code == 404
        assert f"/advice/layout/{floor_id}" not in client.get("/advice/layout/").text


def test_our_people_see_each_store_with_what_its_advice_brings(act_as, run_jobs, client_as):
    take_in(act_as)
    floor_id = draw(act_as, run_jobs)
    page = client_as("manager").get("/advice/layout/").text
    assert f"/advice/layout/{floor_id}" in page
    assert f"¥{advice(act_as).gain:,.0f}" in page


def test_a_store_that_follows_is_not_advised_anew(act_as, run_jobs, client_as):
    take_in(act_as)
    draw(act_as, run_jobs)
    found = advice(act_as)
    client_as("store_manager").post(f"/advice/proposals/{found.id}/accept", data={"way": "as_drawn"})
    with act_as("manager"):
        computing.compute([found.store_id])
    assert advice(act_as) is None
    assert advice(act_as, ACCEPTED).id == found.id
