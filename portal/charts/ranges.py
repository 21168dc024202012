"""Ranges: what is likely, from the lowest to the highest, against what would be nothing."""

from __future__ import annotations

from portal.charts.axes import MISSING, column_width
from portal.charts.canvas import Canvas
from portal.charts.model import Interval, RangeChart
from portal.charts.numbers import Scale, finite, known

GAP = 8.0


def draw_ranges(chart: RangeChart, canvas: Canvas) -> bool:
    """Draw intervals with their middle; False when there is nothing to draw."""
    values = known(value for one in chart.intervals for value in (one.low, one.middle, one.high))
    if not values:
        return False
    look, reference = canvas.look, finite(chart.reference)
    if reference is not None:
        values.append(reference)
    labels = column_width(canvas, [one.label for one in chart.intervals], 0.3)
    middles = column_width(canvas, [_middle(canvas, one) for one in chart.intervals], 0.18, bold=True)
    spans = column_width(canvas, [_span(canvas, one) for one in chart.intervals], 0.36)
    numbers = canvas.width - middles - spans - GAP
    scale = Scale(min(values), max(values), labels + 16, numbers - GAP * 1.5)
    canvas.height = len(chart.intervals) * look.row_height + (canvas.size * 1.6 if reference is not None else 2)
    if reference is not None:
        x = scale(reference)
        canvas.line(x, 2, x, canvas.height - canvas.size * 1.4, "base" if look.labels_to_axis else "mark")
        canvas.text(x, canvas.height - canvas.size * 0.3, chart.reference_label, tone="mut", align="middle")
    for index, one in enumerate(chart.intervals):
        middle = (index + 0.5) * look.row_height
        _draw_interval(canvas, one, middle, scale)
        base = middle + canvas.size * 0.36
        canvas.text(0, base, one.label, room=labels)
        canvas.text(numbers, base, _middle(canvas, one), tone=_tone(one), bold=True, room=middles + 0.1)
        canvas.text(numbers + middles + GAP, base, _span(canvas, one), tone="mut", room=spans + 0.1)
    return True


def _draw_interval(canvas: Canvas, one: Interval, y: float, scale: Scale) -> None:
    low, middle, high = finite(one.low), finite(one.middle), finite(one.high)
    if low is not None and high is not None:
        left, right = sorted((scale(low), scale(high)))
        if one.tone == "own":
            canvas.shaded(left, y - 3, right - left, 6, 0.26)
        else:
            canvas.rect(left, y - 3, right - left, 6, "late" if one.tone == "bad" else "peer")
    if middle is not None:
        canvas.dot(scale(middle), y, 5, one.tone)


def _tone(one: Interval) -> str:
    return one.tone if one.tone in {"own", "bad"} else "ink"


def _middle(canvas: Canvas, one: Interval) -> str:
    return MISSING if one.middle is None or finite(one.middle) is None else canvas.written(one.middle)


def _span(canvas: Canvas, one: Interval) -> str:
    if one.low is None or one.high is None or finite(one.low) is None or finite(one.high) is None:
        return ""
    return f"{canvas.written(one.low)} … {canvas.written(one.high)}"
