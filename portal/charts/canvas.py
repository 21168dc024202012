"""A drawing in the making: shapes and texts that stay inside, and no text on another.

Write the texts that matter most first: one that finds its place taken is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from markupsafe import Markup, escape

from portal.charts.look import PRINT, Look
from portal.charts.numbers import Formatter, Number
from portal.charts.text import clean, shorten, text_width

Align = Literal["left", "middle", "right"]
Point = tuple[float, float]
ASCENT, DESCENT = 0.88, 0.24  # of a text above and below its base line, in em


@dataclass(frozen=True, slots=True)
class Box:
    """What a text covers."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap."""
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


@dataclass(slots=True)
class Canvas:
    """Collects the elements of one drawing of `width` by `height` user units."""

    width: float
    height: float
    look: Look
    number: Formatter
    elements: list[str] = field(default_factory=list)
    texts: list[Box] = field(default_factory=list)

    @property
    def size(self) -> float:
        """The size of a text."""
        return self.look.text_size

    def written(self, value: Number) -> str:
        """A number as the reader is used to it."""
        return clean(self.number(value))

    def rect(self, x: float, y: float, width: float, height: float, tone: str, *, corner: float = 0) -> None:
        """A filled rectangle."""
        self._rect(x, y, width, height, self.look.fills[tone], corner)

    def shaded(self, x: float, y: float, width: float, height: float, strength: float) -> None:
        """A rectangle in a shade of the own colour."""
        self._rect(x, y, width, height, self.look.shade(strength), 0)

    def line(self, x1: float, y1: float, x2: float, y2: float, tone: str) -> None:
        """A straight line."""
        (x1, y1), (x2, y2) = self._inside(x1, y1), self._inside(x2, y2)
        place = f'x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"'
        self.elements.append(f"<line {self.look.lines[tone]} {place}/>")

    def polyline(self, points: Sequence[Point], tone: str) -> None:
        """A line through points."""
        self.elements.append(f'<polyline {self.look.lines[tone]} points="{self._points(points)}"/>')

    def area(self, points: Sequence[Point], floor: float, tone: str) -> None:
        """The ground under a line."""
        outline = [(points[0][0], floor), *points, (points[-1][0], floor)]
        self.elements.append(f'<polygon {self.look.fills[tone]} points="{self._points(outline)}"/>')

    def dot(self, x: float, y: float, radius: float, tone: str) -> None:
        """A point."""
        x, y = self._inside(x, y, radius)
        self.elements.append(f'<circle {self.look.fills[tone]} cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def polygon(self, points: Sequence[Point], tone: str) -> None:
        """A filled shape."""
        self.elements.append(f'<polygon {self.look.fills[tone]} points="{self._points(points)}"/>')

    def text(
        self,
        x: float,
        y: float,
        text: object,
        *,
        tone: str = "ink",
        bold: bool = False,
        align: Align = "left",
        room: float | None = None,
    ) -> bool:
        """Write a text on base line `y`, moved or shortened so that it stays inside; False if it was left out."""
        room = self.width if room is None else min(room, self.width)
        line = shorten(clean(text), room, self.size, bold=bold)
        if not line:
            return False
        box = self.box(x, y, line, bold=bold, align=align)
        if any(box.meets(other) for other in self.texts):
            return False
        self.texts.append(box)
        self.elements.append(f'<text x="{_n(box.left)}" y="{_n(y)}"{self._ink(tone, bold)}>{escape(line)}</text>')
        return True

    def first_free(self, places: Iterable[tuple[float, float, Align]], text: object, *, tone: str, bold: bool) -> bool:
        """Write a text at the first place where it covers no other; False if there is none."""
        inside = (place for place in places if self.size * ASCENT <= place[1] <= self.height - self.size * DESCENT)
        return any(self.text(x, y, text, tone=tone, bold=bold, align=align) for x, y, align in inside)

    def svg(self, title: object) -> Markup:
        """The finished drawing; `title` says what it shows."""
        finding = escape(clean(title))
        head = f'<svg {self.look.root} viewBox="0 0 {_n(self.width)} {_n(self.height)}"'
        named = f' role="img"><title>{finding}</title>' if finding else ' aria-hidden="true">'
        return Markup(head + named + "".join(self.elements) + "</svg>")  # noqa: S704 - every text went through escape

    def box(self, x: float, y: float, line: str, *, bold: bool = False, align: Align = "left") -> Box:
        """What a text would cover there, once moved inside."""
        width = text_width(line, self.size, bold=bold)
        left = x - {"left": 0.0, "middle": width / 2, "right": width}[align]
        left = max(0.0, min(left, self.width - width))
        return Box(left, y - self.size * ASCENT, left + width, y + self.size * DESCENT)

    def _rect(self, x: float, y: float, width: float, height: float, paint: str, corner: float) -> None:
        round_ = f' rx="{_n(corner)}"' if corner else ""
        (left, top), (right, bottom) = self._inside(x, y), self._inside(x + max(0.0, width), y + max(0.0, height))
        place = f'x="{_n(left)}" y="{_n(top)}" width="{_n(right - left)}" height="{_n(bottom - top)}"'
        self.elements.append(f"<rect {paint} {place}{round_}/>")

    def _inside(self, x: float, y: float, margin: float = 0.0) -> Point:
        """The point, or the nearest one inside; a layout that needs this is tight."""
        return (
            max(margin, min(x, self.width - margin)),
            max(margin, min(y, self.height - margin)),
        )

    def _points(self, points: Iterable[Point]) -> str:
        return " ".join(f"{_n(x)},{_n(y)}" for x, y in (self._inside(*point) for point in points))

    def _ink(self, tone: str, bold: bool) -> str:
        ink = self.look.texts[tone]
        if self.look is PRINT:
            return f' fill="{ink}"' + (f' font-weight="{self.look.bold}"' if bold else "")
        names = " ".join(name for name in (ink, self.look.bold if bold else "") if name)
        return f' class="{names}"' if names else ""


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Positions close to the wanted ones, `gap` apart at least, between low and high as far as they fit."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    previous = low - gap
    for index in order:
        placed[index] = previous = max(wanted[index], previous + gap)
    ceiling = high
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed


def _n(value: float) -> str:
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")
