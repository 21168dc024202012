import re

import pytest
from icalendar import Calendar

from portal.accounts.models import Membership
from portal.db import db


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


def test_the_feed_holds_each_distributors_dates_under_its_own_name_and_no_other_stores(client_as, act_as, world):
    """One person, the manager of a store of both distributors."""
    with act_as("administrator", "other"):
        person = db.session.get_one(Membership, world.other.members["store_manager:1"])
        person.person_id = world.first.people["store_manager"]
    for role, distributor in [("store_manager", "first"), ("store_manager:1", "first"), ("store_manager", "other")]:
        report = {"category": "quality", "text": "x", "product": f"{role} of {distributor}"}
        assert client_as(role, distributor).post("/complaints/new", data=report).status_code == 302
    report = {"category": "quality", "text": "x", "product": "second of other", "store_id": str(world.other.stores[1])}
    assert client_as("manager", "other").post("/complaints/new", data=report).status_code == 302
    client = client_as("store_manager")
    client.post("/calendar/subscribe")
    address = client.get("/calendar/subscribe").text.split("/calendar/feed/")[1].split(".ics")[0]
    feed = Calendar.from_ical(client_as(None).get(f"/calendar/feed/{address}.ics").data)
    found = sorted((str(event["summary"]), event["categories"].to_ical().decode()) for event in feed.walk("VEVENT"))
    assert [(title.rpartition(": ")[2].partition(" · ")[0], whose) for title, whose in found] == [
        ("second of other", "北原食品"),
        ("store_manager of first", "禾川商贸"),
    ]


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
