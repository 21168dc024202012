"""The doctor finds what is amiss, says what to do, and is content with a portal that is well."""

import json
import os
import socket
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from portal import clock, create_app
from portal.accounts.models import Person
from portal.db import db
from portal.files.storage import FolderStorage
from portal.jobs.models import DEAD, QUEUED, JobRow, WorkerRow
from portal.pdf import Renderer
from portal.testing import settings_for
from tests.portal.mail_kit import mail_server
from tests.portal.operations_kit import command, portal_in
from tests.portal.people_kit import database

pytestmark = pytest.mark.database
ON_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"
REDIS = os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
PUBLIC = {
    "PUBLIC_URL": "https://stores.example.cn",
    "SECURE_COOKIES": True,
    "SERVER_NAME_ALLOWED": ["stores.example.cn"],
    "TRUSTED_PROXIES": 1,
    "SECRET_KEY": "4b1f8e0a97c35d62f18c0b7e9a3d5c64",
}


@pytest.fixture
def examined(app, world, monkeypatch):
    """examined(SETTING=...): what the doctor finds, the texts by level and subject."""

    def run(**settings):
        for name, value in settings.items():
            monkeypatch.setitem(app.config, name, value)
        result = app.test_cli_runner().invoke(args=["doctor", "--json"])
        found = json.loads(result.stdout)
        problems = [finding for finding in found if finding["level"] == "problem"]
        assert (result.exit_code == 1) == bool(problems), result.output
        return [(finding["level"], finding["subject"], finding["text"]) for finding in found]

    return run


def says(found, level, subject, words):
    return any(one[:2] == (level, subject) and words in one[2] for one in found)


def add(app, *rows):
    with database(app):
        db.session.add_all(rows)


