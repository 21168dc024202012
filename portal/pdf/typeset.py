"""HTML to PDF with WeasyPrint; runs in the child process only."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import weasyprint
from weasyprint.logger import LOGGER

from portal.pdf.archive import mend_archive
from portal.pdf.fetcher import AllowList
from portal.pdf.fonts import FontShelf, HouseFonts
from portal.pdf.tags import mend

PICTURE_DOTS_PER_INCH = 220
BLANKS = re.compile(r"[ \t\r\n\f]+")


class TooManyPages(Exception):
    """The document has more pages than its limit."""


@dataclass(slots=True)
class Order:
    """One document as the child process receives it."""

    html: str
    stylesheet: str
    title: str
    language: str
    created_at: datetime
    archive: bool
    pages_limit: int
    picture_pixels: int
    pictures: dict[str, bytes] = field(default_factory=dict)
    attachments: list[tuple[str, str, bytes]] = field(default_factory=list)


@dataclass(slots=True)
class Typeset:
    """What came out."""

    pdf: bytes
    pages: int
    missing_characters: list[str]
    problems: list[str]


class Typesetter:
    """Keeps fonts and parsed style sheets between documents."""

    def __init__(self, fonts_folder: Path) -> None:
        self._shelf = FontShelf(fonts_folder)
        self._fonts: dict[bool, HouseFonts] = {}
        self._stylesheets: dict[tuple[bool, str], weasyprint.CSS] = {}

    def warm_up(self) -> None:
        """Load what every document needs, before its time is counted."""
        self.typeset(Order("<p>暖 warm <b>up</b>", "", "-", "en", datetime(2000, 1, 1, tzinfo=UTC), False, 1, 1))

    def typeset(self, order: Order) -> Typeset:
        """Lay out and write one document."""
        fetcher = AllowList(order.pictures, self._shelf.files, order.picture_pixels)
        full = self._shelf.needs_full_faces(unescape(order.html) + order.title)
        fonts = self._fonts_for(full, fetcher)
        with _Journal() as journal:
            sheet = self._stylesheet(order.stylesheet, full, fonts, fetcher)
            document = _parse(order, fetcher).render(font_config=fonts, stylesheets=[sheet], dpi=PICTURE_DOTS_PER_INCH)
            pages = len(document.pages)
            if pages > order.pages_limit:
                raise TooManyPages(pages)
            pdf = _write(document, order, fetcher)
        return Typeset(pdf, pages, sorted(journal.missing), fetcher.refused + journal.problems)

    def _fonts_for(self, full: bool, fetcher: AllowList) -> HouseFonts:
        if full not in self._fonts:
            self._fonts[full] = self._shelf.configuration(fetcher, full=full)
        return self._fonts[full]

    def _stylesheet(self, text: str, full: bool, fonts: HouseFonts, fetcher: AllowList) -> weasyprint.CSS:
        key = (full, text)
        if key not in self._stylesheets:
            if len(self._stylesheets) >= 8:
                self._stylesheets.clear()
            self._stylesheets[key] = weasyprint.CSS(string=text, font_config=fonts, url_fetcher=fetcher)
        return self._stylesheets[key]


def _parse(order: Order, fetcher: AllowList) -> weasyprint.HTML:
    """The document with the title and language that were asked for, whatever it says itself."""
    html = weasyprint.HTML(string=order.html, url_fetcher=fetcher)
    html.base_url = None  # a <base> of the document leads nowhere
    root: Element = html.etree_element
    root.set("lang", order.language)
    head = root.find("head")
    head = SubElement(root, "head") if head is None else head
    for old in head.findall("title"):
        head.remove(old)
    SubElement(head, "title").text = order.title
    _collapse_space(root)
    return html


def _collapse_space(element: Element) -> None:
    """One blank for each run of them, as browsers do: WeasyPrint 70 stops at a blank before a line break in a footnote."""
    for node in element.iter():
        if node.tag != "pre" and node.text:
            node.text = BLANKS.sub(" ", node.text)
        for child in node if node.tag != "pre" else ():
            if child.tail:
                child.tail = BLANKS.sub(" ", child.tail)


def _write(document: weasyprint.Document, order: Order, fetcher: AllowList) -> bytes:
    document.metadata.created = order.created_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    options: dict[str, Any] = {"pdf_variant": "pdf/ua-1"}
    if order.archive:
        options = {"pdf_variant": "pdf/a-3u", "pdf_tags": True}
    attach = partial(_attachment, created_at=order.created_at, fetcher=fetcher)
    attachments = [attach(*attachment) for attachment in order.attachments]
    finish = mend_archive if order.archive else mend
    written = document.write_pdf(finisher=finish, attachments=attachments, dpi=PICTURE_DOTS_PER_INCH, **options)
    return bytes(written)


def _attachment(
    name: str, description: str, content: bytes, *, created_at: datetime, fetcher: AllowList
) -> weasyprint.Attachment:
    """A fresh object for each PDF: WeasyPrint's serves its content only once."""
    return weasyprint.Attachment(
        string=content,
        name=name,
        description=description,
        created=created_at,
        modified=created_at,
        relationship="Data",
        url_fetcher=fetcher,
    )


class _Journal(logging.Handler):
    """Collects what WeasyPrint says about one document: characters without a glyph, things that failed to load."""

    LINES = 50

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: set[str] = set()
        self.problems: list[str] = []

    def __enter__(self) -> _Journal:
        LOGGER.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        LOGGER.removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Sort one line."""
        if isinstance(record.msg, str) and record.msg.startswith(".notdef") and isinstance(record.args, tuple):
            self.missing.add(str(record.args[0]))
        elif (
            record.levelno >= logging.ERROR
            and "Refused:" not in record.getMessage()
            and len(self.problems) < self.LINES
        ):
            self.problems.append(record.getMessage()[:300])
