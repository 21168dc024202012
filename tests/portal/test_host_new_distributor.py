"""A new distributor begins with every plug-in; what a third-party one does wrong then costs nothing but itself."""

from datetime import time
from decimal import Decimal

import pytest

from portal.accounts.services import create_distributor
from portal.api import session, the_host
from portal.host import PluginFailed
from portal.tenancy import Scope, acting_for
from portal.testing import running_app, settings_for
from tests.portal.follower_plugin import Follower
from tests.portal.plugin_kit import kit
from tests.portal.probe_plugin import Probe
from tests.portal.probe_plugin.models import Note

__all__ = ["kit"]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = settings_for(tmp_path_factory.mktemp("newcomers")) | {"PLUGINS": ("trade",)}
    with running_app(settings, (Probe, Follower)) as application:
        yield application


@pytest.fixture(autouse=True)
def behaviour(monkeypatch):
    monkeypatch.setattr(Probe, "behaviour", {})


def fail_after_writing(distributor):
    session.add(Note(store_id=1, text="half done"))
    raise RuntimeError("in the middle")


def active_of_a_new_one():
    newcomer = create_distributor("third", "Third")
    with acting_for(Scope(newcomer.id)):
        return [plugin.name for plugin in the_host().active()], session.query(Note).all()


def test_every_plugin_is_on(act_as):
    with act_as("administrator"):
        assert active_of_a_new_one() == (["trade", "probe", "follower"], [])


def test_one_that_fails_stays_off_with_those_that_require_it(act_as):
    Probe.behaviour["activated"] = fail_after_writing
    with act_as("administrator"):
        assert active_of_a_new_one() == (["trade"], [])


def test_bundled_one_that_fails_is_not_passed_over(act_as, monkeypatch):
    with act_as("administrator"):
        monkeypatch.setattr(the_host().plugins["trade"], "activated", fail_after_writing)
        with pytest.raises(PluginFailed):
            create_distributor("third", "Third")
        session.rollback()


def test_default_settings_may_be_whatever_settings_may_be(act_as, monkeypatch):
    defaults = {"limit": Decimal("5.50"), "opens": time(8, 30)}
    with act_as("administrator"):
        monkeypatch.setattr(the_host().plugins["probe"], "default_settings", defaults)
        newcomer = create_distributor("third", "Third")
        monkeypatch.setattr(the_host().plugins["probe"], "default_settings", {})
        with acting_for(Scope(newcomer.id)):
            assert the_host().settings_of("probe") == defaults


def test_default_settings_that_cannot_be_kept_are_found_at_the_start(kit):
    kit.installed("weather", "default_settings = {'sky': object()}")
    assert kit.start().quarantined["weather"].startswith("default_settings cannot be {'sky': <object object")
