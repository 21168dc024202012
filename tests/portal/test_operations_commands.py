"""The commands that an operator is promised are there, and the core's do what they say."""

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from portal import ROOT
from portal.db import db
from portal.jobs.models import DONE, JobRow, WorkerRow
from portal.jobs.services import enqueue
from portal.tenancy import Scope, acting_for
from tests.portal.operations_kit import command, portal_in
from tests.portal.people_kit import database

PROMISED = """
    advice compute, backup, briefings issue, briefings render, db status, db upgrade, demo load, distributor create,
    distributor list, doctor, person invite, person unlock, plugins check, plugins list, plugins new, plugins purge,
    plugins revision, restore, start, token create, trade import, worker
"""


@pytest.mark.parametrize("name", [name.strip() for name in PROMISED.split(",")])
def test_a_promised_command_is_there_and_says_what_it_does(app, name):
    usage, _, told = command(app, *name.split(), "--help").partition("\n\n")
    assert name in usage
    assert len(told.partition("\n")[0].strip()) > 20


def test_the_state_of_the_tables_is_told(app, world, tmp_path):
    lines = command(app, "db", "status").splitlines()
    assert [line.split()[0] for line in lines][:2] == ["portal", "trade"]
    assert all(line.endswith("up to date") for line in lines)
    with portal_in(tmp_path / "new") as new:
        assert "behind: flask db upgrade" in command(new, "db", "status", fails=True)
        assert "Every table is up to date" in command(new, "db", "upgrade")
        assert "behind" not in command(new, "db", "status")


def test_the_demo_is_not_loaded_where_somebody_works(app, world):
    assert "has a distributor already" in command(app, "demo", "load", fails=True)


def test_a_worker_does_what_waits_and_ends_in_peace(app, world):
    with app.app_context(), acting_for(Scope(world.first.id)):
        job = enqueue("portal.clean_jobs")
        db.session.commit()
        job_id = job.id
    environment = os.environ | {
        "DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": app.config["DATABASE_URL"],
        "PYTHONUNBUFFERED": "1",
    }
    line = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--poll", "0.05"]
    running = subprocess.Popen(line, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    for printed in running.stderr:
        if '"job done"' in printed and running.poll() is None:
            running.send_signal(signal.SIGTERM)
    assert running.wait(timeout=60) == 0
    with database(app):
        assert db.session.get_one(JobRow, job_id).state == DONE
        assert db.session.scalars(select(WorkerRow)).all() == []
