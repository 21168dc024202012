"""What a file is, told by its bytes and never by its name."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from portal.files.limits import CSV, DOCX, JPEG, PDF, PPTX, XLSX, Kind


@dataclass(frozen=True, slots=True)
class Content:
    """What the bytes are; `kind` is None for what is never taken in, `what` says it to a person."""

    kind: Kind | None
    media_type: str
    what: Any
    locked: bool = False


_PICTURES = (
    (b"\xff\xd8\xff", JPEG, _l("a JPEG picture")),
    (b"\x89PNG\r\n\x1a\n", "image/png", _l("a PNG picture")),
    (b"GIF87a", "image/gif", _l("a GIF picture")),
    (b"GIF89a", "image/gif", _l("a GIF picture")),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_OFFICE = (
    ("xl/workbook.xml", Content("spreadsheet", XLSX, _l("an Excel spreadsheet (XLSX)"))),
    ("word/document.xml", Content("document", DOCX, _l("a Word document (DOCX)"))),
    ("ppt/presentation.xml", Content("document", PPTX, _l("a PowerPoint presentation (PPTX)"))),
    ("xl/workbook.bin", Content(None, "", _l("an Excel binary workbook (XLSB); save it as XLSX"))),
)
_MACROS = Content(None, "", _l("an Office file with macros; save it without macros"))
_ARCHIVE = Content(None, "", _l("a ZIP archive"))
_LOCKED = Content("spreadsheet", "", _l("an Office file that is locked with a password"), locked=True)
_OLD_EXCEL = Content(None, "", _l("an old Excel file (XLS); save it as XLSX"))
_OLD_OFFICE = Content(None, "", _l("an old Office file; save it in today's format"))
_PDF = Content("pdf", PDF, _l("a PDF document"))
_SVG = Content(None, "", _l("an SVG drawing"))
_HTML = Content(None, "", _l("a web page (HTML)"))
_XML = Content(None, "", _l("an XML file"))
_TEXT = Content("spreadsheet", CSV, _l("a text file (CSV)"))
_FAMILIES = {
    "image": _l("a picture of a kind that cannot be shown here"),
    "video": _l("a video"),
    "audio": _l("a sound recording"),
    "font": _l("a font"),
    "application": _l("a program or another kind of file"),
}
_UNKNOWN = Content(None, "", _l("a file of an unknown kind"))
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def recognise(data: bytes) -> Content:
    """What these bytes are."""
    return _picture(data) or _container(data) or _markup(data) or _plain_text(data) or _named_by_magic(data)


def _picture(data: bytes) -> Content | None:
    for start, media_type, what in _PICTURES:
        if data.startswith(start):
            return Content("picture", media_type, what)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Content("picture", "image/webp", _l("a WebP picture"))
    if data[4:8] == b"ftyp":
        brands = {data[8:12], *(data[at : at + 4] for at in range(16, min(len(data), 64), 4))}
        if data[8:12] in _AVIF_BRANDS:
            return Content("picture", "image/avif", _l("an AVIF picture"))
        if data[8:12] in _HEIC_BRANDS and brands & _HEIC_BRANDS:
            return Content("picture", "image/heic", _l("a HEIC picture"))
        return Content(None, "", _FAMILIES["video"])
    return None


def _container(data: bytes) -> Content | None:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _office(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if _utf16("EncryptedPackage") in data:
            return _LOCKED
        return _OLD_EXCEL if _utf16("Workbook") in data or _utf16("Book") in data else _OLD_OFFICE
    if data.startswith(b"%PDF-"):
        return _PDF
    return None


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _office(data: bytes) -> Content:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return _ARCHIVE
    if "[Content_Types].xml" not in names:
        return _ARCHIVE
    if any(name.lower().endswith(("vbaproject.bin", ".xlm")) for name in names):
        return _MACROS
    return next((content for name, content in _OFFICE if name in names), _ARCHIVE)


def _markup(data: bytes) -> Content | None:
    start = data[:4096].decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", errors="ignore")
    start = start.removeprefix("\xef\xbb\xbf").lstrip().lower()
    if not start.startswith("<"):
        return None
    if "<svg" in start:
        return _SVG
    return _XML if start.startswith("<?xml") and "<html" not in start else _HTML


def _plain_text(data: bytes) -> Content | None:
    """Also a text with a few broken characters: whoever reads it can then say in which row they stand."""
    for encoding in encodings_to_try(data):
        text = data.decode(encoding, errors="replace")
        if text.count("\ufffd") * 50 <= len(text) and not _CONTROL.search(text):
            return _TEXT
    return None


def encodings_to_try(data: bytes) -> tuple[str, ...]:
    """UTF-8, UTF-16 or GB18030 (what Chinese Excel writes): those that come into question, the likeliest first."""
    if data.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    sample = data[:2048]
    if sample.count(0) * 4 > len(sample):
        return ("utf-16-le",) if sample[1::2].count(0) >= sample[::2].count(0) else ("utf-16-be",)
    return ("utf-8", "gb18030")


def _named_by_magic(data: bytes) -> Content:
    import puremagic

    try:
        found = puremagic.magic_string(data[:65536])
    except (puremagic.PureError, ValueError):
        return _UNKNOWN
    family = found[0].mime_type.partition("/")[0] if found else ""
    return Content(None, "", _FAMILIES[family]) if family in _FAMILIES else _UNKNOWN
