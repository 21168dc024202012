"""`flask plugins list|check|revision|translate|purge` and `flask db`, on plug-ins written on the spot."""

import shutil

import pytest
from sqlalchemy import inspect, text

from portal import create_app, schema
from portal.accounts.services import create_distributor
from portal.api import session, store_generated
from portal.db import db, write_intent
from portal.tenancy import Scope, acting_for
from portal.testing import settings_for
from tests.portal.migration_kit import create, migration, start
from tests.portal.plugin_kit import kit

__all__ = ["kit", "start"]

MODELS = """
    from sqlalchemy.orm import Mapped, mapped_column
    from portal.api import DistributorOwned, Model

    class Sky(DistributorOwned, Model):
        __tablename__ = "weather_sky"
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str]
"""
SKY = {"migrations/1.py": migration("1", None, create("weather_sky"), label="weather")}
ZH = "translations/zh_Hans/LC_MESSAGES/weather.po"
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nLanguage: zh_Hans\\n"\n\n'


def call(app, *arguments, **how):
    return app.test_cli_runner().invoke(args=list(arguments), **how)


def line_of(output, name):
    (line,) = [line for line in output.splitlines() if line.split()[:1] == [name]]
    return " ".join(line.split())


# list


def test_list_says_where_each_comes_from_and_what_cannot_be_used(kit, start):
    kit.bundled("apples")
    kit.installed("weather", files=SKY)
    kit.installed("tides", "raise RuntimeError('no moon')")
    app = start("apples")
    schema.upgrade()
    output = call(app, "plugins", "list").output
    assert line_of(output, "apples") == "apples 1.2 bundled"
    assert line_of(output, "weather") == "weather 1.2 storewise-weather 1.2"
    assert line_of(output, "tides").startswith("tides in quarantine: RuntimeError: no moon")


def test_list_names_what_is_gone(kit, start):
    kit.installed("weather", files=SKY)
    start()
    schema.upgrade()
    output = call(start(DISCOVER_ENTRY_POINTS=False), "plugins", "list").output
    assert "install storewise-weather 1.2 again, or remove its data: flask plugins purge weather" in output


# check


def faults(app, *names):
    answer = call(app, "plugins", "check", *names)
    assert answer.exit_code == (0 if answer.output == "All is well.\n" else 1)
    return answer.output


def test_check_finds_nothing_wrong_with_a_sound_plugin(kit, start):
    kit.installed("weather")
    assert faults(start(), "weather") == "All is well.\n"


def test_check_of_one_says_nothing_of_the_others(kit, start):
    kit.installed("weather")
    kit.installed("tides", "raise RuntimeError('no moon')")
    app = start()
    assert faults(app, "weather") == "All is well.\n"
    assert faults(app, "tides").startswith("tides: in quarantine: RuntimeError: no moon")
    assert "tides: in quarantine" in faults(app)


def test_check_of_an_unknown_name_says_so(start):
    answer = call(start(), "plugins", "check", "nonsense")
    assert (answer.exit_code, answer.output) == (1, "Error: no plug-in called nonsense is loaded\n")


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        (
            {"models.py": MODELS.replace("DistributorOwned, Model)", "Model)")},
            "weather: table weather_sky stands behind no wall: make it DistributorOwned, or give the reason",
        ),
        ({"models.py": MODELS}, "weather: models and migrations differ: add table weather_sky: flask plugins revision weather"),
        ({"migrations/1.py": "x = ("}, "cannot be read"),
        ({"templates/today.html": "hello"}, "weather: template today.html must lie in templates/weather/"),
        ({"templates/weather/x.html": "{% if %}"}, "weather: template weather/x.html: "),
        (
            {"templates/weather/x.html": '{% extends "weather/base.html" %}'},
            "weather: template weather/x.html calls for weather/base.html, which is not there",
        ),
        (
            {"templates/weather/x.html": '{{ _("Sunny") }}'},
            "weather: there is no zh_Hans catalogue (weather.po): flask plugins translate weather",
        ),
        (
            {"templates/weather/x.html": '{{ _("Sunny") }}', ZH: HEADER + 'msgid "Sunny"\nmsgstr ""\n'},
            "weather: not translated to zh_Hans: 'Sunny'",
        ),
        (
            {"templates/weather/x.html": '{{ _("Sunny") }}', ZH: HEADER + 'msgid "Sunny"\nmsgstr "晴"\n'},
            "weather: weather.mo is not what weather.po says: flask plugins translate weather",
        ),
    ],
)  # fmt: skip
def test_check_says_what_is_wrong_in_plain_words(kit, start, files, fault):
    kit.installed("weather", files=files)
    assert fault in faults(start(), "weather")


SETTINGS_FORM = """
import wtforms
class settings_form(wtforms.Form):
    place = __import__("wtforms").StringField("Place")
"""


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (SETTINGS_FORM, "weather: settings_form has place, which has no default in default_settings"),
        ("default_settings = {'place': ''}\nclass settings_form:\n    def __init__(self, data): 1 / 0",
         "weather: settings_form cannot be made: ZeroDivisionError"),
        (SETTINGS_FORM + "default_settings = {'place': '', 'wind': 3}",
         "weather: default_settings has wind, which settings_form does not ask for"),
        (SETTINGS_FORM + "default_settings = {'place': ''}", "All is well."),
    ],
)  # fmt: skip
def test_check_compares_settings_with_their_form(kit, start, body, fault):
    kit.installed("weather", body)
    assert fault in faults(start(), "weather")


# revision and translate


