"""The picture on a cover: three shelves, other packs for each issue, one of them yellow if there is money to gain."""

from __future__ import annotations

import random
from dataclasses import dataclass

from markupsafe import Markup, escape

from portal.charts.look import GAIN
from portal.charts.text import clean

WIDTH, HEIGHT = 210.0, 132.0
GROUND, BOARD, TICKET = "#0f2a2e", "#8fb0b4", "#dcecee"
LABEL_ON = {
    "#2d676d": "#275b60",
    "#3b7a80": "#326a70",
    "#24565c": "#204d53",
    "#1d474d": "#1a4147",
    "#17393e": "#15363b",
    GAIN: "#cfb13c",
}
TINTS = [tint for tint in LABEL_ON if tint != GAIN]
BOARDS = (42.0, 85.0, 128.0)
PRICE_TICKETS = (14, 49, 83, 112, 146, 181)


@dataclass(frozen=True, slots=True)
class _Pack:
    """What stands in a row beside its like."""

    kind: str
    width: float
    height: float
    tint: str

    def draw(self, left: float, floor: float, tint: str) -> str:
        """The pack with its label."""
        x, y, right = left, floor - self.height, left + self.width
        label = f'<rect fill="{LABEL_ON[tint]}" {_place(x, y + self.height * 0.32, self.width, self.height * 0.22)}/>'
        if self.kind == "cup":
            foot = f"L{right - 2:.1f} {floor:.1f}H{x + 2:.1f}L{x + 0.6:.1f} {y + 1.6:.1f}H{x:.1f}z"
            return f'<path fill="{tint}" d="M{x:.1f} {y:.1f}H{right:.1f}V{y + 1.6:.1f}H{right - 0.6:.1f}{foot}"/>'
        if self.kind == "bottle":
            neck = f'<rect fill="{tint}" {_place(x + 2.3, y, self.width - 4.6, 9)} rx=".5"/>'
            shoulder = f"M{x:.1f} {floor:.1f}V{y + 9:.1f}Q{x:.1f} {y + 6:.1f} {x + 2.3:.1f} {y + 4:.1f}"
            other = f"H{right - 2.3:.1f}Q{right:.1f} {y + 6:.1f} {right:.1f} {y + 9:.1f}V{floor:.1f}z"
            return f'{neck}<path fill="{tint}" d="{shoulder}{other}"/>{label}'
        return f'<rect fill="{tint}" {_place(x, y, self.width, self.height)} rx="1.2"/>{label}'


def draw_shelf(title: object, *, issue: int, gain: bool) -> Markup:
    """A drawing of 210 by 132 units, the width of a sheet; the same issue number gives the same picture."""
    chance = random.Random(issue)
    parts = [f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{GROUND}"/>']
    for index, board in enumerate(BOARDS):
        parts += _stock(chance, board, yellow=gain and index == 1)
        parts.append(f'<rect fill="{BOARD}" {_place(0, board, WIDTH, 1.6)}/>')
        if board < BOARDS[-1]:  # the tag of the cover hangs from the lowest board
            parts += [f'<rect fill="{TICKET}" {_place(x, board - 0.2, 9, 4.2)} rx=".4"/>' for x in PRICE_TICKETS]
    head = f'<svg class="bf-art" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img"><title>{escape(clean(title))}</title>'
    return Markup(head + "".join(parts) + "</svg>")  # noqa: S704 - the title went through escape, the rest are numbers


def _stock(chance: random.Random, board: float, *, yellow: bool) -> list[str]:
    """Groups of equal packs from edge to edge; the yellow one is the first box beyond the middle."""
    parts: list[str] = []
    left, before = -6.0, ""
    while left < WIDTH:
        pack = _choose(chance, before, force_box=yellow and left > WIDTH / 2)
        for _ in range(chance.randint(2, 4)):
            lights_up = yellow and pack.kind == "box" and left > WIDTH / 2
            parts.append(pack.draw(left, board, GAIN if lights_up else pack.tint))
            yellow = yellow and not lights_up
            left += pack.width + 0.9
        before = pack.tint
        left += chance.uniform(3, 7)
    return parts


def _choose(chance: random.Random, before: str, *, force_box: bool) -> _Pack:
    tint = chance.choice([tint for tint in TINTS if tint != before])
    kind = chance.choice(("box", "box", "bottle", "cup"))
    if kind == "box" or force_box:
        return _Pack("box", chance.uniform(13, 16.5), chance.uniform(24, 32), tint)
    if kind == "bottle":
        return _Pack("bottle", 7.4, chance.uniform(22, 31), tint)
    return _Pack("cup", 11.7, 15.0, tint)


def _place(x: float, y: float, width: float, height: float) -> str:
    return f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
