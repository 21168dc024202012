"""Charts: true to their numbers, with words that can be read, in both looks."""

from __future__ import annotations

from decimal import Decimal

import pytest

from portal import charts
from portal.charts import (
    Band,
    Bar,
    BarChart,
    CoverBar,
    HeatGrid,
    Interval,
    LineChart,
    Panel,
    RangeChart,
    Ring,
    RowChart,
    Series,
    SmallMultiples,
    Sparkline,
    StackedChart,
    TileMap,
    draw,
    draw_shelf,
    plain_number,
    text_width,
)
from portal.contracts import Chart
from tests.portal.svg_reading import SVG, find, parse, widths, words
from tests.portal.test_charts_any_data import plain_width


@pytest.mark.parametrize(
    "chart",
    [
        RowChart("none", ()),
        BarChart("none", (Bar("a", None),)),
        CoverBar("none", 1, 2, 0, "a", "b", "c", "d"),
        LineChart("none", ("a", "b"), (Series("x", (None, float("nan"))),)),
        StackedChart("none", ("a",), (Series("x", (0,)),)),
        RangeChart("none", (Interval("a", None, None, None),)),
        HeatGrid("none", (), (), ()),
        TileMap("none", ()),
        SmallMultiples("none", (Panel("a", ()),)),
        Sparkline("none", (None,)),
    ],
    ids=lambda chart: type(chart).__name__,
)
def test_chart_without_data_says_so_in_a_frame(chart):
    drawing = draw(chart, no_data="还没有数据")
    assert words(drawing) == ["还没有数据"]
    assert len(find(drawing, "rect")) == 1


# True to the numbers


def test_rows_start_at_zero_and_are_as_long_as_their_numbers():
    drawing = draw(
        RowChart("到期前还能卖 34 杯", (Bar("还能卖", 34), Bar("会剩下", 17, "bad"))), number=lambda v: f"{v} 杯"
    )
    sold, left = find(drawing, "rect", class_="own")[0], find(drawing, "rect", class_="bad")[0]
    assert sold.get("x") == left.get("x")
    assert float(sold.get("width")) == pytest.approx(2 * float(left.get("width")), abs=0.2)
    assert words(drawing) == ["还能卖", "34 杯", "会剩下", "17 杯"]


def test_negative_rows_run_to_the_left_of_the_zero_they_share():
    drawing = draw(RowChart("growth", (Bar("a", 20), Bar("b", -10, "bad"))))
    up, down = find(drawing, "rect", class_="own")[0], find(drawing, "rect", class_="bad")[0]
    zero = float(up.get("x"))
    assert float(down.get("x")) + float(down.get("width")) == pytest.approx(zero, abs=0.1)
    assert float(up.get("width")) == pytest.approx(2 * float(down.get("width")), abs=0.2)


def test_vertical_bars_stand_on_one_line_and_rise_with_their_numbers():
    drawing = draw(BarChart("stock-outs", tuple(Bar(str(n), n) for n in (1, 2, 4))), theme="print")
    rects = find(drawing, "rect")
    floors = {round(float(r.get("y")) + float(r.get("height")), 1) for r in rects}
    heights = [float(r.get("height")) for r in rects]
    assert len(floors) == 1
    assert heights[1] / heights[0] == pytest.approx(2, abs=0.05)
    assert heights[2] / heights[0] == pytest.approx(4, abs=0.05)


def test_cover_bar_shows_days_of_stock_and_the_gap_until_delivery():
    chart = CoverBar("1.6 of 2.7 days", 1.6, 2.7, 5, "够 1.6 天", "周六 3/14 送货", "今天", "5 天")
    drawing = draw(chart, width=328)
    assert widths(drawing, class_="own") == [105.0]
    assert widths(drawing, class_="a-late") == [pytest.approx(328 * 1.1 / 5, abs=0.1)]
    assert set(words(drawing)) == {"够 1.6 天", "周六 3/14 送货", "今天", "5 天"}


