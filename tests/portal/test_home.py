import re

import pytest


@pytest.mark.parametrize("role", ["store_manager", "store_staff", "rep", "manager", "administrator", "expert"])
@pytest.mark.parametrize("path", ["/today", "/more", "/calendar", "/calendar/month", "/calendar/subscribe"])
def test_pages_of_the_core_answer_in_both_languages(client_as, role, path):
    assert client_as(role).get(path).status_code == 200
    chinese = client_as(role, language="zh_Hans").get(path)
    assert 'lang="zh-CN"' in chinese.text


def test_stranger_is_asked_to_sign_in(client_as):
    answer = client_as(None).get("/today")
    assert answer.status_code == 302
    assert answer.location == "/auth/login?next=/today"


def test_membership_of_somebody_else_cannot_be_taken(client_as, world):
    foreign = world.other.members["manager"]
    assert client_as("manager").post(f"/membership/{foreign}").status_code == 404


def test_feed_needs_its_secret_and_ends_when_renewed(client_as):
    client = client_as("store_manager")
    client.post("/calendar/subscribe")
    page = client.get("/calendar/subscribe").text
    first = page.split("/calendar/feed/")[1].split(".ics")[0]
    stranger = client_as(None)
    assert stranger.get(f"/calendar/feed/{first}.ics").mimetype == "text/calendar"
    client.post("/calendar/subscribe")
    assert stranger.get(f"/calendar/feed/{first}.ics").status_code == 404


@pytest.mark.parametrize(
    ("role", "path", "title"),
    [
        ("manager", "/trade/", "Products"),
        ("manager", "/trade/uploads", "Data import"),
        ("manager", "/stores", "Stores"),
        ("store_manager", "/complaints/", "Report"),
        ("store_manager", "/events/", "More"),
        ("store_manager", "/today", "Today"),
    ],
)
def test_navigation_marks_the_one_place_where_the_reader_is(client_as, role, path, title):
    page = client_as(role).get(path).text
    navigation = page.split('aria-label="Main"')[1].split("</nav>")[0]
    marked = re.findall(r"aria-current=\"\w+\".*?</svg>(?:<span>)?([^<]+)", navigation)
    assert marked == [title]
