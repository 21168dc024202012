"""Sending stored files. No address serves files by itself: a plug-in's view finds its own object and calls this."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

from flask import Response, send_file

from portal.files.limits import ENDINGS, SHOWN_INLINE
from portal.files.models import StoredFile
from portal.files.names import clean_name
from portal.files.services import path_or_stream, thumbnail

# Nothing that was sent in may run, load or open anything, even if a browser could be made to read it as a page.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Kept by this person's browser, but asked for each time, so that the walls are asked too; mostly 304.
    "Cache-Control": "private, no-cache",
}


def send_stored(stored: StoredFile, *, download_name: str | None = None, as_attachment: bool | None = None) -> Response:
    """The file as an answer; pictures are shown, everything else is always saved.

    download_name: instead of the name it came with; its ending is set by content.
    as_attachment: True to have pictures saved too.
    """
    saved = bool(as_attachment) or stored.media_type not in SHOWN_INLINE
    return _answer(path_or_stream(stored), stored, download_name or stored.name, saved, stored.sha256)


def send_thumbnail(stored: StoredFile, edge: int = 320) -> Response:
    """The small copy of a picture as an answer."""
    small = io.BytesIO(thumbnail(stored, edge))
    return _answer(small, stored, stored.name, False, f"{stored.sha256}.{edge}")


def send_bytes(data: bytes, media_type: str, download_name: str) -> Response:
    """What was just made (an export) as a download."""
    name = clean_name(download_name, ENDINGS[media_type])
    response = send_file(io.BytesIO(data), mimetype=media_type, as_attachment=True, download_name=name)
    response.headers.update(HEADERS | {"Cache-Control": "private, no-store"})
    return response


def _answer(content: Path | BinaryIO, stored: StoredFile, name: str, saved: bool, etag: str) -> Response:
    response = send_file(
        content,
        as_attachment=saved,
        download_name=clean_name(name, stored.ending),
        etag=etag,
        last_modified=stored.created_at,
        conditional=True,
    )
    # Set last and bare: werkzeug would say that each text is UTF-8, and a CSV of a Chinese Excel is not.
    response.headers.update(HEADERS | {"Content-Type": stored.media_type})
    return response
