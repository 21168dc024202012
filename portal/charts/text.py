"""How wide a text is before any font is asked, so that x can be computed instead of anchored."""

from __future__ import annotations

import unicodedata

LATIN_EM = 0.56
_CAPITAL_EM = 0.72
_BROAD = {"W": 0.92, "M": 0.87, "m": 0.96, "w": 0.86, "@": 1.0, "%": 0.96}
_BOLD = 1.06
_NO_WIDTH = frozenset({"Mn", "Me", "Cf", "Cc", "Cs"})


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width in the unit of `size`: 1 em a Chinese character, 0.56 em a Latin one, more for the broad ones."""
    ems = sum(_ems(character) for character in text)
    return ems * size * (_BOLD if bold and not text.isspace() else 1.0)


def shorten(text: str, room: float, size: float, *, bold: bool = False) -> str:
    """The text, or as much of it as fits into `room` with an ellipsis; empty when not even that fits."""
    room += 0.05  # rooms are sums of widths; their last bit must not cost a character
    if text_width(text, size, bold=bold) <= room:
        return text
    while text and text_width(text + "…", size, bold=bold) > room:
        text = text[:-1].rstrip()
    return f"{text}…" if text else ""


def clean(text: object) -> str:
    """One line of characters that XML can carry and a reader can see."""
    line = "".join(character for character in str(text) if character.isspace() or _is_legal(character))
    return " ".join(line.split())


def _ems(character: str) -> float:
    if character.isascii():
        return _BROAD.get(character, _CAPITAL_EM if character.isupper() else LATIN_EM)
    if unicodedata.category(character) in _NO_WIDTH:
        return 0.0
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    return _CAPITAL_EM


def _is_legal(character: str) -> bool:
    code = ord(character)
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs"} and code & 0xFFFE != 0xFFFE