def test_revision_writes_the_migration_and_says_where(kit, start):
    kit.installed("weather", files={"models.py": MODELS})
    app = start()
    answer = call(app, "plugins", "revision", "weather", "-m", "the sky")
    written = kit.folder / "storewise_weather" / "migrations" / "0001_the_sky.py"
    assert (answer.exit_code, answer.output) == (0, f"{written}\n")
    assert 'op.create_table("weather_sky"' in written.read_text().replace("'", '"')
    again = call(app, "plugins", "revision", "weather")
    assert again.output == "The tables of weather are in step with its models; --empty writes one for data.\n"
    assert call(app, "plugins", "revision", "weather", "--empty", "-m", "fill").output.endswith("0002_fill.py\n")


def test_revision_of_what_is_not_loaded_says_so(start):
    answer = call(start(), "plugins", "revision", "nonsense")
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: no plug-in called 'nonsense' is loaded")


def test_translate_brings_the_catalogue_in_step_and_compiles_it(kit, start):
    kit.installed("weather", files={"templates/weather/x.html": '{{ _("Sunny") }}{{ _("Rain") }}'})
    app, path = start(), kit.folder / "storewise_weather" / ZH
    assert call(app, "plugins", "translate", "weather").output == f"{path}: 2 texts wait for a translator\n"
    path.write_text(path.read_text().replace('"Sunny"\nmsgstr ""', '"Sunny"\nmsgstr "晴"'))
    assert call(app, "plugins", "translate", "weather").output == f"{path}: 1 texts wait for a translator\n"
    assert 'msgid "Sunny"\nmsgstr "晴"' in path.read_text()
    assert path.with_suffix(".mo").exists()
    assert call(app, "plugins", "translate", "nonsense").output == "Error: no plug-in called 'nonsense' is loaded\n"


# purge


@pytest.mark.parametrize(
    ("name", "message"),
    [("portal", "the core cannot be purged"), ("nonsense", "nothing is on record of a plug-in called 'nonsense'")],
)
def test_purge_of_what_is_no_plugin_is_refused(start, name, message):
    app = start()
    schema.upgrade()
    answer = call(app, "plugins", "purge", name, "--yes")
    assert (answer.exit_code, answer.output) == (1, f"Error: {message}\n")


def refer_to_files(*tables):
    """A distributor with three uploads; of each table's rows one refers to each of the files named."""
    token = write_intent.set(True)
    newcomer = create_distributor("first", "First")
    with acting_for(Scope(newcomer.id)):
        made = [store_generated(b"x%d" % number, "x.pdf", "application/pdf") for number in range(3)]
        session.flush()
        ids = [each.id for each in made]
    session.commit()
    write_intent.reset(token)
    with db.engine.begin() as connection:
        for table, places in tables:
            for row, place in enumerate(places, 1):
                connection.execute(text(f"INSERT INTO {table} VALUES ({row}, {ids[place]})"))
    return ids


def files():
    with db.engine.connect() as connection:
        return connection.execute(text("SELECT id FROM portal_file ORDER BY id")).scalars().all()


def test_purge_takes_uploads_along_that_nobody_else_refers_to(kit, start):
    body = (
        'op.create_table("weather_picture", sa.Column("id", sa.Integer, primary_key=True),'
        ' sa.Column("file_id", sa.Integer, sa.ForeignKey("portal_file.id")))'
    )
    kit.installed("weather", files={"migrations/1.py": migration("1", None, body, label="weather")})
    kit.installed(
        "tides",
        files={"migrations/1.py": migration("1", None, body.replace("weather", "tides"), label="tides")},
    )
    app = start()
    schema.upgrade()
    first, second, third = refer_to_files(("weather_picture", (0, 1)), ("tides_picture", (1,)))
    assert files() == [first, second, third]
    answer = call(app, "plugins", "purge", "weather", "--yes")
    assert answer.output.startswith("weather is gone: 1 tables with 2 rows, 1 files.")
    assert files() == [second, third]


def test_purge_tells_a_longer_name_apart(kit, start):
    """Both were never loaded together, or the second one would have been refused."""
    kit.installed("weather", files=SKY)
    start()
    schema.upgrade()
    kit.forget()
    shutil.rmtree(kit.folder / "storewise_weather-1.2.dist-info")
    maps = {"migrations/1.py": migration("1", None, create("weather_maps_map"), label="weather_maps")}
    kit.installed("weather_maps", files=maps)
    app = start()
    schema.upgrade()
    assert (
        call(app, "plugins", "purge", "weather", "--yes").output == "weather is gone: 1 tables with 0 rows, 0 files.\n"
    )
    with db.engine.connect() as connection:
        left = [name for name in inspect(connection).get_table_names() if "weather" in name]
    assert sorted(left) == ["alembic_version_weather_maps", "weather_maps_map"]


# db


def test_status_says_how_far_each_owner_is(kit, start):
    kit.installed("weather", files=SKY)
    app = start()
    behind = call(app, "db", "status")
    assert behind.exit_code == 1
    assert line_of(behind.output, "weather") == "weather - behind: flask db upgrade"
    assert call(app, "db", "upgrade").output == "Every table is up to date.\n"
    done = call(app, "db", "status")
    assert done.exit_code == 0
    assert line_of(done.output, "weather") == "weather 1 up to date"


def test_upgrade_names_what_could_not_be_migrated(kit, start):
    kit.installed("weather", files={"migrations/1.py": migration("1", None, "1 / 0", label="weather")})
    answer = call(start(), "db", "upgrade")
    assert answer.exit_code == 1
    assert "plug-in weather could not be migrated: ZeroDivisionError" in answer.output


def test_every_command_has_a_help_of_one_line(tmp_path):
    app = create_app(settings_for(tmp_path) | {"PLUGINS": ()})
    output = call(app, "plugins", "--help").output
    for name in ("list", "check", "new", "revision", "translate", "purge"):
        assert len(line_of(output, name).split()) > 4, name
