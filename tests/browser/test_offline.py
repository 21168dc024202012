"""A phone without a connection: our page instead of the browser's, and a report that waits with its photos."""

import pytest
from sqlalchemy import func, select

from plugins.complaints.models import Complaint, Photo
from portal.accounts.models import SignIn
from portal.db import db
from tests.portal.file_samples import encoded, four_corners
from tests.portal.people_kit import PASSWORD, database, equip

pytestmark = pytest.mark.browser
NAME = "store_manager@first.example"
WAITING = "[data-outbox=waiting]:not([hidden])"


def answer(page, promise):
    """What a promise gives; a page that never keeps it fails the test, and does not hold up all of them."""
    return page.wait_for_function(f"{promise}.then((kept) => ({{ kept }}))").json_value().get("kept")


@pytest.fixture
def photos(tmp_path):
    """Two photos, each of a size of its own."""
    paths = []
    for width in (640, 800):
        paths.append(tmp_path / f"{width}.jpg")
        paths[-1].write_bytes(encoded(four_corners(width)))
    return paths


@pytest.fixture
def store_page(live, page):
    """A store manager's phone, which has seen the portal once."""
    equip(live.app, live.world.first.people["store_manager"])
    log_in(page)
    answer(page, "navigator.serviceWorker.ready.then(() => true)")
    page.goto("/today")
    assert page.evaluate("navigator.serviceWorker.controller !== null")
    yield page
    with database(live.app):
        for complaint in db.session.scalars(select(Complaint)):
            db.session.delete(complaint)


def log_in(page, address="/auth/login"):
    page.goto(address)
    page.fill("[name=email]", NAME)
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=password]) button.btn-primary")
    page.wait_for_url("**/today")


def offline(page, gone=True):
    page.context.set_offline(gone)


def fill_in(page, photos, text="两箱破损"):
    page.goto("/complaints/new")
    page.set_input_files("[name=photos]", photos)
    page.check("[name=category][value=damage_short]", force=True)
    page.fill("[name=text]", text)


def send(page):
    page.click("form#complaint button.btn-primary")


def reports(live):
    """Each complaint's text with its number of photos."""
    with database(live.app):
        counted = select(Complaint.text, func.count(Photo.id)).outerjoin(Photo, Photo.complaint_id == Complaint.id)
        return [
            tuple(row)
            for row in db.session.execute(counted.group_by(Complaint.id, Complaint.text).order_by(Complaint.id))
        ]


# The page


def test_without_a_connection_our_own_page_answers_in_the_readers_language(store_page):
    offline(store_page)
    store_page.goto("/calendar")
    assert store_page.locator("h1").inner_text() == "没有网络"
    offline(store_page, False)
    store_page.wait_for_url("**/calendar")
    store_page.locator("main[data-page=page]").wait_for()
    store_page.click("button:has-text('EN')")
    store_page.wait_for_load_state()
    offline(store_page)
    store_page.goto("/calendar")
    assert store_page.locator("h1").inner_text() == "No connection"
    assert store_page.locator("html").get_attribute("lang") == "en"


def test_the_page_is_dressed_and_its_button_asks_again_for_the_same_page(store_page):
    offline(store_page)
    store_page.goto("/events/")
    button = store_page.locator("a.btn-primary")
    assert button.evaluate("part => getComputedStyle(part).backgroundColor") != "rgba(0, 0, 0, 0)"
    button.click()
    assert store_page.locator("[data-without]").is_visible()
    assert store_page.url.endswith("/events/")


