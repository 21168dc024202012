"""Delivering to web hooks: at least once, signed, retried by the job engine, switched off after days without answer."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

import structlog
from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import clock
from portal.audit.services import record
from portal.contracts import Job
from portal.db import db
from portal.errors import RuleBroken
from portal.notifications.attempts import attempt, in_one_line
from portal.notifications.jobs import acting_distributor
from portal.notifications.kinds import MANAGE, WEB_HOOK_OFF
from portal.notifications.recipients import members_who_may
from portal.notifications.services import notify
from portal.outbound import AddressRefused, CallFailed, post
from portal.sealing import SealBroken, unseal
from portal.webhooks import services
from portal.webhooks.events import PING
from portal.webhooks.models import DEAD, SENT, SKIPPED, WAITING, WebHook, WebHookDelivery
from portal.webhooks.signing import DELIVERY_HEADER, EVENT_HEADER, SIGNATURE_HEADER, signatures

log = structlog.get_logger(__name__)

TRIES = 18  # the waits between them grow to an hour, so that a receiver may be away for half a day
SWITCH_OFF_AFTER = timedelta(days=3)
SWITCH_OFF_TRIES = 3


class NotTaken(CallFailed):
    """The receiver answered, but not with a status of success."""

    def __init__(self, status: int) -> None:
        super().__init__(f"answered with {status}")
        self.status = status


def deliver(delivery_id: int) -> None:
    """Send one event to its hook."""
    delivery = db.session.get(WebHookDelivery, delivery_id)
    if delivery is None or delivery.state == SENT:
        return
    hook = db.session.get_one(WebHook, delivery.hook_id)
    if not hook.active and delivery.event != PING:
        delivery.state = SKIPPED
        return
    body = _body(delivery, acting_distributor().slug)
    headers = {"Content-Type": "application/json", DELIVERY_HEADER: delivery.key, EVENT_HEADER: delivery.event}
    url, sealed, tries = hook.url, services.sealed_secrets(hook, clock.now()), delivery.tries
    with attempt(partial(_note_failure, delivery_id)):
        headers[SIGNATURE_HEADER] = _signed(sealed, body, tries)
        status = _send(url, body, headers)
    services.note_answer(hook, delivery, status)


def _body(delivery: WebHookDelivery, distributor: str) -> bytes:
    """The event as JSON: what happened, when, at whom, and the ids to ask for more by the web API."""
    content = {
        "id": delivery.key,
        "type": delivery.event,
        "at": delivery.created_at.isoformat(timespec="seconds"),
        "distributor": distributor,
        "data": delivery.ids,
    }
    return json.dumps(content, separators=(",", ":"), sort_keys=True).encode()


def _signed(sealed: Sequence[str], body: bytes, tries: int) -> str:
    try:
        secrets = [unseal(each, services.PURPOSE) for each in sealed]
    except SealBroken as error:
        raise RuleBroken("", _("The secret cannot be read any more. Please make a new one.")) from error
    return signatures(secrets, clock.now(), body, tries=tries)


def _send(url: str, body: bytes, headers: dict[str, str]) -> int:
    """The status of success; RuleBroken is for what no further try mends."""
    named = {**headers, "User-Agent": "Storewise"}
    try:
        status = post(url, body, named, allow_private=current_app.config["ALLOW_PRIVATE_ADDRESSES"])
    except AddressRefused as error:
        raise RuleBroken("", error.in_words()) from error
    if not 200 <= status < 300:
        raise NotTaken(status)
    return status


def _note_failure(delivery_id: int, error: Exception, last: bool) -> None:
    delivery = db.session.get(WebHookDelivery, delivery_id)
    if delivery is None:
        return
    hook = db.session.get_one(WebHook, delivery.hook_id)
    now = clock.now()
    delivery.state, delivery.error, delivery.tried_at = DEAD if last else WAITING, in_one_line(error), now
    delivery.status = error.status if isinstance(error, NotTaken) else None
    delivery.tries += 1
    hook.failing_since = hook.failing_since or now
    # a hook that rarely hears something is not judged by one failed try after a long silence
    if hook.active and now - hook.failing_since >= SWITCH_OFF_AFTER and delivery.tries >= SWITCH_OFF_TRIES:
        _switch_off(hook)


def _switch_off(hook: WebHook) -> None:
    hook.active = False
    record("web_hooks.given_up", hook, failing_since=hook.failing_since)
    title = _l("The web hook “%(name)s” was switched off", name=hook.name)
    body = _l("It has not taken anything for three days. Mend the receiver, then switch the web hook on again.")
    notify(WEB_HOOK_OFF, to=members_who_may(MANAGE), title=title, body=body, url=f"/admin/web-hooks/{hook.id}")


def clean_up() -> None:
    """Forget what was delivered long ago."""
    log.info("old web hook deliveries removed", count=services.clean_up(clock.now()))


def forget_former_secrets() -> None:
    """Remove former secrets when their day is over."""
    log.info("former secrets of web hooks removed", count=services.forget_former_secrets(clock.now()))


JOBS = (
    Job(services.JOB, deliver, _l("Web hook"), queue="messages", tries=TRIES),
    Job(services.TEST_JOB, deliver, _l("Test of a web hook"), queue="messages", tries=1),
    Job("portal.clean_web_hooks", clean_up, _l("Remove old deliveries of web hooks"), cron="55 3 * * *"),
    # Asked for at the moment when one ends, and once a day for one whose job was lost.
    Job(services.FORMER_JOB, forget_former_secrets, _l("Remove former secrets of web hooks"), cron="5 4 * * *"),
)
