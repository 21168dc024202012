"""Layout advice: the moves, what becomes of them, and the pages that say so."""

from dataclasses import replace

import pytest

from plugins.advice.layout import computing, finding
from plugins.advice.layout.finding import finding_of, reckoned
from plugins.advice.layout.services import stands_as_advised
from plugins.advice.models import ACCEPTED, DONE, LAPSED
from plugins.trade.floors import queries as floor_queries
from plugins.trade.floors import services as floors
from plugins.trade.floors.services import FloorSketch, ZonePlan
from portal import clock
from tests.plugins.advice.layout.kit import (
    CRISPS,
    SKETCH,
    advice,
    draw,
    layout_of,
    take_in,
    vars_of,
)

NOW = clock.now()


@pytest.fixture(autouse=True)
def one_day():
    """The day does not end while these tests run."""
    with clock.frozen(NOW):
        yield


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


def test_moves_whose_range_begins_at_a_loss_are_not_advised(act_as, run_jobs, monkeypatch):
    take_in(act_as)
    draw(act_as, run_jobs)
    found = layout_of(act_as)
    proposed = finding._proposed(reckoned(found).shop, found)
    assert proposed.moves
    monkeypatch.setattr(finding, "_proposed", lambda _shop, _layout: replace(proposed, low=0.0))
    assert finding_of(found) is None


def test_shelf_that_changed_hands_is_kept_with_its_place(act_as, run_jobs):
    take_in(act_as)
    floor_id = draw(act_as, run_jobs)
    told = advice(act_as).evidence
    zones = [
        row
        | {
            "after": row["category"],
            "shelf_after_cm": row["shelf_cm"] + {"膨化": 100, "纸品": -100}.get(row["category"], 0),
        }
        for row in told["zones"]
    ]
    with act_as("store_manager") as viewer:
        assert stands_as_advised(viewer.store.id, told | {"zones": zones}, by=viewer)
    with act_as("manager"):
        shelf = {zone.category: zone.shelf_cm for zone in floor_queries.zones_of(floor_id)}
    assert shelf == {"膨化": 900, "纸品": 700, "牛奶": 800, "洗护": 800}


def test_neutrality_is_the_same_advice_where_our_own_brand_does_not_move(act_as, run_jobs, client_as):
    take_in(act_as)
    draw(act_as, run_jobs)
    found = advice(act_as)
    assert found.evidence["neutral"]["gain"] <= found.evidence["gain"]["mid"]
    page = client_as("store_manager").get(f"/advice/proposals/{found.id}").text
    assert "Without our own brands" in page
    assert "If our own brands were not sold" in page


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
