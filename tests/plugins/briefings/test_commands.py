"""Briefings from the shell: one store's paper at once, and all editions, also in two goes."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import select

from plugins.briefings import queries, services
from plugins.briefings.models import FAILED, READY, Edition
from plugins.briefings.services import EditorialText, Plan
from portal import ROOT, clock
from portal.db import db
from portal.jobs.models import DEAD, JobRow
from portal.stores.models import Store
from tests.portal.operations_kit import command
from tests.portal.people_kit import database

TODAY = clock.today("Asia/Shanghai")


@pytest.fixture
def draft_id(act_as):
    with act_as("manager") as viewer:
        plan = Plan("11月市场简报", TODAY - timedelta(days=29), TODAY)
        briefing = services.compose(plan, by=viewer)
        db.session.flush()
        services.change(briefing, plan, [EditorialText("茶", "价格战")], version=1)
        return briefing.id


def editions(app):
    with database(app):
        return [(e.state, e.file_id) for e in db.session.scalars(select(Edition).order_by(Edition.id))]


def title_of(path):
    with pikepdf.open(BytesIO(path.read_bytes())) as pdf:
        return str(pdf.docinfo["/Title"])


def test_one_stores_edition_is_written_without_naming_anybody(app, draft_id, tmp_path):
    said = command(app, "briefings", "render", draft_id, "--store", "0002", "--out", tmp_path / "b.pdf")
    assert "0002 禾川学府路店" in said
    assert "禾川学府路店" in title_of(tmp_path / "b.pdf")


def test_without_a_number_it_is_the_newest_that_was_issued(app, act_as, draft_id, tmp_path):
    wanted = ("briefings", "render", "--store", "0001", "--out", tmp_path / "b.pdf")
    assert "no briefing has been issued" in command(app, *wanted, fails=True)
    with act_as("manager") as viewer:
        services.issue(queries.briefing(draft_id), by=viewer)
        newer = services.compose(Plan("12月市场简报", TODAY - timedelta(days=29), TODAY), by=viewer)
        db.session.flush()
        services.issue(newer, by=viewer)
    assert "12月市场简报" in command(app, *wanted)
    with act_as("manager"):
        services.withdraw(queries.briefing(newer.id), "数字有误")
    assert "11月市场简报" in command(app, *wanted)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--store", "9999"), "no store 9999"),
        (("--store", "0001", "--as", "nobody@first.example"), "not found: nobody@first.example"),
        (("--store", "0001", "--as", "manager@first.example", "--distributor", "other"), "not found"),
        (("--store", "0001", "--distributor", "nowhere"), "not found: nowhere"),
    ],
)
def test_what_cannot_be_rendered_is_said_in_one_line(app, draft_id, tmp_path, arguments, words):
    path = tmp_path / "b.pdf"
    assert words in command(app, "briefings", "render", draft_id, *arguments, "--out", path, fails=True)
    assert not path.exists()


def test_another_distributors_briefing_is_not_found(app, draft_id, tmp_path):
    arguments = ("--store", "0001", "--distributor", "other", "--out", tmp_path / "b.pdf")
    assert "not found" in command(app, "briefings", "render", draft_id, *arguments, fails=True)


def test_issuing_makes_every_edition(app, draft_id):
    said = command(app, "briefings", "issue", draft_id)
    assert "3 editions to make" in said
    assert "3 of 3 editions made" in said
    assert [state for state, _ in editions(app)] == [READY] * 3
    assert "0 editions to make" in command(app, "briefings", "issue", draft_id)


def test_a_command_that_was_stopped_goes_on_where_it_was(app, act_as, draft_id):
    with act_as("administrator"):  # enough work for the signal to find some left
        db.session.add_all([Store(number=f"9{number:03}", name="Shop") for number in range(20)])
    environment = os.environ | {
        "DATA_DIR": str(app.config["DATA_DIR"]),
        "DATABASE_URL": app.config["DATABASE_URL"],
        "PYTHONUNBUFFERED": "1",
    }
    line = [sys.executable, "-m", "flask", "--app", "wsgi", "briefings", "issue", str(draft_id), "--threads", "1"]
    running = subprocess.Popen(
        line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = ""
    for printed in running.stdout:
        said += printed
        if '"job done"' in printed and running.poll() is None:
            running.send_signal(signal.SIGINT)
    assert running.wait(timeout=60) == 1, said
    assert "the same command goes on" in said
    before = editions(app)
    made = [file_id for state, file_id in before if state == READY]
    assert 1 <= len(made) < 23
    assert "23 of 23 editions made" in command(app, "briefings", "issue", draft_id)
    after = editions(app)
    assert [state for state, _ in after] == [READY] * 23
    assert set(made) <= {file_id for _, file_id in after}


def test_editions_that_failed_or_were_given_up_are_tried_again(app, act_as, draft_id):
    with act_as("manager") as viewer:
        services.issue(queries.briefing(draft_id), by=viewer)
    with database(app):
        first, *_ = db.session.scalars(select(Edition).order_by(Edition.id))
        first.state, first.error = FAILED, "out of paper"
        for job in db.session.scalars(select(JobRow).where(JobRow.name == "briefings.render")):
            job.state = DEAD
    assert "3 editions to make" in command(app, "briefings", "issue", draft_id)
    assert [state for state, _ in editions(app)] == [READY] * 3


def test_a_withdrawn_briefing_is_not_made(app, act_as, draft_id):
    with act_as("manager") as viewer:
        services.issue(queries.briefing(draft_id), by=viewer)
        services.withdraw(queries.briefing(draft_id), "数字有误")
    assert "这份简报已撤回" in command(app, "briefings", "issue", draft_id, fails=True)


def test_who_may_not_issue_is_refused(app, draft_id):
    said = command(app, "briefings", "issue", draft_id, "--as", "rep@first.example", fails=True)
    assert "the permission briefings.issue is missing" in said
    assert editions(app) == []
