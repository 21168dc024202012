"""Shelf units: entered on a page, by a table, by a program; drawn as they stand; behind the walls."""

import re
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from plugins.trade import fixture_queries, fixture_services, services
from plugins.trade.contributions import personal_data
from plugins.trade.drawing import DrawnItem, DrawnShelf, draw_planogram
from plugins.trade.fixture_services import FixturePlan, Placed, ShelfPlan
from plugins.trade.models import Fixture, Placement, Product
from portal.accounts.models import Person
from portal.audit.models import AuditEntry
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.files.exports import write_csv

PRODUCTS = [
    ["商品编码", "商品名称", "自有品牌", "宽cm", "高cm", "深cm"],
    ["A1", "红烧桶面", "是", "14.5", "11.2", "14.5"],
    ["A2", "酸菜桶面", "否", "14.5", "11.2", ""],
    ["A3", "干脆面", "否", "", "", ""],
]
TABLE_HEAD = ["货架", "品类", "货架宽cm", "层", "层板高cm", "净高cm", "商品编码", "排面"]


@pytest.fixture
def codes(act_as):
    with act_as("administrator") as viewer:
        assert services.take_in("products", write_csv(PRODUCTS), by=viewer).written
    with act_as("manager"):
        return {product.code: product.id for product in db.session.scalars(select(Product))}


def plan_of(codes, name="方便面货架", **changes):
    shelves = (
        ShelfPlan(540, 280, (Placed(codes["A3"], 2),)),
        ShelfPlan(1500, 280, (Placed(codes["A1"], 3), Placed(codes["A2"], 2))),
    )
    return FixturePlan(name, changes.get("width_mm", 1200), changes.get("shelves", shelves), "方便面")


@pytest.fixture
def fixture_id(act_as, codes):
    with act_as("store_manager") as viewer:
        return fixture_services.add_fixture(viewer.store.id, plan_of(codes), by=viewer).id


def stands(act_as, fixture_id, role="manager"):
    """Height and (code, facings) of each shelf, from the top."""
    with act_as(role):
        return [
            (found.shelf.height_mm, [(item.product.code, item.facings) for item in found.placements])
            for found in fixture_queries.standing([fixture_id])[fixture_id]
        ]


def test_sizes_come_in_centimetres_and_are_kept_in_millimetres(act_as, codes):
    with act_as("manager"):
        rows = {p.code: (p.width_mm, p.height_mm, p.depth_mm) for p in db.session.scalars(select(Product))}
    assert rows == {"A1": (145, 112, 145), "A2": (145, 112, None), "A3": (None, None, None)}


@pytest.mark.parametrize("width", ["0", "301", "-1", "wide"])
def test_an_absurd_size_is_said_at_its_cell(act_as, width):
    with act_as("administrator") as viewer:
        rows = [["商品编码", "商品名称", "宽cm"], ["A1", "面", width]]
        intake = services.take_in("products", write_csv(rows), by=viewer)
        assert [(error.row, error.column) for error in intake.errors] == [(2, "宽cm")]


def test_shelves_stand_from_the_top_whatever_their_order_was(act_as, fixture_id):
    assert stands(act_as, fixture_id) == [(1500, [("A1", 3), ("A2", 2)]), (540, [("A3", 2)])]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"width_mm": 100}, "width"),
        ({"shelves": ()}, "shelves"),
        ({"shelves": (ShelfPlan(500, 300), ShelfPlan(510, 300))}, "shelves"),
        ({"shelves": (ShelfPlan(5000, 300),)}, "shelves"),
        ({"shelves": (ShelfPlan(500, 10),)}, "shelves"),
        ({"shelves": (ShelfPlan(500, 300, (Placed(1, 0),)),)}, "shelves"),
        ({"shelves": (ShelfPlan(500, 300, (Placed(1, 1), Placed(1, 2))),)}, "shelves"),
        ({"shelves": (ShelfPlan(500, 300, (Placed(999_999, 1),)),)}, "shelves"),
    ],
)
def test_what_cannot_be_built_is_refused(act_as, codes, changes, field):
    with act_as("store_manager") as viewer, pytest.raises(RuleBroken) as error:
        fixture_services.add_fixture(viewer.store.id, plan_of(codes, **changes), by=viewer)
    assert error.value.field == field


def test_of_two_who_change_it_at_once_one_is_told(act_as, codes, fixture_id):
    with act_as("store_manager") as viewer:
        fixture = fixture_queries.find_fixture(fixture_id)
        fixture_services.change_fixture(fixture, plan_of(codes, width_mm=900), by=viewer, version=1)
        with pytest.raises(Conflict):
            fixture_services.change_fixture(fixture, plan_of(codes), by=viewer, version=1)


