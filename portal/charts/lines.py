"""Lines over time: the large one, the small multiples, and the one the height of a word."""

from __future__ import annotations

from collections.abc import Sequence

from portal.charts.axes import column_width, write_axis_labels
from portal.charts.canvas import Align, Canvas, Point, spread
from portal.charts.model import Band, LineChart, Mark, Panel, Series, SmallMultiples, Sparkline
from portal.charts.numbers import Number, Scale, finite, known, ticks
from portal.charts.text import text_width

HEIGHT = 190.0
PANEL_WIDTH, PANEL_HEIGHT, PANEL_GAP = 100.0, 74.0, 16.0
MARKS_AT_MOST = 14


def draw_lines(chart: LineChart, canvas: Canvas) -> bool:
    """Draw lines, named at their ends; False when there is nothing to draw."""
    values = known(value for series in chart.series for value in series.values)
    if not values:
        return False
    size = canvas.size
    canvas.height = max(canvas.height or HEIGHT, len(chart.series) * size * 1.3 + size * 5)
    values += known(mark.value for mark in chart.marks)
    steps = ticks(min(0.0, *values) if chart.area else min(values), max(values), 3)
    numbers = column_width(canvas, [canvas.written(step) for step in steps], 0.25) + 8 if chart.grid else 0.0
    ends = column_width(canvas, [_end_label(canvas, series) for series in chart.series], 0.38, bold=True)
    bottom = canvas.height - size * (3.8 if chart.note else 2.1)
    y = Scale(steps[0], steps[-1] if chart.grid else max(values), bottom, size * 1.7)
    longest = max(len(chart.labels), *(len(series.values) for series in chart.series))
    furthest = max([longest - 1.0, *(at for series in chart.series for at in known(series.at))])
    x = Scale(0.0, furthest or 1.0, numbers, canvas.width - ends - 12)
    _draw_ground(chart, canvas, steps if chart.grid else steps[:1], x, y)
    for place, series in enumerate(chart.series):
        _draw_series(canvas, series, place, x, y, filled=chart.area and place == 0)
    _write_ends(canvas, chart.series, x, y)
    positions = [x(float(index)) for index in range(len(chart.labels))]
    write_axis_labels(canvas, chart.labels, positions, bottom + size * 1.6)
    _write_inside(chart, canvas, x, y)
    canvas.text(numbers, canvas.height - size * 0.4, chart.note, tone="mut")
    return True


def _draw_ground(chart: LineChart, canvas: Canvas, steps: Sequence[float], x: Scale, y: Scale) -> None:
    """Bands behind everything, then the lines of the y axis with their numbers."""
    for band in chart.bands:
        left, right = _edges(band, x)
        canvas.rect(left, y.end, right - left, y.start - y.end, "late")
    for index, step in enumerate(steps):
        canvas.line(x.start, y(step), x.end, y(step), "axis" if index else "base")
        if chart.grid:
            canvas.text(x.start - 6, y(step) + canvas.size * 0.36, canvas.written(step), tone="mut", align="right")


def _edges(band: Band, x: Scale) -> tuple[float, float]:
    left, right = sorted((x(finite(band.start) or 0.0), x(finite(band.end) or 0.0)))
    return left, right


def _write_inside(chart: LineChart, canvas: Canvas, x: Scale, y: Scale) -> None:
    """Words in the plot, where they find room."""
    _write_marks(canvas, chart.marks, x, y)
    for band in chart.bands:
        _write_band(canvas, band, x, y)
    if not chart.grid:
        _write_first(canvas, chart.series[0], x, y)


def _write_band(canvas: Canvas, band: Band, x: Scale, y: Scale) -> None:
    middle = sum(_edges(band, x)) / 2
    places: list[tuple[float, float, Align]] = [
        (middle, y.end + (y.start - y.end) * share, "middle") for share in (0.45, 0.3, 0.6, 0.15, 0.75)
    ]
    canvas.first_free(places, band.label, tone="bad", bold=True)


def _points(series: Series, x: Scale, y: Scale) -> list[list[Point]]:
    """The runs of known values; a gap where one is missing."""
    runs: list[list[Point]] = [[]]
    for index, value in enumerate(series.values):
        number = finite(value)
        at = finite(series.at[index]) if index < len(series.at) else float(index)
        if number is None or at is None:
            runs.append([])
        else:
            runs[-1].append((x(at), y(number)))
    return [run for run in runs if run]


