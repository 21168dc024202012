"""One mail a day: what came since the last one, each message in exactly one of them."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from portal import clock
from portal.accounts.models import Membership, Person, Role
from portal.db import db
from portal.notifications import digests
from portal.notifications.models import Delivery
from portal.notifications.services import next_digest, notify
from portal.tenancy import Scope, acting_for
from tests.portal.mail_kit import mail_server, parts, tell, work_at
from tests.portal.people_kit import database

MORNING = datetime(2026, 3, 12, 0, tzinfo=UTC)  # 08:00 in Shanghai


@pytest.fixture
def inbox(app, world, monkeypatch):
    with database(app):
        person = db.session.get_one(Person, world.first.people["store_manager"])
        person.digest, person.digest_hour, person.language = True, 8, "en"
    work_at(app, MORNING - timedelta(days=1, minutes=1))  # the schedule begins
    with mail_server(app, monkeypatch) as handler:
        yield handler


def tell_at(act_as, world, moment, title, **more):
    with clock.frozen(moment):
        return tell(act_as, world, title=title, **more)


def states(app):
    with database(app):
        return sorted(db.session.scalars(select(Delivery.state)))


def test_what_came_in_a_day_is_one_mail_by_kind_with_links(app, act_as, world, inbox):
    tell_at(act_as, world, MORNING - timedelta(hours=20), "Order meeting", url="/events/7")
    tell_at(act_as, world, MORNING - timedelta(hours=3), "Shelf advice", kind="advice.published", body="2 facings")
    tell_at(act_as, world, MORNING - timedelta(hours=1), "Tasting", url="/events/8")
    work_at(app, MORNING - timedelta(minutes=1))
    assert inbox.offered == []
    work_at(app, MORNING + timedelta(seconds=20))
    (mail,) = inbox.mails
    assert mail["Subject"] == "3 new messages · 禾川商贸"
    text, html = parts(mail)
    for content in (text, html):
        places = [content.index(word) for word in ("Invitations to events", "Order meeting", "Tasting", "New advice")]
        assert places == sorted(places)
        for word in ("2 facings", "http://127.0.0.1:8000/events/7", "http://127.0.0.1:8000/notifications/settings"):
            assert word in content
    assert "05:00" in text  # 21:00 UTC, as the clock in the store says
    assert set(states(app)) == {"sent"}


def test_the_daily_mail_is_chinese_for_who_reads_chinese(app, act_as, world, inbox):
    with database(app):
        db.session.get_one(Person, world.first.people["store_manager"]).language = "zh_Hans"
    tell_at(act_as, world, MORNING - timedelta(hours=3), "订货会")
    work_at(app, MORNING)
    (mail,) = inbox.mails
    assert mail["Subject"] == "1 条新消息 · 禾川商贸"
    text, html = parts(mail)
    assert "活动邀请" in text
    assert 'lang="zh-CN"' in html


def test_nothing_to_say_is_no_mail(app, act_as, client_as, world, inbox):
    work_at(app, MORNING)
    note_id = tell_at(act_as, world, MORNING + timedelta(hours=1), "Order meeting")
    client_as("store_manager").post(f"/notifications/{note_id}")  # read in the portal meanwhile
    work_at(app, MORNING + timedelta(days=1))
    assert inbox.offered == []
    assert states(app) == ["skipped"]


def test_a_server_that_fails_gets_the_same_daily_mail_again_and_the_next_day_only_what_is_new(
    app, act_as, world, inbox
):
    inbox.refusals = ["451 later"]
    tell_at(act_as, world, MORNING - timedelta(hours=3), "First")
    work_at(app, MORNING + timedelta(seconds=20))
    assert inbox.mails == []
    tell_at(act_as, world, MORNING + timedelta(seconds=25), "Second")  # between the tries
    work_at(app, MORNING + timedelta(minutes=10))
    (mail,) = inbox.mails
    assert mail["Message-ID"] == inbox.offered[0]["Message-ID"]
    text, _html = parts(mail)
    assert "First" in text
    assert "Second" not in text
    work_at(app, MORNING + timedelta(days=1))
    assert len(inbox.mails) == 2
    text, _html = parts(inbox.mails[1])
    assert "First" not in text
    assert "Second" in text


def test_a_second_try_says_what_the_first_said_whatever_came_between(app, act_as, world, inbox):
    """The server may have kept the first one after all, and mail programs show one Message-ID once."""
    inbox.refusals = ["451 later"]
    tell_at(act_as, world, MORNING - timedelta(hours=3), "First")
    work_at(app, MORNING + timedelta(seconds=20))
    tell_at(act_as, world, MORNING - timedelta(seconds=5), "Slow")  # its transaction ended late
    work_at(app, MORNING + timedelta(minutes=10))
    assert parts(inbox.offered[1]) == parts(inbox.offered[0])
    work_at(app, MORNING + timedelta(hours=1))
    assert [parts(mail)[0].count("Slow") for mail in inbox.mails] == [0, 1]


def test_a_job_that_runs_once_more_after_the_mail_was_sent_sends_nothing(app, act_as, world, inbox):
    tell_at(act_as, world, MORNING - timedelta(hours=3), "First")
    work_at(app, MORNING)
    with database(app), acting_for(Scope(world.first.id)):
        digests.send(world.first.people["store_manager"], MORNING.isoformat())
    assert len(inbox.offered) == 1


def test_a_message_that_was_written_before_the_hour_and_committed_after_it_comes_with_the_next_mail(
    app, act_as, world, inbox
):
    work_at(app, MORNING)
    tell_at(act_as, world, MORNING - timedelta(seconds=5), "Slow")  # its transaction ended late
    work_at(app, MORNING + timedelta(hours=1))
    assert [parts(mail)[0].count("Slow") for mail in inbox.mails] == [1]


def test_who_changes_to_daily_mails_gets_what_waited_for_the_morning_by_itself_and_once(app, act_as, world, inbox):
    def choose(digest):
        with database(app):
            person = db.session.get_one(Person, world.first.people["store_manager"])
            person.digest, person.digest_hour = digest, 6

    choose(False)
    tell_at(act_as, world, MORNING - timedelta(hours=9), "At night")  # 23:00: waits until 07:30
    choose(True)
    tell_at(act_as, world, MORNING - timedelta(hours=8), "For the daily mail")
    work_at(app, MORNING - timedelta(hours=2))
    assert [mail["Subject"] for mail in inbox.mails] == ["1 new message · 禾川商贸"]
    assert "At night" not in parts(inbox.mails[0])[0]
    work_at(app, MORNING)
    assert [mail["Subject"] for mail in inbox.mails[1:]] == ["At night"]


def test_urgent_messages_do_not_wait_for_the_daily_mail(app, act_as, world, inbox):
    noon = MORNING + timedelta(hours=4)
    tell_at(act_as, world, noon, "Cancelled", kind="events.change")
    tell_at(act_as, world, noon, "Said by the sender", urgent=True)
    work_at(app, noon + timedelta(minutes=1))
    assert sorted(mail["Subject"] for mail in inbox.mails) == ["Cancelled", "Said by the sender"]


def test_who_has_two_stores_gets_one_mail_that_says_which(app, act_as, world, inbox):
    with database(app):
        manager = db.session.get_one(Membership, world.first.members["store_manager:1"])
        role = db.session.scalars(select(Role).where(Role.key == "store_manager", Role.distributor_id == 1)).one()
        manager.person_id, manager.role_id = world.first.people["store_manager"], role.id
    tell_at(act_as, world, MORNING - timedelta(hours=3), "For one")
    tell_at(act_as, world, MORNING - timedelta(hours=2), "For the other", role="store_manager:1")
    work_at(app, MORNING)
    (mail,) = inbox.mails
    text, _html = parts(mail)
    assert "Invitations to events · 禾川城南路店" in text
    assert "Invitations to events · 禾川学府路店" in text


def test_a_daily_mail_that_is_given_up_shows_with_the_administrator(app, act_as, client_as, world, inbox):
    inbox.refusals = ["550 no"] * 20
    tell_at(act_as, world, MORNING - timedelta(hours=3), "First")
    for hours in range(12):
        work_at(app, MORNING + timedelta(hours=2 * hours))
    assert len(inbox.offered) == 8
    assert states(app) == ["dead"]


def test_of_a_hundred_and_more_the_first_hundred_are_listed_and_the_rest_counted(app, act_as, world, inbox):
    with act_as("manager"), clock.frozen(MORNING - timedelta(hours=3)):
        member = db.session.get_one(Membership, world.first.members["store_manager"])
        for number in range(103):
            notify("events.invitation", to=[member], title=f"No. {number:03}")
    work_at(app, MORNING)
    (mail,) = inbox.mails
    text, _html = parts(mail)
    assert "No. 099" in text
    assert "No. 100" not in text
    assert "3 more messages stand in the portal." in text


@pytest.mark.parametrize(
    ("now", "hour", "zone", "expected"),
    [
        (datetime(2026, 3, 11, 23, 59, tzinfo=UTC), 8, "Asia/Shanghai", datetime(2026, 3, 12, 0, tzinfo=UTC)),
        (datetime(2026, 3, 12, 0, 0, tzinfo=UTC), 8, "Asia/Shanghai", datetime(2026, 3, 13, 0, tzinfo=UTC)),
        (datetime(2026, 3, 12, 15, 30, tzinfo=UTC), 0, "Asia/Shanghai", datetime(2026, 3, 12, 16, tzinfo=UTC)),
        # the clock in Berlin goes forward on 29 March: 8 o'clock is an hour earlier in UTC
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), 8, "Europe/Berlin", datetime(2026, 3, 29, 6, tzinfo=UTC)),
    ],
)
def test_the_next_daily_mail_comes_at_its_hour_by_the_local_clock(now, hour, zone, expected):
    assert next_digest(now, hour, zone) == expected
