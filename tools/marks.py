"""Draws the mark as the icons of the app on a phone's first screen; the same shapes as portal/static/logo.svg."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from tools.files import write_whole_bytes
from tools.paths import APP_ICONS

GRID = 28  # the mark is drawn on 28 x 28
YELLOW, INK, TEAL = "#ffd23f", "#10262a", "#0e5a61"
FINER = 4  # drawn so many times larger, then reduced: smooth edges
SIZES = ((192, "any"), (512, "any"), (512, "maskable"))
SAFE = 0.72  # what a phone may cut a "maskable" icon to is a circle of four fifths


def build() -> None:
    """Write each icon."""
    for size, use in SIZES:
        out = io.BytesIO()
        mark(size, maskable=use == "maskable").save(out, "PNG", optimize=True)
        write_whole_bytes(APP_ICONS / f"{use}-{size}.png", out.getvalue())


def mark(size: int, *, maskable: bool) -> Image.Image:
    """The mark; a maskable one fills the whole square, and its drawing keeps away from the edges."""
    whole = size * FINER
    image = Image.new("RGBA", (whole, whole), YELLOW if maskable else (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    unit = whole / GRID * (SAFE if maskable else 1)
    left = (whole - GRID * unit) / 2

    def place(*points: float) -> list[float]:
        return [left + point * unit for point in points]

    if not maskable:
        draw.rounded_rectangle((0, 0, whole - 1, whole - 1), radius=6 * unit, fill=YELLOW)
    draw.rectangle(place(4, 6, 24, 9), fill=INK)
    draw.polygon(place(7, 9, 16, 9, 16, 21, 11.5, 18, 7, 21), fill=INK)
    draw.rectangle(place(18, 9, 21.5, 16), fill=TEAL)
    return image.resize((size, size), Image.Resampling.LANCZOS)
