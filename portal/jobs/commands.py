"""`flask worker`: the process that does the work outside of requests."""

from __future__ import annotations

import gc

import click
from flask import current_app
from flask.cli import with_appcontext


@click.command("worker")
@click.option("--queue", "queues", multiple=True, help="Only this queue; may be given several times.")
@click.option("--threads", default=1, show_default=True, type=click.IntRange(1, 64), help="Jobs at a time.")
@click.option("--poll", default=0.5, show_default=True, type=click.FloatRange(0.01, 60), help="Seconds between looks.")
@with_appcontext
def worker(queues: tuple[str, ...], threads: int, poll: float) -> None:
    """Do background work until told to stop; running jobs are finished first."""
    from portal.jobs.worker import run_worker

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    gc.freeze()  # what the process was started with stays: no collection need look at it again
    run_worker(app, queues=queues or None, threads=threads, poll_seconds=poll)
