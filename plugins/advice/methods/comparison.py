"""Two versions of a text side by side: line by line, and within a changed line word by word.

Source: Ratcliff and Metzener, Pattern Matching: The Gestalt Approach, Dr. Dobb's Journal (1988), as difflib has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["same", "added", "removed"]
WORD = re.compile(r"[A-Za-z0-9_.,%¥-]+|\s+|.")  # a Chinese sign is a word of its own


@dataclass(frozen=True, slots=True)
class Piece:
    """Some text, and whether it is in both versions, the new one or the old one only."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of either version."""

    pieces: Sequence[Piece]

    @property
    def is_same(self) -> bool:
        """Whether it stands in both versions as it is."""
        return all(piece.mark == "same" for piece in self.pieces)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read in it."""
        return not any(piece.text.strip() for piece in self.pieces)


def compare(old: str, new: str) -> list[Line]:
    """The lines of both texts in order; without the added pieces they are the old text, without the removed the new one."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[Line] = []
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            lines += [Line((Piece("same", line),)) for line in before[a:b]]
        elif what == "replace" and b - a == d - c:
            lines += [Line(tuple(_words(one, other))) for one, other in zip(before[a:b], after[c:d], strict=True)]
        else:
            lines += [Line((Piece("removed", line),)) for line in before[a:b]]
            lines += [Line((Piece("added", line),)) for line in after[c:d]]
    return lines


def _words(old: str, new: str) -> Iterator[Piece]:
    before, after = WORD.findall(old), WORD.findall(new)
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            yield Piece("same", "".join(before[a:b]))
            continue
        if b > a:
            yield Piece("removed", "".join(before[a:b]))
        if d > c:
            yield Piece("added", "".join(after[c:d]))