def test_it_is_entered_on_pages_without_javascript(act_as, client_as, codes):
    client = client_as("store_manager")
    made = client.post(
        "/trade/fixtures/new",
        data={"store": "0001", "name": "饮料架", "width": "90", "shelves": "2", "height": "140", "category": ""},
    )
    assert made.status_code == 302
    fixture_id = int(re.search(r"/fixtures/(\d+)/edit", made.location).group(1))
    assert [height for height, _on_it in stands(act_as, fixture_id)] == [1400, 150]
    fields = {"name": "饮料架", "width": "90", "version": "1", "height-0": "140", "clear-0": "32,5", "height-1": "15"}
    fields |= {"clear-1": "120", "product-0-0": "酸菜桶面 · A2", "facings-0-0": "4", "order-0-0": "2"}
    fields |= {"product-0-1": "A1", "facings-0-1": "1", "order-0-1": "1", "product-1-0": "A3", "facings-1-0": "0"}
    assert client.post(f"/trade/fixtures/{fixture_id}/edit", data=fields).status_code == 302
    assert stands(act_as, fixture_id) == [(1400, [("A1", 1), ("A2", 4)]), (150, [])]
    with act_as("administrator"):
        actions = set(db.session.scalars(select(AuditEntry.action)))
        assert {"trade.fixture_added", "trade.planogram_changed"} <= actions


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"product-0-0": "X9", "facings-0-0": "2"}, "Shelf 1: there is no product “X9”."),
        ({"product-0-0": "A1", "facings-0-0": "many"}, "Shelf 1: facings are a whole number."),
        ({"clear-0": "NaN"}, "Shelf 1 needs its height and the room above it, in cm."),
        ({"version": "7"}, None),
    ],
)
def test_what_was_typed_wrong_is_said_and_kept(client_as, act_as, fixture_id, wrong, said):
    fields = {"name": "架", "width": "90", "version": "1", "height-0": "140", "clear-0": "30"} | wrong
    answer = client_as("store_manager").post(f"/trade/fixtures/{fixture_id}/edit", data=fields)
    assert answer.status_code == (422 if said else 409)
    if said:
        assert said in answer.text
        for typed in wrong.values():
            assert f'value="{typed}"' in answer.text
    assert stands(act_as, fixture_id)[0] == (1500, [("A1", 3), ("A2", 2)])


def test_a_table_says_what_stands_where_and_a_repeat_changes_nothing(act_as, codes):
    rows = [
        TABLE_HEAD,
        ["面架", "方便面", "120", "1", "150", "28", "A1", "3"],
        ["面架", "方便面", "120", "1", "150", "28", "A2", "2"],
        ["面架", "方便面", "120", "2", "54", "28", "", ""],
    ]
    with act_as("store_manager") as viewer:
        assert services.take_in("planogram", write_csv(rows), by=viewer).counts == {"fixtures": 1}
        assert services.take_in("planogram", write_csv(rows), by=viewer).repeated
        [fixture] = db.session.scalars(select(Fixture)).all()
    assert stands(act_as, fixture.id) == [(1500, [("A1", 3), ("A2", 2)]), (540, [])]
    rows[1][-1] = "5"
    with act_as("store_manager") as viewer:
        assert services.take_in("planogram", write_csv(rows), by=viewer).written
        assert db.session.scalars(select(Fixture.version)).all() == [2]
    assert stands(act_as, fixture.id)[0] == (1500, [("A1", 5), ("A2", 2)])


def test_wrong_rows_of_a_table_are_named_and_nothing_is_written(act_as, codes):
    rows = [
        TABLE_HEAD,
        ["好架", "", "120", "1", "150", "28", "A1", "3"],
        ["坏架", "", "120", "1", "150", "28", "X9", "3"],
        ["坏架", "", "90", "1", "150", "28", "A1", "3"],
        ["坏架", "", "120", "1", "140", "28", "A2", "99"],
    ]
    with act_as("store_manager") as viewer:
        intake = services.take_in("planogram", write_csv(rows), by=viewer)
        found = {(error.row, error.column) for error in intake.errors}
        assert found == {(3, "商品编码"), (4, "货架宽cm"), (5, "层板高cm"), (5, "排面")}
        assert db.session.scalars(select(Fixture)).all() == []
    close = [TABLE_HEAD, ["好架", "", "120", "1", "15", "28", "", ""], ["坏架", "", "120", "1", "15", "28", "", ""]]
    close.append(["坏架", "", "120", "2", "16", "28", "", ""])  # two boards within a centimetre
    with act_as("store_manager") as viewer:
        intake = services.take_in("planogram", write_csv(close), by=viewer)
        assert [(error.row, error.column) for error in intake.errors] == [(3, "货架")]
        assert db.session.scalars(select(Fixture)).all() == []


