"""Work that events do outside of requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.events import services
from plugins.events.models import PUBLISHED, Event, Invitation
from portal.api import Audience, Job, Store, Subscription, clock, session


def promote(event_id: int) -> None:
    """Give freed seats to the waiting list."""
    services.promote_waiting(event_id)


def invite_new_store(store_id: int) -> None:
    """A store that joins later is invited to what it belongs to."""
    store = session.get_one(Store, store_id)
    coming = session.scalars(select(Event).where(Event.state == PUBLISHED, Event.deadline_at > clock.now()))
    for event in coming:
        if Audience.from_json(event.audience).includes(store):
            session.add(Invitation(event_id=event.id, store_id=store.id))


JOBS = (Job("events.promote", promote, _l("Move up the waiting list"), tries=8),)
SUBSCRIPTIONS = (Subscription("store_created", invite_new_store),)
