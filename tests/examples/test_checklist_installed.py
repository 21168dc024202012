"""The checklist is installed by pip, found by its entry point, and switched on for one distributor."""

import shutil
import sys

import pytest
from sqlalchemy import inspect

from portal import schema
from portal.db import db
from tests.portal.pip_kit import ROOT, run, said


def paths(site):
    return {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}


def test_distribution_brings_all_that_the_portal_looks_for(site):
    package = "storewise_checklist"
    assert {
        f"{package}/migrations/0001_items_and_ticks.py",
        f"{package}/migrations/0002_order_of_the_items.py",
        f"{package}/templates/checklist/today.html",
        f"{package}/translations/zh_Hans/LC_MESSAGES/checklist.mo",
        "storewise_checklist-1.1.dist-info/entry_points.txt",
    } <= paths(site)


def test_it_passes_its_own_tests_where_it_is_installed(site, tmp_path):
    """The tests alone, so that what they import is what pip has installed."""
    shutil.copytree(ROOT / "examples" / "storewise-checklist" / "tests", tmp_path / "tests")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", cwd=tmp_path, path=(site,))
    assert done.returncode == 0, said(done)
    assert " passed" in done.stdout


def test_list_names_its_distribution_and_check_finds_nothing(app):
    runner = app.test_cli_runner()
    (line,) = [line for line in runner.invoke(args=["plugins", "list"]).output.splitlines() if "checklist" in line]
    assert line.split() == ["checklist", "1.1", "storewise-checklist", "1.1"]
    answer = runner.invoke(args=["plugins", "check", "checklist"])
    assert (answer.exit_code, answer.output) == (0, "All is well.\n")


def test_its_tables_are_made_and_nobody_has_it_yet(app, client_as, api_as):
    with app.app_context():
        assert schema.is_current()
        assert {"checklist_item", "checklist_tick"} <= set(inspect(db.engine).get_table_names())
    for distributor in ("first", "other"):
        assert client_as("store_staff", distributor).get("/checklist/").status_code == 404
        assert api_as("store_staff", distributor).get("/api/v1/checklist/today").status_code == 404


def test_settings_of_what_is_off_are_not_there(client_as):
    assert client_as("administrator").get("/admin/plugins/checklist/settings").status_code == 404


@pytest.mark.usefixtures("switched_on")
def test_it_is_on_for_one_distributor_alone(client_as, api_as):
    assert client_as("store_staff").get("/checklist/").status_code == 200
    assert client_as("manager").get("/checklist/items").status_code == 200
    assert api_as("store_staff").get("/api/v1/checklist/today").status_code == 200
    assert client_as("store_staff", "other").get("/checklist/").status_code == 404
    assert client_as("manager", "other").get("/checklist/items").status_code == 404
    assert client_as("manager", "other").post("/checklist/items", data={"title": "x"}).status_code == 404
    assert api_as("store_staff", "other").get("/api/v1/checklist/today").status_code == 404
    for page in ("/today", "/more", "/calendar", "/search?q=冷柜", "/notifications"):
        text = client_as("store_staff", "other").get(page).text
        assert "/checklist/" not in text
        assert "hecklist" not in text


@pytest.mark.usefixtures("switched_on")
def test_it_speaks_chinese_everywhere(client_as):
    store = client_as("store_staff", language="zh_Hans")
    assert "早上看五分钟，下午少一桩投诉。" in store.get("/checklist/").text
    assert "还有 5 项要看" in store.get("/today").text
    assert "开店检查的每周项目" in store.get("/calendar").text
    assert (
        "每周项目的日子" in client_as("administrator", language="zh_Hans").get("/admin/plugins/checklist/settings").text
    )
    for page in ("/today", "/checklist/", "/calendar"):
        assert "hecklist<" not in store.get(page).text


def test_another_portal_that_does_not_look_for_it_works_without_it(site):
    """DISCOVER_ENTRY_POINTS=0: what is installed beside the portal is not even imported."""
    code = (
        "import sys; from portal import create_app; create_app({'DISCOVER_ENTRY_POINTS': False}); print(*sys.modules)"
    )
    done = run(sys.executable, "-c", code, path=(site,), more={"PLUGINS": ""})
    assert done.returncode == 0, said(done)
    assert "portal.host" in done.stdout
    assert "storewise_checklist" not in done.stdout
