import io

import pytest

from plugins.complaints import queries

PATH = "/api/v1/complaints"
FOREIGN = [("store_manager:1", "first"), ("store_manager", "other"), ("manager", "other")]


def test_a_complaint_is_filed_shown_listed_and_answered(api, picture):
    store, rep = api("store_manager"), api("rep")
    created = store.post(PATH, json={"category": "damage_short", "text": "漏气", "batch": "L260214B", "quantity": "12"})
    assert created.status_code == 201, created.json
    number = created.json["number"]
    assert (created.json["state"], created.json["store"], created.json["quantity"]) == ("received", "0001", "12.000")
    sent = store.post(f"{PATH}/{number}/photos", data={"photos": [picture(), picture("blue")]})
    assert sent.status_code == 201, sent.json
    assert store.get(sent.json[0]["url"]).mimetype.startswith("image/")
    said = rep.post(f"{PATH}/{number}/messages", json={"text": "明天补"})
    assert (said.status_code, said.json["by_store"]) == (201, False)
    thread = store.get(f"{PATH}/{number}").json
    assert (thread["state"], len(thread["photos"])) == ("answered", 2)
    assert [message["text"] for message in thread["messages"]] == ["明天补"]
    assert [item["number"] for item in rep.get(PATH).json["items"]] == [number]


def test_stages_and_owner_are_changed_by_patch(api, filed, world):
    number, members = filed(), world["first"].members
    rep, manager, store = api("rep"), api("manager"), api("store_manager")
    assert rep.patch(f"{PATH}/{number}", json={"owner": members["rep"]}).json["owner"] == members["rep"]
    assert rep.patch(f"{PATH}/{number}", json={"owner": members["manager"]}).status_code == 403
    changed = manager.patch(f"{PATH}/{number}", json={"owner": None, "severity": "serious"}).json
    assert (changed["owner"], changed["severity"]) == (None, "serious")
    assert rep.patch(f"{PATH}/{number}", json={"state": "remedied"}).json["state"] == "remedied"
    assert store.patch(f"{PATH}/{number}", json={"state": "reopened"}).status_code == 422
    reopened = store.patch(f"{PATH}/{number}", json={"state": "reopened", "word": "又漏了"})
    assert reopened.json["state"] == "acknowledged"
    assert rep.patch(f"{PATH}/{number}", json={"state": "confirmed"}).status_code == 422
    assert store.patch(f"{PATH}/{number}", json={"owner": None}).status_code == 403


def test_the_list_is_paged(api, filed):
    numbers = [filed() for _turn in range(3)]
    client = api("manager")
    first = client.get(f"{PATH}?limit=2").json
    second = client.get(f"{PATH}?limit=2&cursor={first['next']}").json
    assert [item["number"] for item in (*first["items"], *second["items"])] == numbers[::-1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("role", "distributor"), [("store_manager:1", "first"), ("manager", "other"), ("store_manager", "other")]
)
def test_a_foreign_complaint_is_not_there(api, filed, act_as, role, distributor):
    number = filed()
    client = api(role, distributor)
    assert client.get(PATH).json["items"] == []
    assert client.get(f"{PATH}/{number}").status_code == 404
    assert client.get(f"{PATH}/{number}/photos/1").status_code == 404
    assert client.patch(f"{PATH}/{number}", json={"state": "confirmed"}).status_code == 404
    assert client.post(f"{PATH}/{number}/messages", json={"text": "x"}).status_code == 404
    assert client.post(f"{PATH}/{number}/photos").status_code == 404
    with act_as("manager"):
        assert queries.by_number(number).state == "received"


def test_staff_file_for_a_store_of_theirs_only(api):
    report = {"category": "quality", "text": "胀包"}
    assert api("rep").post(PATH, json=report | {"store": "0002"}).json["store"] == "0002"
    assert api("rep").post(PATH, json=report | {"store": "0003"}).status_code == 422
    assert api("manager").post(PATH, json=report).status_code == 422
    assert api("store_manager").post(PATH, json=report | {"store": "0002"}).status_code == 422


def test_a_resent_post_files_once(api):
    client = api("store_manager")
    sent = [
        client.post(PATH, json={"category": "quality", "text": "胀包"}, headers={"Idempotency-Key": "k1"})
        for _turn in (1, 2)
    ]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json["number"] == sent[1].json["number"]
    assert len(client.get(PATH).json["items"]) == 1


def test_without_a_token_nothing_is_told(app, world, filed):
    client = app.test_client()
    assert client.get(PATH).status_code == 401
    assert client.get(f"{PATH}/{filed()}").status_code == 401


def test_no_photo_and_a_wrong_photo_are_named(api, filed):
    number, client = filed(), api("store_manager")
    assert client.post(f"{PATH}/{number}/photos").status_code == 422
    wrong = client.post(f"{PATH}/{number}/photos", data={"photos": [(io.BytesIO(b"no picture"), "bill.jpg")]})
    assert wrong.status_code == 422
    assert "bill.jpg" in wrong.text
