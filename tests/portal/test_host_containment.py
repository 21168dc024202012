"""What a plug-in does wrong while it is asked hurts nobody else, and is said."""

from datetime import datetime
from decimal import Decimal

import pytest
from flask import g
from flask_babel import lazy_gettext
from sqlalchemy import func, select, text
from structlog.testing import capture_logs

from portal.access import open_to_all
from portal.api import HomeCard, Store, session, the_host
from portal.db import db
from portal.host import Failure
from portal.host.fence import TransactionLost
from portal.tenancy import Scope, acting_for, all_distributors, current_scope, enter_scope
from portal.testing import running_app, settings_for
from tests.portal.probe_plugin import Probe
from tests.portal.probe_plugin.models import Note


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with running_app(settings_for(tmp_path_factory.mktemp("probe")), (Probe,)) as application:
        yield application


@pytest.fixture
def logs():
    with capture_logs() as entries:
        yield entries


def logged_errors(logs):
    """What the log has of failed plug-ins: the id, the member, and the error as text."""
    failed = [entry for entry in logs if entry["event"] == "plug-in failed"]
    return [(e["error_id"], e["member"], f"{type(e['exc_info']).__name__}: {e['exc_info']}") for e in failed]


@pytest.fixture(autouse=True)
def behaviour(monkeypatch):
    monkeypatch.setattr(Probe, "behaviour", {})
    return Probe.behaviour


def card(**changes):
    return HomeCard(**{"title": "T", "body": "B", "url": "/x", "action": "A", "icon": "sun"} | changes)


def ask(act_as, answer, member="home_cards", role="manager"):
    """Let the probe answer with `answer`, as the manager of the first distributor asks."""
    Probe.behaviour[member] = answer
    with act_as(role) as viewer:
        return the_host().collect(member, viewer)


def only_failure(collected):
    assert len(collected) == 0
    (failure,) = collected.failures
    return failure


def test_good_answer_comes_with_the_name_of_its_plugin(act_as):
    collected = ask(act_as, lambda viewer: [card(title="Hello")])
    assert [(name, item.title) for name, item in collected.items] == [("probe", "Hello")]
    assert collected.failures == []


@pytest.mark.parametrize("error", [RuntimeError("x"), SystemExit(2), RecursionError(), MemoryError(), AssertionError()])
def test_whatever_is_raised_is_reported_with_an_id(act_as, error, logs):
    def fail(viewer):
        raise error

    failure = only_failure(ask(act_as, fail))
    assert failure.plugin == "probe"
    assert failure.title == "Probe"
    assert len(failure.error_id) == 8
    ((error_id, member, said),) = logged_errors(logs)
    assert (error_id, member) == (failure.error_id, "home_cards")
    assert said.startswith(type(error).__name__)


def test_ctrl_c_is_not_contained(act_as):
    def interrupt(viewer):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask(act_as, interrupt)


def test_failure_is_said_in_the_readers_language(app):
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert str(Failure("probe", "Events", "AB12CD34")) == "Events could not be loaded (AB12CD34)."
        assert "too much" in str(Failure("probe", "Events", "AB12CD34", kind="cut"))


def test_title_that_cannot_be_said_does_not_hide_the_failure(act_as, monkeypatch):
    monkeypatch.setattr(Probe, "title", lazy_gettext("Probe %(x)s", y=1))
    failure = only_failure(ask(act_as, lambda viewer: 1 / 0))
    assert failure.title == "probe"


# Answers that are not what the contract says

