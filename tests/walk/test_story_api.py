"""A store gets its first help, told by programs alone: the same story as in the browser, through /api/v1.

Only the link of the invitation and the making of a token go through pages: both are for persons.
"""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest
from flask.testing import FlaskClient
from PIL import Image

from portal import clock
from tests.portal.people_kit import PASSWORD

pytestmark = pytest.mark.database

TODAY = clock.today("Asia/Shanghai")
NEXT_WEEK = clock.now() + timedelta(days=7)
ADVICE = {"title": "把冷柜移到门口", "kind": "layout", "reason": "夏天饮料多卖三成", "text": "## 怎么做\n\n先量门口。"}
OTHERS = [("administrator", "other"), ("manager", "other"), ("rep", "other"), ("store_manager", "other")]


def photo(colour: str) -> tuple[io.BytesIO, str]:
    data = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(data, "JPEG")
    data.seek(0)
    return data, f"{colour}.jpg"


def sent(answer: Any, status: int = 200) -> Any:
    """What came back, which must be of this status."""
    assert answer.status_code == status, answer.get_data(as_text=True)
    return answer.json


@pytest.fixture
def new_manager(app: Any, api_as: Any) -> FlaskClient:
    """The program of a store's manager whom the administrator has just invited."""
    admin = api_as("administrator")
    guest = {"role": "store_manager", "store": "0001", "email": "lin@shop.example", "phone": "13900001234"}
    link = sent(admin.post("/api/v1/people/invitations", json=guest), 201)["link"]
    browser = app.test_client()
    words = {"name": "林店长", "password": PASSWORD, "again": PASSWORD}
    assert browser.post(urlsplit(link).path, data=words).location == "/today"
    browser.post("/account/tokens/new", data={"name": "收银台", "reach": "all", "days": "90"})
    secret = re.search(r"sw_[\w-]+", browser.get("/account/tokens").get_data(as_text=True))
    assert secret
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret[0]}"
    program.environ_base["HTTP_ACCEPT_LANGUAGE"] = "zh-CN"
    return program


def test_an_administrator_invites_a_manager_and_switches_a_plug_in_on(api_as: Any, new_manager: FlaskClient) -> None:
    admin = api_as("administrator")
    me = sent(new_manager.get("/api/v1/me"))
    assert (me["name"], me["role"], me["store"], me["distributor"]) == ("林店长", "store_manager", "0001", "first")
    assert sent(admin.get("/api/v1/people/invitations"))["items"] == []
    assert "林店长" in [person["name"] for person in sent(admin.get("/api/v1/people?q=lin@shop"))["items"]]
    for active, status in ((False, 404), (True, 200)):
        changed = sent(admin.patch("/api/v1/plugins/meetings", json={"active": active}))
        assert changed["active"] is active
        assert new_manager.get("/api/v1/meetings").status_code == status


def published(api_as: Any, advice: dict[str, Any]) -> dict[str, Any]:
    """What the expert wrote, published by a second person."""
    note = sent(api_as("expert").post("/api/v1/advice", json=advice), 201)
    address = f"/api/v1/advice/{note['id']}/state"
    sent(api_as("expert").put(address, json={"state": "in_review"}))
    assert api_as("expert").put(address, json={"state": "published"}).status_code == 422
    return dict(sent(api_as("manager").put(address, json={"state": "published"})))


def test_the_manager_does_what_the_advice_says(api_as: Any, new_manager: FlaskClient) -> None:
    manager = new_manager
    note = published(api_as, ADVICE)
    cards = sent(manager.get("/api/v1/today"))["cards"]
    assert ADVICE["title"] in [card["title"] for card in cards if card["section"] == "advice"]
    read = sent(manager.get(f"/api/v1/advice/{note['id']}"))
    assert (read["text"], read["answer"]) == (ADVICE["text"], "open")
    done = sent(manager.patch(f"/api/v1/advice/{note['id']}", json={"answer": "done", "useful": True}))
    assert (done["answer"], done["useful"]) == ("done", True)
    assert ADVICE["title"] not in [card["title"] for card in sent(manager.get("/api/v1/today"))["cards"]]
    assert f"已完成：{ADVICE['title']}" in titles_of(manager, "/api/v1/stores/0001/timeline")


