"""Each plug-in's tables come, change and are kept apart from all others'."""

import pytest
from sqlalchemy import Column, Text, inspect, select, text
from sqlalchemy.exc import IntegrityError

from portal import schema
from portal.accounts.models import Role
from portal.accounts.services import create_distributor
from portal.db import Model, db, write_intent
from portal.histories import history_of
from portal.host import PluginProblem
from portal.revisions import pending_changes, write_revision
from portal.tenancy import all_distributors
from portal.testing import keeper_of, settings_for
from tests.portal.migration_kit import create, migration, start
from tests.portal.plugin_kit import kit

__all__ = ["kit", "start"]

MODELS = """
    from sqlalchemy import ForeignKey
    from sqlalchemy.orm import Mapped, mapped_column
    from portal.api import DistributorOwned, Model

    class Sky(DistributorOwned, Model):
        __tablename__ = "weather_sky"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]

    class Cloud(DistributorOwned, Model):
        __tablename__ = "weather_cloud"
        id: Mapped[int] = mapped_column(primary_key=True)
        sky_id: Mapped[int] = mapped_column(ForeignKey("weather_sky.id", ondelete="CASCADE"))
"""


def tables():
    return set(inspect(db.engine).get_table_names())


def run(statement):
    with db.engine.begin() as connection:
        return connection.execute(text(statement))


def rows(statement):
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


# Order and record


def test_each_owner_counts_for_itself_and_is_on_record(kit, start):
    kit.installed(
        "weather", files={"migrations/0001.py": migration("0001", None, create("weather_sky"), label="weather")}
    )
    start()
    assert schema.upgrade() == []
    assert {"portal_store", "weather_sky", "alembic_version_portal", "alembic_version_weather"} <= tables()
    assert rows("SELECT version_num FROM alembic_version_weather") == [("0001",)]
    assert rows("SELECT name, version, distribution FROM portal_plugin WHERE name = 'weather'") == [
        ("weather", "1.2", "storewise-weather 1.2")
    ]
    assert schema.is_current()
    assert schema.upgrade() == []


def test_required_plugins_are_migrated_first(kit, start):
    needs = 'op.execute("INSERT INTO zebras_stripe (id) VALUES (1)")'
    kit.bundled("apples", "requires = ('zebras',)", {"migrations/a.py": migration("a", None, needs, label="apples")})
    kit.bundled("zebras", files={"migrations/z.py": migration("z", None, create("zebras_stripe"), label="zebras")})
    start("apples", "zebras")
    schema.upgrade()
    assert rows("SELECT id FROM zebras_stripe") == [(1,)]


# Failures


def test_bundled_migration_that_fails_leaves_nothing_behind(kit, start):
    kit.bundled("weather", files={"migrations/1.py": migration("1", None, "1 / 0", label="weather")})
    start("weather")
    with pytest.raises(ZeroDivisionError):
        schema.upgrade()
    assert tables() == set()


def test_third_party_migration_that_fails_is_undone_and_the_others_go_on(kit, start):
    half = create("weather_sky") + "; 1 / 0"
    kit.installed("weather", files={"migrations/1.py": migration("1", None, half, label="weather")})
    kit.installed("zoo", files={"migrations/1.py": migration("1", None, create("zoo_cage"), label="zoo")})
    start()
    assert schema.upgrade() == ["plug-in weather could not be migrated: ZeroDivisionError: division by zero"]
    assert "weather_sky" not in tables()
    assert {"zoo_cage", "portal_store"} <= tables()
    assert schema.pending() == ["weather"]
    assert rows("SELECT name FROM portal_plugin WHERE name IN ('weather', 'zoo')") == [("zoo",)]


def test_plugin_whose_tables_are_behind_is_closed_at_the_start(kit, start):
    kit.installed("weather", files={"migrations/1.py": migration("1", None, create("weather_sky"), label="weather")})
    app = start()
    schema.upgrade()
    run("DELETE FROM alembic_version_weather")
    schema.check_start(app)
    host = app.extensions["storewise_host"]
    assert host.quarantined == {"weather": "its tables are not up to date: flask db upgrade"}
    assert "weather" not in host.plugins


