"""PDFs from HTML: WeasyPrint in a child process that has limits and reads nothing but what it is handed.

    pdf = render_pdf(
        html,
        stylesheet=BRIEFING_STYLESHEET.read_text(),
        pictures={"logo": png},
        language="zh-Hans",
        title="3月市场简报",
    )

The HTML names a picture as `<img src="picture:logo" alt="...">`; its fonts are Noto Sans SC (400, 700) and
Noto Serif SC (600), which the print style sheet already asks for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from portal.pdf.errors import PdfFailed
from portal.pdf.model import PdfAttachment, PdfDocument, PdfLimits, RenderedPdf
from portal.pdf.renderer import Renderer, default_renderer
from portal.pdf.tables import column_shares

__all__ = [
    "BRIEFING_STYLESHEET",
    "PdfAttachment",
    "PdfDocument",
    "PdfFailed",
    "PdfLimits",
    "RenderedPdf",
    "Renderer",
    "column_shares",
    "default_renderer",
    "render",
    "render_pdf",
]

BRIEFING_STYLESHEET = Path(__file__).parents[1] / "static" / "briefing-print.css"
"""How a briefing looks on paper; belongs to the macros in templates/briefing/parts.html."""


def render(document: PdfDocument, limits: PdfLimits = PdfLimits()) -> RenderedPdf:
    """The PDF of a document, its number of pages, and what could not be shown; raises PdfFailed."""
    return default_renderer().render(document, limits)


def render_pdf(
    html: str,
    *,
    stylesheet: str = "",
    pictures: Mapping[str, bytes] | None = None,
    language: str,
    title: str,
    attachments: Sequence[PdfAttachment] = (),
    limits: PdfLimits = PdfLimits(),
    created_at: datetime | None = None,
) -> bytes:
    """The bytes of a tagged PDF; raises PdfFailed.

    With the same `created_at` (aware; None: now) the same arguments give the same bytes.
    """
    document = PdfDocument(
        html=html,
        stylesheet=stylesheet,
        pictures=pictures or {},
        language=language,
        title=title,
        attachments=tuple(attachments),
        created_at=created_at,
    )
    return render(document, limits).pdf
