"""The groups of comparable stores, and what was published of them for the last month."""

from __future__ import annotations

from plugins.trade.cohorts import queries, services
from plugins.trade.methods.cohorts import quarter_of
from portal.api import DemoBuilder


def build(builder: DemoBuilder) -> None:
    """As the job of the night does it."""
    services.form_due(builder.today)
    month = services.month_to_publish(builder.today)
    for cohort_id in queries.unpublished(quarter_of(month), month):
        services.publish_month(cohort_id, month)
