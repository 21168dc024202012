"""A floor plan drawn at true scale: walls, runs of shelves with their category, door, till and the way between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup, escape

from plugins.trade.svg import box, length
from portal.api import number

DRAWN_WIDTH = 6400.0  # units across: letters have the same size in a large store
LETTER, LINE, EDGE = 290.0, 330.0, 60.0  # units, as the style sheet has them
MARK = 170.0  # half of the side of the till
LEAST_LETTER = 0.5  # a name is drawn smaller before it is cut


@dataclass(frozen=True, slots=True)
class DrawnZone:
    """A run of shelves in cm. note: a line below its name. kind: hot, low, "" as the style sheet tints it."""

    name: str
    x_cm: int
    y_cm: int
    width_cm: int
    depth_cm: int
    note: str = ""
    kind: str = ""
    label: str = ""  # of a zone that can be moved: how it is read aloud


@dataclass(frozen=True, slots=True)
class DrawnFloor:
    """A store in cm; door and till as points."""

    width_cm: int
    depth_cm: int
    door: tuple[int, int]
    till: tuple[int, int]
    zones: Sequence[DrawnZone]


def draw_floor(title: object, floor: DrawnFloor, *, movable: bool = False) -> Markup:
    """The plan from above, the back wall at the top; every length has the same scale.

    movable: each zone, the door and the till can be taken hold of, and tell a script which they are.
    """
    scale = DRAWN_WIDTH / floor.width_cm
    height = floor.depth_cm * scale
    parts = [f'<rect class="wall" {box(0, 0, DRAWN_WIDTH, height)}/>']
    parts += [_zone(zone, at, scale, movable=movable) for at, zone in enumerate(floor.zones)]
    for name, word, (x, y) in (("till", _("till"), floor.till), ("door", _("door"), floor.door)):
        parts.append(_mark(name, word, x * scale, y * scale, movable=movable))
    view = f"{-EDGE:g} {-EDGE:g} {DRAWN_WIDTH + 2 * EDGE:g} {height + 2 * EDGE:g}"
    kind = ' data-floor="1"' if movable else ""
    role = "group" if movable else "img"
    head = f'<svg class="sw-svg sw-floor" viewBox="{view}" role="{role}" data-scale="{scale:g}"{kind}>'
    return Markup(head + f"<title>{escape(str(title))}</title>" + "".join(parts) + "</svg>")  # noqa: S704 - texts went through escape, the rest are numbers


def square_metres(floor: DrawnFloor) -> str:
    """The area, as people say it."""
    return f"{number(floor.width_cm * floor.depth_cm / 10_000)} m²"


def _zone(zone: DrawnZone, at: int, scale: float, *, movable: bool) -> str:
    wide, deep = zone.width_cm * scale, zone.depth_cm * scale
    middle_x, middle_y = wide / 2, deep / 2
    back = f'<rect class="{zone.kind or "fx"}" {box(0, 0, wide, deep)}/>'
    lines = [line for line in (zone.name, zone.note) if line]
    if len(lines) * LINE > deep:
        lines = [" ".join(lines)]
    first = middle_y - (len(lines) - 1) * LINE / 2 + LETTER * 0.36
    texts = "".join(
        _fitting(line, middle_x, first + place * LINE, wide, zone.kind == "hot") for place, line in enumerate(lines)
    )
    place = f'transform="translate({zone.x_cm * scale:.0f} {zone.y_cm * scale:.0f})"'
    held = (
        f' class="zone" data-at="{at}" tabindex="0" role="button" aria-label="{escape(zone.label)}"' if movable else ""
    )
    return f"<g {place}{held}><title>{escape(zone.label or ' '.join(lines))}</title>{back}{texts}</g>"


def _fitting(text: str, x: float, y: float, room: float, light: bool) -> str:
    """Drawn smaller where it is too long, then cut."""
    size = min(1.0, (room - 60) / max(length(text, LETTER), 1))
    while size < LEAST_LETTER and len(text) > 2:
        text = text[:-2] + "…"
        size = min(1.0, (room - 60) / length(text, LETTER))
    size = max(size, LEAST_LETTER)
    kind = ' class="w"' if light else ""
    return f'<text{kind} text-anchor="middle" transform="translate({x:.0f} {y:.0f}) scale({size:.2f})">{escape(text)}</text>'


def _mark(name: str, word: str, x: float, y: float, *, movable: bool) -> str:
    held = f' data-mark="{name}" tabindex="0" role="button" aria-label="{escape(word)}"' if movable else ""
    sign = (
        f'<circle class="fx" r="{MARK:g}"/>'
        if name == "door"
        else f'<rect class="fx" {box(-MARK, -MARK, 2 * MARK, 2 * MARK)}/>'
    )
    place = f'transform="translate({x:.0f} {y:.0f})"'
    text = f'<text text-anchor="middle" y="{-MARK - 60:g}">{escape(word)}</text>'
    return f'<g class="zone" {place}{held}><title>{escape(word)}</title>{sign}{text}</g>'
