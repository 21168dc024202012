"""The checklist is broken on purpose, one member of the contract after the other: what else there is goes on.

A portal with all bundled plug-ins and a little data is walked through: every page that is there for the administrator
or for a store manager. With each break every page answers as it did before, and those that lack something say so.
"""

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask import Flask
from icalendar import Calendar

from portal import create_app
from portal.accounts import personal_data
from portal.accounts.models import Person
from portal.api import PersonalData, RuleBroken, clock, enqueue, session, signal, the_host
from portal.contracts import Plugin
from portal.db import db
from portal.host.declarations import DECLARATIONS
from portal.jobs.models import JobRow
from portal.jobs.worker import run_pending
from portal.testing import settings_for
from tests.examples.installed import MONDAY, browser, freeze, portal_with_checklist

pytestmark = pytest.mark.slow

ROLES = ("administrator", "store_manager")
STORE, SETTINGS, SEARCH = "/stores/1", "/admin/plugins/checklist/settings", "/search?q=冷柜"
MORE_PAGES = (
    STORE,
    f"{STORE}/edit",
    "/briefings/1",
    "/briefings/1/edit",
    SETTINGS,
    SEARCH,
    "/calendar/month?month=2026-04",
)
FAILED = "Opening checklist could not be loaded ("
# Where a page that asks a member says that it got no answer: for whom, and which.
SAID = {
    "home_cards": {("administrator", "/today"), ("store_manager", "/today")},
    "timeline": {("administrator", STORE), ("store_manager", "/stores/mine")},
    "store_signals": {("administrator", STORE), ("store_manager", "/stores/mine")},
    "calendar_entries": {(role, page) for role in ROLES for page in ("/calendar", "/calendar/month")},
    "search": {(role, SEARCH) for role in ROLES},
    "briefing_sections": {("administrator", "/briefings/1"), ("administrator", "/briefings/1/edit")},
    "settings_form": {("administrator", SETTINGS)},
}
# What is asked when somebody does something: told apart below, each in a test of its own.
DONE = ("personal_data", "erase_person", "demo", "activated", "deactivated")


@pytest.fixture(scope="module")
def app(site, tmp_path_factory) -> Iterator[Flask]:
    """A portal in use: the checklist is on for the first distributor, a store has ticked, a briefing is begun."""
    folder = tmp_path_factory.mktemp("broken")
    with portal_with_checklist(site, folder) as application, clock.frozen(MONDAY):
        administrator, store = browser(application, "administrator"), browser(application, "store_manager")
        assert administrator.post("/admin/plugins/checklist/on").status_code == 302
        assert store.post("/checklist/1/tick").status_code == 302
        days = {"period_start": "2026-02-01", "period_end": "2026-02-28"}
        assert (
            administrator.post("/briefings/new", data={"title": "February", "kind": "monthly", **days}).status_code
            == 302
        )
        freeze(application)
        yield application


