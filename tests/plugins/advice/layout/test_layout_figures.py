"""What a store's categories sell and earn for their shelf, and what receipts say of them."""

from dataclasses import replace

import pytest

from plugins.advice.layout.finding import finding_of, reckoned
from plugins.trade.floors.services import FloorSketch, ZonePlan
from portal import clock
from tests.plugins.advice.layout.kit import (
    CRISPS,
    GOODS,
    MILK,
    PAPER,
    SKETCH,
    SOAP,
    advice,
    bring_product,
    bring_receipts,
    draw,
    layout_of,
    take_in,
)

NOW = clock.now()


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


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


def test_the_margin_of_what_has_a_cost_is_carried_over_to_the_rest_of_its_category(act_as, run_jobs):
    take_in(act_as)
    bring_product(act_as, "C2", "膨化", "12.00", "", range(1, 57))
    draw(act_as, run_jobs)
    crisps = next(place for place in layout_of(act_as).places if place.zone.category == "膨化")
    # 1,680 a week with a margin of a half, and 10 x 12 x 7 = 840 of which nobody knows it
    assert crisps.sales == pytest.approx(2520, rel=1e-6)
    assert crisps.margin == pytest.approx(1260, rel=1e-6)


def test_what_does_not_sell_any_more_counts_nothing(act_as, run_jobs):
    take_in(act_as)
    bring_product(act_as, "C3", "膨化", "12.00", "6.00", range(30, 57))
    draw(act_as, run_jobs)
    crisps = next(place for place in layout_of(act_as).places if place.zone.category == "膨化")
    assert [item.code for item in crisps.goods] == ["C"]
    assert crisps.sales == pytest.approx(1680, rel=1e-6)


def test_chilled_goods_have_power_where_they_stand_though_nobody_said_so(act_as, run_jobs):
    take_in(act_as)
    milk = replace(MILK, power=False)
    draw(act_as, run_jobs, replace(SKETCH, zones=(CRISPS, PAPER, milk, SOAP)))
    zones = {zone.name: zone.power for zone in reckoned(layout_of(act_as)).shop.zones}
    assert zones == {"膨化": False, "纸品": False, "牛奶": True, "洗护": False}


def test_without_our_own_brands_a_category_of_ours_counts_nothing(act_as, run_jobs):
    take_in(act_as)
    draw(act_as, run_jobs)
    shop = reckoned(layout_of(act_as), without_own=True).shop
    assert {category.name: category.sales for category in shop.categories if category.sales == 0} == {"牛奶": 0}


def test_without_our_own_brands_the_others_have_their_own_margin(act_as, run_jobs):
    take_in(act_as)
    bring_product(act_as, "M2", "牛奶", "10.00", "5.00", range(1, 57))
    draw(act_as, run_jobs)
    found = layout_of(act_as)
    milk = {
        own: next(c for c in reckoned(found, without_own=own).shop.categories if c.name == "牛奶")
        for own in (False, True)
    }
    # ours: 700 a week with a fifth of margin; theirs: 10 x 10 x 7 with a half
    assert (milk[False].sales, milk[False].margin) == (pytest.approx(1400, rel=1e-6), pytest.approx(490 / 1400))
    assert (milk[True].sales, milk[True].margin) == (pytest.approx(700, rel=1e-6), pytest.approx(0.5))


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
    order = [each.name for each in shop.categories]
    assert shop.lift[order.index("膨化"), order.index("牛奶")] == 2
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
