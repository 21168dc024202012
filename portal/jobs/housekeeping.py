"""The core's own scheduled work around jobs."""

from __future__ import annotations

import structlog
from flask_babel import lazy_gettext as _l

from portal import clock
from portal.contracts import Job
from portal.jobs.services import clean_up

log = structlog.get_logger(__name__)


def clean_jobs() -> None:
    """Remove the distributor's jobs that ended long ago."""
    log.info("old jobs removed", count=clean_up(clock.now()))


JOBS = (Job("portal.clean_jobs", clean_jobs, _l("Remove old background work"), cron="40 3 * * *"),)