def _draw_series(canvas: Canvas, series: Series, place: int, x: Scale, y: Scale, *, filled: bool) -> None:
    runs = _points(series, x, y)
    tone = "own" if series.tone == "own" else "peer"
    for run in runs:
        if filled and len(run) > 1:
            canvas.area(run, y.start, "soft")
        if len(run) > 1:
            canvas.polyline(run, tone)
        else:
            canvas.dot(*run[0], 3, series.tone)
    if runs and series.tone == "own":
        canvas.dot(*runs[-1][-1], 4, "own")
    if place > 1:  # a third line is told apart by the shape of its points, not by colour
        every = [point for run in runs for point in run]
        for point in every[:: len(every) // MARKS_AT_MOST + 1]:
            canvas.polygon(_shape(point, place), series.tone)


def _shape(point: Point, place: int) -> list[Point]:
    x, y = point
    square = [(x - 3, y - 3), (x + 3, y - 3), (x + 3, y + 3), (x - 3, y + 3)]
    triangle = [(x, y - 4), (x + 4, y + 3), (x - 4, y + 3)]
    diamond = [(x, y - 4), (x + 4, y), (x, y + 4), (x - 4, y)]
    return (square, triangle, diamond)[(place - 2) % 3]


def _last(series: Series) -> Number | None:
    return next((value for value in reversed(series.values) if finite(value) is not None), None)


def _end_label(canvas: Canvas, series: Series) -> str:
    last = _last(series)
    return f"{series.name} {'' if last is None else canvas.written(last)}".strip()


def _write_ends(canvas: Canvas, every: Sequence[Series], x: Scale, y: Scale) -> None:
    shown = [(series, runs[-1][-1]) for series in every if (runs := _points(series, x, y))]
    wanted = [point[1] + canvas.size * 0.36 for _, point in shown]
    lines = spread(wanted, canvas.size * 1.3, canvas.size, y.start)
    for (series, point), line in zip(shown, lines, strict=True):
        own = series.tone == "own"
        left = x.end + 10 if len(shown) > 1 else min(point[0], x.end) + 10
        room = canvas.width - left
        canvas.text(left, line, _end_label(canvas, series), tone="ink" if own else "mut", bold=own, room=room)


def _write_first(canvas: Canvas, series: Series, x: Scale, y: Scale) -> None:
    """Where no axis has numbers, the first value stands at its point."""
    first = next((value for value in series.values if finite(value) is not None), None)
    runs = _points(series, x, y)
    if first is None or not runs:
        return
    left, top = runs[0][0]
    places: list[tuple[float, float, Align]] = [(left, top - 8, "left"), (left, top + canvas.size * 1.6, "left")]
    canvas.first_free(places, canvas.written(first), tone="ink", bold=True)


def _write_marks(canvas: Canvas, marks: Sequence[Mark], x: Scale, y: Scale) -> None:
    for mark in marks:
        at, value = finite(mark.at), finite(mark.value)
        if at is None or value is None:
            continue
        left, top = x(at), y(value)
        canvas.dot(left, top, 3, "own")
        above, below = top - 7, top + canvas.size * 1.4
        places: list[tuple[float, float, Align]] = [
            (left + 6, above, "left"),
            (left - 6, above, "right"),
            (left + 6, below, "left"),
            (left - 6, below, "right"),
        ]
        canvas.first_free(places, mark.label, tone="ink", bold=True)


def draw_multiples(chart: SmallMultiples, canvas: Canvas) -> bool:
    """Draw one small line a panel, all on one scale; False when there is nothing to draw."""
    values = known(value for panel in chart.panels for value in (*panel.values, *panel.peers))
    if not values:
        return False
    across = max(1, min(len(chart.panels), int((canvas.width + PANEL_GAP) // (PANEL_WIDTH + PANEL_GAP))))
    width = (canvas.width - PANEL_GAP * (across - 1)) / across
    canvas.height = -(-len(chart.panels) // across) * (PANEL_HEIGHT + 6)
    low, high = min(values), max(values)
    for index, panel in enumerate(chart.panels):
        left, top = index % across * (width + PANEL_GAP), index // across * (PANEL_HEIGHT + 6)
        _draw_panel(canvas, panel, left, top, width, (low, high))
    return True


def _draw_panel(
    canvas: Canvas, panel: Panel, left: float, top: float, width: float, domain: tuple[float, float]
) -> None:
    size = canvas.size
    own = Series("", panel.values)
    last = _last(own)
    written = "" if last is None else canvas.written(last)
    number = min(text_width(written, size, bold=True), width * 0.5)
    canvas.text(left, top + size, panel.label, room=width - number - 6)
    canvas.text(left + width, top + size, written, bold=True, align="right", room=number + 0.1)
    x = Scale(0.0, max(1.0, len(panel.values) - 1.0, len(panel.peers) - 1.0), left, left + width - 4)
    y = Scale(*domain, top + PANEL_HEIGHT - 4, top + size * 1.9)
    canvas.line(left, top + PANEL_HEIGHT, left + width, top + PANEL_HEIGHT, "axis")
    _draw_series(canvas, Series("", panel.peers, "peer"), 1, x, y, filled=False)
    _draw_series(canvas, own, 0, x, y, filled=False)


def draw_spark(chart: Sparkline, canvas: Canvas) -> bool:
    """Draw a bare line with its end; False when there is nothing to draw."""
    values = known(chart.values)
    if not values:
        return False
    canvas.height = canvas.height or 36.0
    x = Scale(0.0, max(1.0, len(chart.values) - 1.0), 4.0, canvas.width - 5)
    y = Scale(min(values), max(values), canvas.height - 5, 5.0)
    _draw_series(canvas, Series("", chart.values), 0, x, y, filled=False)
    return True
