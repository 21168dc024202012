"""The doctor looks at what the portal works with: disk, files, worker, mail, PDF, the front end."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select

from portal import ROOT, clock
from portal.db import db
from portal.files.storage import storage
from portal.jobs.models import DEAD, QUEUED, JobRow
from portal.jobs.queries import worker_alive
from portal.notifications.mail import smtp_server
from portal.operations.findings import Finding, ok, problem, warning
from portal.tenancy import all_distributors

LITTLE_BYTES, TOO_LITTLE_BYTES = 2_000_000_000, 300_000_000
LATE_AFTER = timedelta(minutes=10)
PAGE = "<h1>Storewise 门店</h1><p>Pango and the fonts are there.</p>"


def data_dir() -> Iterator[Finding]:
    """Whether files can be kept, and for how long there is room."""
    folder = Path(current_app.config["DATA_DIR"])
    storage().check()
    yield ok("files", f"can be written at {current_app.config['FILES_URL'] or folder}")
    free = shutil.disk_usage(folder).free
    say = problem if free < TOO_LITTLE_BYTES else warning if free < LITTLE_BYTES else ok
    yield say("disk", f"{free / 1e9:.1f} GB free at {folder}")


def worker() -> Iterator[Finding]:
    """Whether work outside of requests is done."""
    if worker_alive(clock.now()):
        yield ok("worker", "alive")
    else:
        yield problem(
            "worker", "none has spoken for a minute: flask worker. Mails, briefings and deadlines wait for it"
        )


def jobs() -> Iterator[Finding]:
    """Whether work was given up, or waits for longer than it should."""
    late = (JobRow.state == QUEUED) & (JobRow.run_at < clock.now() - LATE_AFTER)
    counted = select(func.count().filter(JobRow.state == DEAD), func.count().filter(late)).select_from(JobRow)
    with all_distributors(reason="the doctor looks", quiet=True):
        dead, waiting = db.session.execute(counted).one()
    db.session.rollback()
    if dead:
        yield warning("jobs", f"{dead} were given up: see Background work in the portal, and retry them there")
    if waiting:
        yield warning("jobs", f"{waiting} have been due for more than ten minutes: more workers, or a stuck queue")
    if not dead and not waiting:
        yield ok("jobs", "none given up, none late")


def mail() -> Iterator[Finding]:
    """Whether the mail server lets us in; nothing is sent."""
    url = current_app.config["SMTP_URL"]
    if not url:
        yield warning("SMTP_URL", "is empty: mails are only kept for /dev/mail, invitations and resets reach nobody")
        return
    with smtp_server(url) as server:
        server.noop()
    yield ok("SMTP_URL", "the mail server lets us in")


def pdf() -> Iterator[Finding]:
    """Whether a page can be set: WeasyPrint, Pango and the fonts, by setting one."""
    from portal.pdf import render_pdf

    render_pdf(PAGE, language="zh-Hans", title="doctor")
    yield ok("PDF", "a page with Chinese letters was set")


def front_end() -> Iterator[Finding]:
    """Whether the set-up has made what pages are dressed in."""
    wanted = (ROOT / "build" / "static" / "vendor" / "tabler.min.css", ROOT / "build" / "icons.json")
    missing = [path.name for path in wanted if not path.is_file()]
    if missing:
        yield problem("front end", f"{', '.join(missing)} missing: make setup")
    else:
        yield ok("front end", "built")


WITHOUT_DATABASE = (data_dir, mail, pdf, front_end)
WITH_DATABASE = (worker, jobs)
