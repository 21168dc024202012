"""What charts with an x axis share: labels that leave room for each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from portal.charts.canvas import Box, Canvas
from portal.charts.model import Text
from portal.charts.text import clean, text_width

LABEL_GAP = 8.0
MISSING = "–"


def write_axis_labels(canvas: Canvas, labels: Sequence[Text], positions: Sequence[float], y: float) -> None:
    """Write the first label, the last, and as many even steps between as fit."""
    lines = [clean(label) for label in labels]
    boxes = [canvas.box(x, y, line, align="middle") for x, line in zip(positions, lines, strict=True)]
    for index in _that_fit(boxes):
        canvas.text(positions[index], y, lines[index], tone="mut", align="middle")


def _that_fit(boxes: Sequence[Box]) -> list[int]:
    count = len(boxes)
    for step in range(1, count + 1):
        chosen = list(range(0, count, step))
        if chosen[-1] != count - 1:  # the last is always wanted: it takes the place of its neighbour
            chosen = [*chosen[: max(1, len(chosen) - 1)], count - 1]
        pairs = pairwise(chosen)
        if all(boxes[one].right + LABEL_GAP <= boxes[other].left for one, other in pairs):
            return chosen
    return [0] if count else []


def column_width(canvas: Canvas, texts: Sequence[Text], share: float, *, bold: bool = False) -> float:
    """Room for a column of texts: the widest of them, at most a share of the drawing."""
    widths = [text_width(clean(text), canvas.size, bold=bold) for text in texts]
    return min(max(widths, default=0.0), canvas.width * share)
