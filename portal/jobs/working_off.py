"""Work that a command waits for: done by the command's own process, beside whatever workers there are."""

from __future__ import annotations

from collections.abc import Callable

from flask import current_app

from portal.db import db
from portal.tenancy import acting_for, current_scope

LOOK_SECONDS = 0.2


def work_off(queue: str, finished: Callable[[], bool], *, threads: int = 1) -> None:
    """Do the jobs of a queue until `finished` says so, or until told to stop by SIGINT or SIGTERM; commit first.

    `finished` is asked between jobs, for the distributor that is acting.
    """
    from portal.jobs.worker import run_worker

    app, scope = current_app._get_current_object(), current_scope()  # type: ignore[attr-defined]

    def asked() -> bool:
        with app.app_context(), acting_for(scope):
            try:
                return finished()
            finally:
                db.session.remove()

    db.session.remove()
    run_worker(app, queues=(queue,), until=asked, threads=threads, poll_seconds=LOOK_SECONDS)
