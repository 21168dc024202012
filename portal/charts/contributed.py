"""Charts that plug-ins contribute as data (`portal.contracts.Chart`), turned into charts that can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portal.charts.model import Bar, BarChart, Interval, LineChart, RangeChart, RowChart, Series, StackedChart
from portal.contracts import Chart

RANGE_SERIES = 3


def as_drawable(chart: Any) -> Any:
    """A contributed chart as one of this package; anything else as it is."""
    return _KINDS[chart.kind](chart) if isinstance(chart, Chart) else chart


def _line(chart: Chart) -> LineChart:
    series = (Series(name, values, "peer" if place else "own") for place, (name, values) in enumerate(chart.series))
    return LineChart(chart.title, chart.labels, tuple(series))


def _stacked(chart: Chart) -> StackedChart:
    return StackedChart(chart.title, chart.labels, tuple(Series(name, values) for name, values in chart.series))


def _bars(chart: Chart) -> tuple[Bar, ...]:
    """The first series, bar by bar."""
    values = chart.series[0][1] if chart.series else ()
    return tuple(Bar(label, value) for label, value in zip(chart.labels, values, strict=False))


def _range(chart: Chart) -> RangeChart:
    """Three series: lowest, most likely, highest; without all three there is no range."""
    columns = [values for _, values in chart.series]
    rows = zip(chart.labels, *columns, strict=False) if len(columns) == RANGE_SERIES else ()
    return RangeChart(chart.title, tuple(Interval(*row) for row in rows), reference=0)


_KINDS: dict[str, Callable[[Chart], Any]] = {
    "line": _line,
    "bars": lambda chart: BarChart(chart.title, _bars(chart)),
    "rows": lambda chart: RowChart(chart.title, _bars(chart)),
    "stacked": _stacked,
    "range": _range,
}
