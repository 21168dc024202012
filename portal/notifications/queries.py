"""Reading notifications."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, func, select

from portal.accounts.viewer import Viewer, current_viewer
from portal.db import db
from portal.errors import NotFound
from portal.notifications.models import Notification, Preference
from portal.paging import Order, Page, keyset


@lru_cache(maxsize=1)
def unread_count() -> Select[Any]:
    """How many messages wait for who acts, in this membership, as a statement for the bell."""
    mine = bindparam("my_membership", callable_=_my_membership, type_=Integer)
    return select(func.count()).where(Notification.membership_id == mine, Notification.read_at.is_(None))


@lru_cache(maxsize=1)
def _messages() -> Select[Notification]:
    return select(Notification).where(Notification.membership_id == bindparam("membership"))


def _my_membership() -> int:
    return current_viewer().membership.id


def page_of_messages(viewer: Viewer, cursor: str | None, size: int = 25) -> Page[Notification]:
    """The person's messages in this membership, the latest first."""
    asked = {"membership": viewer.membership.id}
    return keyset(
        _messages(), [Order(Notification.created_at, True), Order(Notification.id, True)], cursor, size, asked
    )


def message(note_id: int, viewer: Viewer) -> Notification:
    """One message to this person; raises NotFound for anybody else's."""
    found: Notification | None = db.session.get(Notification, note_id)
    if found is None or found.membership_id != viewer.membership.id:
        raise NotFound
    return found


def wishes(viewer: Viewer) -> dict[tuple[str, str], bool]:
    """What the person has chosen, by kind and channel."""
    rows = db.session.scalars(select(Preference).where(Preference.membership_id == viewer.membership.id))
    return {(row.kind, row.channel): row.wanted for row in rows}
