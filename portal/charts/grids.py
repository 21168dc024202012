"""Shades in a table, and regions as tiles."""

from __future__ import annotations

from collections.abc import Sequence

from portal.charts.axes import MISSING, column_width, write_axis_labels
from portal.charts.canvas import Canvas
from portal.charts.look import SHADES, text_on
from portal.charts.model import HeatGrid, Tile, TileMap
from portal.charts.numbers import Number, finite, known
from portal.charts.text import clean, text_width

GAP = 1.5
TILE_AT_MOST = 76.0


def draw_heat(chart: HeatGrid, canvas: Canvas) -> bool:
    """Draw a grid of shades; False when there is nothing to draw."""
    values = known(value for row in chart.values for value in row)
    count = max([len(chart.columns), *(len(row) for row in chart.values)], default=0)
    if not values or not count:
        return False
    size, height = canvas.size, canvas.look.row_height
    labels = column_width(canvas, chart.rows, 0.34)
    left = labels + (10 if labels else 0)
    width = (canvas.width - left) / count
    top = size * 1.6 if chart.columns else 0.0
    canvas.height = top + len(chart.values) * height
    middles = [left + (index + 0.5) * width for index in range(len(chart.columns))]
    write_axis_labels(canvas, chart.columns, middles, size)
    for index, row in enumerate(chart.values):
        y = top + index * height
        label = chart.rows[index] if index < len(chart.rows) else ""
        canvas.text(0, y + height / 2 + size * 0.36, label, room=labels)
        for place, value in enumerate(row):
            _cell(canvas, value, _strength(value, values), left + place * width, y, width - GAP, height - GAP)
    return True


def draw_tiles(chart: TileMap, canvas: Canvas) -> bool:
    """Draw regions as tiles with their name and number; False when there is nothing to draw."""
    values = known(tile.value for tile in chart.tiles)
    places = {(max(0, tile.column), max(0, tile.row)): tile for tile in chart.tiles}
    if not values:
        return False
    across = max(column for column, _ in places) + 1
    side = min(canvas.width / across, TILE_AT_MOST)
    height = max(canvas.size * 3.2, side * 0.7)
    canvas.height = (max(row for _, row in places) + 1) * height
    for (column, row), tile in places.items():
        _tile(canvas, tile, _strength(tile.value, values), column * side, row * height, side - GAP, height - GAP)
    return True


def _strength(value: Number | None, values: Sequence[float]) -> float | None:
    """The shade of a value: six steps from the lowest to the highest."""
    number, low, high = finite(value), min(values), max(values)
    if number is None:
        return None
    if high <= low:
        return SHADES[2]
    return SHADES[min(len(SHADES) - 1, int((number - low) / (high - low) * len(SHADES)))]


def _cell(
    canvas: Canvas, value: Number | None, strength: float | None, x: float, y: float, width: float, height: float
) -> None:
    base = y + height / 2 + canvas.size * 0.36
    if strength is None or value is None:
        canvas.rect(x, y, width, height, "empty")
        canvas.text(x + width / 2, base, MISSING, tone="mut", align="middle", room=width)
        return
    canvas.shaded(x, y, width, height, strength)
    written = canvas.written(value)
    if text_width(written, canvas.size) <= width - 2:
        canvas.text(x + width / 2, base, written, tone=text_on(strength), align="middle")


def _tile(canvas: Canvas, tile: Tile, strength: float | None, x: float, y: float, width: float, height: float) -> None:
    if strength is None or tile.value is None:
        canvas.rect(x, y, width, height, "empty")
        tone, written = "mut", MISSING
    else:
        canvas.shaded(x, y, width, height, strength)
        tone, written = text_on(strength), canvas.written(tile.value)
    size, middle = canvas.size, y + height / 2
    canvas.text(x + width / 2, middle - size * 0.2, clean(tile.label), tone=tone, align="middle", room=width - 4)
    canvas.text(x + width / 2, middle + size * 1.1, written, tone=tone, bold=True, align="middle", room=width - 4)
