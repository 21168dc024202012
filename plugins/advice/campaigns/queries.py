"""Reading campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.advice.campaigns.models import Campaign
from portal.api import NotFound, Order, Page, Reading, Span, keyset, session

MOST_IN_SPAN = 100


def page_of_campaigns(cursor: str | None, size: int = 25, *, called_off: bool | None = None) -> Page[Campaign]:
    """Campaigns with their store, the latest to begin first; of one kind only where it is said whether they were called off."""
    return keyset(_listed(called_off), [Order(Campaign.starts_on, True), Order(Campaign.id, True)], cursor, size)


@lru_cache(maxsize=3)
def _listed(called_off: bool | None) -> Reading[Campaign]:
    if called_off is None:
        return Reading(Campaign, "store")
    criterion = Campaign.cancelled_at.is_not(None) if called_off else Campaign.cancelled_at.is_(None)
    return Reading(Campaign, "store", change=lambda statement: statement.where(criterion))


def find_campaign(campaign_id: int, *, for_change: bool = False) -> Campaign:
    """The campaign with its store; NotFound outside of the walls."""
    statement = select(Campaign).where(Campaign.id == campaign_id).options(joinedload(Campaign.store, innerjoin=True))
    if for_change:
        statement = statement.with_for_update(of=Campaign)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def in_span(span: Span) -> Sequence[Campaign]:
    """Campaigns that run in the span, without those that were called off."""
    first, last = span.start.date(), span.end.date() + timedelta(days=1)
    statement = select(Campaign).where(
        Campaign.cancelled_at.is_(None), Campaign.starts_on <= last, Campaign.ends_on >= first
    )
    return session.scalars(statement.order_by(Campaign.starts_on).limit(MOST_IN_SPAN)).all()