def closed_port():
    """A port on which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def test_a_portal_that_is_well_has_no_problem(app, examined, monkeypatch):
    add(app, WorkerRow(host="here", pid=1, seen_at=clock.now()))
    with mail_server(app, monkeypatch):
        found = examined(**PUBLIC)
    # The tests serve pages as the superuser who owns the tables, and PostgreSQL's walls are nothing to that one.
    allowed = {"walls"} if ON_POSTGRESQL else set()
    assert {subject for level, subject, _ in found if level == "problem"} == allowed
    assert {subject for level, subject, _ in found if level == "ok"} >= {
        "PDF",
        "PUBLIC_URL",
        "SECRET_KEY",
        "SMTP_URL",
        "database",
        "files",
        "front end",
        "jobs",
        "plug-ins",
        "tables",
        "worker",
    }
    if ON_POSTGRESQL:
        assert says(found, "problem", "walls", "superuser")
        assert says(found, "ok", "clock", "agree")


def test_what_it_finds_reads_as_lines(app, world):
    lines = command(app, "doctor", fails=True).splitlines()
    assert any(line.startswith("problem  worker: ") for line in lines)
    assert any(line.startswith("ok       tables: up to date") for line in lines)


@pytest.mark.parametrize(
    ("settings", "level", "subject", "words"),
    [
        ({"SECRET_KEY": "short"}, "problem", "SECRET_KEY", "can be guessed"),
        ({"SECRET_KEY": "changeme-0123456789abcdef0123456789"}, "problem", "SECRET_KEY", "can be guessed"),
        ({"SECRET_KEY": "ab" * 30}, "problem", "SECRET_KEY", "can be guessed"),
        ({"PUBLIC_URL": "http://stores.example.cn"}, "problem", "PUBLIC_URL", "not https"),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, "warning", "PUBLIC_URL", "this machine only"),
        (PUBLIC | {"SECURE_COOKIES": False}, "problem", "SECURE_COOKIES", "off"),
        (PUBLIC | {"SERVER_NAME_ALLOWED": []}, "warning", "ALLOWED_HOSTS", "set stores.example.cn"),
        (PUBLIC | {"TRUSTED_PROXIES": 0}, "warning", "TRUSTED_PROXIES", "limits hit all"),
        (PUBLIC | {"DEVELOPMENT": True}, "warning", "DEVELOPMENT", "is on"),
        (PUBLIC | {"DEMO": True, "SMTP_URL": ""}, "problem", "DEMO", "shows every mail"),
        (PUBLIC | {"ALLOW_PRIVATE_ADDRESSES": True}, "warning", "ALLOW_PRIVATE_ADDRESSES", "is on"),
        ({"REDIS_URL": ""}, "warning", "REDIS_URL", "for itself"),
        ({"SMTP_URL": ""}, "warning", "SMTP_URL", "reach nobody"),
        ({}, "problem", "worker", "flask worker"),
    ],
)
def test_a_setting_that_is_amiss_is_named(examined, settings, level, subject, words):
    assert says(examined(**settings), level, subject, words)


def test_servers_that_do_not_answer_are_named(examined):
    found = examined(SMTP_URL=f"smtp://127.0.0.1:{closed_port()}", REDIS_URL=f"redis://127.0.0.1:{closed_port()}/0")
    assert says(found, "problem", "mail", "refused")
    assert says(found, "problem", "rate limits", "refused")


def test_a_redis_that_answers_is_well(examined):
    host, _, port = REDIS.removeprefix("redis://").partition("/")[0].partition(":")
    try:
        socket.create_connection((host, int(port or 6379)), timeout=3).close()
    except OSError as error:
        if os.environ.get("TEST_REDIS_URL"):
            raise
        pytest.skip(f"this machine has no Redis: {error}")
    assert says(examined(REDIS_URL=REDIS), "ok", "REDIS_URL", "answers")


def test_a_key_that_others_may_read_is_named(app, examined):
    kept = Path(app.config["DATA_DIR"]) / "secret_key.txt"
    kept.write_text(PUBLIC["SECRET_KEY"], encoding="ascii")
    kept.chmod(0o644)
    assert says(examined(**PUBLIC), "problem", "SECRET_KEY", f"chmod 600 {kept}")
    kept.chmod(0o600)
    assert says(examined(**PUBLIC), "ok", "SECRET_KEY", "kept in")
    kept.unlink()


def test_a_folder_that_cannot_be_written_is_named(app, examined, monkeypatch, tmp_path):
    (tmp_path / "a-file").touch()
    monkeypatch.setitem(app.extensions, "storewise_storage", FolderStorage(tmp_path / "a-file" / "files"))
    assert says(examined(), "problem", "data dir", "does not work")


def test_a_full_disk_is_named(examined, monkeypatch):
    monkeypatch.setattr("portal.operations.check_services.TOO_LITTLE_BYTES", 1 << 62)
    assert says(examined(), "problem", "disk", "GB free")
    monkeypatch.setattr("portal.operations.check_services.TOO_LITTLE_BYTES", 0)
    monkeypatch.setattr("portal.operations.check_services.LITTLE_BYTES", 1 << 62)
    assert says(examined(), "warning", "disk", "GB free")


def test_work_that_was_given_up_or_is_late_is_counted(app, examined):
    late = clock.now() - timedelta(minutes=11)
    soon = clock.now() + timedelta(minutes=11)
    add(app, JobRow(name="x", state=DEAD), JobRow(name="x", state=DEAD), JobRow(name="x", state=QUEUED, run_at=soon))
    add(app, JobRow(name="x", state=QUEUED, run_at=late))
    found = examined()
    assert says(found, "warning", "jobs", "2 were given up")
    assert says(found, "warning", "jobs", "1 have been due")


def test_fonts_that_are_missing_are_named(examined, monkeypatch, tmp_path):
    bare = Renderer(tmp_path)
    monkeypatch.setattr("portal.pdf.default_renderer", lambda: bare)
    assert says(examined(), "problem", "pdf", "does not work")


def test_tables_that_are_behind_or_belong_to_nobody_are_named(app, examined):
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version_trade"))
        connection.execute(text("CREATE TABLE alembic_version_ghost (version_num TEXT)"))
    found = examined()
    assert says(found, "problem", "tables", "behind: trade: flask db upgrade")
    assert says(found, "problem", "tables", "flask plugins purge ghost")


def test_a_plugin_in_quarantine_is_named(app, examined, monkeypatch):
    monkeypatch.setitem(app.extensions["storewise_host"].quarantined, "weather", "ImportError: no clouds")
    assert says(examined(), "problem", "plug-ins", "weather is in quarantine: ImportError: no clouds")


def test_demo_people_in_a_public_portal_are_named(app, examined):
    add(app, Person(name="d", email="admin@demo.example", fs_uniquifier="demo", active=True))
    assert says(examined(**PUBLIC), "problem", "distributors", "everybody knows")
    assert says(examined(PUBLIC_URL="http://localhost:8000"), "ok", "distributors", "the demo")


def test_a_portal_without_tables_or_people_is_told_what_comes_next(tmp_path):
    with portal_in(tmp_path / "new") as app:
        assert "tables: there are none yet: flask db upgrade" in command(app, "doctor", fails=True)
        command(app, "db", "upgrade")
        assert "flask distributor create SLUG NAME" in command(app, "doctor", fails=True)


def test_without_a_database_everything_else_is_still_looked_at(tmp_path):
    address = f"postgresql://nobody:hidden-word@127.0.0.1:{closed_port()}/none"
    app = create_app(settings_for(tmp_path) | {"DATABASE_URL": address})
    said = command(app, "doctor", fails=True)
    assert "problem  database: does not work" in said
    assert "what lies in it was not looked at" in said
    assert "ok       PDF: " in said
    assert "hidden-word" not in said
