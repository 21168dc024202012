"""The distributor's channels: added, changed, and told the headlines of what they hear of."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import clock
from portal.audit.services import record
from portal.db import db
from portal.errors import Conflict, RuleBroken
from portal.jobs.services import enqueue
from portal.notifications.channel_addresses import normal_address, without_secrets
from portal.notifications.kinds import kinds_for_channels
from portal.notifications.models import DEAD, SENT, WAITING, Channel, ChannelPost
from portal.sealing import seal
from portal.tenancy import Prepared, delete_rows

PURPOSE = "channels"
JOB = "portal.post"
TEST_JOB = "portal.test_channel"
TEST = "test"
MOST = 50
KEEP_POSTS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """What an administrator says about a channel; an empty address leaves the one that is there."""

    name: str
    address: str
    kinds: tuple[str, ...]
    language: str


def add_channel(plan: ChannelPlan) -> Channel:
    """A new channel, which gets a test message at once."""
    if len(db.session.scalars(select(Channel.id)).all()) >= MOST:
        raise RuleBroken("", _("There are %(count)s channels. Remove one that is not needed any more.", count=MOST))
    if not plan.address.strip():
        raise RuleBroken("address", _("Please give the address."))
    address = normal_address(plan.address)
    channel = Channel(name=_name(plan), kinds=_kinds(plan, ()), language=plan.language, **_hidden(address))
    db.session.add(channel)
    record("channels.added", channel, kinds=channel.kinds)
    send_test(channel)
    return channel


def change_channel(channel: Channel, plan: ChannelPlan) -> None:
    """Another name, language, kinds or address; a new address gets a test message."""
    wanted: dict[str, Any] = {"name": _name(plan), "kinds": _kinds(plan, channel.kinds), "language": plan.language}
    moved = bool(plan.address.strip())
    if moved:
        wanted |= _hidden(normal_address(plan.address)) | {"failing_since": None, "answered_at": None}
    changed = [key for key, value in wanted.items() if getattr(channel, key) != value]
    for key in changed:
        setattr(channel, key, wanted[key])
    if changed:
        shown = {"sealed": "address", "shown": "address", "failing_since": "address", "answered_at": "address"}
        record("channels.changed", channel, fields=sorted({shown.get(key, key) for key in changed}))
    if moved:
        send_test(channel)


def _name(plan: ChannelPlan) -> str:
    if not plan.name.strip():
        raise RuleBroken("name", _("Please name the channel."))
    return plan.name.strip()[:80]


def _kinds(plan: ChannelPlan, heard: Iterable[str]) -> list[str]:
    """What it is to hear of; it may go on hearing of what is not offered any more."""
    unknown = set(plan.kinds) - {kind.name for kind in kinds_for_channels()} - set(heard)
    if unknown:
        raise RuleBroken("kinds", _("A channel cannot hear of this: %(name)s.", name=min(unknown)))
    return list(dict.fromkeys(plan.kinds))


def _hidden(address: str) -> dict[str, str]:
    return {"sealed": seal(address, PURPOSE), "shown": without_secrets(address)}


def switch(channel: Channel, *, active: bool) -> None:
    """Let the channel hear of what comes from now on, or of nothing."""
    if channel.active != active:
        channel.active = active
        record("channels.switched_on" if active else "channels.switched_off", channel)


def remove(channel: Channel) -> None:
    """The channel and its log are gone."""
    record("channels.removed", channel, name=channel.name)
    db.session.delete(channel)


def send_test(channel: Channel) -> ChannelPost:
    """Ask for one message that says that it works; it is tried once, so that the answer is soon there."""
    db.session.flush()
    with force_locale(channel.language):
        title = _("Test message: this channel works.")
    post = ChannelPost(channel_id=channel.id, key=uuid.uuid4().hex, kind=TEST, title=title)
    db.session.add(post)
    db.session.flush()
    enqueue(TEST_JOB, arguments={"post_id": post.id}, key=f"test-{post.id}")
    return post


def send_again(post: ChannelPost) -> None:
    """Ask once more for a message that was given up; raises Conflict for any other."""
    if post.state != DEAD:
        raise Conflict(_("This message was not given up, so there is nothing to send again."))
    post.state, post.error = WAITING, ""
    job = TEST_JOB if post.kind == TEST else JOB
    enqueue(job, arguments={"post_id": post.id}, key=f"again-{post.id}-{post.tries}")
    record("channels.sent_again", post)


def tell(kind: str, titles: Mapping[str, str], url: str) -> None:
    """Put a headline on its way to each channel that hears of this kind: with the transaction, sent after it.

    The same headline with the same link goes out once an hour, however many stores or people it is about.
    """
    for channel in _listening().rows():
        if kind in channel.kinds:
            title = titles.get(channel.language) or titles[current_app.config["DEFAULT_LANGUAGE"]]
            _post_once(channel.id, kind, title, url)


@lru_cache(maxsize=1)
def _listening() -> Prepared:
    """Made once, as every message to somebody asks it."""
    columns = select(Channel.id, Channel.language, Channel.kinds)
    return Prepared(columns.where(Channel.active.is_(True)).order_by(Channel.id))


def _post_once(channel_id: int, kind: str, title: str, url: str) -> None:
    text = "\n".join((kind, title, url, f"{clock.now():%Y-%m-%dT%H}"))
    key = hashlib.sha256(text.encode()).hexdigest()
    known = select(ChannelPost.id).where(ChannelPost.channel_id == channel_id, ChannelPost.key == key)
    if db.session.scalar(known) is not None:
        return
    post = ChannelPost(channel_id=channel_id, key=key, kind=kind, title=title, url=url)
    try:
        with db.session.begin_nested():
            db.session.add(post)
    except IntegrityError:  # somebody else was quicker with the same headline
        return
    enqueue(JOB, arguments={"post_id": post.id}, key=f"post-{post.id}")


def note_sent(channel: Channel, post: ChannelPost) -> None:
    """The service has taken it."""
    now = clock.now()
    post.state, post.tried_at, post.error = SENT, now, ""
    post.tries += 1
    channel.answered_at, channel.failing_since = now, None


def clean_up(now: datetime) -> int:
    """Forget what was posted long ago; how many."""
    return delete_rows(ChannelPost, ChannelPost.created_at < now - KEEP_POSTS)
