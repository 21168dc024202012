"""Web hooks: registered, changed, told of what happens, and given up when nobody answers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from portal import clock
from portal.accounts.secret_keys import new_secret
from portal.audit.services import record
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.jobs.services import enqueue
from portal.outbound import AddressRefused, take_apart
from portal.sealing import SealBroken, seal, unseal
from portal.tenancy import Prepared, delete_rows
from portal.webhooks.events import PING, events_on_offer
from portal.webhooks.models import SENT, WAITING, WebHook, WebHookDelivery

PURPOSE = "web hooks"
PREFIX = "whsec_"
JOB = "portal.web_hook"
TEST_JOB = "portal.test_web_hook"
MOST = 50
KEEP_DELIVERIES = timedelta(days=30)
FORMER_HOLDS = timedelta(hours=24)
FORMER_JOB = "portal.forget_former_secrets"


@dataclass(frozen=True, slots=True)
class HookPlan:
    """What an administrator says about a hook."""

    name: str
    url: str
    events: tuple[str, ...]


def add_hook(plan: HookPlan) -> tuple[WebHook, str]:
    """A new hook and its secret, which is shown this once; it is tried at once."""
    if len(db.session.scalars(select(WebHook.id)).all()) >= MOST:
        raise RuleBroken("", _("There are %(count)s web hooks. Remove one that is not needed any more.", count=MOST))
    values = _checked(plan, ())
    secret = new_secret(PREFIX)
    hook = WebHook(**values, sealed_secret=seal(secret, PURPOSE))
    db.session.add(hook)
    record("web_hooks.added", hook, events=hook.events)
    send_test(hook)
    return hook, secret


def change_hook(hook: WebHook, plan: HookPlan) -> None:
    """Another name, address or other events; a new address is tried at once."""
    values = _checked(plan, hook.events)
    changed = sorted(key for key, value in values.items() if getattr(hook, key) != value)
    for key in changed:
        setattr(hook, key, values[key])
    if "url" in changed:
        hook.failing_since = hook.answered_at = None
        send_test(hook)
    if changed:
        record("web_hooks.changed", hook, fields=changed)


def _checked(plan: HookPlan, heard: Iterable[str]) -> dict[str, Any]:
    """What is to be kept; it may go on hearing of what is not offered any more."""
    if not plan.name.strip():
        raise RuleBroken("name", _("Please name the web hook."))
    url = plan.url.strip()
    try:
        take_apart(url, allow_private=current_app.config["ALLOW_PRIVATE_ADDRESSES"])
    except AddressRefused as error:
        raise RuleBroken("url", error.in_words()) from error
    unknown = set(plan.events) - {event.name for event in events_on_offer()} - set(heard)
    if unknown:
        raise RuleBroken("events", _("A web hook cannot hear of this: %(name)s.", name=min(unknown)))
    return {"name": plan.name.strip()[:80], "url": url, "events": sorted(set(plan.events))}


def renew_secret(hook: WebHook) -> str:
    """A new secret, shown this once; the one that it replaces signs beside it for a day, one from before no more."""
    secret = new_secret(PREFIX)
    former = hook.sealed_secret if _is_readable(hook.sealed_secret) else None
    hook.sealed_secret, hook.former_sealed = seal(secret, PURPOSE), former
    hook.former_until = clock.now() + FORMER_HOLDS if former else None
    if hook.former_until is not None:
        enqueue(FORMER_JOB, run_at=hook.former_until)
    record("web_hooks.secret_renewed", hook, former_until=hook.former_until)
    return secret


def _is_readable(sealed: str) -> bool:
    try:
        unseal(sealed, PURPOSE)
    except SealBroken:  # by another SECRET_KEY: nothing can be signed with it
        return False
    return True


def former_secret_until(hook: WebHook, now: datetime) -> datetime | None:
    """Until when the former secret signs beside the new one; None where it does not."""
    return hook.former_until if hook.former_until and now < hook.former_until else None


def sealed_secrets(hook: WebHook, now: datetime) -> list[str]:
    """What a delivery is signed with, still sealed: the secret, and the former one while it holds."""
    former = hook.former_sealed if former_secret_until(hook, now) else None
    return [hook.sealed_secret, *([former] if former else [])]


def end_former_secret(hook: WebHook) -> None:
    """The former secret signs nothing any more; raises Conflict where there is none."""
    if hook.former_sealed is None:
        raise Conflict(_("There is no former secret any more."))
    hook.former_sealed = hook.former_until = None
    record("web_hooks.former_secret_ended", hook)


def forget_former_secrets(now: datetime) -> int:
    """Remove former secrets whose day is over; how many."""
    over = select(WebHook).where(WebHook.former_until <= now)
    hooks = db.session.scalars(over).all()
    for hook in hooks:
        hook.former_sealed = hook.former_until = None
        record("web_hooks.former_secret_expired", hook)
    return len(hooks)


def switch(hook: WebHook, *, active: bool) -> None:
    """Let the hook hear of what comes from now on, or of nothing."""
    if hook.active != active:
        hook.active, hook.failing_since = active, None
        record("web_hooks.switched_on" if active else "web_hooks.switched_off", hook)


def remove(hook: WebHook) -> None:
    """The hook and its log are gone."""
    record("web_hooks.removed", hook, name=hook.name)
    db.session.delete(hook)


def plan(event: str, ids: Mapping[str, Any]) -> None:
    """Put an event on its way to each hook that asked for it: with the transaction, sent after it."""
    for hook in _listening().rows():
        if event in hook.events:
            _deliver(hook.id, event, ids, JOB)


@lru_cache(maxsize=1)
def _listening() -> Prepared:
    """Made once, as every event asks it."""
    return Prepared(select(WebHook.id, WebHook.events).where(WebHook.active.is_(True)).order_by(WebHook.id))


def send_test(hook: WebHook) -> WebHookDelivery:
    """Ask for one delivery that says nothing; it is tried once, so that the answer is soon there."""
    db.session.flush()
    return _deliver(hook.id, PING, {}, TEST_JOB)


def _deliver(hook_id: int, event: str, ids: Mapping[str, Any], job: str) -> WebHookDelivery:
    plain = {key: value for key, value in ids.items() if isinstance(value, int | str)}
    delivery = WebHookDelivery(hook_id=hook_id, key=str(uuid.uuid4()), event=event, ids=plain)
    db.session.add(delivery)
    db.session.flush()
    enqueue(job, arguments={"delivery_id": delivery.id}, key=f"delivery-{delivery.id}")
    return delivery


def send_again(delivery: WebHookDelivery) -> None:
    """Ask for the same delivery once more, under the same key; raises Conflict while it is on its way."""
    if delivery.state == WAITING:
        raise Conflict(_("This delivery is on its way already."))
    delivery.state, delivery.error = WAITING, ""
    job = TEST_JOB if delivery.event == PING else JOB
    enqueue(job, arguments={"delivery_id": delivery.id}, key=f"again-{delivery.id}-{delivery.tries}")
    record("web_hooks.sent_again", delivery)


def note_answer(hook: WebHook, delivery: WebHookDelivery, status: int) -> None:
    """The receiver has taken it."""
    now = clock.now()
    delivery.state, delivery.status, delivery.error, delivery.tried_at = SENT, status, "", now
    delivery.tries += 1
    hook.answered_at, hook.failing_since = now, None


def clean_up(now: datetime) -> int:
    """Forget what was delivered long ago; how many."""
    return delete_rows(WebHookDelivery, WebHookDelivery.created_at < now - KEEP_DELIVERIES)
