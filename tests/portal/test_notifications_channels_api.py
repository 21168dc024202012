"""Channels in the web API: all that their pages can do, with the same rights, and no address told again."""

from portal import clock
from portal.audit.models import AuditEntry
from portal.jobs.worker import run_pending
from portal.notifications.models import Channel, ChannelPost
from portal.once import RequestKey
from tests.portal.mail_kit import tell, work_at
from tests.portal.test_notifications_channels import KIND, channel, place, rows

__all__ = ["channel", "place"]
CHANNELS = "/api/v1/channels"


def body(place, **changed):
    address = f"json://127.0.0.1:{place.port}/secret-path-12"
    return {"name": "Team", "address": address, "kinds": [KIND], "language": "en"} | changed


def test_a_program_adds_one_and_its_address_is_masked_from_then_on(app, api_as, place):
    admin = api_as("administrator")
    made = admin.post(CHANNELS, json=body(place), headers={"Idempotency-Key": "one"})
    assert made.status_code == 201
    assert {key: made.json[key] for key in ("name", "address", "kinds", "language", "active")} == {
        "name": "Team",
        "address": "json · 127.0.0.1/••••",
        "kinds": [KIND],
        "language": "en",
        "active": True,
    }
    path = f"{CHANNELS}/{made.json['id']}"
    for text in (made.text, admin.get(path).text, admin.get(CHANNELS).text, rows(app, RequestKey)[0].body):
        assert "secret-path" not in text
    assert admin.post(CHANNELS, json=body(place), headers={"Idempotency-Key": "one"}).json == made.json
    assert len(rows(app, Channel)) == 1
    run_pending(app)
    assert [heard.path for heard in place.heard] == ["/secret-path-12"]


def test_only_what_is_sent_is_changed_and_an_unknown_kind_is_refused(app, api_as, channel, place):
    admin, path = api_as("administrator"), f"{CHANNELS}/{channel}"
    (before,) = rows(app, Channel)
    changed = admin.patch(path, json={"name": "Other", "active": False})
    assert (changed.status_code, changed.json["name"], changed.json["active"]) == (200, "Other", False)
    (kept,) = rows(app, Channel)
    assert (kept.sealed, kept.kinds, kept.language) == (before.sealed, [KIND], "en")
    refused = admin.patch(path, json={"kinds": ["complaints.nonsense"]})
    assert (refused.status_code, refused.json["errors"][0]["field"]) == (422, "kinds")
    assert admin.patch(path, json={"kinds": [], "active": True}).json["kinds"] == []
    moved = admin.patch(path, json={"address": f"json://127.0.0.1:{place.port}/elsewhere"})
    assert moved.status_code == 200
    run_pending(app)
    assert [heard.path for heard in place.heard] == ["/elsewhere"]  # a new address is tried at once


def test_what_there_is_to_hear_of_is_told(api_as, client_as, world):
    admin = api_as("administrator")
    offered = {each["name"]: each["side"] for each in admin.get(f"{CHANNELS}/kinds").json["items"]}
    assert offered[KIND] == "distributor"
    client_as("administrator").post("/admin/plugins/complaints/off")
    assert KIND not in {each["name"] for each in admin.get(f"{CHANNELS}/kinds").json["items"]}


def test_messages_are_read_with_their_state_by_pages_and_sent_again(app, act_as, world, api_as, channel, place):
    admin, path = api_as("administrator"), f"{CHANNELS}/{channel}"
    place.statuses = [500]
    test = admin.post(f"{path}/test")
    assert (test.status_code, test.json["kind"], test.json["state"]) == (201, "test", "waiting")
    work_at(app, clock.now())
    tell(act_as, world, kind=KIND, title="New complaint", url="/complaints/1")
    run_pending(app)
    page = admin.get(f"{path}/posts?limit=1").json
    assert [(each["title"], each["state"], each["url"]) for each in page["items"]] == [
        ("New complaint", "sent", "/complaints/1")
    ]
    assert admin.post(f"{path}/posts/{page['items'][0]['id']}/again").status_code == 409
    failed = admin.get(f"{path}/posts?cursor={page['next']}&limit=1").json["items"][0]
    assert (failed["id"], failed["state"], failed["tries"]) == (test.json["id"], "dead", 1)
    assert "500" in failed["error"]
    assert admin.post(f"{path}/posts/{failed['id']}/again").json["state"] == "waiting"
    run_pending(app)
    assert {row.state for row in rows(app, ChannelPost)} == {"sent"}


def test_what_programs_change_stands_in_the_audit_log_as_from_the_pages(app, api_as, place):
    admin = api_as("administrator")
    path = f"{CHANNELS}/{admin.post(CHANNELS, json=body(place)).json['id']}"
    admin.patch(path, json={"name": "Other", "active": False})
    admin.patch(path, json={"active": True})
    assert admin.delete(path).status_code == 204
    assert rows(app, Channel) == rows(app, ChannelPost) == []
    deeds = [each.action for each in rows(app, AuditEntry) if each.action.startswith("channels.")]
    assert deeds == [f"channels.{deed}" for deed in ("added", "changed", "switched_off", "switched_on", "removed")]


def test_bodies_have_an_end_and_a_rule_names_its_field(api_as, world):
    admin = api_as("administrator")
    good = {"name": "Team", "address": "wecombot://" + "k" * 36, "language": "en"}
    for wrong, field in (
        ({"name": " "}, "name"),
        ({"address": "wecombot://" + "k" * 1000}, "address"),
        ({"address": "jsons://10.0.0.1/in"}, "address"),
        ({"address": "https://shop.example/"}, "address"),
        ({"language": "fr"}, "language"),
        ({"kinds": ["x"] * 501}, "kinds"),
    ):
        answer = admin.post(CHANNELS, json=good | wrong)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_it_is_for_who_may_connect_and_foreign_ones_are_not_there(api_as, channel):
    paths = [f"{CHANNELS}/{channel}", f"{CHANNELS}/{channel}/posts"]
    for role in ("manager", "store_manager"):
        for path in (CHANNELS, f"{CHANNELS}/kinds", *paths):
            assert api_as(role).get(path).status_code == 403
    other = api_as("administrator", "other")
    for path in paths:
        assert other.get(path).status_code == 404
    for rest in ("test", "posts/1/again"):
        assert other.post(f"{CHANNELS}/{channel}/{rest}").status_code == 404
    assert other.patch(paths[0], json={"name": "Taken"}).status_code == 404
    assert other.delete(paths[0]).status_code == 404
    assert other.get(CHANNELS).json["items"] == []


def test_the_lists_cost_few_queries(api_as, channel, count_queries):
    admin = api_as("administrator")
    for path in (CHANNELS, f"{CHANNELS}/{channel}/posts", f"{CHANNELS}/kinds"):
        with count_queries() as queries:
            assert admin.get(path).status_code == 200
        assert len(queries) <= 5, queries.sent
