"""What a chart says, without how it looks. `title` is the finding; it is what a screen reader reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from portal.charts.numbers import Number

Text = Any  # a str or a lazy translation
Tone = Literal["own", "peer", "gain", "bad"]
Clock = Literal["run", "soon", "late", "wait", "ok"]


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `note` stands behind its number in the second ink."""

    label: Text
    value: Number | None
    tone: Tone = "own"
    note: Text = ""


@dataclass(frozen=True, slots=True)
class RowChart:
    """Horizontal bars from zero, one a row, against a reference line where there is one."""

    title: Text
    rows: tuple[Bar, ...]
    reference: Number | None = None
    reference_label: Text = ""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Vertical bars from zero, mostly one a week or a month."""

    title: Text
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class CoverBar:
    """How long the stock lasts against the next delivery; all in days from now."""

    title: Text
    covered_days: Number
    delivery_days: Number
    horizon_days: Number
    covered_label: Text
    delivery_label: Text
    start_label: Text
    end_label: Text


@dataclass(frozen=True, slots=True)
class Series:
    """One line or one part of a stack; None where nothing is known.

    at: positions on the x axis, in steps between labels (default 0, 1, 2 ...).
    """

    name: Text
    values: tuple[Number | None, ...]
    tone: Tone = "own"
    at: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the x axis in which something was wrong, such as empty shelves."""

    start: float
    end: float
    label: Text = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A point with a word beside it."""

    at: float
    value: Number
    label: Text


@dataclass(frozen=True, slots=True)
class LineChart:
    """Lines over time; `area` fills under the first, `grid` draws the y axis."""

    title: Text
    labels: tuple[Text, ...]
    series: tuple[Series, ...]
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    area: bool = False
    grid: bool = True
    note: Text = ""


@dataclass(frozen=True, slots=True)
class StackedChart:
    """Vertical bars made of parts; negative parts are not drawn."""

    title: Text
    labels: tuple[Text, ...]
    parts: tuple[Series, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A range with its most likely value."""

    label: Text
    low: Number | None
    middle: Number | None
    high: Number | None
    tone: Tone = "own"


@dataclass(frozen=True, slots=True)
class RangeChart:
    """Possible ranges, one a row, against a reference line (mostly zero)."""

    title: Text
    intervals: tuple[Interval, ...]
    reference: Number | None = None
    reference_label: Text = ""


@dataclass(frozen=True, slots=True)
class HeatGrid:
    """A table of shades; `values` row by row."""

    title: Text
    columns: tuple[Text, ...]
    rows: tuple[Text, ...]
    values: tuple[tuple[Number | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Tile:
    """One place of a tile map: column and row count from zero."""

    label: Text
    column: int
    row: int
    value: Number | None


@dataclass(frozen=True, slots=True)
class TileMap:
    """Regions as tiles that lie about where they lie on a map."""

    title: Text
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """One small line with what it is compared to."""

    label: Text
    values: tuple[Number | None, ...]
    peers: tuple[Number | None, ...] = ()


@dataclass(frozen=True, slots=True)
class SmallMultiples:
    """The same small line for several things, on one scale."""

    title: Text
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line the height of a word."""

    title: Text
    values: tuple[Number | None, ...]


@dataclass(frozen=True, slots=True)
class Ring:
    """The clock of a promise: `share` of the time that is left, 0 to 1 (None: a full ring).

    title: empty where the words stand beside it.
    """

    state: Clock
    share: float | None = None
    title: Text = ""
