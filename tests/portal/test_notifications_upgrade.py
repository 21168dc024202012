"""A portal that was there before daily mails: the upgrade keeps its people and what they had chosen."""

import pytest
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from portal import create_app
from portal.histories import CORE, history_of
from portal.schema import migrating, upgrade
from portal.testing import keeper_of, settings_for

SOMEBODY = """
INSERT INTO portal_person (name, active, fs_uniquifier, language, theme, quiet_from, quiet_until, digest,
                           create_datetime, update_datetime)
VALUES ('韩', true, 'u', '', 'auto', '22:00', '06:00', true, '2026-01-01', '2026-01-01')
"""


@pytest.fixture
def old_portal(tmp_path):
    """An application, and its database as the core's first migration left it, with somebody in it."""
    settings = settings_for(tmp_path)
    keeper = keeper_of(settings["DATABASE_URL"])
    keeper.create()
    app = create_app(settings)
    engine = create_engine(settings["DATABASE_URL"])
    with app.app_context(), migrating(engine) as connection:
        history = history_of(CORE)
        context = history.context(connection, lambda at, _: history.scripts()._upgrade_revs("0001", at))
        with Operations.context(context):
            context.run_migrations()
        connection.execute(text(SOMEBODY))
    yield app, engine
    engine.dispose()
    keeper.drop()


def test_people_of_an_older_portal_stay_with_what_they_chose_and_get_an_hour(old_portal):
    app, engine = old_portal
    with app.app_context():
        assert upgrade() == []
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT set_config('app.distributor', '*', false)"))
        kept = connection.execute(
            text("SELECT name, quiet_from, quiet_until, digest, digest_hour FROM portal_person")
        ).one()
        assert tuple(kept) == ("韩", "22:00", "06:00", True, 8)
        connection.execute(text(SOMEBODY.replace("'u'", "'v'")))  # as a process of the last release still writes
        assert connection.scalar(text("SELECT count(*) FROM portal_channel")) == 0
