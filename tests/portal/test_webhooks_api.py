"""Web hooks in the web API: all that their pages can do, with the same rights, and no secret told twice."""

import re

from portal import clock
from portal.audit.models import AuditEntry
from portal.jobs.worker import run_pending
from portal.once import RequestKey
from portal.webhooks.models import WebHook, WebHookDelivery
from tests.portal.mail_kit import work_at
from tests.portal.test_webhooks import FILED, complain, hook, place, rows, signed_with

__all__ = ["hook", "place"]
HOOKS = "/api/v1/web-hooks"


def test_a_program_adds_one_hears_its_secret_once_and_a_test_arrives(app, api_as, place):
    admin = api_as("administrator")
    made = admin.post(HOOKS, json={"name": "ERP", "url": f"{place.url}/hook", "events": [FILED]})
    assert made.status_code == 201
    secret = made.json["secret"]
    assert re.fullmatch(r"whsec_[\w-]{43}", secret)
    read = admin.get(f"{HOOKS}/{made.json['id']}").json
    assert {key: read[key] for key in ("name", "url", "events", "active", "former_secret_until")} == {
        "name": "ERP",
        "url": f"{place.url}/hook",
        "events": [FILED],
        "active": True,
        "former_secret_until": None,
    }
    run_pending(app)
    (heard,) = place.heard
    assert heard.json["type"] == "portal.ping"
    assert signed_with(secret, heard)
    assert "secret" not in read
    assert "whsec_" not in admin.get(HOOKS).text
    assert [each["id"] for each in admin.get(HOOKS).json["items"]] == [made.json["id"]]


def test_sent_twice_with_one_key_it_is_one_hook_and_the_second_answer_has_no_secret(app, api_as, place):
    admin, key = api_as("administrator"), {"Idempotency-Key": "hook-1"}
    body = {"name": "ERP", "url": f"{place.url}/hook"}
    first = admin.post(HOOKS, json=body, headers=key)
    second = admin.post(HOOKS, json=body, headers=key)
    assert (second.status_code, second.headers["Idempotent-Replayed"]) == (201, "true")
    assert second.json == first.json | {"secret": None}
    assert len(rows(app, WebHook)) == 1
    (kept,) = rows(app, RequestKey)
    assert "whsec_" not in kept.body


def test_only_what_is_sent_is_changed_and_an_unknown_event_is_refused(app, api_as, hook, place):
    admin, path = api_as("administrator"), f"{HOOKS}/{hook[0]}"
    changed = admin.patch(path, json={"name": "Other", "active": False})
    assert changed.status_code == 200
    kept = [FILED, "portal.store_created"]
    assert {key: changed.json[key] for key in ("name", "url", "events", "active")} == {
        "name": "Other",
        "url": f"{place.url}/hook",
        "events": kept,
        "active": False,
    }
    refused = admin.patch(path, json={"events": [FILED, "complaints.nonsense"]})
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == ["events"]
    assert "complaints.nonsense" in refused.json["detail"]
    assert admin.patch(path, json={"events": []}).json["events"] == []
    assert admin.patch(path, json={"active": True}).json["active"] is True
    assert rows(app, WebHook)[0].events == []


def test_what_a_switched_off_plug_in_sends_may_stay_and_is_not_offered(api_as, client_as, hook):
    admin = api_as("administrator")
    offered = {each["name"]: each for each in admin.get(f"{HOOKS}/events").json["items"]}
    assert offered[FILED]["ids"] == ["complaint_id"]
    client_as("administrator").post("/admin/plugins/complaints/off")
    assert FILED not in {each["name"] for each in admin.get(f"{HOOKS}/events").json["items"]}
    assert admin.patch(f"{HOOKS}/{hook[0]}", json={"name": "Other"}).status_code == 200
    assert admin.post(HOOKS, json={"name": "x", "url": "https://a.example/", "events": [FILED]}).status_code == 422


def test_deliveries_are_read_with_their_state_by_pages_and_sent_again(app, act_as, api_as, hook, place):
    admin, path = api_as("administrator"), f"{HOOKS}/{hook[0]}"
    place.statuses = [503]
    complain(act_as)
    run_pending(app, raise_errors=False)
    page = admin.get(f"{path}/deliveries?limit=1").json
    (failed,) = page["items"]
    assert (failed["event"], failed["state"], failed["tries"], failed["status"]) == (FILED, "waiting", 1, 503)
    (tested,) = admin.get(f"{path}/deliveries?cursor={page['next']}").json["items"]
    assert (tested["event"], tested["state"], tested["status"]) == ("portal.ping", "sent", 204)
    assert admin.post(f"{path}/deliveries/{failed['id']}/again").status_code == 409
    again = admin.post(f"{path}/deliveries/{tested['id']}/again")
    assert (again.status_code, again.json["state"], again.json["key"]) == (200, "waiting", tested["key"])
    work_at(app, clock.now())
    assert place.heard[-1].headers["X-Storewise-Delivery"] == tested["key"]
    assert admin.get(f"{path}/deliveries?limit=201").status_code == 422


