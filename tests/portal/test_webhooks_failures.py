"""Web hooks whose receiver does not answer: tried again, given up, sent once more, switched off in the end."""

import re
import socket
from datetime import UTC, datetime, timedelta

import pytest

from portal.jobs.worker import run_pending
from portal.notifications.models import Notification
from portal.webhooks.models import WebHook, WebHookDelivery
from tests.portal.mail_kit import work_at
from tests.portal.test_webhooks import FILED, complain, hook, place, rows

__all__ = ["hook", "place"]


def last(app):
    return rows(app, WebHookDelivery)[-1]


def long_after(hours):
    return datetime.now(UTC) + timedelta(hours=hours)


def test_a_receiver_that_fails_gets_the_same_delivery_later(app, act_as, client_as, hook, place):
    place.statuses = [503]
    complain(act_as)
    run_pending(app, raise_errors=False)
    waiting = last(app)
    assert (waiting.state, waiting.status, waiting.tries) == ("waiting", 503, 1)
    page = client_as("administrator").get(f"/admin/web-hooks/{hook[0]}").text
    assert "HTTP 503" in page
    assert "has not taken anything since" in page
    work_at(app, long_after(1))
    first, second = place.heard
    assert first.body == second.body
    assert first.headers["X-Storewise-Delivery"] == second.headers["X-Storewise-Delivery"]
    assert first.headers["X-Storewise-Signature"] != second.headers["X-Storewise-Signature"]
    sent = last(app)
    assert (sent.state, sent.status, sent.tries, sent.error) == ("sent", 204, 2, "")
    assert rows(app, WebHook)[0].failing_since is None


@pytest.mark.parametrize("status", [301, 400, 404, 410, 500])
def test_whatever_is_no_success_is_a_failure(app, act_as, hook, place, status):
    place.statuses = [status]
    complain(act_as)
    run_pending(app, raise_errors=False)
    assert (last(app).state, last(app).status) == ("waiting", status)


def test_after_its_tries_a_delivery_is_given_up_and_a_button_sends_it_once_more(app, act_as, client_as, hook, place):
    place.statuses = [500] * 18
    complain(act_as)
    for hours in range(20):
        work_at(app, long_after(2 * hours))
    assert len(place.heard) == 18
    dead = last(app)
    assert (dead.state, dead.tries) == ("dead", 18)
    admin = client_as("administrator")
    assert "answered with 500" in admin.get("/jobs?view=dead").text
    assert "HTTP 500" in admin.get(f"/admin/web-hooks/{hook[0]}").text
    again = f"/admin/web-hooks/{hook[0]}/deliveries/{dead.id}/again"
    assert admin.post(again).status_code == 302
    assert admin.post(again).status_code == 409  # it is on its way
    run_pending(app)
    assert last(app).state == "sent"
    assert {heard.headers["X-Storewise-Delivery"] for heard in place.heard} == {dead.key}


def test_the_operator_and_the_administrator_who_both_try_again_send_it_once(app, act_as, client_as, hook, place):
    place.statuses = [500] * 18
    complain(act_as)
    for hours in range(20):
        work_at(app, long_after(2 * hours))
    place.heard.clear()
    admin = client_as("administrator")
    (job,) = re.findall(r"/jobs/(\d+)/retry", admin.get("/jobs?view=dead").text)
    assert admin.post(f"/jobs/{job}/retry").status_code == 302
    admin.post(f"/admin/web-hooks/{hook[0]}/deliveries/{last(app).id}/again")
    work_at(app, long_after(50))
    assert len(place.heard) == 1


@pytest.mark.parametrize(("language", "said"), [("en", "nobody answers there"), ("zh_Hans", "对方没有响应")])
def test_why_nothing_arrives_is_said_in_the_readers_language(app, act_as, client_as, hook, place, language, said):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    data = {"name": "ERP", "url": f"http://127.0.0.1:{port}/", "events": [FILED]}
    client_as("administrator").post(f"/admin/web-hooks/{hook[0]}/edit", data=data)
    run_pending(app, raise_errors=False)
    assert said in client_as("administrator", language=language).get(f"/admin/web-hooks/{hook[0]}").text


