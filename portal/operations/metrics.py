"""Figures for a monitor (Prometheus) at /metrics, where METRICS_TOKEN is set: requests, work that waits, workers.

Without the token nothing is loaded, counted or shown. Each process counts in files of its own in DATA_DIR/metrics,
and whichever is asked adds them up.
"""

from __future__ import annotations

import hmac
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from flask.signals import request_finished, request_started
from sqlalchemy import func, select

from portal import clock
from portal.access import open_to_all
from portal.db import db
from portal.jobs.models import QUEUED, JobRow, WorkerRow
from portal.jobs.queries import WORKER_MISSING_AFTER
from portal.tenancy import all_distributors

blueprint = Blueprint("metrics", __name__)
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


def init_app(app: Flask, api: Flask) -> None:
    """Count the requests of the pages and of the web API, if somebody wants to know."""
    if not app.config["METRICS_TOKEN"]:
        return
    folder = Path(app.config["DATA_DIR"]) / "metrics"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault(FOLDER, str(folder))
    from prometheus_client import CollectorRegistry, Histogram

    took = Histogram(
        "storewise_request_seconds",
        "How long requests took",
        ("part", "endpoint", "method", "status"),
        buckets=SECONDS,
        registry=CollectorRegistry(),
    )
    for part, one in (("pages", app), ("api", api)):
        _count(one, took.labels, part)


def _count(app: Flask, labels: Any, part: str) -> None:
    def begin(_sender: Flask, **_: Any) -> None:
        g.metrics_began = time.perf_counter()

    def end(_sender: Flask, response: Response, **_: Any) -> None:
        seconds = time.perf_counter() - g.get("metrics_began", time.perf_counter())
        labels(part, request.endpoint or "none", request.method, response.status_code).observe(seconds)

    request_started.connect(begin, app, weak=False)
    request_finished.connect(end, app, weak=False)


def forget(folder: Path) -> None:
    """Begin to count anew: for the start of all processes, as those that are gone leave their files."""
    shutil.rmtree(folder / "metrics", ignore_errors=True)


@blueprint.get("/metrics")
@open_to_all
def metrics() -> Response:
    """The figures, for who has the token; without one there is no such page."""
    token = str(current_app.config["METRICS_TOKEN"])
    if not token:
        abort(404)
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        abort(401)
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest, multiprocess

    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    registry.register(WorkThatWaits())
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class WorkThatWaits:
    """What the database tells about jobs and workers at this moment, of all distributors together."""

    def collect(self) -> Iterator[Any]:
        """The families of figures."""
        from prometheus_client.core import GaugeMetricFamily

        now = clock.now()
        due = (JobRow.state == QUEUED) & (JobRow.run_at <= now)
        with all_distributors(reason="figures for the monitor", quiet=True):
            states = db.session.execute(select(JobRow.state, func.count()).group_by(JobRow.state)).all()
            oldest = db.session.scalar(select(func.min(JobRow.run_at)).where(due))
            alive = select(func.count()).select_from(WorkerRow).where(WorkerRow.seen_at > now - WORKER_MISSING_AFTER)
            workers = db.session.scalar(alive) or 0
        jobs = GaugeMetricFamily("storewise_jobs", "Jobs by state", labels=["state"])
        for state, count in states:
            jobs.add_metric([state], count)
        yield jobs
        waits = max((now - oldest).total_seconds(), 0.0) if oldest else 0.0
        yield GaugeMetricFamily("storewise_job_waits_seconds", "How long the job that is due longest waits", waits)
        yield GaugeMetricFamily("storewise_workers", "Workers that spoke within the last minute", workers)
