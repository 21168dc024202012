"""Work that complaints do outside of requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from plugins.complaints import notices, queries
from portal.api import Job, clock, record


def remind() -> None:
    """Tell the owner, or whoever leads, once of each complaint whose first answer is overdue."""
    now = clock.now()
    for complaint in queries.unanswered(now):
        complaint.late_told_at = now
        record("complaints.answer_missed", complaint)
        notices.late(complaint)


JOBS = (Job("complaints.remind", remind, _l("Remind of complaints without an answer"), cron="*/10 * * * *"),)
