"""Mail to a real SMTP server: how it looks, and what happens when the server does not take it."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Person
from portal.db import db
from portal.jobs.models import JobRow
from portal.jobs.worker import run_pending
from portal.notifications.models import Delivery
from tests.portal.mail_kit import mail_server, parts, tell, work_at
from tests.portal.people_kit import database


@pytest.fixture
def inbox(app, world, monkeypatch):
    with mail_server(app, monkeypatch) as handler:
        yield handler


@pytest.fixture
def speak(app, world):
    """Let somebody read a language."""

    def choose(role, language):
        with database(app):
            db.session.get_one(Person, world.first.people[role]).language = language

    return choose


def delivery(app):
    with database(app):
        (found,) = db.session.scalars(select(Delivery))
        db.session.expunge(found)
        return found


def test_a_mail_says_whose_it_is_in_text_and_in_html(app, act_as, world, inbox):
    note_id = tell(act_as, world, title="订货会改期", body="改到周五 <b>下午</b>", urgent=True)
    run_pending(app)
    (mail,) = inbox.mails
    assert mail["From"] == "Storewise <no-reply@localhost>"
    assert mail["To"] == "store_manager@first.example"
    assert mail["Subject"] == "订货会改期"
    assert abs(parsedate_to_datetime(mail["Date"]).replace(tzinfo=UTC) - clock.now()) < timedelta(minutes=1)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Storewise-Notification"] == str(note_id)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    text, html = parts(mail)
    for content in (text, html):
        assert "禾川商贸" in content
        assert "http://127.0.0.1:8000/events/1" in content
    assert "改到周五 <b>下午</b>" in text
    assert "改到周五 &lt;b&gt;下午&lt;/b&gt;" in html


@pytest.mark.parametrize(
    ("language", "tag", "subject", "button"),
    [("zh_Hans", "zh-CN", "通知", "在 Storewise 里查看"), ("en", "en", "Notifications", "Open in Storewise")],
)
def test_a_mail_is_written_in_the_readers_language(app, act_as, world, inbox, speak, language, tag, subject, button):
    speak("store_manager", language)
    tell(act_as, world, title=_l("Notifications"), urgent=True)
    run_pending(app)
    (mail,) = inbox.mails
    text, html = parts(mail)
    assert mail["Subject"] == subject
    assert button in text
    assert button in html
    assert f'lang="{tag}"' in html


def test_a_server_that_is_busy_gets_the_same_mail_later(app, act_as, world, inbox):
    inbox.refusals = ["451 please try later"]
    tell(act_as, world, urgent=True)
    run_pending(app, raise_errors=False)
    assert inbox.mails == []
    waiting = delivery(app)
    assert (waiting.state, waiting.tries) == ("waiting", 1)
    assert "451" in waiting.error
    work_at(app, datetime.now(UTC) + timedelta(hours=1))
    assert delivery(app).state == "sent"
    assert len(inbox.offered) == 2
    assert inbox.offered[0]["Message-ID"] == inbox.mails[0]["Message-ID"]


def test_a_server_that_never_takes_it_is_tried_eight_times_and_the_administrator_sees_it(
    app, act_as, client_as, world, inbox
):
    inbox.refusals = ["550 no such mailbox"] * 9
    tell(act_as, world, urgent=True)
    for hours in range(10):
        work_at(app, datetime.now(UTC) + timedelta(hours=2 * hours))
    assert len(inbox.offered) == 8
    dead = delivery(app)
    assert (dead.state, dead.tries) == ("dead", 8)
    assert "550" in dead.error
    assert "1 mail of the last two weeks could not be sent" in client_as("administrator").get("/admin/channels").text
    assert "550" in client_as("administrator").get("/jobs?view=dead").text


def test_a_mail_that_was_given_up_is_sent_when_the_operator_retries_it(app, act_as, client_as, world, inbox):
    inbox.refusals = ["550 no"] * 8
    tell(act_as, world, urgent=True)
    for hours in range(9):
        work_at(app, datetime.now(UTC) + timedelta(hours=2 * hours))
    with database(app):
        job_id = db.session.scalar(select(JobRow.id).where(JobRow.state == "dead"))
    client_as("administrator").post(f"/jobs/{job_id}/retry")
    work_at(app, datetime.now(UTC) + timedelta(hours=20))
    assert len(inbox.mails) == 1
    assert delivery(app).state == "sent"


def test_a_mail_without_a_server_to_talk_to_waits(app, act_as, world, monkeypatch):
    monkeypatch.setitem(app.config, "SMTP_URL", "smtp://127.0.0.1:1")
    tell(act_as, world, urgent=True)
    run_pending(app, raise_errors=False)
    assert delivery(app).state == "waiting"
    assert "ConnectionRefusedError" in delivery(app).error


def test_what_was_read_meanwhile_is_not_mailed(app, act_as, client_as, world, inbox):
    note_id = tell(act_as, world, urgent=True)
    client_as("store_manager").post(f"/notifications/{note_id}")
    run_pending(app)
    assert inbox.offered == []
    assert delivery(app).state == "skipped"


def test_a_kind_that_is_urgent_breaks_quiet_hours_and_another_one_waits(app, act_as, world, inbox):
    night = datetime(2026, 3, 12, 15, tzinfo=UTC)  # 23:00 in Shanghai
    with clock.frozen(night):
        tell(act_as, world, kind="events.seat", title="有座位了")
        tell(act_as, world, kind="events.invitation", title="邀请")
    work_at(app, night + timedelta(minutes=1))
    assert [mail["Subject"] for mail in inbox.mails] == ["有座位了"]
    work_at(app, night + timedelta(hours=8, minutes=31))  # 07:31
    assert [mail["Subject"] for mail in inbox.mails] == ["有座位了", "邀请"]
