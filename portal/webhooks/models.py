"""Where web hooks go, and what became of each delivery."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal import clock
from portal.db import Model
from portal.tenancy import DistributorOwned

WAITING, SENT, DEAD, SKIPPED = "waiting", "sent", "dead", "skipped"


class WebHook(DistributorOwned, Model):
    """An address of another system, what it hears of, and since when it has not answered."""

    __tablename__ = "portal_web_hook"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str]
    sealed_secret: Mapped[str]
    former_sealed: Mapped[str | None]  # the secret before, which signs beside the new one until its end
    former_until: Mapped[datetime | None]
    events: Mapped[list[str]] = mapped_column(default=list)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    answered_at: Mapped[datetime | None]  # when it last took a delivery
    failing_since: Mapped[datetime | None]  # the first of the failures since then


class WebHookDelivery(DistributorOwned, Model):
    """One happening on its way to one hook; `key` is what the receiver knows it by, however often it is sent."""

    __tablename__ = "portal_web_hook_delivery"
    __table_args__ = (
        Index("ix_portal_web_hook_delivery_log", "hook_id", "id"),
        Index("ix_portal_web_hook_delivery_age", "distributor_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("portal_web_hook.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(36), unique=True)
    event: Mapped[str] = mapped_column(String(80))
    ids: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[str] = mapped_column(String(12), default=WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    tried_at: Mapped[datetime | None]
    status: Mapped[int | None]  # the HTTP status of the last answer
    error: Mapped[str] = mapped_column(default="")
