"""The checklist: what stores and the distributor do with it, and that nobody else does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from storewise_checklist import jobs, methods, queries, services
from storewise_checklist.models import Item, Tick

from portal.api import BriefingQuery, RuleBroken, Span, Store, clock, session, signal, the_host
from portal.testing.check_plugin import check_plugin

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine o'clock in Shanghai


@pytest.fixture(autouse=True)
def monday():
    with clock.frozen(MONDAY):
        yield


def item_ids(act_as, distributor="first"):
    with act_as("manager", distributor):
        return [item.id for item in queries.items()]


def test_it_passes_the_quality_checklist(app, world):
    check_plugin(app, "checklist")


def test_new_distributor_begins_with_a_list(act_as):
    with act_as("manager"):
        assert [item.title for item in queries.items()] == [title for title, _why, _rhythm in services.STANDARD]


# The store's page


def test_store_ticks_off_and_takes_it_back(client_as, act_as):
    first, *_rest = item_ids(act_as)
    client = client_as("store_staff")
    assert "冷柜温度" in client.get("/checklist/").text
    assert client.post(f"/checklist/{first}/tick").status_code == 302
    with act_as("store_staff") as viewer:
        assert list(queries.ticks_on(viewer.store.id, services.today())) == [first]
    assert client.post(f"/checklist/{first}/untick").status_code == 302
    with act_as("store_staff") as viewer:
        assert queries.ticks_on(viewer.store.id, services.today()) == {}


def test_ticking_twice_is_ticking_once(client_as, act_as):
    first, *_rest = item_ids(act_as)
    for _time in range(2):
        client_as("store_staff").post(f"/checklist/{first}/tick")
    with act_as("manager"):
        assert len(session.scalars(select(Tick)).all()) == 1


def test_store_page_is_not_for_the_distributor(client_as):
    assert client_as("manager").get("/checklist/").status_code == 403
    assert client_as("manager").post("/checklist/1/tick").status_code == 403


def test_item_of_another_distributor_is_not_there(client_as, act_as):
    foreign = item_ids(act_as, "other")[0]
    assert client_as("store_staff").post(f"/checklist/{foreign}/tick").status_code == 404
    assert client_as("manager").post(f"/checklist/items/{foreign}/retire").status_code == 404
    with act_as("manager", "other"):
        assert foreign in [item.id for item in queries.items()]


def test_ticks_of_another_store_are_not_seen(act_as):
    first, *_rest = item_ids(act_as)
    with act_as("store_staff") as viewer:
        services.tick(session.get(Item, first), store_id=viewer.store.id, by=viewer)
    with act_as("store_staff:1"):
        assert session.scalars(select(Tick)).all() == []


def test_store_page_reads_little(client_as, count_queries):
    client = client_as("store_staff")
    with count_queries() as statements:
        client.get("/checklist/")
    assert len(statements) <= 6


# The distributor's page


def test_manager_adds_and_retires(client_as, act_as):
    client = client_as("manager")
    assert client.post("/checklist/items", data={"title": "门口灯箱亮着", "rhythm": "daily"}).status_code == 302
    assert "门口灯箱亮着" in client_as("store_staff").get("/checklist/").text
    new = item_ids(act_as)[-1]
    assert client.post(f"/checklist/items/{new}/retire").status_code == 302
    assert "门口灯箱亮着" not in client_as("store_staff").get("/checklist/").text


def test_wrong_form_comes_back_with_what_was_typed(client_as):
    answer = client_as("manager").post("/checklist/items", data={"title": "", "why": "a reason", "rhythm": "daily"})
    assert answer.status_code == 422
    assert "a reason" in answer.text


def test_same_thing_is_on_the_list_once(act_as):
    title = services.STANDARD[0][0]
    with act_as("manager"), pytest.raises(RuleBroken) as broken:
        services.add_item(services.NewItem(title))
    assert broken.value.field == "title"


def test_list_is_kept_by_leaders_only(client_as):
    assert client_as("rep").get("/checklist/items").status_code == 403
    assert client_as("store_manager").get("/checklist/items").status_code == 403
    assert client_as("store_manager").post("/checklist/items", data={"title": "x"}).status_code == 403


def test_pages_speak_chinese(client_as):
    assert "开店检查清单" in client_as("store_staff", language="zh_Hans").get("/checklist/").text


# What it gives to the portal


def everything_ticked(viewer):
    for item in queries.items():
        services.tick(item, store_id=viewer.store.id, by=viewer)


def test_today_says_what_is_open_until_all_is_done(client_as, act_as):
    assert "5 things to look at" in client_as("store_staff").get("/today").text
    with act_as("store_staff") as viewer:
        everything_ticked(viewer)
    assert "things to look at" not in client_as("store_staff").get("/today").text


def test_more_says_how_many_things_wait(act_as, client_as):
    assert '<span class="sw-chip is-run">5</span>' in client_as("store_staff").get("/more").text
    with act_as("store_staff") as viewer:
        services.tick(queries.items()[0], store_id=viewer.store.id, by=viewer)
    assert '<span class="sw-chip is-run">4</span>' in client_as("store_staff").get("/more").text


def test_weekly_things_are_due_on_their_day_only(client_as, act_as):
    with clock.frozen(MONDAY + timedelta(days=1)):
        assert "4 things to look at" in client_as("store_staff").get("/today").text
    with act_as("administrator"):
        the_host().save_settings("checklist", {"weekly_day": 1, "remind": True})
    with clock.frozen(MONDAY + timedelta(days=1)):
        assert "5 things to look at" in client_as("store_staff").get("/today").text


def span():
    return Span(MONDAY - timedelta(days=2), MONDAY + timedelta(days=12))


def test_timeline_calendar_and_signal(act_as):
    with act_as("store_staff") as viewer:
        everything_ticked(viewer)
    with act_as("manager"):
        store = session.scalars(select(Store).order_by(Store.id)).first()
        (entry,) = the_host().collect("timeline", store, span())
        assert entry.title == "Checklist: 5 things ticked"
        (measured,) = the_host().collect("store_signals", store, span())
        assert measured.value == 7.1  # 4 of 4 things on one of 14 days
    with act_as("store_staff") as viewer:
        days = [entry.starts_at.date().isoformat() for entry in the_host().collect("calendar_entries", viewer, span())]
        assert days == ["2026-03-02", "2026-03-09"]


def test_search_finds_things_to_look_at(act_as):
    with act_as("store_staff") as viewer:
        assert [hit.title for hit in the_host().collect("search", "冷柜", viewer)] == ["冷柜温度在 2 到 8 度"]


def test_briefing_says_what_was_looked_at_least(act_as):
    with act_as("store_staff") as viewer:
        services.tick(queries.items()[0], store_id=viewer.store.id, by=viewer)
    with act_as("manager"):
        store = session.scalars(select(Store).order_by(Store.id)).first()
        (section,) = the_host().collect("briefing_sections", BriefingQuery(store, span(), "en"))
        assert section.personal
        assert section.figures[0].value == "1.8"  # 1 of 4 things on 14 days
        assert section.tables[0].rows[-1] == ("冷柜温度在 2 到 8 度", "1")
        (common,) = the_host().collect("briefing_sections", BriefingQuery(None, span(), "en"))
        assert not common.personal
        assert common.figures == ()


def test_share_done_is_of_what_was_due():
    assert methods.share_done(7, 4, 14) == 12.5
    assert methods.share_done(0, 0, 14) == 0.0


# People, messages, work


def test_what_a_person_ticked_is_exported_and_forgotten(act_as):
    with act_as("store_staff") as viewer:
        everything_ticked(viewer)
        (data,) = the_host().collect("personal_data", viewer.person)
        assert [row["what"] for row in data.rows][-1] == "冷柜温度在 2 到 8 度"
        assert the_host().call_all("erase_person", viewer.person) == []
        assert list(the_host().collect("personal_data", viewer.person)) == []
        assert len(session.scalars(select(Tick)).all()) == 5


def titles(act_as, role, distributor="first"):
    from portal.notifications.models import Notification

    with act_as(role, distributor) as viewer:
        own = select(Notification).where(Notification.membership_id == viewer.membership.id)
        return [note.title["en"] for note in session.scalars(own)]


def test_stores_are_reminded_of_what_is_open(act_as):
    before = len(titles(act_as, "store_staff"))
    with act_as("store_staff") as viewer:
        everything_ticked(viewer)
    with act_as("administrator"):
        jobs.remind()
    assert len(titles(act_as, "store_staff")) == before
    assert titles(act_as, "store_staff:1")[-1] == "The opening checklist is not done yet"


def test_stores_are_told_when_it_is_switched_off(act_as):
    with act_as("administrator"):
        the_host().switch_off("checklist")
    assert titles(act_as, "store_staff:1")[-1] == "The opening checklist is not used any more"
    assert "The opening checklist is not used any more" not in titles(act_as, "rep")
    assert "The opening checklist is not used any more" not in titles(act_as, "store_staff", "other")


def test_reminder_can_be_switched_off(act_as):
    with act_as("administrator"):
        the_host().save_settings("checklist", {"remind": False})
        jobs.remind()
    assert "The opening checklist is not done yet" not in titles(act_as, "store_staff:1")


def test_new_person_of_a_store_is_welcomed(act_as, world):
    member = world.first.members["store_staff"]
    before = titles(act_as, "store_staff")
    with act_as("administrator"):
        signal("person_joined").send(None, person_id=1, membership_id=member)
        signal("person_joined").send(None, person_id=1, membership_id=world.first.members["rep"])
    assert titles(act_as, "store_staff") == [*before, "Your store has an opening checklist"]


def test_others_hear_when_a_store_is_done(act_as):
    heard = []

    def hear(sender, **ids):
        heard.append(ids)

    with signal("checklist.finished").connected_to(hear), act_as("store_staff") as viewer:
        everything_ticked(viewer)
        assert heard == [{"store_id": viewer.store.id}]


def test_program_reads_the_list(api_as, act_as):
    with act_as("store_staff") as viewer:
        services.tick(queries.items()[0], store_id=viewer.store.id, by=viewer)
    answer = api_as("store_staff").get("/api/v1/checklist/today")
    assert answer.status_code == 200
    assert answer.json["day"] == "2026-03-02"
    assert [item["done"] for item in answer.json["items"]] == [True, False, False, False, False]


def test_command_writes_the_standard_list(app, act_as):
    with act_as("manager"):
        for item in queries.items():
            session.delete(item)
    answer = app.test_cli_runner().invoke(args=["checklist", "standard", "--as", "manager@first.example"])
    assert answer.exit_code == 0, answer.output
    assert len(item_ids(act_as)) == 5


def test_command_asks_for_the_permission(app, world):
    answer = app.test_cli_runner().invoke(args=["checklist", "standard", "--as", "rep@first.example"])
    assert answer.exit_code == 1
    assert answer.output == "Error: the permission checklist.manage is missing\n"
