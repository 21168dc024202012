"""What people are told, and how each wants to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Model
from portal.tenancy import DistributorOwned

# How a message stands on its way through a channel; GATHERED ones wait for their person's next daily mail.
WAITING, GATHERED, SENT, SKIPPED, DEAD = "waiting", "gathered", "sent", "skipped", "dead"


class Notification(DistributorOwned, Model):
    """One message to one membership, readable in the portal and delivered by its channels after the commit."""

    __tablename__ = "portal_notification"
    __table_args__ = (Index("ix_portal_notification_unread", "membership_id", "read_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("portal_membership.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(80))
    title: Mapped[dict[str, Any]]  # by language
    body: Mapped[dict[str, Any]] = mapped_column(default=dict)
    url: Mapped[str] = mapped_column(default="")
    urgent: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]


class Delivery(DistributorOwned, Model):
    """The way of one notification through one channel: waiting, sent, or dead after its tries."""

    __tablename__ = "portal_delivery"
    __table_args__ = (
        UniqueConstraint("notification_id", "channel"),
        Index("ix_portal_delivery_state", "distributor_id", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notification_id: Mapped[int] = mapped_column(ForeignKey("portal_notification.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    digest_at: Mapped[datetime | None]  # the daily mail that it belongs to, and to no other
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class Preference(DistributorOwned, Model):
    """A person's wish for one kind of message on one channel; without a row the kind's default holds."""

    __tablename__ = "portal_preference"
    __table_args__ = (UniqueConstraint("distributor_id", "membership_id", "kind", "channel"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("portal_membership.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(80))
    channel: Mapped[str] = mapped_column(String(20))
    wanted: Mapped[bool]


class Channel(DistributorOwned, Model):
    """A chat or service of the distributor that hears of some kinds of messages; its address is a secret."""

    __tablename__ = "portal_channel"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    sealed: Mapped[str]
    shown: Mapped[str] = mapped_column(String(200))  # the address with its secrets left out
    kinds: Mapped[list[str]] = mapped_column(default=list)
    language: Mapped[str] = mapped_column(String(10))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]  # when it last took a message
    failing_since: Mapped[datetime | None]  # the first of the failures since then


class ChannelPost(DistributorOwned, Model):
    """One headline on its way to one channel; `key` keeps the same one from being posted over and over."""

    __tablename__ = "portal_channel_post"
    __table_args__ = (
        UniqueConstraint("channel_id", "key"),
        Index("ix_portal_channel_post_log", "channel_id", "id"),
        Index("ix_portal_channel_post_age", "distributor_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    channel_id: Mapped[int] = mapped_column(ForeignKey("portal_channel.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(80))
    title: Mapped[str]
    url: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    tried_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
