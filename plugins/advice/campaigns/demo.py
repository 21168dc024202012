"""Campaigns of the demo's first stores: one that has ended, one that runs, one to come."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from plugins.advice.campaigns.models import Campaign
from portal.api import DemoBuilder, clock, session

# store, title, channel, category, cut, the store's cost, ours, days from today to the first day, days
CAMPAIGNS = (
    (0, "酸奶 92 折周", "second_placement", "酸奶", 8, 60, 100, -31, 7),
    (0, "会员日：膨化 9 折", "member_group", "膨化", 10, 40, 0, -2, 7),
    (0, "酸奶试吃周末", "tasting", "酸奶", 0, 150, 150, 9, 3),
    (1, "纸品囤货节", "leaflet", "纸品", 12, 260, 300, -30, 10),
)


def build(builder: DemoBuilder) -> None:
    """Those of the large distributor."""
    person = builder.people.get("store")
    for place, title, channel, category, cut, cost, support, first, days in CAMPAIGNS if builder.large else ():
        starts_on = builder.today + timedelta(days=first)
        session.add(
            Campaign(
                store_id=builder.stores[place].id,
                title=title,
                channel=channel,
                category=category,
                price_cut=cut,
                cost=Decimal(cost),
                support=Decimal(support),
                starts_on=starts_on,
                ends_on=starts_on + timedelta(days=days - 1),
                planned_at=clock.now() + timedelta(days=first - 10),
                planned_by_id=person.id if person and place == 0 else None,
            )
        )
