"""A floor plan on a phone: a place is moved by finger or by keys, and what stands in the fields is what is kept."""

import pytest
from sqlalchemy import select

from plugins.trade.floors.models import FloorPlan, FloorZone
from plugins.trade.floors.services import FloorSketch, ZonePlan, add_floor
from portal.accounts.viewer import load_person, viewer_of
from portal.db import db
from portal.tenancy import acting_for
from tests.browser.test_offline import log_in
from tests.portal.people_kit import database, equip

pytestmark = pytest.mark.browser
TEA = ZonePlan("饮料", 100, 50, 200, 80, 800)
SOAP = ZonePlan("洗护", 400, 50, 200, 80, 600)


@pytest.fixture
def editor(live, page):
    """The editor of a plan of 8 x 9 m."""
    person = live.world.first.people["store_manager"]
    equip(live.app, person)
    with database(live.app), live.app.test_request_context("/"):
        someone = load_person(live.world.first.keys["store_manager"])
        viewer = viewer_of(someone, live.world.first.members["store_manager"])
        with acting_for(viewer.scope):
            sketch = FloorSketch(800, 900, (100, 900), (650, 860), (TEA, SOAP))
            floor_id = add_floor(viewer.store.id, sketch, by=viewer).id
            db.session.commit()
    log_in(page)
    page.goto(f"/trade/floors/{floor_id}/edit")
    yield page
    with database(live.app):
        for floor in db.session.scalars(select(FloorPlan)):
            db.session.delete(floor)


def kept(live):
    with database(live.app):
        return {zone.category: (zone.x_cm, zone.y_cm, zone.width_cm) for zone in db.session.scalars(select(FloorZone))}


def place_of(page, at):
    return tuple(page.locator(f"[name={name}-{at}]").input_value() for name in ("x", "y"))


def test_a_place_is_taken_hold_of_and_moved(live, editor):
    zone = editor.locator("[data-at='0']")
    box, drawing = zone.bounding_box(), editor.locator("svg[data-floor]").bounding_box()
    metre = drawing["width"] / (6520 / 800)  # the drawing is 6,520 units wide, of which 800 are a metre
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    editor.mouse.move(*middle)
    editor.mouse.down()
    editor.mouse.move(middle[0] + metre, middle[1] + 2 * metre, steps=5)
    editor.mouse.up()
    x, y = (float(length) for length in place_of(editor, 0))
    assert (x, y) == (pytest.approx(2, abs=0.11), pytest.approx(2.5, abs=0.11))
    editor.click("form#form button.btn-primary")
    editor.wait_for_url("**/trade/floors/*")
    assert kept(live)["饮料"][:2] == (round(x * 100), round(y * 100))
    assert kept(live)["洗护"] == (400, 50, 200)


def test_the_keys_do_the_same_and_say_so(live, editor):
    zone = editor.locator("[data-at='1']")
    zone.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowLeft", "Shift+ArrowRight"):
        editor.keyboard.press(key)
    assert place_of(editor, 1) == ("3.9", "0.7")
    assert editor.locator("[name=width-1]").input_value() == "2.1"
    # 8 units a centimetre: the name stands in the middle of 2.1 m
    assert zone.locator("text").get_attribute("transform").startswith("translate(840 ")
    assert editor.locator("[name=shelf-1]").input_value() == "6.3"  # three metres of shelf a metre of floor, as before
    assert "3.9 m, 0.7 m, 2.1 × 0.8 m" in editor.locator("#floor-says").text_content()
    editor.keyboard.press("Enter")
    assert editor.locator("#zone-1").get_attribute("open") is not None
    assert editor.evaluate("document.activeElement.name") == "category-1"


def test_nothing_leaves_the_store(live, editor):
    editor.locator("[data-at='0']").focus()
    for _step in range(15):
        editor.keyboard.press("ArrowLeft")
        editor.keyboard.press("ArrowUp")
    assert place_of(editor, 0) == ("0", "0")
    editor.locator("[data-mark=door]").focus()
    editor.keyboard.press("ArrowRight")
    assert editor.locator("[name=door_x]").input_value() == "1.1"


def test_what_is_typed_is_drawn_at_once(live, editor):
    editor.locator("#zone-0 summary").click()
    editor.fill("[name=x-0]", "3")
    assert editor.locator("[data-at='0']").get_attribute("transform").startswith("translate(2400 ")
