"""Floor plans: begun by size, changed place by place on a page or by a program; drawn at true scale; behind the walls."""

import re
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from plugins.trade.floors import queries as floor_queries
from plugins.trade.floors import services as floor_services
from plugins.trade.floors.drawing import DrawnFloor, DrawnZone, draw_floor
from plugins.trade.floors.models import FloorPlan, FloorZone
from plugins.trade.floors.services import FloorSketch, ZonePlan, check_sketch, first_sketch
from plugins.trade.importing import services as importing
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.files.exports import write_csv

TEA = ZonePlan("饮料", 100, 50, 200, 80, 800)
SOAP = ZonePlan("洗护", 300, 50, 200, 80, 600, goods="chemical", fixed=True)
SKETCH = FloorSketch(800, 900, (100, 900), (650, 860), (TEA, SOAP))
API = "/api/v1/trade/floors"


@pytest.fixture
def floor_id(act_as):
    with act_as("store_manager") as viewer:
        return floor_services.add_floor(viewer.store.id, SKETCH, by=viewer).id


def stands(act_as, floor_id, role="manager"):
    """Category, place and size of each zone."""
    with act_as(role):
        return [(z.category, z.x_cm, z.y_cm, z.width_cm, z.depth_cm) for z in floor_queries.zones_of(floor_id)]


def form_of(*zones, version="1", **changes):
    """What the editor sends: metres."""
    fields = {"width": "8", "depth": "9", "door_x": "1", "door_y": "9", "till_x": "6.5", "till_y": "8.6"}
    for at, zone in enumerate(zones):
        names = ("category", "x", "y", "width", "depth", "shelf")
        fields |= {f"{name}-{at}": value for name, value in zip(names, zone, strict=True)}
        fields |= {f"goods-{at}": "food", f"bought-{at}": "mixed", f"low-{at}": "1"}
    return fields | {"version": version} | changes


def test_a_store_tells_its_size_and_finds_its_categories_on_the_plan(act_as, client_as):
    with act_as("administrator") as viewer:
        goods = [
            ["商品编码", "商品名称", "品类"],
            ["T", "冰红茶", "饮料"],
            ["S", "香皂", "洗护"],
            ["C", "薯片", "膨化"],
        ]
        assert importing.take_in("products", write_csv(goods), by=viewer).written
    client = client_as("store_manager")
    assert "No floor plan yet" in client.get("/trade/floors/").text
    made = client.post("/trade/floors/new", data={"store": "", "width": "8.6", "depth": "11"})
    assert re.fullmatch(r"/trade/floors/\d+/edit", made.location)
    page = client.get(made.location).text
    assert all(f'value="{name}"' in page for name in ("饮料", "洗护", "膨化"))
    floor_id = int(made.location.split("/")[3])
    assert {name for name, *_rest in stands(act_as, floor_id)} == {"饮料", "洗护", "膨化"}
    assert client.get("/trade/floors/").location == f"/trade/floors/{floor_id}"
    assert "95 m²" in client.get(f"/trade/floors/{floor_id}").text  # 8.6 x 11 = 94.6


@given(width=st.integers(200, 4_000), depth=st.integers(200, 4_000), count=st.integers(0, 40))
def test_a_plan_to_begin_with_can_always_be_kept(width, depth, count):
    sketch = first_sketch(width, depth, [f"c{at}" for at in range(count)])
    check_sketch(sketch)
    assert not any(one.overlaps(other) for one, other in combinations(sketch.zones, 2))


def test_the_editor_keeps_what_was_typed_in_metres(act_as, client_as, floor_id):
    client = client_as("store_manager")
    typed = form_of(
        ("饮料", "0.5", "1,25", "2", "0.8", ""), ("糖果", "4", "0", "1.5", "0.6", "7.5"), ("", "9", "", "", "", "")
    )
    assert client.post(f"/trade/floors/{floor_id}/edit", data=typed).location == f"/trade/floors/{floor_id}"
    assert stands(act_as, floor_id) == [("饮料", 50, 125, 200, 80), ("糖果", 400, 0, 150, 60)]
    with act_as("manager"):
        # nothing typed: four boards of 2 m
        assert [zone.shelf_cm for zone in floor_queries.zones_of(floor_id)] == [800, 750]


