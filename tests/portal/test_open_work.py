"""The counts of the navigation: asked together, behind the walls, and each plug-in's failure its own."""

import re

import pytest
from sqlalchemy import bindparam, func, literal, select
from structlog.testing import capture_logs

from portal.db import db
from portal.notifications.models import Notification
from portal.testing import running_app, settings_for
from tests.portal.probe_plugin import Probe
from tests.portal.probe_plugin.models import Note


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with running_app(settings_for(tmp_path_factory.mktemp("counts")), (Probe,)) as application:
        yield application


@pytest.fixture(autouse=True)
def behaviour(monkeypatch):
    monkeypatch.setattr(Probe, "behaviour", {})
    return Probe.behaviour


@pytest.fixture
def rows(act_as, world):
    """Three notes of the first distributor's stores and two of another's, and four messages to the manager."""
    for distributor, stores in (("first", (0, 0, 1)), ("other", (0, 1))):
        with act_as("manager", distributor) as viewer:
            db.session.add_all(Note(store_id=world[distributor].stores[store], text="n") for store in stores)
            if distributor == "first":
                me = viewer.membership.id
                db.session.add_all(Notification(membership_id=me, kind="probe.told", title={}) for _ in range(4))


def shown(page):
    """The number at the probe's place and the one on the bell."""
    place = re.search(r'href="/probe/(?:mine)?"[^>]*>.*?</a>', page.text, re.S)
    number = re.search(r"<em[^>]*>(\d+)", place[0]) if place else None
    bell = re.search(r"Notifications, (\d+) unread", page.text)
    return int(number[1]) if number else 0, int(bell[1]) if bell else 0


def test_a_statement_is_asked_behind_the_walls_together_with_all_others(client_as, rows, behaviour, count_queries):
    behaviour["count"] = lambda viewer: select(func.count(Note.id))
    for role, expected in (("manager", (3, 4)), ("store_manager", (2, 0)), ("rep", (3, 0))):
        client = client_as(role)
        with count_queries() as sent:
            assert shown(client.get("/more")) == expected, role
        assert len(sent) == 2, sent.sent
    assert shown(client_as("manager", "other").get("/more")) == (2, 0)


def test_a_plain_number_is_taken_as_it_is(client_as, rows, behaviour):
    behaviour["count"] = lambda viewer: 17
    assert shown(client_as("manager").get("/more")) == (17, 4)


def raise_when_sent():
    raise RuntimeError("secret")


WRONG = {
    "no such function": lambda viewer: select(func.no_such_function(Note.id)),
    "two columns": lambda viewer: select(Note.id, Note.text),
    "a word": lambda viewer: select(literal("many")),
    "no number": lambda viewer: "many",
    "a value that fails late": lambda viewer: select(func.count(Note.id)).where(
        Note.id == bindparam("late", callable_=raise_when_sent)
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_count_that_fails_is_named_and_the_others_are_shown(client_as, rows, behaviour, wrong):
    behaviour["count"] = WRONG[wrong]
    with capture_logs() as logs:
        page = client_as("manager").get("/more")
    assert page.status_code == 200
    assert "Probe could not be loaded" in page.text
    assert page.text.count("could not be loaded") == 1
    assert shown(page) == (0, 4)
    assert [(e["plugin"], e["member"]) for e in logs if e["event"] == "plug-in failed"] == [("probe", "nav_items")]


def test_the_page_itself_still_reads_after_a_count_has_failed(client_as, rows, behaviour):
    behaviour["count"] = WRONG["no such function"]
    assert client_as("manager").get("/stores").status_code == 200
    behaviour["count"] = lambda viewer: select(func.count(Note.id))
    assert shown(client_as("manager").get("/stores")) == (3, 4)