NAIVE = datetime(2026, 3, 1, 8)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "not iterable"),
        (3, "not iterable"),
        (["a text"], "gave a str, not a HomeCard"),
        ([{"title": "T"}], "gave a dict, not a HomeCard"),
        ([card(title=None)], "HomeCard.title is None, not a text"),
        ([card(title=3)], "HomeCard.title is a int, not a text"),
        ([card(due=NAIVE)], "HomeCard.due is a moment without a time zone"),
        ([card(due="tomorrow")], "HomeCard.due is a str, not a datetime"),
        ([card(gain=1.5)], "HomeCard.gain is a float, not a Decimal"),
        ([card(gain=Decimal("NaN"))], "HomeCard.gain is NaN, not an amount"),
        ([card(priority="high")], "HomeCard.priority"),
        ([card(priority=True)], "HomeCard.priority is a bool"),
        ([card(section="mine")], "HomeCard.section is 'mine', not one of"),
        ([card(chart="<svg>")], "HomeCard.chart is a str, not a Markup"),
        ([card(title=lazy_gettext("%(a)s", b=1))], "KeyError"),
    ],
)
def test_wrong_answers_fail_here_and_not_in_the_page(act_as, logs, answer, message):
    only_failure(ask(act_as, lambda viewer: answer))
    ((_error_id, _member, said),) = logged_errors(logs)
    assert message in said


def test_lazy_texts_are_said_while_the_plugin_is_asked(act_as):
    said = []

    class Telltale:
        def __mod__(self, variables):
            said.append("now")
            return "Said"

    text_ = lazy_gettext("x")
    object.__setattr__(text_, "_func", lambda *a, **k: said.append("now") or "Said")
    (item,) = ask(act_as, lambda viewer: [card(title=text_)])
    assert item.title == "Said"
    assert type(item.title) is str
    assert said == ["now"]


def test_text_is_never_markup(act_as):
    from markupsafe import Markup

    (item,) = ask(act_as, lambda viewer: [card(title=Markup("<b>bold</b>"))])
    assert type(item.title) is str


def test_property_that_fails_later_is_read_now(act_as):
    class Trap(HomeCard):
        @property
        def extra(self):
            raise RuntimeError

    (item,) = ask(act_as, lambda viewer: [Trap("T", "B", "/x", "A", "sun")])
    assert type(item) is HomeCard


# Too much, too slow


def test_endless_answer_is_cut_and_said(act_as):
    closed = []

    def endless(viewer):
        try:
            while True:
                yield card()
        finally:
            closed.append(True)

    collected = ask(act_as, endless)
    assert len(collected) == 200
    (failure,) = collected.failures
    assert failure.kind == "cut"
    assert closed == [True]


def test_exactly_as_many_as_are_taken_is_not_too_much(act_as):
    assert ask(act_as, lambda viewer: [card()] * 200).failures == []


def test_slow_answer_is_in_the_log(act_as, app, logs, monkeypatch):
    monkeypatch.setitem(app.config, "SLOW_PLUGIN_MS", -1)
    ask(act_as, lambda viewer: [])
    slow = [entry for entry in logs if entry["event"] == "plug-in is slow"]
    assert ("probe", "home_cards") in [(entry["plugin"], entry["member"]) for entry in slow]


# The database


def count_of(model):
    return session.scalar(select(func.count()).select_from(model))


def test_broken_statement_does_not_break_the_transaction(act_as):
    def broken(viewer):
        with all_distributors(reason="test"):
            session.execute(text("SELECT * FROM no_such_table"))

    Probe.behaviour["home_cards"] = broken
    with act_as("manager") as viewer:
        only_failure(the_host().collect("home_cards", viewer))
        assert count_of(Store) == 3


def test_what_was_written_before_stays_when_a_plugin_breaks_the_transaction(act_as, world):
    def broken(viewer):
        with all_distributors(reason="test"):
            session.execute(text("SELECT * FROM no_such_table"))

    Probe.behaviour["home_cards"] = broken
    with act_as("manager") as viewer:
        session.add(Note(store_id=world.first.stores[0], text="the core's"))
        the_host().collect("home_cards", viewer)
    with act_as("manager"):
        assert session.scalars(select(Note.text)).all() == ["the core's"]


@pytest.mark.parametrize("flush", [True, False])
def test_asked_plugin_that_writes_is_undone_and_reported(act_as, world, flush):
    def write(viewer):
        session.add(Note(store_id=world.first.stores[0], text="smuggled"))
        if flush:
            session.flush()
        return [card()]

    only_failure(ask(act_as, write))
    with act_as("manager"):
        assert count_of(Note) == 0


