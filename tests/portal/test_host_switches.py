"""The second switch: on or off for one distributor, with its settings, and what goes with it."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from sqlalchemy import select

from portal import signals
from portal.accounts.models import PluginActivation, Role
from portal.accounts.services import create_distributor
from portal.api import NotFound, RuleBroken, session, the_host
from portal.audit.models import AuditEntry
from portal.host import PluginFailed
from portal.tenancy import Scope, acting_for
from portal.testing import running_app, settings_for
from tests.portal.follower_plugin import Follower
from tests.portal.probe_plugin import Probe
from tests.portal.probe_plugin.models import Note


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    with running_app(settings_for(tmp_path_factory.mktemp("switches")), (Probe, Follower)) as application:
        yield application


@pytest.fixture(autouse=True)
def behaviour(monkeypatch):
    monkeypatch.setattr(Probe, "behaviour", {})
    return Probe.behaviour


def is_on(name):
    return session.scalars(select(PluginActivation.active).where(PluginActivation.plugin == name)).one_or_none()


def actions():
    return session.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).all()


def test_switching_tells_the_plugin_the_audit_log_and_the_others(act_as, world):
    told, heard = [], []
    Probe.behaviour["deactivated"] = lambda distributor: told.append(("off", distributor.id))
    Probe.behaviour["activated"] = lambda distributor: told.append(("on", distributor.id))

    def hear(sender, **ids):
        heard.append(ids)

    with act_as("administrator"):
        the_host().switch_off("follower")
    told.clear()
    with signals.plugin_switched.connected_to(hear), act_as("administrator"):
        the_host().switch_off("probe")
        assert actions() == ["plugins.switched_off"]
        the_host().switch_on("probe")
        assert actions() == ["plugins.switched_on"]
    assert told == [("off", world.first.id), ("on", world.first.id)]
    assert heard == [{"plugin": "probe", "active": False}, {"plugin": "probe", "active": True}]


def test_switching_twice_changes_nothing(act_as):
    told = []
    Probe.behaviour["activated"] = told.append
    with act_as("administrator"):
        the_host().switch_on("probe")
    assert told == []


def test_what_is_required_comes_first_and_goes_last(act_as):
    with act_as("administrator"):
        with pytest.raises(RuleBroken, match="Switch off Follower first"):
            the_host().switch_off("probe")
        the_host().switch_off("follower")
        the_host().switch_off("probe")
        with pytest.raises(RuleBroken, match="Switch on Probe first"):
            the_host().switch_on("follower")


def test_unknown_plugin_is_not_found(act_as):
    with act_as("administrator"):
        for switch in (the_host().switch_on, the_host().switch_off):
            with pytest.raises(NotFound):
                switch("nonsense")


def test_plugin_that_fails_at_switching_undoes_what_it_wrote_and_says_so(act_as, world):
    def fail(distributor):
        session.add(Note(store_id=world.first.stores[0], text="half"))
        session.flush()
        raise RuntimeError("secret")

    with act_as("administrator"):
        the_host().switch_off("follower")
        the_host().switch_off("probe")
    Probe.behaviour["activated"] = fail
    with act_as("administrator"):
        with pytest.raises(PluginFailed) as stopped:
            the_host().switch_on("probe")
        assert "Probe could not do its part; nothing was changed" in str(stopped.value)
        assert stopped.value.error_id in str(stopped.value)
        assert "secret" not in str(stopped.value)
        assert session.scalars(select(Note)).all() == []
        session.rollback()
        assert is_on("probe") is False


def test_rule_of_a_plugin_reaches_the_administrator_as_it_is(act_as):
    def refuse(distributor):
        raise RuleBroken("", "Set an opening hour first")

    with act_as("administrator"):
        the_host().switch_off("follower")
        Probe.behaviour["deactivated"] = refuse
        with pytest.raises(RuleBroken, match="Set an opening hour first"):
            the_host().switch_off("probe")


def test_administrator_switches_on_the_page_and_is_told_what_failed(client_as):
    client = client_as("administrator")
    Probe.behaviour["deactivated"] = lambda distributor: 1 / 0
    answer = client.post("/admin/plugins/follower/off")
    assert answer.status_code == 422
    assert "could not do its part; nothing was changed" in answer.text
    Probe.behaviour.clear()
    assert client.post("/admin/plugins/follower/off").status_code == 302
    assert client.post("/admin/plugins/probe/off").status_code == 302
    assert client.get("/probe/").status_code == 404
    assert client_as("administrator", "other").get("/probe/").status_code == 200


def permissions_by_role():
    return {role.key: role.permissions for role in session.scalars(select(Role))}


def take_every_permission_away():
    for role in session.scalars(select(Role)):
        role.permissions = []
    session.flush()


def test_first_time_on_gives_the_built_in_roles_their_permissions(act_as):
    with act_as("administrator"):
        distributor = create_distributor("third", "Third", plugins=False)
        with acting_for(Scope(distributor.id)):
            take_every_permission_away()
            the_host().switch_on("probe")
            given = permissions_by_role()
            assert given["manager"] == ["probe.see"]
            assert given["store_manager"] == ["probe.use"]
            assert given["expert"] == []


def test_what_a_role_may_do_survives_off_and_on(act_as):
    with act_as("administrator"):
        take_every_permission_away()
        the_host().switch_off("follower")
        the_host().switch_off("probe")
        the_host().switch_on("probe")
        assert set(map(tuple, permissions_by_role().values())) == {()}


def test_settings_are_the_defaults_until_they_are_set(act_as):
    with act_as("administrator"):
        assert the_host().settings_of("probe") == {"limit": 5}
        the_host().save_settings("probe", {"limit": 7, "word": "x"})
        assert actions() == ["plugins.settings_changed"]
    with act_as("manager"):
        assert the_host().settings_of("probe") == {"limit": 7, "word": "x"}
    with act_as("manager", "other"):
        assert the_host().settings_of("probe") == {"limit": 5}


def test_settings_are_the_same_outside_of_a_request(app, act_as, world):
    with act_as("administrator"):
        the_host().save_settings("probe", {"limit": 7})
    with app.app_context(), acting_for(Scope(world.first.id)):
        assert the_host().settings_of("probe") == {"limit": 7}


@pytest.mark.parametrize(
    "value",
    [
        Decimal("1.50"), date(2026, 3, 1), time(8, 30), datetime(2026, 3, 1, 8, tzinfo=UTC), [Decimal("1"), 2], "text",
        True, None, 1.5, {"a": Decimal("2")},
    ],
)  # fmt: skip
def test_settings_come_back_as_they_were(act_as, value):
    with act_as("administrator"):
        the_host().save_settings("probe", {"limit": value})
    with act_as("administrator"):
        back = the_host().settings_of("probe")["limit"]
    assert back == value
    assert type(back) is type(value)


def test_setting_that_cannot_be_kept_is_refused(act_as):
    with act_as("administrator"), pytest.raises(TypeError, match="a setting cannot be a object"):
        the_host().save_settings("probe", {"limit": object()})