def test_plugin_installed_later_is_closed_until_an_upgrade_migrates_it(kit, start):
    start()
    schema.upgrade()
    kit.installed("weather", files={"migrations/1.py": migration("1", None, create("weather_sky"), label="weather")})
    schema.check_start(start())
    assert schema.upgrade() == []
    assert "weather_sky" in tables()
    app = start()
    schema.check_start(app)
    assert app.extensions["storewise_host"].quarantined == {}


def test_start_on_an_empty_database_complains_of_nothing(kit, start):
    kit.installed("weather", files={"migrations/1.py": migration("1", None, create("weather_sky"), label="weather")})
    app = start()
    schema.check_start(app)
    assert app.extensions["storewise_host"].quarantined == {}


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"1.py": migration("1", None, "pass", label="wether")}, "1.py belongs to 'wether', not to 'weather'"),
        ({"1.py": migration("1", None, "pass")}, "1.py belongs to None, not to 'weather'"),
        (
            {"1.py": migration("1", None, "pass", label="weather", depends_on="1795474748")},
            "one refers to '1795474748', which is not there; depends_on is not needed",
        ),
        (
            {"1.py": migration("1", None, "pass", label="weather"), "2.py": migration("2", None, "pass")},
            "two migrations are the newest: 1, 2",
        ),
        ({"1.py": "x = ("}, "cannot be read"),
    ],
)
def test_files_that_cannot_be_a_history_are_named(kit, start, files, message):
    kit.installed("weather", files={f"migrations/{name}": code for name, code in files.items()})
    start()
    try:
        problems = history_of("weather").problems()
    except PluginProblem as problem:
        problems = [str(problem)]
    assert message in "; ".join(problems)


# A plug-in that is gone


def test_missing_owner_is_named_with_the_package_to_install_again(kit, start):
    kit.installed("weather", files={"migrations/1.py": migration("1", None, create("weather_sky"), label="weather")})
    start()
    schema.upgrade()
    start(DISCOVER_ENTRY_POINTS=False)
    assert schema.missing_owners() == [
        (
            "The database has tables of weather, which is not loaded: install storewise-weather 1.2 again, "
            "or remove its data: flask plugins purge weather"
        )
    ]
    assert schema.upgrade() == []
    assert "weather_sky" in tables()


def test_quarantined_owner_is_named_with_the_reason(kit, start):
    kit.installed("weather", files={"migrations/1.py": migration("1", None, create("weather_sky"), label="weather")})
    app = start()
    schema.upgrade()
    app.extensions["storewise_host"].quarantine("weather", "for a test")
    assert schema.missing_owners() == ["The database has tables of weather, which is in quarantine: for a test"]


# Altering tables that have rows


SKY_AND_CLOUD = """op.execute("CREATE TABLE weather_sky (id INTEGER PRIMARY KEY, name TEXT)")
    op.execute(
        "CREATE TABLE weather_cloud (id INTEGER PRIMARY KEY,"
        " sky_id INTEGER NOT NULL REFERENCES weather_sky (id) ON DELETE CASCADE)"
    )"""


def test_altering_a_table_keeps_the_rows_that_refer_to_it(kit, start):
    kit.installed("weather", files={"migrations/1.py": migration("1", None, SKY_AND_CLOUD, label="weather")})
    start()
    schema.upgrade()
    run("INSERT INTO weather_sky (id, name) VALUES (1, 'west')")
    run("INSERT INTO weather_cloud (id, sky_id) VALUES (7, 1)")
    second = """with op.batch_alter_table("weather_sky") as batch:
        batch.add_column(sa.Column("colour", sa.Text(), nullable=False, server_default="blue"))
        batch.alter_column("name", existing_type=sa.Text(), nullable=False)
    op.execute("UPDATE weather_sky SET colour = 'grey' WHERE name = 'west'")"""
    (kit.folder / "storewise_weather/migrations/2.py").write_text(migration("2", "1", second))
    assert schema.upgrade() == []
    assert rows("SELECT id, name, colour FROM weather_sky") == [(1, "west", "grey")]
    assert rows("SELECT id, sky_id FROM weather_cloud") == [(7, 1)]


