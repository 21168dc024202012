"""Migrations written on the spot, and the portal started on an empty database with them."""

from __future__ import annotations

import pytest

from portal import create_app
from portal.db import db
from portal.testing import keeper_of, settings_for

OPENING = "from alembic import op\nimport sqlalchemy as sa\n"


def migration(revision, down, code, *, label=None, depends_on=None):
    """A migration file that runs one line."""
    facts = (
        f"revision = {revision!r}\ndown_revision = {down!r}\nbranch_labels = {label!r}\ndepends_on = {depends_on!r}\n"
    )
    return f"{OPENING}{facts}def upgrade():\n    {code}\n"


def create(table):
    return f'op.create_table("{table}", sa.Column("id", sa.Integer, primary_key=True))'


@pytest.fixture
def start(tmp_path, monkeypatch):
    """start(plugin, ...): the application on an empty database, with bundled plug-ins by name and installed ones."""
    settings = settings_for(tmp_path)
    keeper = keeper_of(settings["DATABASE_URL"])
    keeper.create()
    apps = []

    def run(*names, **changes):
        app = create_app(settings | {"PLUGINS": names, "DISCOVER_ENTRY_POINTS": True} | changes)
        apps.append(app)
        context = app.app_context()
        context.push()
        apps.append(context)
        return app

    yield run
    while apps:
        context, app = apps.pop(), apps.pop()
        db.session.remove()
        db.engine.dispose()
        context.pop()
        assert app
    keeper.drop()
