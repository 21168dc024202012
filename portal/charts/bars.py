"""Vertical bars, single and stacked; they start at zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.charts.axes import column_width, write_axis_labels
from portal.charts.canvas import Canvas, spread
from portal.charts.look import PART_SHADES, text_on
from portal.charts.model import Bar, BarChart, Series, StackedChart
from portal.charts.numbers import Number, Scale, finite, known
from portal.charts.text import text_width

HEIGHT = 150.0
BROADEST = 48.0
FILL = 0.72


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the bars stand."""

    count: int
    width: float

    @property
    def slot(self) -> float:
        return self.width / self.count

    @property
    def bar(self) -> float:
        return min(self.slot * FILL, BROADEST)

    def middle(self, index: int) -> float:
        return (index + 0.5) * self.slot


def draw_bars(chart: BarChart, canvas: Canvas) -> bool:
    """Draw vertical bars with their numbers; False when there is nothing to draw."""
    values = known(bar.value for bar in chart.bars)
    if not values:
        return False
    canvas.height = canvas.height or HEIGHT
    size = canvas.size
    columns = _Columns(len(chart.bars), canvas.width)
    low, high = min(0.0, *values), max(0.0, *values)
    bottom = canvas.height - size * 1.9 - (size * 1.5 if low < 0 else 0)
    scale = Scale(low, high if high > low else low + 1, bottom, size * 1.7)
    zero = scale(0.0)
    for index, bar in enumerate(chart.bars):
        if (value := finite(bar.value)) is not None:
            end = scale(value)
            left = columns.middle(index) - columns.bar / 2
            canvas.rect(left, min(zero, end), columns.bar, abs(end - zero), bar.tone)
    canvas.line(0, zero, canvas.width, zero, "base")
    for index in _by_weight(chart.bars):
        _write_value(canvas, chart.bars[index], columns.middle(index), scale)
    middles = [columns.middle(index) for index in range(columns.count)]
    write_axis_labels(canvas, [bar.label for bar in chart.bars], middles, canvas.height - size * 0.4)
    return True


def _by_weight(bars: Sequence[Bar]) -> list[int]:
    """Whose number matters most: the latest, then the largest; the rest if there is room."""
    last = len(bars) - 1
    return sorted(range(len(bars)), key=lambda index: (index != last, -abs(finite(bars[index].value) or 0.0)))


def _write_value(canvas: Canvas, bar: Bar, x: float, scale: Scale) -> None:
    value = finite(bar.value)
    if value is None or bar.value is None:
        return
    y = scale(value) + canvas.size * 1.1 if value < 0 else scale(value) - canvas.size * 0.5
    canvas.text(x, y, canvas.written(bar.value), bold=True, align="middle")


def draw_stacked(chart: StackedChart, canvas: Canvas) -> bool:
    """Draw stacked bars, each part named beside the last bar; False when there is nothing to draw."""
    count = max((len(part.values) for part in chart.parts), default=0)
    totals = [sum(_part(part, index) for part in chart.parts) for index in range(count)]
    if not any(totals):
        return False
    size, line = canvas.size, canvas.size * 1.3
    canvas.height = max(canvas.height or HEIGHT, len(chart.parts) * line + size * 3)
    names = column_width(canvas, [part.name for part in chart.parts], 0.38, bold=True)
    columns = _Columns(count, canvas.width - names - 12)
    scale = Scale(0.0, max(totals), canvas.height - size * 1.9, size * 0.6)
    for index in range(count):
        _stack(canvas, chart.parts, index, columns, scale)
    canvas.line(0, scale.start, columns.width, scale.start, "base")
    _write_names(canvas, chart.parts, count - 1, columns, scale)
    labels = [*chart.labels, *[""] * count][:count]
    middles = [columns.middle(index) for index in range(count)]
    write_axis_labels(canvas, labels, middles, canvas.height - size * 0.4)
    return True


def _part(part: Series, index: int) -> float:
    value = finite(part.values[index]) if index < len(part.values) else None
    return max(0.0, value or 0.0)


def _stack(canvas: Canvas, parts: Sequence[Series], index: int, columns: _Columns, scale: Scale) -> None:
    below = 0.0
    left = columns.middle(index) - columns.bar / 2
    for place, part in enumerate(parts):
        amount = _part(part, index)
        bottom, top = scale(below), scale(below + amount)
        below += amount
        if amount <= 0:
            continue
        gap = 0.8 if bottom - top > 2 else 0.0
        strength = PART_SHADES[place % len(PART_SHADES)]
        if part.tone == "own":
            canvas.shaded(left, top + gap, columns.bar, bottom - top - gap, strength)
        else:
            canvas.rect(left, top + gap, columns.bar, bottom - top - gap, part.tone)
        tone = text_on(strength) if part.tone == "own" else "ink"
        _write_inside(canvas, part.values[index], columns, index, (top + bottom) / 2, bottom - top, tone)


def _write_inside(
    canvas: Canvas, value: Number | None, columns: _Columns, index: int, middle: float, height: float, tone: str
) -> None:
    if value is None or height < canvas.size * 1.25:
        return
    written = canvas.written(value)
    if text_width(written, canvas.size) <= columns.bar - 2:
        canvas.text(columns.middle(index), middle + canvas.size * 0.36, written, tone=tone, align="middle")


def _write_names(canvas: Canvas, parts: Sequence[Series], last: int, columns: _Columns, scale: Scale) -> None:
    size, below, middles = canvas.size, 0.0, []
    for part in parts:
        amount = _part(part, last)
        middles.append((scale(below) + scale(below + amount)) / 2)
        below += amount
    lines = spread([middle + size * 0.36 for middle in middles], size * 1.3, size, scale.start)
    edge = columns.middle(last) + columns.bar / 2
    for part, middle, y in zip(parts, middles, lines, strict=True):
        canvas.line(edge + 1, middle, columns.width + 8, y - size * 0.36, "axis")
        canvas.text(columns.width + 12, y, part.name, bold=True, room=canvas.width - columns.width - 12)