def walk(app, places=None):
    """What each page answers to each role, in a browser of its own, as some pages sign out; `places`: only these."""
    pages = [rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    everything = [(role, page) for role in ROLES for page in (*pages, *MORE_PAGES)]
    return {place: browser(app, place[0]).get(place[1]) for place in (everything if places is None else places)}


@pytest.fixture(scope="module")
def sound(app):
    """The pages that are there while nothing is broken: for whom, and which."""
    with clock.frozen(MONDAY):
        answers = walk(app)
    assert [place for place, answer in answers.items() if answer.status_code == 200 and says(answer)] == []
    return {place for place, answer in answers.items() if answer.status_code == 200}


@pytest.fixture
def checklist(app):
    """The plug-in's class."""
    return type(app.extensions["storewise_host"].plugins["checklist"])


def fail(*_args, **_kwargs):
    raise RuntimeError("broken on purpose")


def says(answer):
    """Whether the page says that the checklist's part is missing; some are files."""
    return FAILED.encode() in answer.data


def statuses(answers):
    return {place: answer.status_code for place, answer in answers.items()}


def as_before(sound):
    return dict.fromkeys(sound, 200)


def test_walk_sees_the_whole_portal(sound):
    assert {page for role, page in sound if role == "administrator"} >= {
        "/today",
        "/stores",
        "/audit",
        "/trade/",
        *MORE_PAGES,
    }
    assert {page for role, page in sound if role == "store_manager"} >= {
        "/today",
        "/stores/mine",
        "/checklist/",
        SEARCH,
    }


def test_every_member_of_the_contract_is_broken_here():
    members = {name for name, member in vars(Plugin).items() if callable(member) and not name.startswith("_")}
    assert {*SAID, *DONE, *DECLARATIONS} == members | {"settings_form"}


# Members that pages ask


@pytest.mark.parametrize("member", SAID)
def test_pages_answer_as_before_and_say_what_is_missing(app, world, sound, checklist, monkeypatch, member):
    monkeypatch.setattr(checklist, member, fail)
    answers = walk(app, sound)
    assert statuses(answers) == as_before(sound)
    saying = {place for place, answer in answers.items() if says(answer)}
    assert saying >= SAID[member]
    assert not [place for place, answer in answers.items() if b"broken on purpose" in answer.data]


def test_feed_names_what_it_lacks(app, world, checklist, monkeypatch):
    client = browser(app, "store_manager")
    assert client.post("/calendar/subscribe").status_code == 302
    address = client.get("/calendar/subscribe").text.split("/calendar/feed/")[1].split(".ics")[0]
    monkeypatch.setattr(checklist, "calendar_entries", fail)
    feed = Calendar.from_ical(app.test_client().get(f"/calendar/feed/{address}.ics").data)
    (missing,) = [event for event in feed.events if event["uid"] == "missing-checklist"]
    assert missing["summary"].startswith("“开店检查清单”没能加载（")
    assert missing["dtstart"].dt == MONDAY.date()


def test_count_that_fails_is_said_on_every_page_of_who_has_the_place(app, world, sound, monkeypatch):
    from storewise_checklist import services

    monkeypatch.setattr(services, "is_weekly_day", fail)
    pages = {(role, page) for role, page in sound if page in {"/more", "/stores/mine", "/notifications", "/account"}}
    answers = walk(app, pages)
    assert statuses(answers) == as_before(pages)
    assert {role for (role, _page), answer in answers.items() if says(answer)} == {"store_manager"}


def test_failure_is_said_in_chinese_too(app, world, checklist, monkeypatch):
    monkeypatch.setattr(checklist, "home_cards", fail)
    client = browser(app, "store_manager")
    with client.session_transaction() as session_:
        session_["language"] = "zh_Hans"
    assert "“开店检查清单”没能加载（" in client.get("/today").text


# The settings form


class Trouble:
    """Fails at whatever is done with it."""

    def __call__(self, *args, **kwargs):
        return self

    def __iter__(self):
        raise RuntimeError("broken on purpose")

    validate = fail
    data = property(fail)
    errors = property(fail)


@pytest.mark.parametrize("form", [fail, Trouble()], ids=["when it is made", "when it is drawn"])
def test_settings_form_that_fails_changes_nothing(app, world, act_as, checklist, monkeypatch, form):
    monkeypatch.setattr(checklist, "settings_form", form)
    client = browser(app, "administrator")
    assert "How it is set cannot be shown right now." in client.get(SETTINGS).text
    answer = client.post(SETTINGS, data={"weekly_day": "3"})
    assert answer.status_code == 422
    assert FAILED in answer.text
    with act_as("administrator"):
        assert the_host().settings_of("checklist")["weekly_day"] == 0


@pytest.mark.parametrize(("member", "broken"), [("validate", fail), ("data", {"weekly_day": object()})])
def test_settings_that_cannot_be_taken_change_nothing(app, world, act_as, monkeypatch, member, broken):
    from storewise_checklist.forms import SettingsForm

    monkeypatch.setattr(SettingsForm, member, broken)
    answer = browser(app, "administrator").post(SETTINGS, data={"weekly_day": "3"})
    assert answer.status_code == 422
    assert "Opening checklist could not " in answer.text
    monkeypatch.undo()
    with act_as("administrator"):
        assert the_host().settings_of("checklist")["weekly_day"] == 0


# What is asked when somebody does something


def test_personal_data_that_cannot_be_read_is_named_in_the_file(act_as, checklist, monkeypatch):
    monkeypatch.setattr(checklist, "personal_data", fail)
    with act_as("store_manager") as viewer, zipfile.ZipFile(io.BytesIO(personal_data.export(viewer.person))) as archive:
        assert FAILED in archive.read("first/MISSING.txt").decode()
        assert "first/messages.json" in archive.namelist()


def test_erasing_that_fails_changes_nothing(act_as, world, checklist, monkeypatch):
    monkeypatch.setattr(checklist, "erase_person", fail)
    with (
        act_as("store_manager") as viewer,
        pytest.raises(RuleBroken, match="Opening checklist could not erase your data"),
    ):
        personal_data.erase(viewer.person)
        session.rollback()
    with act_as("administrator"):
        person = session.get(Person, world.first.people["store_manager"])
        assert (person.name, person.active) == ("first store_manager", True)


@pytest.mark.parametrize(
    ("member", "distributor", "switch", "page_after"),
    [("activated", "other", "on", 404), ("deactivated", "first", "off", 200)],
)
def test_switching_that_fails_changes_nothing(
    app, world, checklist, monkeypatch, member, distributor, switch, page_after
):
    monkeypatch.setattr(checklist, member, fail)
    answer = browser(app, "administrator", distributor).post(f"/admin/plugins/checklist/{switch}")
    assert answer.status_code == 422
    assert "Opening checklist could not do its part; nothing was changed" in answer.text
    assert browser(app, "store_manager", distributor).get("/checklist/").status_code == page_after
    assert browser(app, "store_manager").get("/checklist/").status_code == 200


def test_job_that_fails_stays_in_the_list_of_the_operator(app, act_as, sound, monkeypatch):
    from storewise_checklist import jobs

    monkeypatch.setattr(jobs, "notify", fail)
    with act_as("administrator"):
        job_id = enqueue("checklist.remind").id
    assert run_pending(app, raise_errors=False) == 1
    with act_as("administrator"):
        job = session.get(JobRow, job_id)
        assert "broken on purpose" in job.error
    pages = {(role, page) for role, page in sound if page in {"/jobs", "/today"}}
    assert statuses(walk(app, pages)) == as_before(pages)


def test_subscriber_that_fails_does_not_stop_the_sender(act_as, world, monkeypatch):
    from storewise_checklist import jobs

    monkeypatch.setattr(jobs, "notify", fail)
    with act_as("administrator") as viewer:
        signal("person_joined").send(None, person_id=1, membership_id=world.first.members["store_staff"])
        viewer.person.name = "still here"
    with act_as("administrator") as viewer:
        assert viewer.person.name == "still here"


# Members that are read at the start


def wrong_answer(member):
    """Something that no member may answer with."""
    return lambda self: [PersonalData("not this")]


@pytest.mark.parametrize("answer", ["raises", "answers wrongly"])
@pytest.mark.parametrize("member", DECLARATIONS)
def test_start_goes_on_without_it_and_the_administrator_reads_why(
    app, world, sound, checklist, monkeypatch, member, answer
):
    monkeypatch.setattr(checklist, member, fail if answer == "raises" else wrong_answer(member))
    again = create_app({**settings_of(app), "DISCOVER_ENTRY_POINTS": True})
    again.extensions["test_world"] = app.extensions["test_world"]
    reason = again.extensions["storewise_host"].quarantined["checklist"]
    assert reason.startswith(
        f"{member}() failed: RuntimeError: broken" if answer == "raises" else f"{member}() gave a "
    )
    others = {(role, page) for role, page in sound if "checklist" not in page}
    answers = walk(again, others if answer == "raises" else {("administrator", "/admin/plugins")})
    assert statuses(answers) == dict.fromkeys(answers, 200)
    assert f"{member}()" in answers["administrator", "/admin/plugins"].text
    gone = walk(again, sound - others)
    assert statuses(gone) == dict.fromkeys(sound - others, 404)
    with again.app_context():
        db.engine.dispose()


def settings_of(app):
    """What the portal under test was started with."""
    return settings_for(app.config["DATA_DIR"])
