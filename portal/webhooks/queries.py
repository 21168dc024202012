"""Reading web hooks and their log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from portal.db import db
from portal.errors import NotFound
from portal.paging import Order, Page, keyset
from portal.webhooks.models import WebHook, WebHookDelivery

LATEST = 30


def all_hooks() -> Sequence[WebHook]:
    """The distributor's web hooks, by name."""
    return db.session.scalars(select(WebHook).order_by(WebHook.name, WebHook.id)).all()


def hook(hook_id: int) -> WebHook:
    """One of them; raises NotFound."""
    found: WebHook | None = db.session.get(WebHook, hook_id)
    if found is None:
        raise NotFound
    return found


def latest_deliveries(hook_id: int) -> Sequence[WebHookDelivery]:
    """The last deliveries to a hook, the newest first."""
    statement = select(WebHookDelivery).where(WebHookDelivery.hook_id == hook_id)
    return db.session.scalars(statement.order_by(WebHookDelivery.id.desc()).limit(LATEST)).all()


def page_of_deliveries(hook: WebHook, cursor: str | None, size: int) -> Page[WebHookDelivery]:
    """What is kept of what was sent, the latest first."""
    statement = select(WebHookDelivery).where(WebHookDelivery.hook_id == hook.id)
    return keyset(statement, [Order(WebHookDelivery.id, descending=True)], cursor, size)


def delivery(hook_id: int, delivery_id: int) -> WebHookDelivery:
    """One delivery to a hook; raises NotFound."""
    found: WebHookDelivery | None = db.session.get(WebHookDelivery, delivery_id)
    if found is None or found.hook_id != hook_id:
        raise NotFound
    return found
