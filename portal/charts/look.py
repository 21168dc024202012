"""The two looks of a drawing: on a page it wears the classes of the style sheet, in print plain colours.

Page styles do not reach into a drawing on paper, and transparency costs a PDF a group each, so print mixes its
shades on white.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Theme = Literal["page", "print"]

INK, SECOND_INK, LINE, STRONG_LINE = "#10262a", "#4a5f63", "#d3dddf", "#71868a"
OWN, PEER, GAIN, BAD, SOFT, LATE = "#0e5a61", "#a9b7b9", "#ffd23f", "#a81e25", "#dcecee", "#fde7e6"
PRINT_FAMILY = "Noto Sans SC, Noto Sans SC Full, sans-serif"

# Strengths of the own colour that keep 4.5:1 under ink (the weak ones) or under white (the strong ones), in both
# colour schemes; nothing between.
SHADES = (0.08, 0.16, 0.26, 0.36, 0.85, 1.0)
PART_SHADES = (1.0, 0.36, 0.85, 0.16, 1.0, 0.26)
STRONG = 0.5


@dataclass(frozen=True, slots=True)
class Look:
    """Attributes for shapes, lines and texts by what they mean."""

    root: str
    fills: Mapping[str, str]
    lines: Mapping[str, str]
    texts: Mapping[str, str]
    bold: str
    text_size: float
    row_height: float
    bar_height: float
    corner: float
    labels_to_axis: bool
    mixes: bool

    def shade(self, strength: float) -> str:
        """Attributes of a fill in the own colour, weaker than solid."""
        if self.mixes:
            return f'fill="{_mix(OWN, strength)}"'
        return f'class="own" fill-opacity="{strength:g}"'


def text_on(strength: float) -> str:
    """The text tone that can be read on a shade."""
    return "on" if strength > STRONG else "ink"


def _mix(colour: str, strength: float) -> str:
    channels = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(channel * strength + 255 * (1 - strength)):02x}" for channel in channels)


PAGE = Look(
    root='class="sw-svg"',
    fills={
        "own": 'class="own"',
        "peer": 'class="peer"',
        "gain": 'class="gain"',
        "bad": 'class="bad"',
        "late": 'class="a-late"',
        "soft": 'class="own" fill-opacity="0.14"',
        "empty": 'class="ax" fill="none"',
    },
    lines={
        "own": 'class="l-own"',
        "peer": 'class="l-peer"',
        "axis": 'class="ax"',
        "base": 'class="ax"',
        "mark": 'class="l-mark"',
    },
    texts={"ink": "", "mut": "mut", "own": "own", "bad": "bad", "on": "onb"},
    bold="b",
    text_size=12,
    row_height=24,
    bar_height=14,
    corner=2,
    labels_to_axis=False,
    mixes=False,
)

PRINT = Look(
    root=f'width="100%" font-family="{PRINT_FAMILY}" font-size="11"',
    fills={
        "own": f'fill="{OWN}"',
        "peer": f'fill="{PEER}"',
        "gain": f'fill="{GAIN}" stroke="{INK}" stroke-width="0.8"',
        "bad": f'fill="{BAD}"',
        "late": f'fill="{LATE}"',
        "soft": f'fill="{SOFT}"',
        "empty": f'fill="none" stroke="{LINE}"',
    },
    lines={
        "own": f'fill="none" stroke="{OWN}" stroke-width="2.5" stroke-linejoin="round"',
        "peer": f'fill="none" stroke="{STRONG_LINE}" stroke-width="1.8" stroke-dasharray="5 4"',
        "axis": f'stroke="{LINE}" stroke-width="0.8"',
        "base": f'stroke="{INK}" stroke-width="1"',
        "mark": f'stroke="{INK}" stroke-width="1" stroke-dasharray="2 3"',
    },
    texts={"ink": INK, "mut": SECOND_INK, "own": OWN, "bad": BAD, "on": "#ffffff"},
    bold="700",
    text_size=11,
    row_height=29,
    bar_height=16,
    corner=0,
    labels_to_axis=True,
    mixes=True,
)

# Widths in user units at which print text is about 8 points high: a whole line, the wide box, one of two boxes.
PRINT_WIDTHS: Mapping[str, Mapping[str, float]] = {
    "a4": {"full": 640, "wide": 440, "half": 305},
    "a5": {"full": 460, "wide": 315, "half": 220},
}

LOOKS: Mapping[str, Look] = {"page": PAGE, "print": PRINT}
