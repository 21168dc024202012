"""Charts as SVG: one source for the page and for the PDF.

    draw(LineChart(title=_("Sales rose to 9.8"), labels=weeks, series=(Series(_("Your store"), own),
         Series(_("Similar stores"), peers, "peer"))), number=format_thousands)
    draw(chart, theme="print", width=470, number=format_thousands)

Pure functions of frozen dataclasses. `number` writes numbers the reader's way; titles and labels come translated.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup

from portal.charts.bars import draw_bars, draw_stacked
from portal.charts.canvas import Canvas
from portal.charts.contributed import as_drawable
from portal.charts.grids import draw_heat, draw_tiles
from portal.charts.lines import draw_lines, draw_multiples, draw_spark
from portal.charts.look import LOOKS, PRINT_WIDTHS, Theme
from portal.charts.model import (
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
    Ring,
    RowChart,
    Series,
    SmallMultiples,
    Sparkline,
    StackedChart,
    Tile,
    TileMap,
)
from portal.charts.numbers import Formatter, Number, plain_number
from portal.charts.ranges import draw_ranges
from portal.charts.ring import draw_ring
from portal.charts.rows import draw_cover, draw_rows
from portal.charts.shelf import draw_shelf
from portal.charts.text import text_width

__all__ = [
    "PRINT_WIDTHS",
    "Band",
    "Bar",
    "BarChart",
    "CoverBar",
    "HeatGrid",
    "Interval",
    "LineChart",
    "Mark",
    "Number",
    "Panel",
    "RangeChart",
    "Ring",
    "RowChart",
    "Series",
    "SmallMultiples",
    "Sparkline",
    "StackedChart",
    "Tile",
    "TileMap",
    "as_drawable",
    "draw",
    "draw_shelf",
    "plain_number",
    "text_width",
]

PHONE_WIDTH = 330.0
NARROWEST = 120.0
EMPTY_HEIGHT = 96.0

_DRAWERS: dict[type, Callable[[Any, Canvas], bool]] = {
    BarChart: draw_bars,
    CoverBar: draw_cover,
    HeatGrid: draw_heat,
    LineChart: draw_lines,
    RangeChart: draw_ranges,
    RowChart: draw_rows,
    SmallMultiples: draw_multiples,
    Sparkline: draw_spark,
    StackedChart: draw_stacked,
    TileMap: draw_tiles,
}


def draw(
    chart: Any,
    *,
    theme: Theme = "page",
    width: float = PHONE_WIDTH,
    height: float | None = None,
    number: Formatter = plain_number,
    no_data: object = None,
) -> Markup:
    """The SVG of any chart of this package, or of a `Chart` that a plug-in contributed.

    width: user units, best the pixels it will have, since texts are 12 (print 11) of them high; 330 is a phone.
    height: of the line and bar charts; the others know theirs. no_data: what an empty chart says.
    """
    chart = as_drawable(chart)
    if isinstance(chart, Ring):
        return draw_ring(chart, theme)
    canvas = Canvas(max(width, NARROWEST), height or 0.0, LOOKS[theme], number)
    if not _DRAWERS[type(chart)](chart, canvas):
        canvas = Canvas(canvas.width, height or EMPTY_HEIGHT, LOOKS[theme], number)
        _draw_nothing(canvas, no_data or _("No data for this yet"))
    return canvas.svg(chart.title)


def _draw_nothing(canvas: Canvas, words: object) -> None:
    """An empty frame that says so."""
    canvas.rect(0.5, 0.5, canvas.width - 1, canvas.height - 1, "empty", corner=4)
    middle = canvas.height / 2 + canvas.size * 0.36
    canvas.text(canvas.width / 2, middle, words, tone="mut", align="middle", room=canvas.width - 16)
