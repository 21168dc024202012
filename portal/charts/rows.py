"""Horizontal bars: rows against each other, and the stock that lasts until a day."""

from __future__ import annotations

from portal.charts.axes import MISSING, column_width
from portal.charts.canvas import Canvas
from portal.charts.model import Bar, CoverBar, RowChart
from portal.charts.numbers import Scale, finite, known
from portal.charts.text import clean, text_width

LABEL_SHARE, VALUE_SHARE = 0.36, 0.4
NOTE_GAP = 8.0


def draw_rows(chart: RowChart, canvas: Canvas) -> bool:
    """Draw a row chart; False when there is nothing to draw."""
    values = known(row.value for row in chart.rows)
    if not values:
        return False
    look, reference = canvas.look, finite(chart.reference)
    labels = column_width(canvas, [row.label for row in chart.rows], LABEL_SHARE)
    numbers = min(max(_value_width(canvas, row) for row in chart.rows), canvas.width * VALUE_SHARE)
    left = labels + (10 if labels else 0)
    low, high = min(0.0, *values, reference or 0.0), max(0.0, *values, reference or 0.0)
    scale = Scale(low, high if high > low else low + 1, left, canvas.width - numbers - 8)
    canvas.height = len(chart.rows) * look.row_height + (canvas.size * 1.6 if reference is not None else 2)
    for index, row in enumerate(chart.rows):
        _draw_row(canvas, row, index, scale, labels, None if reference is None else scale(reference))
    if reference is not None:
        _draw_reference(canvas, scale(reference), chart.reference_label)
    return True


def _draw_row(canvas: Canvas, row: Bar, index: int, scale: Scale, labels: float, reference: float | None) -> None:
    look, value = canvas.look, finite(row.value)
    top = index * look.row_height + (look.row_height - look.bar_height) / 2
    base = top + look.bar_height / 2 + canvas.size * 0.36
    if look.labels_to_axis:
        canvas.text(labels + 2, base, row.label, align="right", room=labels)
    else:
        canvas.text(0, base, row.label, room=labels)
    zero, end = scale(0.0), scale(value or 0.0)
    if value is not None:
        canvas.rect(min(zero, end), top, abs(end - zero), look.bar_height, row.tone, corner=look.corner)
    written = MISSING if value is None or row.value is None else canvas.written(row.value)
    width = text_width(written, canvas.size, bold=True)
    x = max(zero, end) + 6
    if scale.low < 0:
        x = scale.end + 6  # bars to both sides: the numbers stand in one column
    elif reference is not None and x < reference + 8:
        x = reference + 8
    room = canvas.width - x
    canvas.text(x, base, written, tone=_number_tone(canvas, row), bold=True, room=room)
    note_x = x + width + NOTE_GAP
    canvas.text(note_x, base, row.note, tone="mut", room=max(0.0, canvas.width - note_x))


def _number_tone(canvas: Canvas, row: Bar) -> str:
    """In print the number wears the colour of its bar, as the eye has further to go."""
    return row.tone if canvas.look.labels_to_axis and row.tone in {"own", "bad"} else "ink"


def _draw_reference(canvas: Canvas, x: float, label: object) -> None:
    bottom = canvas.height - canvas.size * 1.4
    canvas.line(x, 2, x, bottom, "base" if canvas.look.labels_to_axis else "mark")
    canvas.text(x, canvas.height - canvas.size * 0.3, label, tone="mut", align="middle")


def _value_width(canvas: Canvas, row: Bar) -> float:
    value = finite(row.value)
    written = MISSING if value is None or row.value is None else canvas.written(row.value)
    width = text_width(written, canvas.size, bold=True) + 6
    note = clean(row.note)
    return width + (NOTE_GAP + text_width(note, canvas.size) if note else 0)


def draw_cover(chart: CoverBar, canvas: Canvas) -> bool:
    """Draw how long the stock lasts: solid while it does, pale red until the delivery comes."""
    covered, delivery, horizon = (
        finite(days) for days in (chart.covered_days, chart.delivery_days, chart.horizon_days)
    )
    if covered is None or delivery is None or horizon is None or horizon <= 0:
        return False
    size, width = canvas.size, canvas.width
    scale = Scale(0.0, horizon, 0.0, width)
    lasts, comes = scale(covered), scale(delivery)
    first, second = clean(chart.covered_label), clean(chart.delivery_label)
    second_box = canvas.box(comes + 5, 0, second)
    two_rows = second_box.left < text_width(first, size, bold=True) + NOTE_GAP
    top = size * (2.9 if two_rows else 1.65)
    canvas.height = top + 12 + size * 1.5
    canvas.rect(0, top, width, 12, "empty", corner=2)
    canvas.rect(0, top, lasts, 12, "own", corner=2)
    if comes > lasts:
        canvas.rect(lasts, top, comes - lasts, 12, "late")
    canvas.line(comes, top - 6, comes, top + 18, "mark")
    canvas.text(0, size, first, bold=True)
    canvas.text(comes + 5, size * 2.2 if two_rows else size, second, tone="mut")
    canvas.text(0, canvas.height - size * 0.25, chart.start_label, tone="mut", room=width / 2)
    canvas.text(width, canvas.height - size * 0.25, chart.end_label, tone="mut", align="right")
    return True
