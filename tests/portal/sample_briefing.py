"""A market briefing of six pages in two languages, as the briefings plug-in would hand it to the renderer."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

from jinja2 import Environment, FileSystemLoader

from portal.charts import (
    PRINT_WIDTHS,
    Bar,
    BarChart,
    HeatGrid,
    Interval,
    LineChart,
    Panel,
    RangeChart,
    RowChart,
    Series,
    SmallMultiples,
    StackedChart,
    draw,
    draw_shelf,
    plain_number,
)
from portal.pdf import PdfAttachment, column_shares
from tests.portal.sample_texts import chinese, english

TEMPLATES = Path(__file__).parents[2] / "templates"
WORDS = {
    "Contents": "目录",
    "Sources": "来源",
    "Table %(number)s": "表 %(number)s",
    "Figure %(number)s": "图 %(number)s",
    "%(title)s could not be produced.": "“%(title)s”没能生成。",
}
WEEKS = ("1-05", "1-12", "1-19", "1-26", "2-02", "2-09", "2-16", "3-01")
PAGE = """
{% import "briefing/parts.html" as bf %}
{% call bf.document(t.left, t.store, size) %}
{{ bf.cover(t.title, t.kicker, t.subtitle, art=art, gain=t.gain, points=t.points, store=t.store, imprint=t.imprint,
            brand=t.brand) }}
{{ bf.contents(t.entries) }}
{% call bf.section("compare", t.compare.title, t.compare.kicker, t.compare.lede, t.compare.foot) %}
  {% call bf.wide() %}{{ bf.figure(charts.rows, t.compare.figure1, 1, t.compare.text1) }}
    {{- bf.aside(t.compare.aside) }}{% endcall %}
  {% call bf.two() %}{{ bf.figure(charts.bars, t.compare.figure2, 2, t.compare.text2) }}
    {{- bf.figure(charts.area, t.compare.figure3, 3, t.compare.text3) }}{% endcall %}
  {{ bf.table(t.compare.table, 1, t.compare.sum) }}
  {{ bf.callout(t.compare.do, t.compare.how, t.compare.worth) }}
{% endcall %}
{% call bf.section("market", t.market.title, t.market.kicker, t.market.lede, t.market.foot) %}
  {{ bf.key_figures(t.market.figures) }}
  {% call bf.two() %}{{ bf.figure(charts.price, t.market.figure4, 4) }}
    {{- bf.figure(charts.mix, t.market.figure5, 5) }}{% endcall %}
  {{ bf.text(t.market.text) }}
  {{ bf.table(t.market.table, 2, shares=shares) }}
{% endcall %}
{% call bf.section("rhythm", t.rhythm.title, t.rhythm.kicker, t.rhythm.lede, t.rhythm.foot) %}
  {{ bf.figure(charts.heat, t.rhythm.figure6, 6) }}
  {{ bf.figure(charts.small, t.rhythm.figure7, 7) }}
  {{ bf.figure(charts.range, t.rhythm.figure8, 8) }}
  {{ bf.points(t.rhythm.points) }}
  {{ bf.missing(t.rhythm.missing) }}
  {{ bf.sources(t.sources) }}
{% endcall %}
{% endcall %}
"""


def sample(language: str, size: str = "a4", rows: int = 34) -> str:
    """The HTML of the briefing; `rows` of price observations."""
    texts = chinese(rows) if language.startswith("zh") else english(rows)
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    environment.globals["_"] = lambda text, **values: (WORDS[text] if language.startswith("zh") else text) % values
    shares = column_shares(texts.market.table.head, texts.market.table.rows)
    art = draw_shelf(texts.art, issue=27, gain=True)
    return environment.from_string(PAGE).render(
        t=texts, charts=_charts(texts, PRINT_WIDTHS[size]), art=art, size=size, shares=shares
    )


def numbers() -> PdfAttachment:
    """The figures behind the first chart."""
    table = io.StringIO()
    csv.writer(table).writerows([("category", "index"), ("biscuits", 112), ("noodles", 104)])
    return PdfAttachment("figure-1.csv", table.getvalue().encode("utf-8-sig"), "Figures behind figure 1")


def _difference(value: object) -> str:
    gap = float(value) - 100  # type: ignore[arg-type]
    return f"{'+' if gap > 0 else '−' if gap < 0 else ''}{abs(gap):g}%"


def _charts(t: SimpleNamespace, widths: Mapping[str, float]) -> SimpleNamespace:
    a, b, c, d, e = t.categories
    index = RowChart(
        t.compare.figure1,
        (Bar(a, 112), Bar(b, 104), Bar(c, 98), Bar(d, 97), Bar(e, 91, "bad")),
        100,
        t.compare.reference,
    )
    days = (1, 1, 2, 1, 2, 3, 2, 4)
    stockouts = tuple(Bar(week, n, "bad" if n > 2 else "peer") for week, n in zip(WEEKS, days, strict=True))
    warm = Series("", (100, 101, 108, 113, 123, 136, 151, 160))
    price = [
        Series(t.market.lines[0], (3.0, 3.0, 3.0, 2.9, 2.9, 3.0, 3.0, 3.0)),
        Series(t.market.lines[1], (3.2, 3.2, 3.1, 3.1, 2.8, 2.8, 2.8, 2.7), "peer"),
        Series(t.market.lines[2], (3.4, 3.3, 3.3, None, 3.3, 3.2, 3.2, 3.2), "peer"),
    ]
    shares = ((30, 28, 24), (24, 25, 27), (20, 21, 23), (16, 16, 16), (10, 10, 10))
    parts = tuple(Series(name, values) for name, values in zip(t.categories, shares, strict=True))
    heat = HeatGrid(
        t.rhythm.figure6,
        t.rhythm.days,
        t.categories[:3],
        ((0, 0, 1, 0, 2, 3, 4), (1, 0, 0, None, 1, 2, 2), (0, 0, 0, 0, 0, 1, 5)),
    )
    panels = tuple(
        Panel(name, tuple(v + n for v in days), (2, 2, 2, 3, 2, 2, 2, 2)) for n, name in enumerate(t.categories)
    )
    ranges = (Interval(t.rhythm.advice[0], 3, 12, 29), Interval(t.rhythm.advice[1], -3, 8, 18))
    return SimpleNamespace(
        rows=draw(index, theme="print", width=widths["wide"], number=_difference),
        bars=draw(BarChart(t.compare.figure2, stockouts), theme="print", width=widths["half"]),
        area=draw(
            LineChart(t.compare.figure3, t.compare.degrees, (warm,), area=True, grid=False),
            theme="print",
            width=widths["half"],
            height=150,
        ),
        price=draw(LineChart(t.market.figure4, WEEKS, tuple(price)), theme="print", width=widths["half"], height=150),
        mix=draw(
            StackedChart(t.market.figure5, t.market.months, parts),
            theme="print",
            width=widths["half"],
            height=150,
            number=lambda v: f"{v}%",
        ),
        heat=draw(heat, theme="print", width=widths["full"]),
        small=draw(SmallMultiples(t.rhythm.figure7, panels), theme="print", width=widths["full"]),
        range=draw(
            RangeChart(t.rhythm.figure8, ranges, 0, t.rhythm.nothing),
            theme="print",
            width=widths["full"],
            number=lambda v: f"{plain_number(v)}%",
        ),
    )
