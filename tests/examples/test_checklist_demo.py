"""The demo of a portal that has no plug-in but the checklist."""

import pytest
from sqlalchemy import func, select

from portal import create_app, schema
from portal.accounts.models import Distributor
from portal.db import db
from portal.stores.models import Store
from portal.tenancy import all_distributors
from portal.testing import keeper_of, settings_for
from tests.examples.installed import importable


@pytest.fixture
def app(site, tmp_path):
    """A portal with an empty database."""
    settings = settings_for(tmp_path) | {"PLUGINS": (), "DISCOVER_ENTRY_POINTS": True}
    keeper = keeper_of(settings["DATABASE_URL"])
    keeper.create()
    with importable(site):
        app = create_app(settings)
        with app.app_context():
            schema.upgrade()
            yield app
            db.session.remove()
            db.engine.dispose()
    keeper.drop()


def by_distributor(model):
    with all_distributors(reason="test", quiet=True):
        counted = select(Distributor.slug, func.count()).select_from(model)
        counted = counted.join(Distributor, Distributor.id == model.distributor_id).group_by(Distributor.slug)
        return dict(db.session.execute(counted).all())


def load(app):
    return app.test_cli_runner().invoke(args=["demo", "load"])


def test_demo_fills_both_distributors(app):
    from storewise_checklist.models import Item, Tick

    answer = load(app)
    assert (answer.exit_code, answer.output) == (0, "")
    assert by_distributor(Item) == {"demo": 5, "other": 5}
    counts = by_distributor(Tick)
    assert counts["demo"] > 60 * 14
    assert counts["other"] > 4 * 14


def test_demo_that_fails_is_undone_and_named_and_the_rest_stays(app, monkeypatch):
    from storewise_checklist import ChecklistPlugin
    from storewise_checklist.models import Tick

    well = ChecklistPlugin.demo

    def fail_at_the_end(self, builder):
        well(self, builder)
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(ChecklistPlugin, "demo", fail_at_the_end)
    answer = load(app)
    assert answer.exit_code == 0
    said = answer.output.splitlines()
    assert [line.partition(", which")[0] for line in said] == ["No demo data of checklist"] * 2
    assert by_distributor(Store) == {"demo": 60, "other": 4}
    assert by_distributor(Tick) == {}
