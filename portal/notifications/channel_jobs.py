"""Sending what waits for a channel: at least once, retried by the job engine, and told when it is given up."""

from __future__ import annotations

from functools import partial

import structlog
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal import clock
from portal.contracts import Job
from portal.db import db
from portal.errors import RuleBroken
from portal.notifications import apprise_process, channels
from portal.notifications.attempts import attempt, in_one_line
from portal.notifications.jobs import acting_distributor, full_url
from portal.notifications.kinds import CHANNEL_FAILED, MANAGE
from portal.notifications.models import DEAD, SENT, SKIPPED, WAITING, Channel, ChannelPost
from portal.notifications.recipients import members_who_may
from portal.notifications.services import notify
from portal.outbound import AddressRefused
from portal.sealing import SealBroken, unseal

log = structlog.get_logger(__name__)


def post(post_id: int) -> None:
    """Send one headline to its channel."""
    waiting = db.session.get(ChannelPost, post_id)
    if waiting is None or waiting.state == SENT:
        return
    channel = db.session.get_one(Channel, waiting.channel_id)
    if not channel.active and waiting.kind != channels.TEST:
        waiting.state = SKIPPED
        return
    distributor = acting_distributor()
    title, body, sealed = (
        waiting.title,
        " ".join(filter(None, (distributor.name, full_url(waiting.url)))),
        channel.sealed,
    )
    with attempt(partial(_note_failure, post_id)):
        _send(sealed, title, body)
    channels.note_sent(channel, waiting)


def _send(sealed: str, title: str, body: str) -> None:
    """RuleBroken is for what no further try mends."""
    try:
        apprise_process.send(unseal(sealed, channels.PURPOSE), title, body)
    except SealBroken as error:
        raise RuleBroken("", _("The address cannot be read any more. Please give it once more.")) from error
    except apprise_process.AddressUnknown as error:
        raise RuleBroken("", _("The address is not complete, or of a kind that is not known.")) from error
    except AddressRefused as error:
        raise RuleBroken("", error.in_words()) from error


def _note_failure(post_id: int, error: Exception, last: bool) -> None:
    failed = db.session.get(ChannelPost, post_id)
    if failed is None:
        return
    channel = db.session.get_one(Channel, failed.channel_id)
    failed.state, failed.error, failed.tried_at = DEAD if last else WAITING, in_one_line(error), clock.now()
    failed.tries += 1
    channel.failing_since = channel.failing_since or failed.tried_at
    db.session.flush()
    if last and failed.kind != channels.TEST and _is_first_given_up(channel):
        _tell_administrators(channel)


def _is_first_given_up(channel: Channel) -> bool:
    """Since the channel last took something: nobody is told twice of the same trouble."""
    statement = select(func.count()).where(
        ChannelPost.channel_id == channel.id,
        ChannelPost.state == DEAD,
        ChannelPost.kind != channels.TEST,
        ChannelPost.tried_at >= channel.failing_since,
    )
    return db.session.scalar(statement) == 1


def _tell_administrators(channel: Channel) -> None:
    title = _l("The channel “%(name)s” does not take messages", name=channel.name)
    notify(CHANNEL_FAILED, to=members_who_may(MANAGE), title=title, url=f"/admin/channels/{channel.id}")


def clean_up() -> None:
    """Forget what was posted long ago."""
    log.info("old channel posts removed", count=channels.clean_up(clock.now()))


JOBS = (
    Job(channels.JOB, post, _l("Message to a channel"), queue="messages", tries=7),
    Job(channels.TEST_JOB, post, _l("Test message to a channel"), queue="messages", tries=1),
    Job("portal.clean_channels", clean_up, _l("Remove old messages of channels"), cron="50 3 * * *"),
)
