"""What the drawings of shelf units and of floors share: boxes, and how long a text is."""

from __future__ import annotations

from unicodedata import east_asian_width

NARROW = 0.6  # of a Chinese letter, that a Latin one is wide


def box(x: float, y: float, width: float, height: float) -> str:
    """Place and size of a rectangle, as attributes."""
    return f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}"'


def length(text: str, letter: float) -> float:
    """Units that a text takes, in letters of that size."""
    return sum(letter if east_asian_width(each) in "WFA" else letter * NARROW for each in text)
