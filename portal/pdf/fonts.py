"""The fonts of the house: common characters from small faces, rarer ones from the full faces.

A small face makes layout a third faster than the full one; a document with a rarer character (a name, mostly)
gets both, and the full one is asked only for what the small one lacks. No font of the system is used.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont
from weasyprint import CSS
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

FACES = (
    ("Noto Sans SC", 400, "NotoSansSC-Regular"),
    ("Noto Sans SC", 700, "NotoSansSC-Bold"),
    ("Noto Serif SC", 600, "NotoSerifSC-SemiBold"),
)
_BLANK = frozenset(" \t\r\n\f\u200b\u200c\u200d\u2060\ufeff\ufe0e\ufe0f\xad")


class FontsMissing(Exception):
    """The set-up has not put the fonts where they should be."""


class HouseFonts(FontConfiguration):
    """Knows the faces it was given once; a document cannot add or replace one."""

    sealed = False

    def add_font_face(self, rule_descriptors: dict[str, Any], url_fetcher: URLFetcher) -> None:
        """Take a face of the house; ignore one that a document brings."""
        if not self.sealed:
            super().add_font_face(rule_descriptors, url_fetcher)


class FontShelf:
    """The font files in one folder, and the two sets of faces that documents are set in."""

    def __init__(self, folder: Path) -> None:
        self.files = {name: folder / f"{name}.ttf" for name in self._names()}
        missing = [path.name for path in self.files.values() if not path.is_file()]
        if missing:
            raise FontsMissing(", ".join(missing))

    @staticmethod
    def _names() -> list[str]:
        small = [name for _, _, name in FACES]
        return small + [f"{name}-Full" for name in small]

    @cached_property
    def common(self) -> frozenset[str]:
        """Characters that every small face has."""
        coverage = [set(TTFont(self.files[name], lazy=True).getBestCmap()) for _, _, name in FACES]
        return frozenset(chr(code) for code in set.intersection(*coverage)) | _BLANK

    def needs_full_faces(self, text: str) -> bool:
        """Whether a text has a character that a small face lacks."""
        return not self.common.issuperset(text)

    def configuration(self, fetcher: URLFetcher, *, full: bool) -> HouseFonts:
        """Faces ready for layout, the full ones too where asked."""
        fonts = HouseFonts()
        CSS(string=_rules(full=full), font_config=fonts, url_fetcher=fetcher)
        fonts.sealed = True
        return fonts


def _rules(*, full: bool) -> str:
    rules = []
    for family, weight, name in FACES:
        rules.append(_rule(family, weight, name))
        if full:
            rules.append(_rule(f"{family} Full", weight, f"{name}-Full"))
    return "".join(rules)


def _rule(family: str, weight: int, name: str) -> str:
    return f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url(font:{name}) }}'
