"""The documents: links lead somewhere, and the pages for users call every button and message as the product does."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from tools.paths import ROOT, text_domains
from tools.translations import LIBRARIES, catalogue_path, read

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PICTURES = ROOT / "docs" / "pictures"
USERS = ROOT / "docs" / "users"
PAGES = sorted(USERS.glob("*/*.md"))
ROLES = {"store.md", "rep.md", "expert.md", "manager.md", "administrator.md"}

CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LABEL = re.compile(r"\*\*(.+?)\*\*")
MESSAGE = re.compile(r"“(.+?)”")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]")  # a page writes … for what the product fills in
SAID = {"The page says", "页面显示"}  # heads of tables whose first column holds messages
# On the screen, but written alike in both languages, so that no catalogue has it.
IN_NO_CATALOGUE = {"XLSX", "CSV"}


def short(path: Path) -> str:
    """The path as a reader of the repository writes it."""
    return str(path.relative_to(ROOT))


def prose(page: Path) -> str:
    """The page without code."""
    return CODE.sub("", page.read_text("utf-8"))


def relative_links(page: Path) -> Iterator[str]:
    """Where the page leads to inside of the repository."""
    for target in LINK.findall(prose(page)):
        if not re.match(r"[a-z]+:|#", target):
            yield target


def places_in(page: Path) -> set[str]:
    """What a link can name after # in a document."""
    headings = HEADING.findall(prose(page))
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def pictures_on(page: Path) -> list[str]:
    """The names of the pictures that a page shows, in order, without their language."""
    return [name for target in relative_links(page) for name in re.findall(r"([\w-]+)\.\w+\.png$", target)]


@cache
def pictures_taken() -> set[str]:
    """The files that `make pictures` writes."""
    stories = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "browser").glob("*.py"))
    names = re.findall(r'\.look\(\w+, "([\w-]+)"', stories)
    return {f"{name}.{language}.png" for name in names for language in ("zh", "en")}


@cache
def product_texts(language: str, *, libraries: bool) -> set[str]:
    """What the product says in a language: translations in Chinese, the texts of the code in English."""
    packages = {name: path for name, path in text_domains().items() if not path.is_relative_to(ROOT / "examples")}
    paths = [catalogue_path(domain, package) for domain, package in packages.items()]
    if libraries:
        paths += [catalogue_path(domain, packages[owner]) for domain, owner in LIBRARIES.items()]
    texts: set[str] = set(IN_NO_CATALOGUE)
    for message in (message for path in paths for message in read(path) if message.id):
        said = message.string if language == "zh" else message.id
        texts |= {said} if isinstance(said, str) else set(said or ())
    return {PLACEHOLDER.sub("…", text).replace("%%", "%") for text in texts}


def named_on(page: Path) -> Iterator[tuple[str, bool]]:
    """Everything that the page says is on the screen, with whether it is a message (a label otherwise)."""
    in_table = False
    for line in prose(page).splitlines():
        cells = [cell.strip() for cell in line.split("|")] if line.startswith("|") else []
        head = bool(cells) and cells[1] in SAID
        if in_table and cells and cells[1].strip("-"):
            yield cells[1], True
            line = "|".join(cells[2:])
        in_table = head or (in_table and bool(cells))
        yield from ((label, False) for label in LABEL.findall(line))
        yield from ((message, True) for message in MESSAGE.findall(LABEL.sub("", line)))


@pytest.mark.parametrize("page", DOCUMENTS, ids=short)
def test_every_link_of_a_document_leads_to_a_file_or_to_a_picture_that_is_taken(page: Path) -> None:
    lost = []
    for target in relative_links(page):
        name, _hash, place = target.partition("#")
        path = (page.parent / name).resolve()
        taken = path.parent == PICTURES and path.name in pictures_taken()
        if not (taken or path.exists()) or (place and place not in places_in(path)):
            lost.append(target)
    assert not lost


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_a_page_for_users_names_what_stands_on_the_screen_as_it_stands_there(page: Path) -> None:
    language = page.parent.name
    unknown = [text for text, is_message in named_on(page) if text not in product_texts(language, libraries=is_message)]
    assert not unknown


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_what_is_marked_in_a_page_for_users_is_what_a_reader_sees_marked(page: Path) -> None:
    # Between Chinese letters a mark beside a bracket or a question mark does not count without a space.
    rendered = MarkdownIt("commonmark").enable("table").render(page.read_text("utf-8"))
    seen = re.findall("<strong>(.*?)</strong>", re.sub("<code>.*?</code>", "", rendered))
    assert [html.unescape(text) for text in seen] == LABEL.findall(prose(page))
    assert not [line for line in prose(page).splitlines() if line.count("“") != line.count("”")]


@pytest.mark.parametrize("page", PAGES, ids=short)
def test_the_pictures_of_a_page_for_users_speak_its_language_and_have_a_text(page: Path) -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", prose(page))
    assert all(text and target.endswith(f".{page.parent.name}.png") for text, target in pictures)


def test_each_role_has_a_page_in_both_languages_with_the_same_pictures() -> None:
    chinese, english = (
        {page.name: pictures_on(page) for page in PAGES if page.parent.name == language} for language in ("zh", "en")
    )
    assert chinese == english
    assert chinese.keys() >= ROLES


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_page_for_users_leads_to_every_page(language: str) -> None:
    first = set(relative_links(USERS / "README.md"))
    assert first >= {f"{language}/{page.name}" for page in PAGES if page.parent.name == language}