@pytest.mark.parametrize(
    ("zones", "said"),
    [
        (
            (("饮料", "0", "0", "2", "0.8", "8"), ("糖果", "1.9", "0", "2", "0.8", "8")),
            "“饮料” and “糖果” stand on the same floor",
        ),
        ((("饮料", "7", "0", "2", "0.8", "8"),), "“饮料” reaches through a wall"),
        ((("饮料", "3", "8.5", "2", "0.8", "8"),), "“饮料” reaches through a wall"),
        ((("饮料", "here", "0", "2", "0.8", "8"),), "“饮料” needs its place and its size"),
        ((("饮料", "0", "0", "0.1", "0.8", "8"),), "between 20 cm and 50 m"),
        (
            (("饮料", "0", "0", "2", "0.8", "8"), ("饮料", "4", "0", "2", "0.8", "8")),
            "Each category stands in one place",
        ),
        ((("饮料", "6", "8", "1", "0.9", "8"),), "Door and till stand on free floor"),
    ],
)
def test_what_cannot_stand_so_is_said_and_nothing_typed_is_lost(act_as, client_as, floor_id, zones, said):
    answer = client_as("store_manager").post(f"/trade/floors/{floor_id}/edit", data=form_of(*zones))
    assert answer.status_code == 422
    assert said in answer.text
    for _category, *lengths in zones:
        assert all(f'value="{length}"' in answer.text for length in lengths)
    assert len(stands(act_as, floor_id)) == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"width_cm": 199}, "width"),
        ({"depth_cm": 20_001}, "width"),
        ({"door": (801, 0)}, "door"),
        ({"till": (0, -1)}, "till"),
        ({"zones": (replace(TEA, category=" 饮料"),)}, "zones"),
        ({"zones": (replace(TEA, shelf_cm=0),)}, "zones"),
        ({"zones": (replace(TEA, goods="fish"),)}, "zones"),
        ({"zones": (replace(TEA, x_cm=-1),)}, "zones"),
        (
            {"zones": tuple(replace(TEA, category=f"{at}", x_cm=at * 20, width_cm=20, y_cm=0) for at in range(41))},
            "zones",
        ),
    ],
)
def test_a_program_is_held_to_the_same_rules(act_as, changes, field):
    with act_as("store_manager") as viewer, pytest.raises(RuleBroken) as error:
        floor_services.add_floor(viewer.store.id, replace(SKETCH, **changes), by=viewer)
    assert error.value.field == field


def test_a_store_has_one_plan(act_as, floor_id):
    with act_as("store_manager") as viewer, pytest.raises(Conflict):
        floor_services.add_floor(viewer.store.id, SKETCH, by=viewer)


def test_of_two_who_change_it_at_once_one_is_told_and_loses_nothing(act_as, client_as, floor_id):
    zone = ("饮料", "1", "1", "2", "0.8", "8")
    assert client_as("store_manager").post(f"/trade/floors/{floor_id}/edit", data=form_of(zone)).status_code == 302
    rep = client_as("rep")
    late = rep.post(f"/trade/floors/{floor_id}/edit", data=form_of(("糖果", *zone[1:])))
    assert late.status_code == 409
    assert "Somebody has changed this floor plan meanwhile" in late.text
    assert 'value="糖果"' in late.text
    assert [name for name, *_rest in stands(act_as, floor_id)] == ["饮料"]
    # the page knows of the other change now, and may be saved over it
    version = re.search(r'name="version" value="(\d+)"', late.text)[1]
    again = rep.post(f"/trade/floors/{floor_id}/edit", data=form_of(("糖果", *zone[1:]), version=version))
    assert again.status_code == 302
    assert [name for name, *_rest in stands(act_as, floor_id)] == ["糖果"]