def test_what_is_exported_can_be_uploaded_again(act_as, client_as, fixture_id):
    data = client_as("manager").get(f"/trade/fixtures/{fixture_id}.xlsx").data
    rows = CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()
    assert rows[1] == ["0001", "方便面货架", "方便面", 120, 1, 150, 28, "A1", 3]
    before = stands(act_as, fixture_id)
    with act_as("manager") as viewer:
        assert services.take_in("planogram", data, by=viewer).written
    assert stands(act_as, fixture_id) == before


def test_a_program_adds_changes_and_removes_it(api_as, act_as, codes):
    api = api_as("store_manager")
    shelf = {"height_mm": 1200, "clear_mm": 300, "products": [{"product": "A1", "facings": 3}]}
    made = api.post("/api/v1/trade/fixtures", json={"name": "架", "width_mm": 900, "shelves": [shelf]})
    assert made.status_code == 201
    address = f"/api/v1/trade/fixtures/{made.json['id']}"
    assert api.get(address).json["shelves"] == [shelf]
    shelf["products"][0]["facings"] = 4
    changed = {"name": "架", "width_mm": 900, "shelves": [shelf], "version": 1}
    assert api.put(address, json=changed).json["version"] == 2
    assert api.put(address, json=changed).status_code == 409
    shelf["products"][0]["product"] = "X9"
    assert api.put(address, json=changed | {"version": 2}).status_code == 422
    assert [item["name"] for item in api.get("/api/v1/trade/fixtures").json["items"]] == ["架"]
    assert api.delete(address).status_code == 204
    with act_as("manager"):
        assert db.session.scalars(select(Placement)).all() == []


def test_other_stores_and_distributors_see_nothing_of_it(client_as, fixture_id):
    for other in (client_as("store_manager:1"), client_as("manager", "other")):
        assert "方便面货架" not in other.get("/trade/fixtures/").text
        for path in ("", "/edit", ".xlsx"):
            assert other.get(f"/trade/fixtures/{fixture_id}{path}").status_code == 404
        assert other.post(f"/trade/fixtures/{fixture_id}/remove").status_code == 404


def test_a_store_cannot_add_one_for_another_store(client_as, codes):
    fields = {"store": "0002", "name": "x", "width": "90", "shelves": "2", "height": "140"}
    client_as("store_manager").post("/trade/fixtures/new", data=fields)
    assert ">x<" not in client_as("store_manager:1").get("/trade/fixtures/").text


def test_who_changed_it_takes_that_along(act_as, fixture_id, world):
    with act_as("administrator"):
        person = db.session.get_one(Person, world.first.people["store_manager"])
        found = {data.title: data.rows for data in personal_data(person)}
    assert [row["shelf_unit"] for row in found["Shelf units changed"]] == ["方便面货架"]


@pytest.mark.parametrize(
    ("path", "most"), [("/trade/fixtures/", 5), ("/trade/fixtures/{}", 7), ("/trade/fixtures/{}/edit", 9)]
)
def test_pages_of_shelf_units_stay_within_their_queries(client_as, count_queries, fixture_id, path, most):
    client = client_as("manager")
    client.get(path.format(fixture_id))
    with count_queries() as statements:
        assert client.get(path.format(fixture_id)).status_code == 200
    assert len(statements) <= most


def test_it_is_drawn_at_true_scale():
    """Of 2.4 m two units are one of the drawing: three facings of 14 cm are 70 units wide each, the board 1,200."""
    items = [DrawnItem("红烧 <桶>", 3, 140, 110, 2, own=True), DrawnItem("窄", 1, 60, 110, estimated=True, change=-2)]
    drawn = draw_planogram("架 & 层", 2400, [DrawnShelf(1500, 280, items)])
    packs = re.findall(r'<rect class="pk k2" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"', drawn)
    assert [float(pack[0]) for pack in packs[::2]] == [1.0, 71.0, 141.0]  # two high: 28 cm hold 11 twice
    assert {(float(pack[2]), float(pack[3])) for pack in packs} == {(68.0, 55.0)}
    assert '<rect class="back" x="0.0" y="0.0" width="1200.0" height="890.0"/>' in drawn
    assert "<title>架 &amp; 层</title>" in drawn
    assert "<title>红烧 &lt;桶&gt;</title>" in drawn
    for text in ("◆ 红烧", "× 3", "150 cm", "▼ −2", "≈ × 1", "240 cm wide"):
        assert text in drawn