def test_migration_that_leaves_rows_without_their_parent_is_undone(kit, start):
    kit.bundled("weather", files={"migrations/1.py": migration("1", None, SKY_AND_CLOUD, label="weather")})
    start("weather")
    schema.upgrade()
    run("INSERT INTO weather_sky (id, name) VALUES (1, 'west')")
    gone = migration("2", "1", 'op.execute("INSERT INTO weather_cloud VALUES (7, 2)")')
    (kit.folder / "bundled/weather/migrations/2.py").write_text(gone)
    with pytest.raises((schema.BrokenReference, IntegrityError)) as stopped:  # SQLite, PostgreSQL
        schema.upgrade()
    assert "weather_cloud" in str(stopped.value)
    assert rows("SELECT id FROM weather_cloud") == []


# Writing migrations


def test_first_and_next_migration_are_written_from_the_models(kit, start):
    kit.installed("weather", files={"models.py": MODELS})
    start()
    (first,) = write_revision("weather", "the sky")
    assert first.endswith("storewise_weather/migrations/0001_the_sky.py")
    assert history_of("weather").problems() == []
    schema.upgrade()
    assert {"weather_sky", "weather_cloud"} <= tables()
    assert pending_changes(["weather"]) == {}
    assert write_revision("weather", "nothing new") == []

    Model.metadata.tables["weather_sky"].append_column(Column("colour", Text, nullable=True))
    assert list(pending_changes(["weather"])) == ["weather"]
    (second,) = write_revision("weather", "colours")
    assert second.endswith("0002_colours.py")
    schema.upgrade()
    assert "colour" in {column["name"] for column in inspect(db.engine).get_columns("weather_sky")}
    assert pending_changes(["weather"]) == {}


def test_empty_migration_is_for_data(kit, start):
    kit.installed("weather", files={"models.py": MODELS})
    start()
    write_revision("weather", "the sky")
    (path,) = write_revision("weather", "fill", empty=True)
    assert "pass" in (kit.folder / "storewise_weather/migrations/0002_fill.py").read_text()
    assert path.endswith("0002_fill.py")


def test_revision_of_an_unknown_owner_says_so(start):
    start()
    with pytest.raises(PluginProblem, match="no plug-in called 'nonsense' is loaded"):
        write_revision("nonsense", "x")


# Permissions of a new version

PERMISSIONS = """
def permissions(self):
    return [Permission(f'weather.{word}', word, 'distributor', ('manager',)) for word in self.words]
words = ('see',)
"""


def test_new_permissions_are_given_once_and_what_was_taken_away_stays_away(kit, start):
    kit.installed(
        "weather", PERMISSIONS, {"migrations/1.py": migration("1", None, create("weather_sky"), label="weather")}
    )
    start()
    schema.upgrade()
    db.create_all()
    token = write_intent.set(True)
    create_distributor("first", "First")
    db.session.commit()
    with all_distributors(reason="test"):
        roles = {role.key: role for role in db.session.scalars(select(Role))}
        assert "weather.see" in roles["manager"].permissions
        roles["manager"].permissions = [p for p in roles["manager"].permissions if p != "weather.see"]
        db.session.commit()
    write_intent.reset(token)

    def may():
        db.session.expire_all()
        with all_distributors(reason="test"):
            kept = {role.key: set(role.permissions) for role in db.session.scalars(select(Role))}
        db.session.rollback()
        return {key: {p for p in kept[key] if p.startswith("weather.")} for key in ("manager", "rep")}

    plugin = (kit.folder / "storewise_weather/plugin.py").read_text()
    (kit.folder / "storewise_weather/plugin.py").write_text(plugin.replace("('see',)", "('see', 'make')"))
    kit.forget()
    start()
    schema.upgrade()
    assert may() == {"manager": {"weather.make"}, "rep": set()}
    schema.upgrade()
    assert may() == {"manager": {"weather.make"}, "rep": set()}


def test_migrations_run_at_the_owners_address(start, tmp_path, app_settings):
    other = settings_for(tmp_path / "owner")
    (tmp_path / "owner").mkdir()
    keeper = keeper_of(other["DATABASE_URL"])
    keeper.create()
    try:
        start(MIGRATION_DATABASE_URL=other["DATABASE_URL"])
        schema.upgrade()
        assert tables() == set()
    finally:
        keeper.drop()
