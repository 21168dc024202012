"""A shelf unit drawn at true scale: boards, every facing as wide as it is, names, and what changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.api import number

DRAWN_WIDTH = 1200.0  # units: a wider shelf unit is drawn smaller, so that its letters stay readable
LETTER, LINE = 34.0, 42.0  # units, as the style sheet has them
NARROW = 120.0  # groups below are written from the bottom up
MOST_STACKED = 4
MARGIN, DIMENSION = 12.0, 190.0
BOARD_MM = 16
EYE_LEVEL, HAND_LEVEL = (1_150, 1_650), 750  # mm above the floor, of the board


@dataclass(frozen=True, slots=True)
class DrawnItem:
    """A product as it stands: its facings beside each other. change: facings more or less than before; tint: 1 to 8."""

    name: str
    facings: int
    width_mm: int
    height_mm: int
    tint: int = 1
    own: bool = False
    estimated: bool = False
    change: int = 0
    moved: bool = False


@dataclass(frozen=True, slots=True)
class DrawnShelf:
    """A board with what stands on it from the left."""

    height_mm: int
    clear_mm: int
    items: Sequence[DrawnItem]


def draw_planogram(title: object, width_mm: int, shelves: Sequence[DrawnShelf]) -> Markup:
    """The shelf unit; every length in it has the same scale."""
    top = max(shelf.height_mm + shelf.clear_mm for shelf in shelves)
    scale = min(DRAWN_WIDTH / width_mm, 1.0)
    taken = max([width_mm, *(sum(item.facings * item.width_mm for item in shelf.items) for shelf in shelves)])
    width, height, right = width_mm * scale, top * scale, taken * scale
    parts = [f'<rect class="back" {_box(0, 0, width, height)}/>']
    for shelf in shelves:
        floor = (top - shelf.height_mm) * scale
        parts.append(f'<rect class="board" {_box(0, floor, width, BOARD_MM * scale)}/>')
        parts += _shelf(shelf, floor, scale)
        parts += _dimension(shelf, right + 14, floor)
    said = _("%(width)s cm wide; every length has the same scale", width=number(width_mm / 10))
    parts.append(_text(0, height + 70, said, "dim"))
    view = f"{-MARGIN:g} {-MARGIN:g} {right + DIMENSION:.0f} {height + 100:.0f}"
    head = f'<svg class="sw-svg sw-plano" viewBox="{view}" role="img"><title>{escape(str(title))}</title>'
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704 - texts went through escape, the rest are numbers


def level_of(height_mm: int) -> str:
    """What the trade calls the height of a board."""
    if EYE_LEVEL[0] <= height_mm <= EYE_LEVEL[1]:
        return _("eye level")
    if height_mm > EYE_LEVEL[1]:
        return _("top")
    return _("hand level") if height_mm >= HAND_LEVEL else _("low")


def _dimension(shelf: DrawnShelf, left: float, floor: float) -> Iterator[str]:
    yield _text(left, floor - 60, level_of(shelf.height_mm), "dim")
    yield _text(left, floor - 18, f"{number(shelf.height_mm / 10)} cm", "dim")


def _shelf(shelf: DrawnShelf, floor: float, scale: float) -> Iterator[str]:
    """First all packs, then the plates, so that no pack covers a name."""
    plates: list[str] = []
    left = 0.0
    for item in shelf.items:
        wide = item.width_mm * scale
        tall = min(item.height_mm, shelf.clear_mm) * scale
        stacked = max(min(int(shelf.clear_mm // max(item.height_mm, 1)), MOST_STACKED), 1)
        for place in range(item.facings):
            for row in range(1, stacked + 1):
                yield _pack(left + place * wide, floor - row * tall, wide, tall, item.tint)
        group = (left, floor - stacked * tall, item.facings * wide, stacked * tall)
        if item.own:
            plates.append(f'<rect class="ring" {_box(group[0] + 4, group[1] + 4, group[2] - 8, group[3] - 8)}/>')
        plates += _plate(item, *group)
        left += group[2]
    yield from plates


def _pack(left: float, top: float, wide: float, tall: float, tint: int) -> str:
    bar = min(15.0, tall * 0.12)
    lids = (f'<rect class="lid" {_box(left + 1, y, wide - 2, bar)}/>' for y in (top, top + tall - bar))
    return f'<rect class="pk k{tint}" {_box(left + 1, top, wide - 2, tall)} rx="6"/>' + "".join(lids)


def _plate(item: DrawnItem, left: float, top: float, wide: float, tall: float) -> Iterator[str]:
    """The name with its facings on white, upright where the group is too narrow, and the change over it."""
    name = f"◆ {item.name}" if item.own else item.name
    count = f"{'≈ ' if item.estimated else ''}× {item.facings}"
    upright = wide < NARROW
    if upright:
        lines = [f"{_lines(name, tall - 36 - _length(count), 1)[0]} {count}"]
    else:
        lines = [*_lines(name, wide - 36, max(int((tall - 20) // LINE) - 1, 1)), count]
    across = max(_length(line) for line in lines) + 28
    high = len(lines) * LINE + 12
    x, y = left + wide / 2, top + tall / 2
    turn = f' transform="rotate(-90 {x:.0f} {y:.0f})"' if upright else ""
    texts = "".join(
        _text(x - _length(line) / 2, y - high / 2 + 40 + place * LINE, line) for place, line in enumerate(lines)
    )
    plate = f'<rect class="plate" {_box(x - across / 2, y - high / 2, across, high)} rx="8"/>'
    yield f"<g{turn}><title>{escape(item.name)}</title>{plate}{texts}</g>"
    if item.change or item.moved:
        yield from _badge(item, x, y - (tall if upright else high) / 2 - 8)


def _badge(item: DrawnItem, x: float, foot: float) -> Iterator[str]:
    sign = "▲ +" if item.change > 0 else "▼ −"
    said = f"{sign}{abs(item.change)}" if item.change else "⇄"
    wide = _length(said) + 34
    kind = "up" if item.change > 0 else "dn"
    top = max(foot - 48, 0)
    yield f'<rect class="{kind}" {_box(x - wide / 2, top, wide, 48)} rx="8"/>'
    yield _text(x - wide / 2 + 17, top + 36, said)


def _lines(text: str, room: float, most: int) -> list[str]:
    """The text in at most so many lines of that length, the last one cut short where it is too long."""
    lines: list[str] = []
    line = ""
    for place, letter in enumerate(text):
        if _length(line + letter) > max(room, LETTER) and line:
            if len(lines) + 1 == most:
                rest = text[place:]
                return [*lines, (line[:-1] + "…") if rest.strip() else line]
            lines.append(line.strip())
            line = ""
        line += letter
    return [*lines, line.strip()]


def _length(text: str) -> float:
    return sum(LETTER if east_asian_width(letter) in "WFA" else LETTER * 0.6 for letter in text)


def _text(x: float, y: float, text: object, kind: str = "") -> str:
    return (
        f'<text{f" class={chr(34)}{kind}{chr(34)}" if kind else ""} x="{x:.0f}" y="{y:.0f}">{escape(str(text))}</text>'
    )


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'
