"""`flask plugins new` writes a plug-in that passes its own tests and every check, or says why it cannot."""

import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from portal import create_app
from portal.contracts import API_VERSION
from portal.host import PluginProblem
from portal.scaffold import Blank, write
from portal.testing import settings_for
from tests.portal.pip_kit import ROOT, flask, pip_install, run, said
from tests.portal.plugin_kit import kit

__all__ = ["kit"]

CHINESE = "translations/zh_Hans/LC_MESSAGES"


@pytest.fixture(scope="module")
def portal(tmp_path_factory):
    return create_app(settings_for(tmp_path_factory.mktemp("portal")) | {"PLUGINS": ("trade",)})


@pytest.fixture
def new(portal, tmp_path, monkeypatch):
    """new("walks"): runs `flask plugins new walks` in an empty folder."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return lambda *arguments: portal.test_cli_runner().invoke(args=["plugins", "new", *arguments])


@pytest.fixture(scope="module")
def walks(portal, tmp_path_factory):
    """A plug-in as it is written, with a name of two words."""
    folder = tmp_path_factory.mktemp("written") / "storewise-store-walks"
    arguments = ["plugins", "new", "store_walks", str(folder), "--title", "Store walks", "--chinese", "门店巡视"]
    answer = portal.test_cli_runner().invoke(args=arguments)
    assert answer.exit_code == 0, answer.output
    return folder


def tool(name):
    return str(Path(sys.executable).parent / name)


def files_of(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What is written


def test_it_passes_its_own_tests(walks):
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", cwd=walks)
    assert done.returncode == 0, said(done)
    assert " passed" in done.stdout
    assert "warning" not in done.stdout


def test_it_passes_every_check_once_it_is_installed(walks, tmp_path):
    pip_install(walks, tmp_path / "site")
    database = f"sqlite:///{tmp_path / 'portal.db'}"
    done = flask(
        "plugins",
        "check",
        "store_walks",
        path=(tmp_path / "site",),
        more={"DATA_DIR": str(tmp_path), "DATABASE_URL": database, "DISCOVER_ENTRY_POINTS": "1", "PLUGINS": ""},
    )
    assert (done.returncode, done.stdout) == (0, "All is well.\n"), said(done)


@pytest.mark.parametrize("name", ["x", "store_walks_and_then_some"[:24]])
def test_it_is_in_shape_whatever_its_name(tmp_path, name):
    write(Blank(name, tmp_path / "made"))
    for command in (("check",), ("format", "--check")):
        done = run(tool("ruff"), *command, "--no-cache", str(tmp_path / "made"))
        assert done.returncode == 0, said(done)


def test_its_types_are_right(walks):
    done = run(tool("mypy"), "--cache-dir", str(ROOT / ".mypy_cache" / "scaffold"), cwd=walks)
    assert done.returncode == 0, said(done)


def test_its_files_are_those_of_the_house(walks):
    inside = {path.name for path in (walks / "storewise_store_walks").iterdir()}
    house = {
        "models.py",
        "queries.py",
        "services.py",
        "forms.py",
        "views.py",
        "contributions.py",
        "api.py",
        "plugin.py",
    }
    assert house <= inside
    assert {"migrations", "templates", "translations", "web_api.py", "demo.py"} <= inside


def test_no_place_is_left_empty(walks):
    assert [path for path, text in files_of(walks).items() if b"[[ " in text or "_name_" in path] == []


def test_it_asks_for_the_present_api(walks):
    assert f"requires_api = {API_VERSION}" in (walks / "storewise_store_walks" / "plugin.py").read_text()


def test_its_chinese_is_that_of_the_house(walks):
    """All catalogues are read together, so that a text must read the same in each."""
    own = catalogue(walks / "storewise_store_walks" / CHINESE / "store_walks.po")
    assert own["Store walks"] == "门店巡视"
    for path in [*ROOT.glob(f"plugins/*/{CHINESE}/*.po"), *ROOT.glob(f"portal/{CHINESE}/portal.po")]:
        theirs = catalogue(path)
        assert {text: own[text] for text in own.keys() & theirs} == {text: theirs[text] for text in own.keys() & theirs}


def catalogue(path):
    with path.open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale="zh_Hans") if message.id}


# How it is asked for


def test_it_goes_into_a_folder_of_its_name_and_says_how_to_go_on(new):
    answer = new("visit_notes")
    assert answer.exit_code == 0, answer.output
    assert (Path("storewise-visit-notes") / "storewise_visit_notes" / "plugin.py").is_file()
    assert "pip install --no-deps --editable storewise-visit-notes" in answer.output
    assert "flask plugins check visit_notes" in answer.output
    plugin = (Path("storewise-visit-notes") / "storewise_visit_notes" / "plugin.py").read_text()
    assert 'title = _l("Visit notes")' in plugin


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("store-walks", "'store-walks' cannot be a plug-in's name: small letters, digits and single underscores"),
        ("Walks", "'Walks' cannot be a plug-in's name"),
        ("2walks", "'2walks' cannot be a plug-in's name"),
        ("_walks", "'_walks' cannot be a plug-in's name"),
        ("walks_", "'walks_' cannot be a plug-in's name"),
        ("巡视", "'巡视' cannot be a plug-in's name"),
        ("../walks", "'../walks' cannot be a plug-in's name"),
        ("w" * 25, "is too long for a name: at most 24 letters"),
        ("class", "'class' is a word of Python"),
        ("match", "'match' is a word of Python"),
        ("admin", "'admin' is the portal's own: it has pages, commands or tables under this name"),
        ("trade", "there is a plug-in called 'trade' already"),
        ("events", "there is a plug-in called 'events' already"),  # bundled, though not loaded here
        ("trade_more", "names 'trade_more' and 'trade' cannot be told apart in tables and pages"),
    ],
)
def test_wrong_names_are_refused_in_plain_words(new, name, message):
    answer = new(name)
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")
    assert message in answer.output
    assert list(Path().iterdir()) == []


def test_installed_plugins_and_packages_are_not_doubled(new, kit):
    kit.installed("weather")
    assert "there is a plug-in called 'weather' already" in new("weather").output
    (kit.folder / "storewise_tides").mkdir()
    (kit.folder / "storewise_tides" / "__init__.py").write_text("")
    assert "there is a Python package called storewise_tides already" in new("tides").output


def test_folder_that_is_there_stays_as_it_is(new):
    folder = Path("mine")
    folder.mkdir()
    (folder / "pyproject.toml").write_text("mine")
    answer = new("walks", "mine")
    assert (answer.exit_code, answer.output) == (1, "Error: mine is there already; nothing was written\n")
    assert files_of(folder) == {"pyproject.toml": b"mine"}


def test_folder_that_cannot_be_made_is_said(new):
    Path("file").write_text("")
    answer = new("walks", "file/walks")
    assert answer.exit_code == 1
    assert answer.output.startswith("Error: ")


@pytest.mark.parametrize("title", ['Say "hello"', "100 %", "{{ x }}", "<b>", "two\nlines", "x" * 61])
def test_titles_that_would_break_a_file_are_refused(tmp_path, title):
    with pytest.raises(PluginProblem, match="a title is one line of at most 60 letters"):
        write(Blank("walks", tmp_path / "made", title=title))
    with pytest.raises(PluginProblem, match="a title is one line of at most 60 letters"):
        write(Blank("walks", tmp_path / "made", chinese=title))
    assert not (tmp_path / "made").exists()
