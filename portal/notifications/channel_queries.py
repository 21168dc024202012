"""Reading channels and what was posted to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.db import db
from portal.errors import NotFound
from portal.notifications.models import DEAD, GATHERED, WAITING, Channel, ChannelPost, Delivery
from portal.paging import Order, Page, keyset

LATEST = 20
LOOK_BACK = timedelta(days=14)


def all_channels() -> Sequence[Channel]:
    """The distributor's channels, by name."""
    return db.session.scalars(select(Channel).order_by(Channel.name, Channel.id)).all()


def channel(channel_id: int) -> Channel:
    """One of them; raises NotFound."""
    found: Channel | None = db.session.get(Channel, channel_id)
    if found is None:
        raise NotFound
    return found


def latest_posts(channel_id: int) -> Sequence[ChannelPost]:
    """What was last posted to a channel, the newest first."""
    statement = select(ChannelPost).where(ChannelPost.channel_id == channel_id).order_by(ChannelPost.id.desc())
    return db.session.scalars(statement.limit(LATEST)).all()


def page_of_posts(channel: Channel, cursor: str | None, size: int) -> Page[ChannelPost]:
    """What is kept of what was sent, the latest first."""
    statement = select(ChannelPost).where(ChannelPost.channel_id == channel.id)
    return keyset(statement, [Order(ChannelPost.id, descending=True)], cursor, size)


def post(channel_id: int, post_id: int) -> ChannelPost:
    """One message to a channel; raises NotFound."""
    found: ChannelPost | None = db.session.get(ChannelPost, post_id)
    if found is None or found.channel_id != channel_id:
        raise NotFound
    return found


def mails_by_state(now: datetime) -> dict[str, int]:
    """How many mails of the last two weeks wait, wait for a daily mail, or were given up."""
    statement = (
        select(Delivery.state, func.count().label("number"))
        .where(Delivery.state.in_((WAITING, GATHERED, DEAD)), Delivery.due_at > now - LOOK_BACK)
        .group_by(Delivery.state)
    )
    return {row.state: row.number for row in db.session.execute(statement)}