def titles_of(program: FlaskClient, path: str) -> list[str]:
    return [item["title"] for item in sent(program.get(path))["items"]]


def test_the_manager_complains_and_the_rep_answers(api_as: Any, new_manager: FlaskClient) -> None:
    manager, rep = new_manager, api_as("rep")
    report = {"category": "quality", "product": "原味酸奶", "batch": "Y260302", "text": "三杯胀包", "quantity": "3"}
    number = sent(manager.post("/api/v1/complaints", json=report), 201)["number"]
    pictures = {"photos": [photo("red"), photo("blue")]}
    kept = sent(manager.post(f"/api/v1/complaints/{number}/photos", data=pictures), 201)
    assert len(kept) == 2
    assert [rep.get(each["url"], buffered=True).mimetype for each in kept] == ["image/jpeg"] * 2
    seen = sent(rep.get(f"/api/v1/complaints/{number}"))
    assert (seen["batch"], seen["store"], seen["state"]) == ("Y260302", "0001", "received")
    sent(rep.post(f"/api/v1/complaints/{number}/messages", json={"text": "明天带新日期的来换"}), 201)
    thread = sent(manager.get(f"/api/v1/complaints/{number}"))
    assert (thread["state"], [said["text"] for said in thread["messages"]]) == ("answered", ["明天带新日期的来换"])
    told = sent(manager.get("/api/v1/notifications"))["items"]
    assert [note["url"] for note in told] == [f"/complaints/{number}"]
    assert sent(manager.post(f"/api/v1/notifications/{told[0]['id']}/read"))["read_at"] is not None
    assert [hit["url"] for hit in sent(manager.get("/api/v1/search?q=胀包"))["items"]] == [f"/complaints/{number}"]


def order_meeting() -> dict[str, Any]:
    start = NEXT_WEEK.replace(minute=0, second=0, microsecond=0)
    return {
        "title": "春季订货会", "kind": "order_meeting", "place": "公司二楼", "seats": 40, "state": "published",
        "starts_at": start.isoformat(), "ends_at": (start + timedelta(hours=3)).isoformat(),
    }  # fmt: skip


@pytest.fixture
def hours(api_as: Any) -> None:
    """The rep can be booked on every day."""
    windows = [{"weekday": day, "start_minute": 9 * 60, "end_minute": 18 * 60} for day in range(7)]
    sent(api_as("rep").put("/api/v1/meetings/hours", json={"windows": windows}))


def test_sign_up_and_meeting_stand_in_one_calendar_and_one_timeline(
    api_as: Any, new_manager: FlaskClient, hours: None
) -> None:
    manager = new_manager
    event = sent(api_as("manager").post("/api/v1/events", json=order_meeting()), 201)
    assert titles_of(manager, "/api/v1/events") == ["春季订货会"]
    both = {"attendees": [{"name": "林店长"}, {"name": "小陈"}]}
    joined = sent(manager.post(f"/api/v1/events/{event['id']}/registrations", json=both), 201)
    assert (joined["state"], len(joined["attendees"])) == ("confirmed", 2)
    host = sent(manager.get("/api/v1/meetings/hosts"))[0]
    assert host["role"] == "rep"
    slot = sent(manager.get(f"/api/v1/meetings/slots?with={host['id']}&length_minutes=30"))["slots"][0]
    wish = {"with": host["id"], "starts_at": slot, "length_minutes": 30, "topic": "端午陈列"}
    meeting = sent(manager.post("/api/v1/meetings", json=wish), 201)
    taken = manager.post("/api/v1/meetings", json=wish)
    assert (taken.status_code, slot in taken.json["free"]) == (409, False)
    paths = [entry["url"] for entry in sent(manager.get("/api/v1/calendar"))["items"]]
    assert sorted(paths) == sorted([f"/events/{event['id']}", f"/meetings/{meeting['id']}"])
    timeline = {entry["url"] for entry in sent(manager.get("/api/v1/stores/0001/timeline"))["items"]}
    assert {*paths} <= timeline
    assert [each["topic"] for each in sent(api_as("rep").get("/api/v1/meetings"))["items"]] == ["端午陈列"]
    assert manager.delete(f"/api/v1/meetings/{meeting['id']}?reason=盘点").status_code == 204
    assert manager.delete(f"/api/v1/events/{event['id']}/registrations").status_code == 204
    assert sent(manager.get("/api/v1/calendar"))["items"] == []


