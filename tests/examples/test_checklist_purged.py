"""The checklist is taken away again: its tables, and everything that the core keeps under its name."""

import pytest
from sqlalchemy import inspect, text

from portal import clock, create_app, schema
from portal.db import Model, db
from portal.testing import settings_for
from tests.examples.installed import MONDAY, browser, freeze, portal_with_checklist
from tests.portal.pip_kit import flask, said

pytestmark = pytest.mark.slow

# Where the name may stay: what was done is not forgotten, and what was sent is answered as it was.
MEMORY = {"portal_audit", "portal_request_key", "portal_role"}
HOOK = {"name": "ERP", "url": "https://erp.example/hook", "events": ["checklist.finished", "portal.store_created"]}
WISHES = {"mail": "checklist.open", "rhythm": "at_once", "hour": "7", "quiet_from": "21:00", "quiet_until": "07:00"}


@pytest.fixture(scope="module")
def app(site, tmp_path_factory):
    """A portal in which the checklist has left traces everywhere."""
    with portal_with_checklist(site, tmp_path_factory.mktemp("purged")) as application, clock.frozen(MONDAY):
        use(application)
        freeze(application)
        yield application


def use(app):
    """Tick everything with mail wanted, a web hook listening, and a reminder waiting."""
    administrator, store = browser(app, "administrator"), browser(app, "store_staff")
    answers = [
        administrator.post("/admin/plugins/checklist/on"),
        administrator.post("/admin/plugins/checklist/settings", data={"weekly_day": "0", "remind": "y"}),
        administrator.post("/admin/web-hooks/new", data=HOOK),
        store.post("/notifications/settings", data=WISHES),
        *(store.post(f"/checklist/{item}/tick") for item in range(1, 6)),
        administrator.post("/admin/plugins/checklist/off"),  # tells the stores, by mail too
        administrator.post("/admin/plugins/checklist/on"),
    ]
    assert [answer.status_code for answer in answers] == [302] * len(answers)


def everything():
    """The rows of every table as text."""
    with db.engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if "search_words" not in name]
        return {
            name: sorted(str(tuple(row)) for row in connection.execute(text(f"SELECT * FROM {name}"))) for name in names
        }


def speaking_of_it(tables):
    return {name for name, rows in tables.items() if any("checklist" in row for row in rows)}


def purge(app, *options, **how):
    return app.test_cli_runner().invoke(args=["plugins", "purge", "checklist", *options], **how)


def test_its_traces_are_everywhere_before(app, world):
    with app.app_context():
        assert speaking_of_it(everything()) >= {
            "portal_plugin",
            "portal_plugin_activation",
            "portal_notification",
            "portal_preference",
            "portal_web_hook",
            "portal_web_hook_delivery",
            "portal_role",
        }


def test_nothing_speaks_of_it_afterwards_and_all_else_stays(app, world):
    with app.app_context():
        before = everything()
    answer = purge(app, "--yes")
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith("checklist is gone: 2 tables with 10 rows, 0 files.")
    with app.app_context():
        after = everything()
        assert before.keys() - after.keys() == {"checklist_item", "checklist_tick", "alembic_version_checklist"}
        assert speaking_of_it(after) <= MEMORY
        assert [row for row in after["portal_role"] if "checklist" in row] == []
        for name in after:
            assert [row for row in before[name] if row not in after[name] and "checklist" not in row] == (
                before["portal_delivery"] if name == "portal_delivery" else []
            ), name
        assert after["portal_web_hook"][0].count("portal.store_created") == 1


def test_portal_goes_on_without_it(app, world):
    purge(app, "--yes")
    for role in ("administrator", "store_staff"):
        client = browser(app, role)
        for page in ("/today", "/calendar", "/notifications", "/search?q=冷柜"):
            answer = client.get(page)
            assert answer.status_code == 200
            assert "/checklist/" not in answer.text
    assert browser(app, "store_staff").get("/checklist/").status_code == 404
    assert browser(app, "administrator").get("/admin/plugins").status_code == 200


def test_it_can_be_taken_away_after_its_package_is_gone(app, world):
    """In a process that cannot import it."""
    with app.app_context():
        db.engine.dispose()
    config = app.config
    more = {"DATABASE_URL": config["DATABASE_URL"], "DATA_DIR": str(config["DATA_DIR"])}
    listed = flask("plugins", "list", path=(), more=more)
    assert "install storewise-checklist 1.1 again, or remove its data: flask plugins purge checklist" in listed.stdout
    done = flask("plugins", "purge", "checklist", "--yes", path=(), more=more)
    assert done.stdout == "checklist is gone: 2 tables with 10 rows, 0 files.\n", said(done)
    with app.app_context():
        assert speaking_of_it(everything()) <= MEMORY


def test_package_that_is_still_there_waits_for_the_next_upgrade(app, world):
    assert "Its package is still here" in purge(app, "--yes").output
    again = create_app({**settings_for(app.config["DATA_DIR"]), "DISCOVER_ENTRY_POINTS": True})
    schema.check_start(again)
    host = again.extensions["storewise_host"]
    assert host.quarantined == {"checklist": "its tables are not up to date: flask db upgrade"}
    with again.app_context():
        assert schema.upgrade() == []
        assert everything()["checklist_item"] == []
        db.session.remove()
        db.engine.dispose()


@pytest.mark.parametrize("typed", ["yes", "", "checklists"])
def test_it_asks_before_it_removes(app, world, typed):
    with app.app_context():
        before = everything()
    answer = purge(app, input=f"{typed}\n")
    assert answer.exit_code == 1
    assert "This removes, for every distributor and for ever: checklist_item, checklist_tick" in answer.output
    assert answer.output.endswith("Error: nothing was removed\n")
    with app.app_context():
        assert everything() == before


def test_it_removes_when_the_name_is_typed(app, world):
    answer = purge(app, input="checklist\n")
    assert answer.exit_code == 0
    with app.app_context():
        assert "checklist_item" not in everything()


def execute(app, *statements):
    with app.app_context(), db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_what_is_required_by_another_stays(app, world):
    execute(app, """UPDATE portal_plugin SET requires = '["checklist"]' WHERE name = 'events'""")
    answer = purge(app, "--yes")
    assert answer.exit_code == 1
    assert answer.output == "Error: events requires checklist: purge it first\n"
    with app.app_context():
        assert len(everything()["checklist_item"]) == 5


def test_what_rows_of_others_refer_to_stays(app, world):
    execute(
        app,
        "CREATE TABLE weather_sky (id INTEGER PRIMARY KEY, item_id INTEGER REFERENCES checklist_item (id))",
        "INSERT INTO weather_sky VALUES (1, 1)",
    )
    with app.app_context():
        before = everything()
    answer = purge(app, "--yes")
    assert answer.exit_code == 1
    assert "other tables refer to those of checklist; nothing was removed" in answer.output
    with app.app_context():
        assert everything() == before


def test_tables_are_known_to_the_mappers_still(app):
    """What the tests above rely on: the models are loaded, so that only the database has lost them."""
    assert "checklist_item" in Model.metadata.tables