@pytest.mark.parametrize("method", ["commit", "rollback", "close", "remove"])
def test_plugin_cannot_end_the_transaction(act_as, world, method):
    Probe.behaviour["home_cards"] = lambda viewer: getattr(session, method)()
    with act_as("manager") as viewer:
        session.add(Note(store_id=world.first.stores[0], text="not yet"))
        session.flush()
        only_failure(the_host().collect("home_cards", viewer))
        assert count_of(Note) == 1
        session.rollback()
        assert count_of(Note) == 0


def test_savepoints_of_a_plugin_work(act_as):
    def with_savepoint(viewer):
        with session.begin_nested():
            return [card(title=str(count_of(Store)))]

    (item,) = ask(act_as, with_savepoint)
    assert item.title == "3"


def test_savepoint_left_open_is_closed(act_as):
    def leave_open(viewer):
        session.begin_nested()
        raise RuntimeError

    Probe.behaviour["home_cards"] = leave_open
    with act_as("manager") as viewer:
        only_failure(the_host().collect("home_cards", viewer))
        assert session().get_nested_transaction() is None
        assert count_of(Store) == 3


def cut_the_connection(viewer):
    with all_distributors(reason="test"):
        session.connection().connection.dbapi_connection.close()


def test_lost_connection_costs_a_reading_request_nothing_but_this_answer(act_as):
    Probe.behaviour["home_cards"] = cut_the_connection
    with act_as("manager") as viewer:
        count_of(Store)
        only_failure(the_host().collect("home_cards", viewer))
        assert count_of(Store) == 3
        assert viewer.person.name == "first manager"


def test_lost_connection_ends_a_writing_request(act_as):
    Probe.behaviour["home_cards"] = cut_the_connection
    with act_as("manager") as viewer:
        g.writes = True
        count_of(Store)
        with pytest.raises(TransactionLost):
            the_host().collect("home_cards", viewer)
        session.rollback()


# The walls


def test_walls_left_open_by_a_plugin_are_closed(act_as, world):
    def open_walls(viewer):
        for _ in range(300):
            with all_distributors(reason="test"):
                yield card()

    Probe.behaviour["home_cards"] = open_walls
    with act_as("manager") as viewer:
        assert len(the_host().collect("home_cards", viewer)) == 200
        assert current_scope().distributor_id == world.first.id
        assert count_of(Store) == 3


def test_scope_set_by_a_plugin_is_gone_after_it(act_as, world):
    Probe.behaviour["home_cards"] = lambda viewer: enter_scope(Scope(world.other.id))
    with act_as("manager") as viewer:
        only_failure(the_host().collect("home_cards", viewer))
        assert current_scope() == viewer.scope
        assert count_of(Store) == 3


# Who is asked


def test_switched_off_plugin_is_not_asked_but_for_what_it_keeps_of_people(act_as):
    asked = []
    Probe.behaviour.update(
        home_cards=lambda viewer: asked.append("home_cards") or [],
        personal_data=lambda person: asked.append("personal_data") or [],
        erase_person=lambda person: asked.append("erase_person"),
    )
    with act_as("administrator") as viewer:
        the_host().switch_off("probe")
        the_host().collect("home_cards", viewer)
        the_host().collect("personal_data", viewer.person)
        assert the_host().call_all("erase_person", viewer.person) == []
    assert asked == ["personal_data", "erase_person"]


def test_the_acting_distributor_decides_not_the_viewers(act_as, world):
    with act_as("administrator", "other"):
        the_host().switch_off("probe")
    with act_as("manager") as viewer:
        assert [plugin.name for plugin in the_host().active() if plugin.name == "probe"] == ["probe"]
        with acting_for(Scope(world.other.id)):
            assert "probe" not in [plugin.name for plugin in the_host().active()]
        assert viewer.has_plugin("probe")


def test_activation_is_asked_of_the_database_once_in_a_transaction(app, world, count_queries):
    with app.app_context(), acting_for(Scope(world.first.id)), count_queries() as queries:
        for _ in range(5):
            the_host().active()
    assert len(queries) == 1


