"""Cohorts: formed once a quarter, and published once a month, when the month has ended."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l

from plugins.trade.cohorts import queries as cohort_queries
from plugins.trade.cohorts import services as cohort_services
from plugins.trade.importing import undoing
from plugins.trade.methods.cohorts import quarter_of
from portal.api import Distributor, Job, clock, current_scope, enqueue, reading_only, session


def keep_cohorts() -> None:
    """Form what is due, and ask for what is not published yet, one job for each cohort."""
    with reading_only():
        today = clock.today(session.get_one(Distributor, current_scope().distributor_id).timezone)
    cohort_services.form_due(today)
    month = cohort_services.month_to_publish(today)
    for cohort_id in cohort_queries.unpublished(quarter_of(month), month):
        enqueue(
            "trade.publish_cohort",
            arguments={"cohort_id": cohort_id, "month": month.isoformat()},
            key=f"{cohort_id}:{month}",
        )


def publish_cohort(cohort_id: int, month: str) -> None:
    """Write down one cohort's figures of a month."""
    cohort_services.publish_month(cohort_id, date.fromisoformat(month))


def forget_old_uploads() -> None:
    """Tables that nobody took in, and what was kept for undoing."""
    undoing.forget_old()


JOBS = (
    Job("trade.forget_old_uploads", forget_old_uploads, _l("Forget old uploads"), cron="20 2 * * *"),
    Job(
        "trade.cohorts", keep_cohorts, _l("Keep the groups of comparable stores"), cron="40 2 * * *", lease_seconds=600
    ),
    Job("trade.publish_cohort", publish_cohort, _l("Publish the typical store of a group"), lease_seconds=600),
)
