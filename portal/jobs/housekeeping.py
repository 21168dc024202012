"""The core's own scheduled work: what nobody needs any more is removed."""

from __future__ import annotations

import structlog
from flask_babel import lazy_gettext as _l

from portal import clock, once, parked
from portal.contracts import Job
from portal.files.services import sweep_orphans
from portal.jobs.services import clean_up, reading_only
from portal.tenancy import current_scope

log = structlog.get_logger(__name__)


def clean_jobs() -> None:
    """Remove the distributor's jobs that ended long ago."""
    log.info("old jobs removed", count=clean_up(clock.now()))


def forget_forms() -> None:
    """Remove what was typed and kept, and the keys of forms that nobody can send again."""
    parked.forget_old_forms()
    once.forget_old_keys()


def sweep_files() -> None:
    """Remove the distributor's bytes that no row speaks of any more."""
    with reading_only():
        sweep_orphans(current_scope().distributor_id)


JOBS = (
    Job("portal.clean_jobs", clean_jobs, _l("Remove old background work"), cron="40 3 * * *"),
    Job("portal.forget_forms", forget_forms, _l("Remove forms that were kept"), cron="20 3 * * *"),
    Job("portal.sweep_files", sweep_files, _l("Remove files that nothing refers to"), cron="10 3 * * *"),
)
