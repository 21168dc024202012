"""What every chart keeps, whatever the data: it parses, stays in its frame, and no text lies on another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import combinations
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.charts import (
    Band,
    Bar,
    BarChart,
    CoverBar,
    HeatGrid,
    Interval,
    LineChart,
    Mark,
    Panel,
    RangeChart,
    RowChart,
    Series,
    SmallMultiples,
    Sparkline,
    StackedChart,
    Tile,
    TileMap,
    draw,
    draw_shelf,
    plain_number,
)
from tests.portal.svg_reading import SVG, find, parse, words

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def plain_width(text: str, size: float) -> float:
    """The width of a text by the rule of the look book, reckoned anew."""
    return sum(size * (1.0 if unicodedata.east_asian_width(c) in "WF" else 0.56) for c in text)


def corners(element: ElementTree.Element, size: float) -> Iterator[tuple[float, float]]:
    """Points that an element reaches at the outside."""

    def number(name: str) -> float:
        return float(element.get(name, 0))

    tag = element.tag.removeprefix(SVG)
    if tag == "rect":
        yield number("x"), number("y")
        yield number("x") + number("width"), number("y") + number("height")
    elif tag == "line":
        yield number("x1"), number("y1")
        yield number("x2"), number("y2")
    elif tag == "circle":
        yield number("cx") - number("r"), number("cy") - number("r")
        yield number("cx") + number("r"), number("cy") + number("r")
    elif tag in {"polyline", "polygon"}:
        flat = [float(n) for n in NUMBER.findall(element.get("points", ""))]
        yield from zip(flat[::2], flat[1::2], strict=True)
    elif tag == "text":
        yield number("x"), number("y") - size * 0.8
        yield number("x") + plain_width(element.text or "", size), number("y") + size * 0.2


def text_boxes(root: ElementTree.Element, size: float) -> list[tuple[float, float, float, float, str]]:
    boxes = []
    for element in root.iter(SVG + "text"):
        (left, top), (right, bottom) = corners(element, size)
        boxes.append((left, top, right, bottom, element.text or ""))
    return boxes


def assert_sound(drawing: str, size: float) -> None:
    """Parses, has a name, stays in its frame, says no nonsense, and no text lies on another."""
    root = parse(drawing)
    assert root.get("role") == "img" and (root.findtext(SVG + "title") or "").strip()
    _, _, width, height = (float(n) for n in root.get("viewBox", "").split())
    for element in root.iter():
        for x, y in corners(element, size):
            assert -0.2 <= x <= width + 0.2, (element.tag, element.attrib, width)
            assert -0.2 <= y <= height + 0.2, (element.tag, element.attrib, height)
    assert not re.search(r"\b(nan|inf)\b", " ".join(f"{e.attrib}" for e in root.iter()), re.IGNORECASE)
    for one, other in combinations(text_boxes(root, size), 2):
        apart = one[2] <= other[0] + 0.2 or other[2] <= one[0] + 0.2 or one[3] <= other[1] or other[3] <= one[1]
        assert apart, (one, other)


labels = st.text(alphabet=st.sampled_from("饮料方便面新品 abcMWm<&\"'>é😀\x00\u200b"), max_size=24)
titles = labels.map(lambda text: "F" + text)
numbers = st.one_of(
    st.none(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.integers(-10_000, 10_000),
    st.decimals(-1000, 1000, places=2),
)
tones = st.sampled_from(["own", "peer", "gain", "bad"])
values = st.lists(numbers, max_size=14).map(tuple)
positions = st.floats(-1, 15)
bars = st.lists(st.builds(Bar, labels, numbers, tones, labels), max_size=12).map(tuple)
series = st.lists(st.builds(Series, labels, values, tones), max_size=6).map(tuple)
many_labels = st.lists(labels, max_size=14).map(tuple)
any_chart = st.one_of(
    st.builds(RowChart, titles, bars, numbers, labels),
    st.builds(BarChart, titles, bars),
    st.builds(CoverBar, titles, *[st.floats(-1, 40)] * 3, *[labels] * 4),
    st.builds(
        LineChart,
        titles,
        many_labels,
        series,
        st.lists(st.builds(Band, positions, positions, labels), max_size=2).map(tuple),
        st.lists(st.builds(Mark, positions, st.floats(-1e4, 1e4), labels), max_size=2).map(tuple),
        st.booleans(),
        st.booleans(),
        labels,
    ),
    st.builds(StackedChart, titles, many_labels, series),
    st.builds(
        RangeChart,
        titles,
        st.lists(st.builds(Interval, labels, numbers, numbers, numbers, tones), max_size=8).map(tuple),
        numbers,
        labels,
    ),
    st.builds(HeatGrid, titles, many_labels, many_labels, st.lists(values, max_size=8).map(tuple)),
    st.builds(
        TileMap,
        titles,
        st.lists(st.builds(Tile, labels, st.integers(0, 7), st.integers(0, 7), numbers), max_size=12).map(tuple),
    ),
    st.builds(SmallMultiples, titles, st.lists(st.builds(Panel, labels, values, values), max_size=9).map(tuple)),
    st.builds(Sparkline, titles, values),
)


@settings(max_examples=400, deadline=None)
@given(chart=any_chart, theme=st.sampled_from(["page", "print"]), width=st.sampled_from([120, 220, 330, 640]))
def test_any_data_gives_a_sound_drawing(chart, theme, width):
    size = {"page": 12, "print": 11}[theme]
    assert_sound(draw(chart, theme=theme, width=width), size)


names = st.lists(st.text("饮料方便面乳品调味", min_size=2, max_size=5), min_size=2, max_size=6, unique=True).map(tuple)
amounts = st.integers(0, 2000)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), names=names, width=st.sampled_from([330, 640]), theme=st.sampled_from(["page", "print"]))
def test_with_plausible_data_no_name_and_no_number_is_left_out(data, names, width, theme):
    own = data.draw(st.lists(amounts, min_size=len(names), max_size=len(names)))
    rows = RowChart("rows", tuple(map(Bar, names, own)))
    assert {*names, *map(plain_number, own)} <= set(words(draw(rows, width=width, theme=theme)))
    lines = LineChart(
        "lines", ("1月", "2月"), tuple(Series(name, (n, n + 1)) for name, n in zip(names, own, strict=True))
    )
    ends = {f"{name} {plain_number(n + 1)}" for name, n in zip(names, own, strict=True)}
    assert ends <= set(words(draw(lines, width=width, theme=theme)))
    stack = StackedChart("stack", ("1月",), tuple(Series(name, (n + 1,)) for name, n in zip(names, own, strict=True)))
    assert {"1月", *names} <= set(words(draw(stack, width=width, theme=theme)))
    ranges = RangeChart("ranges", tuple(Interval(name, n, n + 1, n + 2) for name, n in zip(names, own, strict=True)))
    assert {*names, *(plain_number(n + 1) for n in own)} <= set(words(draw(ranges, width=width, theme=theme)))


@settings(max_examples=100, deadline=None)
@given(issue=st.integers())
def test_every_issue_has_its_yellow_pack(issue):
    assert len(find(draw_shelf("Shelves", issue=issue, gain=True), "rect", fill="#ffd23f")) == 1