# Writing


def test_failed_write_of_one_plugin_is_undone_and_named(act_as, world):
    def erase(person):
        session.add(Note(store_id=world.first.stores[0], text="half done"))
        session.flush()
        raise RuntimeError("in the middle")

    Probe.behaviour["erase_person"] = erase
    with act_as("administrator") as viewer:
        (failure,) = the_host().call_all("erase_person", viewer.person)
        assert failure.plugin == "probe"
    with act_as("administrator"):
        assert count_of(Note) == 0


def test_subscriber_that_fails_is_undone_and_the_sender_goes_on(act_as, world):
    from portal.api import signal

    def hear(ids):
        session.add(Note(store_id=world.first.stores[0], text=str(ids)))
        session.flush()
        if ids["n"] == 1:
            raise RuntimeError

    Probe.behaviour["subscriptions"] = hear
    with act_as("manager"):
        session.add(Note(store_id=world.first.stores[0], text="the sender's"))
        signal("probe.happened").send(None, n=1)
        signal("probe.happened").send(None, n=2)
        assert [failure.plugin for failure in g.failures] == ["probe"]
    with act_as("manager"):
        assert sorted(session.scalars(select(Note.text))) == ["the sender's", "{'n': 2}"]


def test_subscriber_hears_only_for_distributors_that_use_it(act_as):
    from portal.api import signal

    heard = []
    Probe.behaviour["subscriptions"] = heard.append
    with act_as("administrator"):
        the_host().switch_off("probe")
        signal("probe.happened").send(None, n=1)
    with act_as("administrator", "other"):
        signal("probe.happened").send(None, n=2)
    assert heard == [{"n": 2}]


def test_signal_for_nobody_is_logged_and_harms_nobody(app, world, logs):
    from portal.api import signal

    with app.app_context():
        signal("probe.happened").send(None, n=1)
    assert "a signal was sent for no distributor" in [entry["event"] for entry in logs]


# Pages


def test_count_in_the_navigation_that_fails_leaves_the_page_whole(client_as, app):
    def count(viewer):
        with all_distributors(reason="test"):
            session.execute(text("SELECT * FROM no_such_table"))

    Probe.behaviour["count"] = count
    answer = client_as("manager").get("/today")
    assert answer.status_code == 200
    assert "Probe could not be loaded" in answer.text


def test_failed_cards_are_said_on_the_page(client_as):
    Probe.behaviour["home_cards"] = lambda viewer: 1 / 0
    answer = client_as("manager").get("/today")
    assert answer.status_code == 200
    assert "Probe could not be loaded" in answer.text
    assert "ZeroDivisionError" not in answer.text


@pytest.mark.parametrize("error", [RuntimeError("secret"), SystemExit("secret")])
def test_own_page_that_fails_is_a_500_with_an_id_and_the_others_work(client_as, error):
    def fail():
        raise error

    Probe.behaviour["view"] = fail
    client = client_as("manager")
    answer = client.get("/probe/")
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in answer.text
    assert "secret" not in answer.text
    assert client.get("/today").status_code == 200


def test_own_page_of_a_switched_off_plugin_is_not_there(client_as, act_as):
    assert client_as("manager").get("/probe/").status_code == 200
    with act_as("administrator"):
        the_host().switch_off("probe")
    assert client_as("manager").get("/probe/").status_code == 404
    assert client_as("manager", "other").get("/probe/").status_code == 200


def test_quarantine_closes_the_pages(tmp_path):
    from portal import create_app

    other = create_app(settings_for(tmp_path), plugins=(Probe,))
    other.extensions["storewise_host"].quarantine("probe", "for a test")
    assert open_to_all  # the closed page is open to all, so that it says 404 to strangers too
    with other.test_request_context("/probe/"):
        assert other.view_functions["probe.index"].access.kind == "open"
    assert "probe" not in other.extensions["storewise_host"].plugins
    with other.app_context():
        db.engine.dispose()