def test_nothing_about_anybody_is_kept_by_the_worker(store_page):
    for path in ("/today", "/complaints/", "/calendar", "/more"):
        store_page.goto(path)
    kept = store_page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
            return found;
        }"""
    )
    assert {path for path in kept if not path.startswith("/static/")} == {
        "/offline/zh_Hans",
        "/offline/en",
        "/offline/language",
    }
    assert len(kept) > 8


# The report that waits


def test_a_report_sent_without_a_connection_waits_and_arrives_once_with_its_photos(live, store_page, photos):
    fill_in(store_page, photos)
    offline(store_page)
    send(store_page)
    store_page.locator(WAITING).wait_for()
    assert "1" in store_page.locator(WAITING).inner_text()
    assert not store_page.locator("form#complaint").is_visible()
    store_page.reload()
    store_page.locator("[data-without]").wait_for()
    store_page.locator(WAITING).wait_for()
    assert reports(live) == []
    offline(store_page, False)
    store_page.wait_for_url("**/complaints/C-*")
    assert reports(live) == [("两箱破损", 2)]
    store_page.goto("/complaints/new")
    assert store_page.locator(WAITING).count() == 0
    assert store_page.input_value("[name=text]") == ""


def test_a_report_arrives_while_its_own_page_is_still_open(live, store_page, photos):
    fill_in(store_page, photos[:1])
    offline(store_page)
    send(store_page)
    store_page.locator(WAITING).wait_for()
    offline(store_page, False)
    store_page.wait_for_url("**/complaints/C-*")
    assert reports(live) == [("两箱破损", 1)]


def test_a_report_arrives_after_its_page_was_closed(live, store_page, photos):
    form = store_page.context.new_page()
    fill_in(form, photos)
    offline(form)
    send(form)
    form.locator(WAITING).wait_for()
    form.close()
    offline(store_page, False)
    store_page.locator("[data-outbox=sent]:not([hidden]) a").click()
    store_page.wait_for_url("**/complaints/C-*")
    assert reports(live) == [("两箱破损", 2)]
    store_page.goto("/today")
    assert answer(store_page, "outbox.all().then((forms) => forms.length)") == 0


def test_several_reports_arrive_in_their_order(live, store_page, photos):
    other = store_page.context.new_page()
    fill_in(store_page, photos[:1], "第一")
    fill_in(other, photos[1:], "第二")
    offline(store_page)
    send(store_page)
    store_page.locator(WAITING).wait_for()
    send(other)
    other.locator(f"{WAITING} >> text=2").wait_for()
    offline(store_page, False)
    for each in (store_page, other):
        each.wait_for_url("**/complaints/C-*")
    assert reports(live) == [("第一", 1), ("第二", 1)]


def test_an_answer_that_was_lost_does_not_make_a_second_report(live, store_page, photos):
    """The server has it, the phone does not know: it is sent again, with the same key."""
    fill_in(store_page, photos)
    key = store_page.input_value("[name=once_key]")
    store_page.evaluate(
        """async () => {
            const form = document.querySelector("form#complaint");
            await fetch(form.action, { method: "POST", body: new FormData(form) });
        }"""
    )
    assert reports(live) == [("两箱破损", 2)]
    offline(store_page)
    send(store_page)
    store_page.locator(WAITING).wait_for()
    assert key in answer(store_page, "outbox.all().then((forms) => forms.map((form) => form.key))")
    offline(store_page, False)
    store_page.wait_for_url("**/complaints/C-*")
    assert reports(live) == [("两箱破损", 2)]


def test_a_report_that_waited_while_the_session_ended_is_sent_after_the_log_in(live, store_page, photos):
    fill_in(store_page, photos)
    offline(store_page)
    send(store_page)
    store_page.locator(WAITING).wait_for()
    end_sessions(live)
    offline(store_page, False)
    store_page.goto("/today")
    assert "/auth/login" in store_page.url
    store_page.locator("[data-outbox=login]:not([hidden])").wait_for()
    assert reports(live) == []
    log_in(store_page)
    store_page.locator("[data-outbox=sent]:not([hidden]) a").click()
    store_page.wait_for_url("**/complaints/C-*")
    assert reports(live) == [("两箱破损", 2)]


def test_photos_are_there_again_after_a_session_that_ended_while_the_form_was_filled(live, store_page, photos):
    fill_in(store_page, photos)
    end_sessions(live)
    send(store_page)
    store_page.wait_for_url("**/auth/login**")
    store_page.fill("[name=email]", NAME)
    store_page.fill("[name=password]", PASSWORD)
    store_page.click("form:has([name=password]) button.btn-primary")
    store_page.wait_for_url("**/complaints/new")
    store_page.locator("[data-outbox=back]:not([hidden])").wait_for()
    assert store_page.input_value("[name=text]") == "两箱破损"
    assert store_page.is_checked("[name=category][value=damage_short]")
    assert store_page.locator(".sw-chosen").count() == 2
    send(store_page)
    store_page.wait_for_url("**/complaints/C-*")
    assert reports(live) == [("两箱破损", 2)]
    store_page.goto("/complaints/new")
    assert store_page.locator(".sw-chosen").count() == 0


def test_a_report_that_is_refused_comes_back_to_be_looked_at(live, store_page, photos, tmp_path):
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"\xff\xd8\xff" + b"no picture" * 50)
    fill_in(store_page, [photos[0], broken])
    offline(store_page)
    send(store_page)
    store_page.locator(WAITING).wait_for()
    offline(store_page, False)
    store_page.goto("/today")
    store_page.locator("[data-outbox=look]:not([hidden]) a").click()
    store_page.locator("[data-outbox=back]:not([hidden])").wait_for()
    assert store_page.locator(".sw-chosen").count() == 2
    store_page.locator(".sw-chosen button").nth(1).click()
    send(store_page)
    store_page.wait_for_url("**/complaints/C-*")
    assert reports(live) == [("两箱破损", 1)]
    store_page.goto("/today")
    assert store_page.locator("[data-outbox]:not([hidden])").count() == 0


def test_an_answer_in_a_complaint_waits_too(live, store_page, photos):
    fill_in(store_page, photos[:1])
    send(store_page)
    store_page.wait_for_url("**/complaints/C-*")
    store_page.fill("#reply [name=text]", "还差一箱")
    store_page.locator("#reply details").evaluate("part => { part.open = true; }")
    store_page.set_input_files("#reply [name=photos]", photos[1:])
    offline(store_page)
    store_page.locator("#reply button.btn-primary").click()
    store_page.locator(WAITING).wait_for()
    offline(store_page, False)
    store_page.locator(".sw-msgs >> text=还差一箱").wait_for()
    assert store_page.locator(".sw-msgs img").count() == 2
    assert reports(live) == [("两箱破损", 2)]


def test_somebody_else_on_the_same_phone_does_not_send_it(live, store_page, photos):
    fill_in(store_page, photos)
    offline(store_page)
    send(store_page)
    store_page.locator(WAITING).wait_for()
    end_sessions(live)
    offline(store_page, False)
    equip(live.app, live.world.first.people["store_staff"])
    store_page.goto("/auth/login")
    store_page.fill("[name=email]", "store_staff@first.example")
    store_page.fill("[name=password]", PASSWORD)
    store_page.click("form:has([name=password]) button.btn-primary")
    store_page.wait_for_url("**/today")
    answer(store_page, "outbox.sendWaiting()")
    assert reports(live) == []
    assert answer(store_page, "outbox.all().then((forms) => forms.length)") == 1
    assert store_page.locator("[data-outbox]:not([hidden])").count() == 0


def end_sessions(live):
    with database(live.app):
        for sign_in in db.session.scalars(select(SignIn)):
            db.session.delete(sign_in)


# The app on the first screen


def test_the_portal_can_be_put_on_the_first_screen(live, store_page):
    session = store_page.context.new_cdp_session(store_page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"].endswith("/manifest.webmanifest")
    found = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in found] == ["in-incognito"]  # as all of these browsers are
