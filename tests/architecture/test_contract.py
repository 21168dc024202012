"""Every member of the contract, and every name of portal.api, is documented; every member is exercised by tests."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal import api, contracts
from portal.contracts import Plugin
from portal.host.declarations import DECLARATIONS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "plugins.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "examples" / "storewise-checklist" / "storewise_checklist" / "plugin.py"
MEETING = ROOT / "tests" / "examples"
HEADING = re.compile(r"^### `(\w+)(?:\(([^)]*)\))?`$", re.MULTILINE)
# Facts that the example can do without; bundled plug-ins and the tests of the host have them.
NOT_IN_THE_EXAMPLE = {"requires", "shared_tables"}


def facts() -> list[str]:
    """What a plug-in is: annotated, and set on the class."""
    return list(Plugin.__annotations__)


def methods() -> dict[str, inspect.Signature]:
    """What a plug-in answers."""
    return {
        name: inspect.signature(member)
        for name, member in vars(Plugin).items()
        if callable(member) and not name.startswith("_")
    }


def sections() -> dict[str, str]:
    """What the page says of each member."""
    parts = HEADING.split(PAGE)
    return dict(zip(parts[1::3], parts[3::3], strict=True))


def answers() -> Iterator[tuple[str, type]]:
    """Each dataclass of the contract with the member that it belongs to."""
    for name in methods():
        annotation = str(methods()[name].return_annotation)
        for kind in re.findall(r"\w+", annotation):
            if dataclasses.is_dataclass(getattr(contracts, kind, None)):
                yield name, getattr(contracts, kind)
    yield from (("briefing_sections", kind) for kind in (contracts.KeyFigure, contracts.Table, contracts.Chart))
    yield from (("briefing_sections", contracts.BriefingQuery), ("demo", contracts.DemoBuilder))


def functions_in(folder: Path) -> set[str]:
    """The names of all test functions in a folder."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("test_*.py")))
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


# Documented


def test_page_goes_through_every_member_in_the_order_of_the_contract() -> None:
    assert list(sections()) == [*facts(), *methods()]


@pytest.mark.parametrize("name", methods())
def test_heading_names_the_arguments(name: str) -> None:
    written = {found[0]: found[1] for found in HEADING.findall(PAGE)}[name]
    expected = [argument for argument in methods()[name].parameters if argument != "self"]
    assert [argument.strip() for argument in written.split(",") if argument] == expected


@pytest.mark.parametrize(("member", "kind"), [*answers()], ids=lambda value: getattr(value, "__name__", value))
def test_every_field_of_an_answer_is_named_beside_its_member(member: str, kind: type) -> None:
    said = sections()[member]
    assert f"`{kind.__name__}`" in said
    assert [field.name for field in dataclasses.fields(kind) if f"`{field.name}`" not in said] == []


def test_every_dataclass_of_the_contract_belongs_to_a_member() -> None:
    there = {kind for kind in vars(contracts).values() if dataclasses.is_dataclass(kind) and isinstance(kind, type)}
    assert there - {kind for _member, kind in answers()} == {contracts.Span}


@pytest.mark.parametrize("name", api.__all__)
def test_every_name_of_the_facade_is_in_the_page(name: str) -> None:
    assert re.search(rf"`{name}\b[^`]*`", PAGE), f"docs/plugins.md does not say what portal.api.{name} is for"


def test_facade_offers_what_it_imports_and_nothing_else() -> None:
    tree = ast.parse((ROOT / "portal" / "api.py").read_text(encoding="utf-8"))
    imported = {
        alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert imported - {"db"} | {"session"} == set(api.__all__)


def test_facade_offers_every_dataclass_of_the_contract() -> None:
    assert {kind.__name__ for _member, kind in answers()} | {"Plugin", "Span"} <= set(api.__all__)


# Exercised


@pytest.mark.parametrize("name", [*facts(), *methods()])
def test_every_member_is_met_by_a_test_of_its_name(name: str) -> None:
    """tests/examples meets the installed checklist on the portal's pages; title and description share a test."""
    shared = {"description": "title", "icon": "version"}.get(name, name)
    found = [function for function in functions_in(MEETING) if function.startswith(f"test_{shared}_")]
    assert found, f"no test in tests/examples begins with test_{name}_"
    assert shared == name or any(f"_{name}_" in function for function in found)


def test_every_member_that_runs_is_broken_on_purpose() -> None:
    """What pages ask, what is done, and what is read at the start: the portal goes on, and says what is missing."""
    broken: Any = importlib.import_module("tests.examples.test_checklist_broken")
    assert {*broken.SAID, *broken.DONE, *DECLARATIONS} == {*methods(), "settings_form"}
    assert set(broken.DONE) <= {name for function in functions_in(MEETING) for name in broken.DONE if name in function}


@pytest.mark.parametrize("name", sorted({*facts(), *methods()} - NOT_IN_THE_EXAMPLE))
def test_example_has_every_member(name: str) -> None:
    (plugin,) = [node for node in ast.parse(EXAMPLE.read_text()).body if isinstance(node, ast.ClassDef)]
    written = {node.name for node in plugin.body if isinstance(node, ast.FunctionDef)}
    written |= {
        target.id
        for node in plugin.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert name in written


def test_every_question_has_its_answer_checked() -> None:
    """What is asked on pages is made plain by the host, so that none of a plug-in's code runs in a template."""
    from portal.host.answers import ANSWERS

    asked = {
        name: str(signature.return_annotation) for name, signature in methods().items() if name not in DECLARATIONS
    }
    assert {name for name, annotation in asked.items() if annotation != "None"} == set(ANSWERS)