def test_what_was_typed_waits_until_somebody_has_logged_in_again(client_as, floor_id):
    client = client_as("store_manager")
    signed_out = client_as(None)
    sent = signed_out.post(f"/trade/floors/{floor_id}/edit", data=form_of(("糖果", "1.7", "1", "2", "0.8", "8")))
    assert sent.status_code == 302
    cookie = signed_out.get_cookie("parked")
    client.set_cookie("parked", cookie.value)
    page = client.get(f"/trade/floors/{floor_id}/edit").text
    assert 'value="糖果"' in page
    assert 'value="1.7"' in page


def test_each_change_is_in_the_audit_log_and_told_to_who_listens(act_as, client_as, floor_id):
    heard = []
    with floor_services.floor_changed.connected_to(lambda _sender, store_id: heard.append(store_id)):
        client = client_as("store_manager")
        client.post(f"/trade/floors/{floor_id}/edit", data=form_of(("饮料", "1", "1", "2", "0.8", "8")))
        assert client.post(f"/trade/floors/{floor_id}/remove").status_code == 302
    assert len(heard) == 2
    with act_as("administrator"):
        actions = set(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.like("trade.floor%"))))
        assert actions == {"trade.floor_added", "trade.floor_changed", "trade.floor_removed"}
        assert db.session.scalars(select(FloorZone)).all() == []


def test_another_store_sees_nothing_of_it(client_as, api_as, floor_id):
    for who in (("store_manager:1",), ("manager", "other")):
        client, api = client_as(*who), api_as(*who)
        for path in (f"/trade/floors/{floor_id}", f"/trade/floors/{floor_id}/edit"):
            assert client.get(path).status_code == 404, (who, path)
        assert client.post(f"/trade/floors/{floor_id}/remove").status_code == 404
        assert api.get(f"{API}/{floor_id}").status_code == 404


def test_programs_read_and_draw_plans(act_as, api_as, floor_id):
    client = api_as("manager")
    found = client.get(f"{API}/{floor_id}").json
    assert (found["door"], found["zones"][1]["fixed"]) == ({"x_cm": 100, "y_cm": 900}, True)
    changed = {name: found[name] for name in ("width_cm", "depth_cm", "door", "till")}
    changed |= {"zones": found["zones"][:1], "version": 1}
    assert client.put(f"{API}/{floor_id}", json=changed).json["version"] == 2
    assert client.put(f"{API}/{floor_id}", json=changed).status_code == 409
    assert [item["id"] for item in client.get(API).json["items"]] == [floor_id]


def test_the_drawing_is_true_to_scale_and_says_its_names():
    zones = [DrawnZone("饮料", 0, 0, 200, 100), DrawnZone("<b>", 300, 100, 100, 100)]
    drawn = draw_floor("A plan", DrawnFloor(800, 400, (0, 400), (700, 300), zones))
    # 6,400 units for 8 m: 8 units a centimetre
    assert (
        'transform="translate(0 0)"><title>饮料</title><rect class="fx" x="0.0" y="0.0" width="1600.0" height="800.0"/>'
        in drawn
    )
    assert (
        'translate(2400 800)"><title>&lt;b&gt;</title><rect class="fx" x="0.0" y="0.0" width="800.0" height="800.0"/>'
        in drawn
    )
    assert "<b>" not in drawn
    assert 'viewBox="-60 -60 6520 3320"' in drawn


def test_the_list_of_plans_costs_the_same_for_any_number(act_as, client_as, floor_id, count_queries):
    client = client_as("manager")
    client.get("/trade/floors/")
    with count_queries() as asked:
        page = client.get("/trade/floors/")
    assert page.status_code == 200
    assert len(asked) <= 3
    with act_as("manager"):
        assert len(db.session.scalars(select(FloorPlan)).all()) == 1
