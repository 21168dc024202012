"""What goes into a PDF and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PdfLimits:
    """How much one document may cost before it is given up."""

    cpu_seconds: int = 30
    wall_seconds: float = 60.0
    memory_bytes: int = 1024 * MIB
    input_bytes: int = 48 * MIB
    output_bytes: int = 32 * MIB
    pages: int = 400
    picture_pixels: int = 40_000_000


@dataclass(frozen=True, slots=True)
class PdfAttachment:
    """A file inside the PDF, such as the numbers behind a chart."""

    name: str
    content: bytes
    description: str = ""


@dataclass(frozen=True, slots=True)
class PdfDocument:
    """HTML with all it needs; `pictures` by the name that `picture:NAME` uses, `created_at` aware (None: now)."""

    html: str
    language: str
    title: str
    stylesheet: str = ""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    attachments: tuple[PdfAttachment, ...] = ()
    created_at: datetime | None = None
    archive: bool = False
    """PDF/A-3u (for keeping ten years) besides PDF/UA-1."""


@dataclass(frozen=True, slots=True)
class RenderedPdf:
    """A finished PDF with what a person should know about it."""

    pdf: bytes
    pages: int
    missing_characters: tuple[str, ...] = ()
    """Characters that no font has; each shows as an empty box."""
    problems: tuple[str, ...] = ()
    """Pictures, style sheets and addresses that were refused or broken, in English, for the log."""
