"""A web hook's secret is renewed: the former one signs beside it for a day, or until somebody ends it."""

import hashlib
import hmac
from datetime import timedelta

import pytest

from portal import clock
from portal.audit.models import AuditEntry
from portal.db import db
from portal.jobs.worker import run_pending
from portal.webhooks import services
from portal.webhooks.models import WebHook
from tests.portal.mail_kit import work_at
from tests.portal.test_webhooks import (
    complain,
    example_of_the_documents,
    hook,
    place,
    rows,
    signature_of,
    signed_with,
)

__all__ = ["hook", "place"]


def renew(act_as, hook_id):
    with act_as("administrator"):
        return services.renew_secret(db.session.get_one(WebHook, hook_id))


def one_delivery(app, act_as, place):
    place.heard.clear()
    complain(act_as)
    run_pending(app)
    return place.heard[-1]


def is_from_storewise_2026(secret, header, body):
    """A receiver as the documents showed it before a secret could have a former one: it knows one signature."""
    parts = dict(part.split("=", 1) for part in header.split(",") if "=" in part)
    expected = hmac.new(secret.encode(), parts["t"].encode() + b"." + body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, parts["v1"])


def test_for_a_day_deliveries_are_signed_by_both_and_then_by_the_new_one_alone(app, act_as, hook, place):
    hook_id, former = hook
    at = clock.now()
    with clock.frozen(at):
        secret = renew(act_as, hook_id)
    assert rows(app, WebHook)[0].former_until == at + timedelta(hours=24)
    for hours, both in ((0, True), (23.9, True), (24, False), (30, False)):
        with clock.frozen(at + timedelta(hours=hours)):
            heard = one_delivery(app, act_as, place)
        assert signed_with(secret, heard)
        assert signed_with(former, heard) is both, hours
        assert signature_of(heard).count(" ") == both


def test_the_receiver_of_the_documents_takes_a_delivery_by_either_secret(app, act_as, hook, place):
    hook_id, former = hook
    secret = renew(act_as, hook_id)
    heard, check = one_delivery(app, act_as, place), example_of_the_documents()
    header = signature_of(heard)
    assert check(secret, header, heard.body)
    assert check(former, header, heard.body)
    assert not check("whsec_another", header, heard.body)
    assert not check(secret, header, heard.body + b" ")
    one, other = header.split(" ")
    assert check(secret, f"nonsense {one} {other}", heard.body)
    assert not check(secret, header.replace("t=1", "t=2"), heard.body)


def test_a_receiver_that_knows_one_signature_takes_it_at_this_try_or_at_the_next(app, act_as, hook, place):
    hook_id, former = hook
    secret = renew(act_as, hook_id)
    place.statuses = [401]
    complain(act_as)
    run_pending(app, raise_errors=False)
    work_at(app, clock.now() + timedelta(minutes=5))
    first, second = place.heard
    taken = [[is_from_storewise_2026(key, signature_of(heard), heard.body) for heard in (first, second)]
             for key in (former, secret)]  # fmt: skip
    assert taken == [[True, False], [False, True]]  # who still has the former secret is served first


def test_a_former_secret_is_deleted_when_its_day_is_over(app, act_as, hook, place):
    hook_id, former = hook
    renew(act_as, hook_id)
    sealed = rows(app, WebHook)[0].former_sealed
    assert former not in sealed  # at rest it is sealed as the secret is
    work_at(app, clock.now() + timedelta(hours=23))
    assert rows(app, WebHook)[0].former_sealed == sealed
    work_at(app, clock.now() + timedelta(hours=24, minutes=1))
    (kept,) = rows(app, WebHook)
    assert (kept.former_sealed, kept.former_until) == (None, None)
    expired = [entry for entry in rows(app, AuditEntry) if entry.action == "web_hooks.former_secret_expired"]
    assert [(entry.object_id, entry.person_id) for entry in expired] == [(hook_id, None)]


def test_after_its_day_it_signs_nothing_although_the_worker_has_not_deleted_it_yet(app, act_as, hook, place):
    hook_id, _former = hook
    at = clock.now()
    with clock.frozen(at):
        renew(act_as, hook_id)
    (kept,) = rows(app, WebHook)
    both = [kept.sealed_secret, kept.former_sealed]
    assert services.sealed_secrets(kept, at + timedelta(hours=24, seconds=-1)) == both
    assert services.sealed_secrets(kept, at + timedelta(hours=24)) == both[:1]


@pytest.mark.parametrize(
    ("language", "words", "button"),
    [("en", "It is valid until", "End the former secret now"), ("zh_Hans", "旧密钥在", "立即停用旧密钥")],
)
def test_the_page_says_until_when_and_a_button_ends_it_at_once(
    app, act_as, client_as, hook, place, language, words, button, count_queries
):
    hook_id, former = hook
    admin = client_as("administrator", language=language)
    path = f"/admin/web-hooks/{hook_id}"
    assert button not in admin.get(path).text
    secret = renew(act_as, hook_id)
    with count_queries() as queries:
        page = admin.get(path).text
    assert len(queries) <= 6, queries.sent
    assert words in page
    assert button in page
    assert admin.post(f"{path}/former-secret/end").status_code == 302
    assert button not in admin.get(path).text
    assert rows(app, WebHook)[0].former_sealed is None
    heard = one_delivery(app, act_as, place)
    assert signed_with(secret, heard)
    assert not signed_with(former, heard)
    assert admin.post(f"{path}/former-secret/end").status_code == 409
    deeds = [entry.action for entry in rows(app, AuditEntry)]
    assert deeds.count("web_hooks.former_secret_ended") == 1


def test_a_second_renewal_ends_the_oldest_at_once(app, act_as, hook, place):
    hook_id, oldest = hook
    former = renew(act_as, hook_id)
    secret = renew(act_as, hook_id)
    heard = one_delivery(app, act_as, place)
    assert [signed_with(key, heard) for key in (secret, former, oldest)] == [True, True, False]


def test_a_secret_that_cannot_be_read_any_more_is_not_kept_as_a_former_one(app, act_as, hook, place, monkeypatch):
    hook_id, _secret = hook
    monkeypatch.setitem(app.config, "SECRET_KEY", "another" + "x" * 40)
    secret = renew(act_as, hook_id)
    assert rows(app, WebHook)[0].former_sealed is None
    assert signed_with(secret, one_delivery(app, act_as, place))


def test_ending_is_for_who_may_connect_and_foreign_ones_are_not_there(act_as, client_as, hook):
    renew(act_as, hook[0])
    path = f"/admin/web-hooks/{hook[0]}/former-secret/end"
    assert client_as("manager").post(path).status_code == 403
    assert client_as("administrator", "other").post(path).status_code == 404
