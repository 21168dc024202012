"""What the tests of PDFs share: documents, pictures and a renderer."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

from PIL import Image

from portal.pdf import BRIEFING_STYLESHEET, PdfDocument, Renderer

STYLE = BRIEFING_STYLESHEET.read_text(encoding="utf-8")
ISSUED = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


def one_renderer() -> Iterator[Renderer]:
    """Make it a fixture of the module: `renderer = pytest.fixture(scope="module")(one_renderer)`."""
    renderer = Renderer(processes=1)
    yield renderer
    renderer.close()


def document(html: str = "<p>好", **more) -> PdfDocument:
    """A document with a title, a language and a date."""
    return PdfDocument(html, **({"language": "zh_Hans", "title": "简报", "created_at": ISSUED} | more))


def picture(width: int = 40, height: int = 30, kind: str = "PNG") -> bytes:
    """A picture of one colour."""
    data = io.BytesIO()
    Image.new("RGB", (width, height), "#0e5a61").save(data, kind)
    return data.getvalue()
