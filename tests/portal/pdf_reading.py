"""Reads a tagged PDF as a screen reader would: through its structure, its marks and its fonts' character maps."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf

_PAIR = re.compile(rb"<([0-9a-fA-F]+)>\s*<([0-9a-fA-F]*)>")
_START = pikepdf.Matrix()


@dataclass
class Element:
    """A structure element with the text that its marks hold."""

    kind: str
    node: Any
    page: int
    pieces: list[str | Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    def walk(self) -> Iterator[Element]:
        yield self
        for piece in self.pieces:
            if isinstance(piece, Element):
                yield from piece.walk()


@dataclass
class Font:
    """What a font tells: characters and widths (thousandths of an em) by glyph."""

    characters: dict[int, str]
    widths: dict[int, float]


@dataclass
class Page:
    """What stands on a page: text by mark, text outside the content, and from where to where each line of text runs."""

    marks: dict[int, str] = field(default_factory=dict)
    artifact: str = ""
    runs: list[tuple[float, float, float]] = field(default_factory=list)


class PdfReading:
    """A PDF, opened for questions."""

    def __init__(self, data: bytes) -> None:
        self.pdf = pikepdf.open(io.BytesIO(data))
        self.pages = [_Reader(page).page for page in self.pdf.pages]

    @property
    def root(self) -> Element:
        return self._element(self.pdf.Root.StructTreeRoot.K[0])

    @property
    def text(self) -> str:
        return self.root.text

    def elements(self, kind: str) -> list[Element]:
        return [element for element in self.root.walk() if element.kind == kind]

    def fonts(self) -> list[Any]:
        """The font dictionaries of all pages, each once."""
        found = {}
        for page in self.pdf.pages:
            for font in page.Resources.get("/Font", {}).values():
                found[font.objgen] = font
        return list(found.values())

    def families(self) -> list[str]:
        """The names of the fonts without the mark of their subset."""
        return sorted(str(font.BaseFont)[8:] for font in self.fonts())

    def page_of(self, destination: Any) -> int:
        """The page, from 1, that a named or explicit destination leads to."""
        if isinstance(destination, pikepdf.String):
            names = list(self.pdf.Root.Names.Dests.Names)
            destination = dict(zip(map(str, names[::2]), names[1::2], strict=True))[str(destination)]
        return self._number(destination[0]) + 1

    def outline(self) -> list[tuple[int, str, int]]:
        """Bookmarks as (depth, title, page)."""
        with self.pdf.open_outline() as outline:
            return list(self._bookmarks(outline.root, 0))

    def outside(self) -> list[tuple[float, float, float]]:
        """Runs of text that leave their page by more than a hair."""
        found = []
        for sheet, page in zip(self.pdf.pages, self.pages, strict=True):
            width, height = (float(side) for side in sheet.MediaBox[2:])
            found += [run for run in page.runs if run[0] < -1 or run[1] > width + 1 or not 0 <= run[2] <= height]
        return found

    def _bookmarks(self, items: Any, depth: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            yield depth, str(item.title), self.page_of(item.destination)
            yield from self._bookmarks(item.children, depth + 1)

    def _number(self, page: Any) -> int:
        return [one.obj.objgen for one in self.pdf.pages].index(page.objgen)

    def _element(self, node: Any) -> Element:
        page = self._number(node.Pg) if "/Pg" in node else 0
        element = Element(str(node.S).removeprefix("/"), node, page)
        for kid in node.get("/K", []):
            if isinstance(kid, int):
                element.pieces.append(self.pages[page].marks.get(kid, ""))
            elif "/S" in kid:
                element.pieces.append(self._element(kid))
        return element


class _Reader:
    """Goes through the operators of one page."""

    def __init__(self, sheet: Any) -> None:
        self.page = Page()
        self._fonts = {str(name): _font(font) for name, font in sheet.Resources.get("/Font", {}).items()}
        self._font, self._size = Font({}, {}), 1.0
        self._matrix, self._stack, self._line = _START, [], _START
        self._marks: list[int | None] = []
        for operands, operator in pikepdf.parse_content_stream(sheet):
            self._read(str(operator), operands)

    def _read(self, operator: str, operands: Any) -> None:
        if operator == "q":
            self._stack.append(self._matrix)
        elif operator == "Q":
            self._matrix = self._stack.pop()
        elif operator == "cm":
            self._matrix = pikepdf.Matrix(*map(float, operands)) @ self._matrix
        elif operator == "BDC":
            mark = operands[1].get("/MCID")
            self._marks.append(None if mark is None else int(mark))
        elif operator == "BMC":
            self._marks.append(None)
        elif operator == "EMC":
            self._marks.pop()
        elif operator == "Tf":
            self._font, self._size = self._fonts[str(operands[0])], float(operands[1])
        elif operator == "Tm":
            self._line = pikepdf.Matrix(*map(float, operands))
        elif operator in {"Tj", "TJ"}:
            self._show(operands[0])

    def _show(self, operand: Any) -> None:
        text, length = "", 0.0
        for part in [operand] if isinstance(operand, pikepdf.String) else operand:
            if isinstance(part, pikepdf.String):
                codes = bytes(part)
                glyphs = [int.from_bytes(codes[place : place + 2]) for place in range(0, len(codes), 2)]
                text += "".join(self._font.characters.get(glyph, "") for glyph in glyphs)
                length += sum(self._font.widths.get(glyph, 1000.0) for glyph in glyphs)
            else:
                length -= float(part)
        self._file(text, length / 1000 * self._size)

    def _file(self, text: str, length: float) -> None:
        place = self._line @ self._matrix
        start, end = place.transform((0, 0)), place.transform((length, 0))
        self.page.runs.append((start[0], end[0], start[1]))
        self._line = pikepdf.Matrix(1, 0, 0, 1, length, 0) @ self._line
        mark = self._marks[-1] if self._marks else None
        if mark is None:
            self.page.artifact += text
        else:
            self.page.marks[mark] = self.page.marks.get(mark, "") + text


def _font(font: Any) -> Font:
    """Character map and widths of an embedded font."""
    data = font.ToUnicode.read_bytes()
    blocks = re.findall(rb"beginbfchar(.*?)endbfchar", data, re.DOTALL)
    pairs = [pair for block in blocks for pair in _PAIR.findall(block)]
    characters = {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}
    widths: dict[int, float] = {}
    listed = list(font.DescendantFonts[0].get("/W", []))
    for first, block in zip(listed[::2], listed[1::2], strict=True):
        widths |= {int(first) + step: float(width) for step, width in enumerate(block)}
    return Font(characters, widths)