def test_cover_bar_has_no_gap_when_the_stock_outlasts_the_delivery():
    drawing = draw(CoverBar("enough", 4, 2, 5, "a", "b", "c", "d"))
    assert widths(drawing, class_="a-late") == []


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), Decimal("NaN")])
def test_value_that_is_no_number_counts_as_missing(value):
    drawing = draw(BarChart("x", (Bar("a", 5), Bar("b", value))))
    assert len(find(drawing, "rect")) == 1
    assert words(drawing) == ["5", "a", "b"]


def test_line_breaks_where_a_value_is_missing():
    drawing = draw(LineChart("gap", tuple("abcde"), (Series("x", (1, 2, None, 4, 5)),)))
    assert [len(line.get("points").split()) for line in find(drawing, "polyline")] == [2, 2]


def test_line_higher_value_lies_higher():
    drawing = draw(LineChart("up", tuple("abc"), (Series("x", (1, 3, 2)),)))
    first, second, third = (float(p.split(",")[1]) for p in find(drawing, "polyline")[0].get("points").split())
    assert second < third < first


def test_lines_are_named_at_their_ends_with_their_last_value():
    drawing = draw(LineChart("rise", tuple("ab"), (Series("本店", (8.1, 9.8)), Series("同类店", (8.4, 8.9), "peer"))))
    assert {"本店 9.8", "同类店 8.9"} <= set(words(drawing))
    assert find(drawing, "polyline", class_="l-own") and find(drawing, "polyline", class_="l-peer")


def test_third_line_is_told_apart_by_shapes_not_by_colour():
    lines = tuple(Series(name, (1, 2, 3), "peer") for name in ("a", "b", "c"))
    assert len(find(draw(LineChart("prices", tuple("xyz"), lines)), "polygon")) == 3


def test_stack_is_as_high_as_the_sum_and_names_each_part():
    chart = StackedChart("mix", ("Jan", "Feb"), (Series("Drinks", (30, 10)), Series("Noodles", (10, 10))))
    rects = find(draw(chart, theme="print"), "rect")
    tops = sorted({round(float(rect.get("x"))) for rect in rects})
    heights = [sum(float(r.get("height")) for r in rects if round(float(r.get("x"))) == x) for x in tops]
    assert heights[0] / heights[1] == pytest.approx(2, abs=0.05)
    assert {"Drinks", "Noodles"} <= set(words(draw(chart)))


def test_range_lies_around_its_middle_and_the_reference():
    chart = RangeChart("effect", (Interval("Order", -10, 5, 20),), 0, "no change")
    drawing = draw(chart, theme="print")
    bar, dot, zero = find(drawing, "rect")[0], find(drawing, "circle")[0], find(drawing, "line")[0]
    left, length = float(bar.get("x")), float(bar.get("width"))
    assert float(dot.get("cx")) == pytest.approx(left + length / 2, abs=0.2)
    assert float(zero.get("x1")) == pytest.approx(left + length / 3, abs=0.2)


def test_heat_grid_is_strongest_where_the_number_is_largest():
    drawing = draw(HeatGrid("heat", ("a", "b", "c"), ("r",), ((0, 5, 10),)))
    strengths = [float(rect.get("fill-opacity")) for rect in find(drawing, "rect", class_="own")]
    assert strengths == sorted(strengths) and strengths[0] < strengths[-1]
    assert words(drawing)[-3:] == ["0", "5", "10"]


def test_missing_cell_is_an_outline_with_a_dash():
    drawing = draw(HeatGrid("heat", ("a", "b"), ("r",), ((1, None),)))
    assert words(drawing)[-1] == "–"
    assert len(find(drawing, "rect", class_="ax")) == 1


def test_ring_shows_the_share_that_is_left():
    circle = find(draw(Ring("run", 0.25, "a quarter left")), "circle")[1]
    drawn, around = (float(n) for n in circle.get("stroke-dasharray").split())
    assert drawn / around == pytest.approx(0.25, abs=0.01)


def test_ring_without_words_of_its_own_is_hidden_from_readers():
    root = parse(draw(Ring("late")))
    assert root.get("aria-hidden") == "true" and root.get("role") is None