def test_the_expert_reaches_the_supermarkets_of_one_region(api_as: Any, world: Any) -> None:
    whom = {"formats": ["supermarket"], "regions": ["城北"]}
    published(api_as, ADVICE | {"audience": whom})
    found = {role: titles_of(api_as(role), "/api/v1/advice") for role in STORE_MANAGERS}
    assert found == {"store_manager": [], "store_manager:1": [ADVICE["title"]], "store_manager:2": []}


STORE_MANAGERS = ("store_manager", "store_manager:1", "store_manager:2")


def month() -> dict[str, Any]:
    first: date = TODAY - timedelta(days=29)
    section = {"title": "瓶装茶打价格战", "text": "两周里三家连锁降价。\n\n- 不跟单瓶价", "source": "市场观察"}
    return {
        "title": "本月市场简报", "period_start": first.isoformat(), "period_end": TODAY.isoformat(),
        "sections": [section],
    }  # fmt: skip


def test_a_briefing_is_composed_and_issued_and_each_store_finds_its_own(
    api_as: Any, new_manager: FlaskClient, run_jobs: Any
) -> None:
    desk = api_as("manager")
    report = {"category": "quality", "text": "胀包"}
    complaint = sent(new_manager.post("/api/v1/complaints", json=report), 201)["number"]
    briefing = sent(desk.post("/api/v1/briefings", json=month()), 201)
    path = f"/api/v1/briefings/{briefing['id']}"
    changed = month() | {"title": "三月市场简报", "version": briefing["version"]}
    sent(desk.put(path, json=changed))
    sent(desk.put(path, json=changed), 409)
    assert sent(desk.post(f"{path}/issue"))["state"] == "issued"
    sent(new_manager.get(f"{path}/pdf"), 404)
    run_jobs()
    assert sent(desk.get(f"{path}/editions"))["ready"] == 3
    assert titles_of(new_manager, "/api/v1/briefings") == ["三月市场简报"]
    assert "城南路店" in title_of_pdf(new_manager.get(f"{path}/pdf", buffered=True))
    assert "学府路店" in title_of_pdf(api_as("store_manager:1").get(f"{path}/pdf", buffered=True))
    assert "学府路店" in title_of_pdf(desk.get(f"{path}/pdf?store=0002", buffered=True))
    assert sent(desk.get(f"{path}/editions"))["downloaded"] == 2
    timeline = [entry["url"] for entry in sent(new_manager.get("/api/v1/stores/0001/timeline"))["items"]]
    assert {f"/briefings/{briefing['id']}", f"/complaints/{complaint}"} <= {*timeline}


def title_of_pdf(answer: Any) -> str:
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.data)) as pdf:
        assert len(pdf.pages) >= 3
        return str(pdf.docinfo["/Title"])


def test_a_second_distributor_sees_none_of_it(
    api_as: Any, new_manager: FlaskClient, hours: None, run_jobs: Any
) -> None:
    desk = api_as("manager")
    note = published(api_as, ADVICE)["id"]
    number = sent(new_manager.post("/api/v1/complaints", json={"category": "quality", "text": "胀包"}), 201)["number"]
    event = sent(desk.post("/api/v1/events", json=order_meeting()), 201)["id"]
    briefing = sent(desk.post("/api/v1/briefings", json=month()), 201)["id"]
    sent(desk.post(f"/api/v1/briefings/{briefing}/issue"))
    run_jobs()
    objects = [f"advice/{note}", f"complaints/{number}", f"events/{event}", f"briefings/{briefing}"]
    for role, distributor in OTHERS:
        program = api_as(role, distributor)
        assert {path: program.get(f"/api/v1/{path}").status_code for path in objects} == dict.fromkeys(objects, 404)
        for path in ("advice", "complaints", "events", "briefings", "meetings", "calendar", "notifications"):
            assert sent(program.get(f"/api/v1/{path}"))["items"] == [], (role, path)
        for path in ("search?q=胀包", "search?q=订货会", "today", "people", "stores", "audit", "jobs", "trade/imports"):
            told = program.get(f"/api/v1/{path}").get_data(as_text=True)
            assert not [word for word in ("林店长", "胀包", "订货会", "冷柜", "briefings.render") if word in told], path
