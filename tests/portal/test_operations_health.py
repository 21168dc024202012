"""Two addresses for who watches from outside: is the process there, and can it work."""

from datetime import timedelta

import pytest

from portal import clock
from portal.db import db
from portal.files.storage import FolderStorage
from portal.jobs.models import WorkerRow
from tests.portal.people_kit import database


@pytest.fixture
def worker(app, world):
    with database(app):
        db.session.add(WorkerRow(host="here", pid=1, seen_at=clock.now()))


def test_the_process_answers_without_a_database(app, world, monkeypatch):
    client = app.test_client()
    monkeypatch.setattr(db.session, "execute", None)
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_portal_that_can_work_is_ready(app, worker):
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json == {"status": "ok", "database": "ok", "worker": "ok", "files": "ok"}


def test_what_is_missing_is_named(app, world, monkeypatch, tmp_path):
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "database": "ok", "worker": "missing", "files": "ok"}
    (tmp_path / "a-file").touch()
    monkeypatch.setitem(app.extensions, "storewise_storage", FolderStorage(tmp_path / "a-file" / "files"))
    assert app.test_client().get("/readyz").json["files"] == "missing"


def test_a_worker_that_has_been_silent_for_a_minute_is_missing(app, worker, monkeypatch):
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert app.test_client().get("/readyz").json["worker"] == "missing"
