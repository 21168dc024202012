"""docs/plugins.md shows code that is there and runs, and commands that exist."""

import re
import shlex
import textwrap
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

from portal import create_app
from portal.testing import settings_for
from tests.portal.pip_kit import ROOT

PAGE = ROOT / "docs" / "plugins.md"
FENCE = re.compile(r"^```(\w*)[ ]?(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)]+)\)")
# What a plug-in brings is a command only where that plug-in is installed; tests/examples runs these.
BROUGHT = {"checklist": "examples/storewise-checklist/storewise_checklist/commands.py"}


@dataclass(frozen=True)
class Block:
    """A piece of code in the page."""

    language: str
    source: str
    code: str


def blocks(page):
    return [Block(*found.groups()) for found in FENCE.finditer(page)]


BLOCKS = blocks(PAGE.read_text(encoding="utf-8"))
COMMANDS = [
    line.removeprefix("$ ") for block in BLOCKS if block.language == "console" for line in block.code.splitlines()
]


def stands_in(code, text):
    """Whether the lines of `code` follow each other in `text`, at whatever indentation."""
    wanted = textwrap.dedent(code).strip("\n").splitlines()
    lines = text.splitlines()
    for start in range(len(lines) - len(wanted) + 1):
        there = "\n".join(lines[start : start + len(wanted)])
        if textwrap.dedent(there).splitlines() == wanted:
            return True
    return False


def test_excerpt_is_told_from_what_only_looks_alike():
    text = "class A:\n    x = 1\n\n    y = 2\n"
    assert stands_in("    x = 1\n\n    y = 2\n", text)
    assert stands_in("x = 1\n\ny = 2", text)
    assert not stands_in("x = 1\ny = 2", text)
    assert not stands_in("x = 2", text)
    assert not stands_in("x = 1\n    y = 2", text)


def test_page_has_code_of_each_kind():
    assert {block.language for block in BLOCKS} == {"python", "jinja", "toml", "console"}
    assert len(BLOCKS) > 20


@pytest.mark.parametrize(
    "block", [block for block in BLOCKS if block.language != "console"], ids=lambda block: block.source
)
def test_code_is_taken_from_a_file_that_tests_run(block):
    source = ROOT / block.source
    assert block.source.startswith(("examples/storewise-checklist/", "plugins/"))
    assert source.is_file()
    assert stands_in(block.code, source.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return create_app(settings_for(tmp_path_factory.mktemp("docs")) | {"PLUGINS": ()})


def parsed(app, arguments):
    """The command, its arguments read by click as it would when it runs."""
    command, context = app.cli, click.Context(app.cli)
    while isinstance(command, click.Group):
        name, *arguments = arguments
        found = command.get_command(context, name)
        assert found is not None, f"there is no flask ... {name}"
        command = found
    return command.make_context(command.name, list(arguments))


@pytest.mark.parametrize("line", COMMANDS)
def test_command_exists_and_takes_these_arguments(app, line):
    program, *arguments = shlex.split(line)
    if program == "flask":
        assert arguments[:2] == ["--app", "wsgi"]
        group = arguments[2]
        if group in BROUGHT:
            assert f'"{arguments[3]}"' in (ROOT / BROUGHT[group]).read_text()
        else:
            parsed(app, arguments[2:])
    else:
        assert (program, arguments[0]) == ("python", "-m")
        assert arguments[1] in {"pip", "pytest"}


@pytest.mark.parametrize(
    "wrong", [["plugins", "invent"], ["plugins", "new"], ["plugins", "check", "--all"], ["db", "upgrade", "now"]]
)
def test_wrong_commands_are_recognized(app, wrong):
    with pytest.raises((AssertionError, click.UsageError)):
        parsed(app, wrong)


def test_every_command_of_the_groups_is_in_the_table(app):
    page = PAGE.read_text(encoding="utf-8")
    for group in ("plugins", "db"):
        for name in app.cli.commands[group].commands:
            assert f"`flask {group} {name}" in page


def anchor(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_links_lead_somewhere():
    page = FENCE.sub("", PAGE.read_text(encoding="utf-8"))
    headings = {anchor(line.lstrip("# ")) for line in page.splitlines() if line.startswith("#")}
    for link in LINK.findall(page):
        path, _, place = link.partition("#")
        assert not path or (PAGE.parent / path).is_file(), link
        assert not place or path or place in headings, link


def test_numbers_are_those_of_the_host():
    from portal.host import answers, containment
    from portal.paging import PAGE_SIZE
    from portal.testing import check_plugin

    page = " ".join(PAGE.read_text(encoding="utf-8").split())
    limits = answers.LIMITS
    assert (
        f"At most {answers.LIMIT} items are taken ({limits['timeline']} of a timeline, {limits['calendar_entries']} of a"
        in page
    )
    assert f"{check_plugin.HOME_BUDGET} for `home_cards`, {check_plugin.ANSWER_BUDGET} for any other" in page
    assert f"pages of {PAGE_SIZE} rows" in page
    assert containment.SLOW_MS == 500
    assert "over half a second" in page


def test_files_of_a_plugin_are_those_that_the_example_has():
    page = PAGE.read_text(encoding="utf-8")
    package = ROOT / "examples" / "storewise-checklist" / "storewise_checklist"
    for path in Path(package).glob("*.py"):
        assert f"`{path.name}`" in page
