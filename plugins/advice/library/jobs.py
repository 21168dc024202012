"""Work that the library needs outside of requests."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from plugins.advice.library import planning
from portal.api import Job


def keep_time() -> None:
    """Publish what is due; what is over leaves the lists of the stores."""
    planning.publish_due()
    planning.end_due()


def new_stores() -> None:
    """New stores get what is published for such as them."""
    planning.send_to_new_stores()


JOBS = (
    Job("advice.library_time", keep_time, _l("Publish advice that is planned, end what is over"), cron="*/5 * * * *"),
    Job("advice.library_new_stores", new_stores, _l("Give new stores the advice that is for them"), cron="10 5 * * *"),
)
