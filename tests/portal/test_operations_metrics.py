"""Figures for a monitor: of all processes together, for who has the token."""

import os
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from portal import ROOT, clock
from portal.db import db, write_intent
from portal.jobs.models import DEAD, QUEUED, JobRow, WorkerRow
from portal.operations import metrics
from portal.tenancy import all_distributors
from tests.portal.operations_kit import migrate, portal_in

TOKEN = "only-for-tests-0123456789"


def get(address, token=""):
    """Status and text of a page."""
    asked = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"} if token else {})
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, ""


def value(text, name, **labels):
    """The figure of this name whose labels hold these."""
    found = 0.0
    for line in text.splitlines():
        if re.match(rf"{name}(\{{|\s)", line) and all(f'{key}="{label}"' in line for key, label in labels.items()):
            found += float(line.rpartition(" ")[2])
    return found


@contextmanager
def serving(app, **settings):
    """Two web processes of this portal, at an address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": app.config["DATABASE_URL"],
        **settings,
    }
    command = [
        "-m",
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "2",
        "--preload",
        "--threads",
        "2",
    ]
    server = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        for line in server.stderr:
            if line.count("Booting worker"):
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.communicate(timeout=60)


@pytest.fixture
def portal(tmp_path):
    with portal_in(tmp_path / "portal") as app:
        migrate(app)
        with app.app_context(), all_distributors(reason="test"):
            token = write_intent.set(True)
            db.session.add_all([JobRow(name="x", state=DEAD), JobRow(name="x", state=QUEUED), JobRow(name="x")])
            db.session.add(WorkerRow(host="here", pid=1, seen_at=clock.now()))
            db.session.commit()
            db.session.remove()
            write_intent.reset(token)
        yield app


def test_requests_of_all_processes_and_waiting_work_are_counted(portal):
    with serving(portal, METRICS_TOKEN=TOKEN) as address:
        assert get(f"{address}/metrics")[0] == 401
        assert get(f"{address}/metrics", "wrong")[0] == 401
        for _ in range(12):
            assert get(f"{address}/healthz")[0] == 200
        assert get(f"{address}/api/v1/complaints")[0] == 401
        assert get(f"{address}/nowhere")[0] == 404
        status, text = get(f"{address}/metrics", TOKEN)
    assert status == 200
    count = "storewise_request_seconds_count"
    assert value(text, count, part="pages", endpoint="health.healthz", method="GET", status="200") == 12
    assert value(text, count, part="api", status="401") == 1
    assert value(text, count, part="pages", endpoint="none", status="404") == 1
    assert value(text, "storewise_jobs", state="dead") == 1
    assert value(text, "storewise_jobs", state="queued") == 2
    assert value(text, "storewise_workers") == 1
    assert value(text, "storewise_job_waits_seconds") > 0


def test_without_a_token_there_is_no_such_page_and_nothing_is_counted(portal):
    client = portal.test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404
    assert not (portal.config["DATA_DIR"] / "metrics").exists()


def test_a_start_of_everything_counts_anew(tmp_path):
    (tmp_path / "metrics").mkdir()
    (tmp_path / "metrics" / "histogram_1.db").write_bytes(b"x")
    metrics.forget(tmp_path)
    metrics.forget(tmp_path)
    assert list(tmp_path.iterdir()) == []
