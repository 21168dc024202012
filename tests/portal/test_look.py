"""The shared look: what the macros write, for readers with and without eyes, mouse, script or a good memory."""

import re
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, get_template_attribute, render_template, session
from markupsafe import Markup

from portal.contracts import HomeCard, TimelineEntry
from portal.navigation import Place
from portal.styleguide import sample_form, samples

ROOT = Path(__file__).parents[2]
SHEET = (ROOT / "portal" / "static" / "storewise.css").read_text(encoding="utf-8")
VOID = {"input", "img", "meta", "link", "br", "hr", "path", "circle", "rect", "line"}


class Page(HTMLParser):
    """The elements of a page with their attributes, and the text that lies in labels and legends."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrapped_inputs: set[int] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "label" in self.open:
            self.wrapped_inputs.add(len(self.elements))
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def all(self, *tags: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.elements if tag in tags]

    @property
    def ids(self) -> Counter[str | None]:
        return Counter(attrs["id"] for _, attrs in self.elements if "id" in attrs)


def viewer(side: str) -> Any:
    """Somebody of a store or of the distributor; nobody for "out"."""
    if side == "out":
        return None
    distributor = SimpleNamespace(name="Hechuan Trading")
    store = SimpleNamespace(name="Linli", number="0001") if side == "store" else None
    memberships = [SimpleNamespace(id=number, store=store, distributor=distributor) for number in (1, 2)]
    return SimpleNamespace(
        person=SimpleNamespace(name="Lin", id=7), distributor=distributor, store=store, role_title="Manager",
        is_store_side=side == "store", memberships=memberships, membership=memberships[0], may=lambda name: True,
    )  # fmt: skip


def guide(app: Flask, side: str, language: str = "en", query: str = "") -> str:
    """The style guide as somebody of this side sees it."""
    with app.test_request_context(f"/guide{query}"):
        session["language"] = language
        place = Place("Advice", "/advice", "bulb", "daily", count=4, current=True, order=1)
        return render_template(
            "styleguide.html", viewer=viewer(side), tabs=[place], nav=[place], unread_notifications=3,
            failures=["Events could not be loaded"], **samples(),
        )  # fmt: skip


def macro(app: Flask, file: str, name: str, *args: Any, url: str = "/", **kwargs: Any) -> str:
    """What one macro writes."""
    with app.test_request_context(url):
        session["language"] = "en"
        return str(get_template_attribute(f"macros/{file}.html", name)(*args, **kwargs))


@pytest.mark.parametrize("language", ["en", "zh_Hans"])
@pytest.mark.parametrize("side", ["store", "desk", "out"])
def test_style_guide_is_sound_in_every_shell_and_language(app, side, language):
    page = Page(guide(app, side, language))
    assert [tag for tag, _ in page.elements].count("h1") == 1
    assert [tag for tag, _ in page.elements].count("main") == 1
    assert not [name for name, times in page.ids.items() if times > 1]
    assert page.all("html")[0]["lang"] == ("en" if language == "en" else "zh-CN")
    assert page.all("a")[0] == {"class": "sw-skip", "href": "#main"}


@pytest.mark.parametrize("side", ["store", "desk", "out"])
def test_page_needs_nothing_that_the_content_security_policy_forbids(app, side):
    page = Page(guide(app, side))
    assert not page.all("style")
    assert not [attrs for _, attrs in page.elements if "style" in attrs or any(name.startswith("on") for name in attrs)]
    scripts = page.all("script")
    assert scripts
    assert all((attrs["src"] or "").startswith("/static/") and "defer" in attrs for attrs in scripts)
    assert all((attrs["href"] or "").startswith(("/static/", "/manifest.webmanifest")) for attrs in page.all("link"))


def test_every_input_has_a_name_that_can_be_read_out(app):
    page = Page(guide(app, "store"))
    labelled = {attrs["for"] for attrs in page.all("label") if "for" in attrs}
    for index, (tag, attrs) in enumerate(page.elements):
        if tag in {"input", "select", "textarea"} and attrs.get("type") != "hidden":
            assert attrs.get("id") in labelled or index in page.wrapped_inputs or attrs.get("aria-label"), attrs


def test_everything_that_is_pointed_to_is_there(app):
    page = Page(guide(app, "store"))
    for _, attrs in page.elements:
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set((attrs.get(name) or "").split()) <= set(page.ids), attrs


def test_form_that_came_back_keeps_its_text_and_leads_to_each_mistake(app):
    with app.test_request_context("/"):
        session["language"] = "en"
        form = sample_form(wrong=True)
        html = str(get_template_attribute("macros/form.html", "summary")(form))
        fields = "".join(
            str(get_template_attribute("macros/form.html", "field")(form[name]))
            for name in ("product", "quantity", "text")
        )
    assert "2 things to change" in html
    links = [attrs["href"] for attrs in Page(html).all("a")]
    assert links == ["#product", "#quantity"]
    page = Page(fields)
    (quantity,) = [attrs for attrs in page.all("input") if attrs["name"] == "quantity"]
    assert quantity["value"] == "0"
    assert quantity["aria-invalid"] == "true"
    assert quantity["aria-describedby"] == "quantity-error"
    assert "The lower case is wet." in fields


def test_each_form_carries_its_protection_and_its_key(app):
    forms = re.findall(r'<form[^>]*method="post".*?</form>', guide(app, "store"), re.S)
    assert len(forms) > 4
    for form in forms:
        assert 'name="csrf_token"' in form or "sw-bulk" in form, form[:200]


def test_address_of_a_list_keeps_the_filters_and_cannot_be_bent(app):
    url = "/stores?tier=KA&cursor=x&endpoint=home.start&_external=1&q=%E5%BA%97%22%3E"
    address = macro(app, "table", "here", {"cursor": None, "sort": "-name"}, url=url)
    assert address == "/stores?tier=KA&amp;endpoint=home.start&amp;_external=1&amp;q=%E5%BA%97%22%3E&amp;sort=-name"


def test_sorted_head_says_its_direction_and_turns_it(app):
    page = Page(guide(app, "desk", query="?sort=-worth"))
    (head,) = [attrs for attrs in page.all("th") if "aria-sort" in attrs]
    assert head["aria-sort"] == "descending"
    assert "/guide?sort=worth" in [attrs.get("href") for attrs in page.all("a")]


def test_text_of_a_plug_in_is_escaped_and_markup_is_not(app):
    card = HomeCard("<b>12</b> cases", Markup("<b>53</b> left"), "/order", "Order", "package", gain=Decimal(1338))
    html = macro(app, "cards", "advice_card", card)
    assert "&lt;b&gt;12&lt;/b&gt; cases" in html
    assert "<b>53</b> left" in html
    assert "<b>1,338</b>" in html
    entry = TimelineEntry(datetime(2026, 3, 12, 9, tzinfo=UTC), "<i>x</i>", "clock", state='"><script>')
    assert "<i>" not in macro(app, "cards", "timeline", [entry])
    assert "<script>" not in macro(app, "cards", "timeline", [entry])


def test_loss_to_avoid_is_not_painted_as_gain(app):
    assert 'class="sw-tag is-risk"' in macro(app, "cards", "tag", Decimal(286), risk=True)
    card = HomeCard("Yogurt", "", "/y", "Choose", "package", risk=Decimal(286))
    assert "is-risk" in macro(app, "cards", "advice_card", card)


def test_job_that_has_ended_is_not_asked_again(app):
    running = macro(app, "progress", "progress_box", "Editions", "run", 3, 9, poll_url="/jobs/1")
    ended = macro(app, "progress", "progress_box", "Editions", "ok", 9, 9, poll_url="/jobs/1")
    assert 'hx-get="/jobs/1"' in running
    assert "hx-get" not in ended


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 429, 500, 503])
@pytest.mark.parametrize("side", ["store", "desk", "out"])
def test_error_page_says_what_next_and_the_number_to_read_out(app, side, code):
    error = SimpleNamespace(
        code=code, title="It broke", text="Nothing is lost.", error_id="0312-8F2", whom_to_ask="Lin",
        next_url="/today", next_title="Back to today",
    )  # fmt: skip
    with app.test_request_context("/stores/9?a=1"):
        session["language"] = "en"
        html = render_template(f"errors/{code}.html", error=error, viewer=viewer(side), tabs=[], nav=[])
    page = Page(html)
    assert len(page.all("h1")) == 1
    for text in ("It broke", "Nothing is lost.", "0312-8F2", "Please ask Lin"):
        assert text in html
    links = [attrs.get("href") for attrs in page.all("a")]
    assert "/today" in links
    assert ("/stores/9?a=1" in links) == (code in {429, 500, 503})


def tokens(selector: str) -> dict[str, str]:
    """The colours that a block of the sheet sets."""
    block = SHEET[SHEET.index(selector) :]
    return dict(re.findall(r"(--sw-[a-z0-9-]+): (#[0-9a-f]{6})", block[: block.index("}")]))


LIGHT = tokens(":root, :root[data-bs-theme")
DARK = LIGHT | tokens(':root[data-bs-theme="dark"]')


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast of two colours."""

    def luminance(colour: str) -> float:
        parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_every_ground(theme):
    grounds = ["--sw-page", "--sw-surface", "--sw-sunk"]
    pairs = [(ink, ground) for ink in ("--sw-ink", "--sw-ink-2", "--sw-brand") for ground in grounds]
    pairs += [(f"--sw-{state}", f"--sw-{state}-soft") for state in ("ok", "soon", "late", "wait")]
    pairs += [("--sw-brand-fg", "--sw-brand"), ("--sw-tag-ink", "--sw-tag"), ("--sw-side-ink", "--sw-side-on")]
    for ink, ground in pairs:
        assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
    assert contrast(theme["--sw-line-strong"], theme["--sw-surface"]) >= 3


def test_dark_by_choice_and_dark_by_the_device_are_the_same():
    assert tokens(':root[data-bs-theme="dark"]') == tokens(':root[data-bs-theme="auto"]')


def test_yellow_is_kept_for_money_to_gain():
    users = re.findall(r"([^{}]+)\{[^{}]*var\(--sw-tag\)", SHEET)
    assert users
    assert all(re.search(r"\.sw-tag|\.gain|\.up|\.sw-side :focus", user) for user in users), users
