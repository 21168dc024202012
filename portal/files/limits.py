"""What an upload may be: kinds, media types, and how large."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from flask_babel import gettext as _

Kind = Literal["picture", "pdf", "spreadsheet", "document"]

JPEG: Final = "image/jpeg"
WEBP: Final = "image/webp"
PDF: Final = "application/pdf"
CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PPTX: Final = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

# The only media types that are ever stored or sent, with the ending of their file names.
ENDINGS: Final[dict[str, str]] = {
    JPEG: ".jpg",
    WEBP: ".webp",
    PDF: ".pdf",
    CSV: ".csv",
    XLSX: ".xlsx",
    DOCX: ".docx",
    PPTX: ".pptx",
}
SHOWN_INLINE: Final = frozenset({JPEG, WEBP})  # a browser shows no PDF in the sandbox in which files are sent

THUMBNAIL_EDGES_PX: Final = (160, 320, 640)

MEGABYTE: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything one upload may hold."""

    max_bytes: int = 25 * MEGABYTE
    max_pixels: int = 65_000_000  # the full resolution of today's phones; more would cost a worker 200 MB
    max_edge_px: int = 2048
    max_pages: int = 500
    max_unfolded_bytes: int = 200 * MEGABYTE


def kind_title(kind: Kind) -> Any:
    """What a person calls this kind of file."""
    titles = {
        "picture": _("a picture (JPEG, PNG, WebP, HEIC)"),
        "pdf": _("a PDF document"),
        "spreadsheet": _("a spreadsheet (XLSX or CSV)"),
        "document": _("a Word or PowerPoint document (DOCX, PPTX)"),
    }
    return titles[kind]


def size_text(size_bytes: int) -> str:
    """A size as a person reads it: 820 KB, 4.2 MB."""
    if size_bytes < MEGABYTE:
        return f"{max(1, round(size_bytes / 1024))} KB"
    return f"{size_bytes / MEGABYTE:.1f}".removesuffix(".0") + " MB"
