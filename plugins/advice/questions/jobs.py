"""Work that questions need outside of requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from plugins.advice.questions import services
from portal.api import Job


def overdue() -> None:
    """Tell of promised answers that did not come."""
    services.tell_of_overdue()


JOBS = (Job("advice.overdue_questions", overdue, _l("Remind of questions without an answer"), cron="*/10 * * * *"),)