def test_a_test_is_sent_and_the_hook_is_removed_with_its_log(app, api_as, hook, place):
    admin, path = api_as("administrator"), f"{HOOKS}/{hook[0]}"
    sent = admin.post(f"{path}/test")
    assert (sent.status_code, sent.json["event"], sent.json["state"]) == (201, "portal.ping", "waiting")
    run_pending(app)
    assert place.heard[-1].json["id"] == sent.json["key"]
    assert admin.delete(path).status_code == 204
    assert admin.get(path).status_code == 404
    assert rows(app, WebHook) == rows(app, WebHookDelivery) == []


def test_a_secret_is_renewed_and_the_former_one_ended(app, act_as, api_as, hook, place):
    hook_id, former = hook
    admin, path = api_as("administrator"), f"{HOOKS}/{hook_id}"
    renewed = admin.post(f"{path}/secret")
    assert renewed.status_code == 201
    assert renewed.json["secret"] != former
    assert admin.get(path).json["former_secret_until"] == renewed.json["former_secret_until"] is not None
    assert admin.delete(f"{path}/former-secret").status_code == 204
    assert admin.delete(f"{path}/former-secret").status_code == 409
    assert admin.get(path).json["former_secret_until"] is None
    complain(act_as)
    run_pending(app)
    assert signed_with(renewed.json["secret"], place.heard[-1])
    assert not signed_with(former, place.heard[-1])


def test_what_programs_change_stands_in_the_audit_log_as_from_the_pages(app, api_as, place):
    admin = api_as("administrator")
    made = admin.post(HOOKS, json={"name": "ERP", "url": f"{place.url}/hook"}).json
    path = f"{HOOKS}/{made['id']}"
    admin.patch(path, json={"name": "Other", "active": False})
    admin.post(f"{path}/secret")
    admin.delete(f"{path}/former-secret")
    admin.delete(path)
    deeds = [each.action for each in rows(app, AuditEntry) if each.action.startswith("web_hooks.")]
    expected = ["added", "changed", "switched_off", "secret_renewed", "former_secret_ended", "removed"]
    assert deeds == [f"web_hooks.{deed}" for deed in expected]


def test_bodies_have_an_end_and_a_rule_names_its_field(api_as, world):
    admin, good = api_as("administrator"), {"name": "ERP", "url": "https://hooks.example.com/"}
    for wrong, field in (
        ({"name": "x" * 81}, "name"),
        ({"url": "https://hooks.example.com/" + "x" * 1000}, "url"),
        ({"url": "https://10.0.0.1/"}, "url"),
        ({"url": "http://hooks.example.com/"}, "url"),
        ({"events": ["x"] * 501}, "events"),
        ({"secret": "mine"}, "secret"),
    ):
        answer = admin.post(HOOKS, json=good | wrong)
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)


def test_it_is_for_who_may_connect_and_foreign_ones_are_not_there(api_as, hook):
    paths = [f"{HOOKS}/{hook[0]}", f"{HOOKS}/{hook[0]}/deliveries"]
    for role in ("manager", "store_manager"):
        for path in (HOOKS, f"{HOOKS}/events", *paths):
            assert api_as(role).get(path).status_code == 403
    other = api_as("administrator", "other")
    for path in paths:
        assert other.get(path).status_code == 404
    for rest in ("test", "secret", "deliveries/1/again"):
        assert other.post(f"{HOOKS}/{hook[0]}/{rest}").status_code == 404
    assert other.patch(paths[0], json={"name": "Taken"}).status_code == 404
    assert other.delete(paths[0]).status_code == 404
    assert other.delete(f"{paths[0]}/former-secret").status_code == 404
    assert other.get(HOOKS).json["items"] == []


def test_the_lists_cost_few_queries(api_as, hook, count_queries):
    admin = api_as("administrator")
    for path in (HOOKS, f"{HOOKS}/{hook[0]}/deliveries", f"{HOOKS}/events"):
        with count_queries() as queries:
            assert admin.get(path).status_code == 200
        assert len(queries) <= 5, queries.sent