@pytest.mark.parametrize("state", ["run", "soon", "late", "wait", "ok"])
def test_ring_states_differ_in_their_sign_not_only_in_colour(state):
    signs = {s: find(draw(Ring(s)), "path")[0].get("d") for s in ("run", "late", "wait", "ok")}
    assert len(set(signs.values())) == 4
    assert find(draw(Ring(state), theme="print"), "path")[0].get("stroke", "").startswith("#")


# Texts


def test_texts_are_escaped_everywhere():
    nasty = '</text><script>alert("1")</script>&'
    chart = RowChart(nasty, (Bar(nasty, 3, "own", nasty),), 2, nasty)
    drawing = draw(chart, width=2000, number=lambda v: nasty)
    assert "<script" not in drawing
    assert parse(drawing).findtext(SVG + "title") == nasty
    assert words(drawing).count(nasty) == 4


def test_chinese_character_is_one_em_wide_and_a_latin_one_0_56():
    assert text_width("断货", 10) == pytest.approx(20)
    assert text_width("ab1", 10) == pytest.approx(16.8)
    assert text_width("e\u0301\u200b", 10) == pytest.approx(5.6)


def test_long_label_is_cut_with_an_ellipsis_and_keeps_its_room():
    drawing = draw(RowChart("long", (Bar("一个非常非常非常非常非常长的品类名字", 3),)), width=330)
    label = words(drawing)[0]
    assert label.endswith("…") and label.startswith("一个非常")
    assert plain_width(label, 12) <= 330 * 0.4


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1338, "1,338"),
        (12.5, "12.5"),
        (-0.25, "−0.25"),
        (0, "0"),
        (-0.001, "0"),
        (Decimal("2.70"), "2.7"),
        (99.96, "100"),
    ],
)
def test_numbers_are_written_plainly(value, written):
    assert plain_number(value) == written


def test_numbers_are_written_by_the_formatter_that_was_passed():
    drawing = draw(BarChart("money", (Bar("a", Decimal("12.50")),)), number=lambda value: f"¥{value}")
    assert "¥12.50" in words(drawing)


# Looks


@pytest.mark.parametrize("theme", ["page", "print"])
def test_page_wears_classes_and_print_plain_colours(theme):
    chart = LineChart(
        "x", ("a", "b"), (Series("o", (1, 2)), Series("p", (2, 1), "peer")), (Band(0, 1, "z"),), area=True
    )
    drawing = draw(chart, theme=theme)
    elements = list(parse(drawing).iter())
    assert not any(element.get("style") or element.get("text-anchor") for element in elements)
    if theme == "print":
        assert not any(element.get("class") for element in elements)
        assert not any("opacity" in name for element in elements for name in element.attrib)
        assert parse(drawing).get("font-family", "").startswith("Noto Sans SC")
    else:
        assert not any("#" in value for element in elements for value in element.attrib.values())


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("line", "polyline"), ("bars", "rect"), ("rows", "rect"), ("stacked", "rect"), ("range", "circle")],
)
def test_chart_that_a_plugin_contributes_is_drawn(kind, expected):
    three = tuple((name, (1.0 + n, 2.0 + n)) for n, name in enumerate(("low", "middle", "high")))
    drawing = draw(Chart(kind, "Sales rose", ("Jan", "Feb"), three))
    assert parse(drawing).findtext(SVG + "title") == "Sales rose"
    assert find(drawing, expected)


def test_range_of_a_plugin_without_three_series_says_there_is_no_data():
    assert words(draw(Chart("range", "x", ("a",), (("only", (1.0,)),)), no_data="none")) == ["none"]


def test_cover_picture_is_the_same_for_the_same_issue_and_has_yellow_only_for_a_gain():
    once = draw_shelf("Shelves", issue=27, gain=True)
    assert once == draw_shelf("Shelves", issue=27, gain=True) != draw_shelf("Shelves", issue=28, gain=True)
    assert len(find(once, "rect", fill="#ffd23f")) == 1
    assert not find(draw_shelf("Shelves", issue=27, gain=False), "rect", fill="#ffd23f")


def test_public_names_exist():
    assert all(hasattr(charts, name) for name in charts.__all__)
