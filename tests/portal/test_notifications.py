import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from portal.accounts.models import Membership
from portal.db import db
from portal.jobs.worker import run_pending
from portal.notifications import mail
from portal.notifications.models import Notification
from portal.notifications.services import end_of_quiet, notify
from tests.portal.mail_kit import mail_server, tell
from tests.portal.people_kit import person as stored_person

WISHES = {"rhythm": "at_once", "hour": "8", "quiet_from": "21:00", "quiet_until": "07:30"}


@pytest.fixture
def inbox(app, monkeypatch):
    with mail_server(app, monkeypatch) as handler:
        yield handler


def test_a_message_is_read_by_its_person_only(client_as, act_as, world):
    note_id = tell(act_as, world)
    assert "活动改期" in client_as("store_manager").get("/notifications").text
    for role, distributor in (("store_staff", "first"), ("manager", "first"), ("store_manager", "other")):
        assert "活动改期" not in client_as(role, distributor).get("/notifications").text
        assert client_as(role, distributor).post(f"/notifications/{note_id}").status_code == 404
    answer = client_as("store_manager").post(f"/notifications/{note_id}")
    assert answer.location == "/events/1"


@pytest.mark.parametrize("by_program", [False, True])
def test_who_reads_all_reads_the_own_messages_only(client_as, api_as, act_as, world, by_program):
    mine, others = (world.first.members[role] for role in ("store_manager", "store_staff"))
    with act_as("manager"):
        notify("events.change", to=[db.session.get_one(Membership, member) for member in (mine, others)], title="x")
    reader, address = (api_as, "/api/v1/notifications/read") if by_program else (client_as, "/notifications/read")
    assert reader("store_manager").post(address).status_code < 400
    with act_as("manager"):
        unread = db.session.scalars(select(Notification.membership_id).where(Notification.read_at.is_(None)))
        assert unread.all() == [others]


def test_nothing_is_sent_when_the_business_rolls_back(app, act_as, world, inbox):
    with pytest.raises(ZeroDivisionError), act_as("manager"):
        notify("events.change", to=[db.session.get(Membership, world.first.members["rep"])], title="x", urgent=True)
        raise ZeroDivisionError
    run_pending(app)
    assert inbox.offered == []


def test_a_kind_that_was_switched_off_is_not_mailed(app, client_as, act_as, world, inbox):
    client_as("store_manager").post("/notifications/settings", data=WISHES)
    tell(act_as, world, urgent=True)
    run_pending(app)
    assert inbox.offered == []
    with act_as("store_manager"):
        assert len(db.session.scalars(select(Notification)).all()) == 1


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Shanghai is 8 hours ahead: quiet from 21:00 to 07:30 there is 13:00 to 23:30 UTC
        (datetime(2026, 3, 13, 4, 0, tzinfo=UTC), datetime(2026, 3, 13, 4, 0, tzinfo=UTC)),
        (datetime(2026, 3, 13, 14, 0, tzinfo=UTC), datetime(2026, 3, 13, 23, 30, tzinfo=UTC)),
        (datetime(2026, 3, 13, 20, 0, tzinfo=UTC), datetime(2026, 3, 13, 23, 30, tzinfo=UTC)),
    ],
)
def test_quiet_hours_end_in_the_morning(now, expected):
    assert end_of_quiet(now, "21:00", "07:30", "Asia/Shanghai") == expected


def test_a_line_break_in_a_subject_makes_no_header(app, world):
    with app.app_context():
        message = mail.build(to="a@b.example", subject="x\r\nBcc: evil@x.example", text="t", html="", headers={})
    assert message["Bcc"] is None


@pytest.mark.parametrize(("rhythm", "hour", "kept"), [("daily", "18", (True, 18)), ("at_once", "18", (False, 8))])
def test_a_person_chooses_when_mails_come(app, client_as, world, rhythm, hour, kept):
    client = client_as("store_manager")
    chosen = WISHES | {"rhythm": rhythm, "hour": hour, "quiet_from": "22:15", "mail": ["events.invitation"]}
    assert client.post("/notifications/settings", data=chosen).status_code == 302
    person = stored_person(app, world.first.people["store_manager"])
    assert (person.digest, person.digest_hour) == kept
    assert (person.quiet_from, person.quiet_until) == ("22:15", "07:30")
    page = client.get("/notifications/settings").text
    assert re.findall(r'name="mail" id="mail-\d" value="([a-z.]+)" checked', page) == ["events.invitation"]


@pytest.mark.parametrize(
    "wrong",
    [{"quiet_from": "25:00"}, {"quiet_until": ""}, {"hour": "24"}, {"rhythm": "sometimes"}, {"mail": ["no.such"]}],
)
def test_a_wrong_wish_is_said_so_and_changes_nothing(app, client_as, world, wrong):
    chosen = WISHES | {"rhythm": "daily", "mail": ["events.invitation"]} | wrong
    answer = client_as("store_manager").post("/notifications/settings", data=chosen)
    assert answer.status_code == 422
    assert 'id="problems"' in answer.text
    assert not stored_person(app, world.first.people["store_manager"]).digest


def test_only_who_may_connect_is_asked_about_channels_and_web_hooks(client_as, count_queries):
    assert "Web hooks that were switched off" in client_as("administrator").get("/notifications/settings").text
    manager = client_as("manager")
    with count_queries() as queries:
        page = manager.get("/notifications/settings").text
    assert "Web hooks that were switched off" not in page
    assert "New complaints" in page
    assert len(queries) <= 6, queries.sent


def test_telling_many_people_costs_three_rows_for_each_and_few_statements_for_all(app, act_as, world, count_queries):
    with act_as("manager"):
        members = [db.session.get_one(Membership, id) for role, id in world.first.members.items() if "store" in role]
        with count_queries() as queries:
            notify("events.invitation", to=members, title="Come", url="/events/1")
    assert len(members) == 6
    assert len(queries) <= 3 * len(members) + 4, queries.sent  # message, mail and job of each