def test_a_delivery_that_was_taken_can_be_sent_once_more_too(app, act_as, client_as, hook, place):
    complain(act_as)
    run_pending(app)
    client_as("administrator").post(f"/admin/web-hooks/{hook[0]}/deliveries/{last(app).id}/again")
    run_pending(app)
    assert len(place.heard) == 2


def test_who_does_not_answer_for_three_days_is_switched_off_and_the_administrator_told_once(
    app, act_as, client_as, world, hook, place
):
    place.statuses = [500] * 1000
    for day in range(4):
        complain(act_as)
        work_at(app, long_after(24 * day))
    (kept,) = rows(app, WebHook)
    assert not kept.active
    told = [note for note in rows(app, Notification) if note.kind == "portal.web_hook_off"]
    assert [note.membership_id for note in told] == [world.first.members["administrator"]]
    admin = client_as("administrator")
    assert "was switched off" in admin.get("/notifications").text
    assert "switched a web hook off that did not answer" in admin.get("/audit").text
    tries = len(place.heard)
    complain(act_as)
    work_at(app, long_after(24 * 5))
    assert len(place.heard) == tries  # nothing more is sent, neither new nor old
    assert {row.state for row in rows(app, WebHookDelivery)} <= {"sent", "skipped", "dead"}
    place.statuses.clear()
    admin.post(f"/admin/web-hooks/{hook[0]}/on")
    complain(act_as)
    run_pending(app)
    assert len(place.heard) == tries + 1


def test_one_answer_between_failures_starts_the_three_days_anew(app, act_as, hook, place):
    for day, status in enumerate((500, 500, 204, 500, 500)):
        place.statuses = [status] * 30
        complain(act_as)
        work_at(app, long_after(24 * day))
    assert rows(app, WebHook)[0].active


def test_a_test_is_tried_once_and_neither_it_nor_one_try_after_a_long_silence_switches_off(
    app, act_as, client_as, hook, place
):
    place.statuses = [500] * 10
    admin = client_as("administrator")
    for day in range(5):
        admin.post(f"/admin/web-hooks/{hook[0]}/test")
        work_at(app, long_after(24 * day))
    assert len(place.heard) == 5
    assert last(app).state == "dead"
    assert "does not work" in admin.get("/admin/web-hooks").text
    complain(act_as)
    work_at(app, long_after(24 * 5))
    assert len(place.heard) == 6
    assert rows(app, WebHook)[0].active


def test_a_name_that_has_come_to_point_into_our_network_is_not_called(app, act_as, client_as, hook, place, monkeypatch):
    """It was a public one when it was registered; the operator allows nothing inside."""
    monkeypatch.setitem(app.config, "ALLOW_PRIVATE_ADDRESSES", False)
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **options: real("127.0.0.1" if host == "hooks.example.com" else host, *rest, **options),
    )
    admin = client_as("administrator")
    data = {"name": "ERP", "url": f"https://hooks.example.com:{place.port}/hook", "events": [FILED]}
    assert admin.post(f"/admin/web-hooks/{hook[0]}/edit", data=data).status_code == 302
    complain(act_as)
    run_pending(app, raise_errors=False)
    assert place.heard == []
    refused = [row for row in rows(app, WebHookDelivery) if row.state == "dead"]
    assert len(refused) == 2  # the test of the new address, and the complaint: no further try mends it
    assert "own network" in admin.get(f"/admin/web-hooks/{hook[0]}").text or "内网" in refused[0].error


def test_a_seal_that_another_key_made_asks_for_a_new_secret(app, act_as, hook, place, monkeypatch):
    complain(act_as)
    monkeypatch.setitem(app.config, "SECRET_KEY", "another" + "x" * 40)
    run_pending(app, raise_errors=False)
    assert place.heard == []
    assert last(app).state == "dead"
