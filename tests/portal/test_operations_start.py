"""A process starts with what it needs, and leaves the rest for when it is asked for."""

import os
import subprocess
import sys

import pytest
from flask import Flask

from portal import ROOT
from portal.histories import histories
from portal.host import PluginProblem
from portal.lean import LateRule, without

FOR_LATER = (
    "PIL",
    "alembic",
    "apprise",
    "icalendar",
    "mako",
    "markdown_it",
    "phonenumbers",
    "pikepdf",
    "puremagic",
    "pygments",
    "redis",
    "rich",
    "scipy",
    "weasyprint",
    "xlsxwriter",
)


def in_a_new_process(code, folder):
    env = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'new.db'}"}
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return ended.stdout.strip()


def test_a_web_process_starts_without_what_only_some_pages_and_jobs_need(tmp_path):
    looked = f"import sys, wsgi; print('loaded:', *(set({FOR_LATER!r}) & sys.modules.keys()))"
    assert in_a_new_process(looked, tmp_path) == "loaded:"


def test_the_newest_migrations_read_as_text_are_those_that_alembic_finds(app):
    with app.app_context():
        for history in histories():
            assert history.newest() == set(history.scripts().get_heads())


@pytest.mark.parametrize(
    ("files", "newest"),
    [
        ({"a.py": "revision = '1'\ndown_revision = None\n"}, {"1"}),
        (
            {"a.py": "revision = '1'\ndown_revision = None\n", "b.py": "revision: str = '2'\ndown_revision = '1'\n"},
            {"2"},
        ),
        (
            {
                "a.py": "revision = '1'\ndown_revision = None\n",
                "b.py": "revision = '2'\ndown_revision = '1'\n",
                "c.py": "revision = '3'\ndown_revision = '1'\n",
                "d.py": "revision = '4'\ndown_revision = ('2', '3')\n",
            },
            {"4"},
        ),
        ({"a.py": "NUMBER = '1'\nrevision = NUMBER\ndown_revision = None\n"}, {"1"}),
        ({}, set()),
    ],
)
def test_the_newest_migration_is_the_one_that_none_follows(app, tmp_path, files, newest):
    for name, text in files.items():
        (tmp_path / name).write_text(text + "def upgrade(): pass\n", encoding="utf-8")
    with app.app_context():
        core = histories()[0]
        history = type(core)("weather", tmp_path, core.template)
        assert history.newest() == newest == set(history.scripts().get_heads())


def test_a_migration_that_cannot_be_read_is_said_plainly(app, tmp_path):
    (tmp_path / "a.py").write_text("revision = (\n", encoding="utf-8")
    with app.app_context():
        core = histories()[0]
        with pytest.raises(PluginProblem, match="cannot be read"):
            type(core)("weather", tmp_path, core.template).newest()


def test_addresses_are_built_as_ever_by_rules_that_compile_late():
    app, usual = Flask("late"), Flask("usual")
    app.url_rule_class = LateRule
    for one in (app, usual):
        one.add_url_rule("/stores/<int:number>/<path:rest>", "store", lambda number, rest: "")
        one.add_url_rule("/first", "page", defaults={"number": 1})
        one.add_url_rule("/page/<int:number>", "page")
    asked = [
        ("store", {"number": 7, "rest": "a b/c"}),
        ("store", {"number": 7, "rest": "x", "words": ["送货", "b"]}),
        ("page", {"number": 1}),
        ("page", {"number": 2}),
    ]
    for endpoint, values in asked * 2:
        built = [one.url_map.bind("localhost").build(endpoint, dict(values)) for one in (app, usual)]
        assert built[0] == built[1]


def test_a_package_that_is_kept_out_can_be_had_afterwards(monkeypatch):
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    with without("colorsys"), pytest.raises(ImportError):
        import colorsys
    import colorsys

    assert colorsys.rgb_to_hsv(0, 0, 0) == (0.0, 0.0, 0.0)


def test_what_a_start_has_loaded_is_set_aside_from_the_garbage_collector(tmp_path):
    looked = "import gc, wsgi; print(gc.isenabled(), gc.get_freeze_count() > 100_000, len(gc.get_objects()) < 10_000)"
    assert in_a_new_process(looked, tmp_path) == "True True True"


def test_limits_of_queues_are_read_from_one_line(tmp_path, monkeypatch):
    monkeypatch.setenv("QUEUE_LIMITS", "pdf=2, messages=1")
    looked = "from config import Config; print(Config.QUEUE_LIMITS)"
    assert in_a_new_process(looked, tmp_path) == "{'pdf': 2, 'messages': 1}"
