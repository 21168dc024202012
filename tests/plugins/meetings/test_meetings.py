from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from plugins.meetings import queries, services
from plugins.meetings.methods.slots import Window
from plugins.meetings.models import Meeting, TakenCell
from portal import clock
from portal.db import db
from portal.errors import Conflict

NOW = datetime(2026, 3, 13, 2, 0, tzinfo=UTC)  # Friday 10:00 in Shanghai
MONDAY_9 = datetime(2026, 3, 16, 1, 0, tzinfo=UTC)


@pytest.fixture
def open_hours(act_as, world):
    """The rep can be booked on Mondays from 9 to 12; the clock stands on the Friday before."""
    with clock.frozen(NOW):
        with act_as("rep") as viewer:
            services.set_windows(viewer.membership, [Window(0, 540, 720)])
        yield world.first.members["rep"]


def wish(host, start=MONDAY_9, **more):
    return services.Wish(host, start, **more)


def test_a_booked_time_is_offered_to_nobody_else(act_as, open_hours):
    with act_as("store_manager") as viewer:
        assert MONDAY_9 in queries.free_slots(open_hours)
        services.book(wish(open_hours), viewer.store.id, by=viewer)
    with act_as("store_manager:1") as viewer:
        assert MONDAY_9 not in queries.free_slots(open_hours)
        with pytest.raises(Conflict) as caught:
            services.book(wish(open_hours), viewer.store.id, by=viewer)
    assert caught.value.details["free"][0] == (MONDAY_9 + timedelta(minutes=30)).isoformat()


def test_the_database_itself_refuses_a_double_booking(act_as, open_hours, monkeypatch):
    with act_as("store_manager") as viewer:
        services.book(wish(open_hours), viewer.store.id, by=viewer)
    monkeypatch.setattr(queries, "free_slots", lambda *a, **k: [MONDAY_9 + timedelta(minutes=15)])
    with act_as("store_manager:1") as viewer, pytest.raises(Conflict):
        services.book(wish(open_hours, MONDAY_9 + timedelta(minutes=15)), viewer.store.id, by=viewer)
    with act_as("administrator"):
        assert db.session.scalar(select(func.count()).select_from(Meeting)) == 1


def test_cancelling_frees_the_time_and_tells_the_host(act_as, open_hours, client_as):
    client = client_as("store_manager")
    form = {"starts_at": MONDAY_9.isoformat(), "kind": "advice", "place": "store", "length_minutes": "30"}
    answer = client.post(f"/meetings/book/{open_hours}", data=form)
    assert answer.status_code == 302
    assert client.post(f"{answer.location}/cancel", data={"reason": "盘点"}).status_code == 302
    with act_as("rep"):
        assert db.session.scalar(select(func.count()).select_from(TakenCell)) == 0
        assert MONDAY_9 in queries.free_slots(open_hours)


def test_a_meeting_of_another_store_is_not_found(act_as, open_hours, client_as):
    with act_as("store_manager:1") as viewer:
        meeting_id = services.book(wish(open_hours), viewer.store.id, by=viewer).id
    for role in ("store_manager", "expert"):
        assert client_as(role).get(f"/meetings/{meeting_id}").status_code == 404
    assert client_as("store_manager", "other").get(f"/meetings/{meeting_id}").status_code == 404
    assert client_as("rep").get(f"/meetings/{meeting_id}").status_code == 200


def test_a_taken_time_keeps_what_was_typed(act_as, open_hours, client_as):
    with act_as("store_manager:1") as viewer:
        services.book(wish(open_hours), viewer.store.id, by=viewer)
    form = {
        "starts_at": MONDAY_9.isoformat(),
        "kind": "advice",
        "place": "store",
        "topic": "冰柜怎么排",
        "length_minutes": "30",
    }
    answer = client_as("store_manager").post(f"/meetings/book/{open_hours}", data=form)
    assert answer.status_code == 422
    assert "冰柜怎么排" in answer.text


@pytest.mark.parametrize("role", ["store_manager", "rep", "manager"])
def test_pages_stay_within_their_queries(client_as, open_hours, count_queries, role):
    client = client_as(role)
    with count_queries() as sent:
        assert client.get("/meetings/").status_code == 200
    assert len(sent) <= 8  # two more than a list may cost: the counts of the side bar
    with count_queries() as sent:
        assert client.get(f"/meetings/book/{open_hours}").status_code == 200
    assert len(sent) <= 9  # two more: the counts of the side bar


def test_hours_are_typed_as_text_and_refused_in_words(client_as, act_as, world):
    client = client_as("expert")
    assert client.post("/meetings/hours", data={"monday": "9-12，13：30–18:00"}).status_code == 302
    with act_as("expert"):
        assert queries.windows(world.first.members["expert"]) == [Window(0, 540, 720), Window(0, 810, 1080)]
    assert "09:00-12:00" in client.post("/meetings/hours", data={"monday": "morning"}).text
    assert client_as("store_manager").get("/meetings/hours").status_code == 403
