"""What campaigns give to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.advice.campaigns import queries
from plugins.advice.campaigns.models import Campaign
from portal.api import CalendarEntry, Person, PersonalData, Span, Viewer, session

ICON = "speakerphone"


def calendar_entries(viewer: Viewer, span: Span) -> Iterator[CalendarEntry]:
    """The store's campaigns; those of sixty stores would only hide what our people have to do."""
    if viewer.store is None or not viewer.may("advice.see"):
        return
    zone = ZoneInfo(viewer.distributor.timezone)
    for campaign in queries.in_span(span):
        yield CalendarEntry(
            uid=f"advice-campaign-{campaign.id}@storewise",
            starts_at=datetime.combine(campaign.starts_on, time(), zone).astimezone(UTC),
            ends_at=datetime.combine(campaign.ends_on + timedelta(days=1), time(), zone).astimezone(UTC),
            title=_("Campaign: %(title)s", title=campaign.title),
            icon=ICON,
            url=campaign.url,
            all_day=True,
            sequence=campaign.sequence,
        )


def personal_data(person: Person) -> Iterator[PersonalData]:
    """What the person planned."""
    planned = session.scalars(select(Campaign).where(Campaign.planned_by_id == person.id).order_by(Campaign.id))
    rows = tuple({"campaign": one.title, "planned": one.planned_at.isoformat()} for one in planned)
    if rows:
        yield PersonalData(_("Campaigns planned"), rows)
