"""The process that renders: one message in, one PDF out, until its time or its number of documents is over."""

from __future__ import annotations

import gc
import json
import logging
import os
import select
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from portal.pdf import walls, wire


def main() -> None:
    """Serve documents; the settings come as JSON in the first argument."""
    settings = json.loads(sys.argv[1])
    requests, replies = _private_channel()
    walls.limit_process()
    logging.getLogger("weasyprint").propagate = False
    try:
        from portal.pdf.typeset import Typesetter

        typesetter = Typesetter(Path(settings["fonts_folder"]))
        typesetter.warm_up()
    except Exception as error:
        wire.send(replies, {"failed": "unavailable", "detail": f"{type(error).__name__}: {error}"})
        return
    walls.raise_walls(Path(settings["work_folder"]), [Path(settings["fonts_folder"])])
    wire.send(replies, {"ready": True})
    gc.freeze()  # what the library loaded is never garbage
    for _ in range(settings["documents"]):
        if not select.select([requests], [], [], settings["idle_seconds"])[0]:
            return
        if not _serve(typesetter, requests, replies):
            return


def _private_channel() -> tuple[BinaryIO, BinaryIO]:
    """The two pipes to the portal; what a library prints goes to the error log instead."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return os.fdopen(os.dup(0), "rb"), replies


def _serve(typesetter: Any, requests: BinaryIO, replies: BinaryIO) -> bool:
    """Answer one request; False when this process should not go on."""
    try:
        head, blobs = wire.receive(requests, sys.maxsize)
    except wire.Disconnected:
        return False
    walls.limit_document(head["cpu_seconds"], head["memory_bytes"])
    answer, blob = _typeset(typesetter, head, blobs)
    walls.lift_document_limits()
    wire.send(replies, answer, [blob] if blob else [])
    return "failed" not in answer


def _typeset(typesetter: Any, head: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], bytes]:
    """The answer to one request with its PDF; a failure is an answer too."""
    from portal.pdf.typeset import TooManyPages

    try:
        result = typesetter.typeset(_order(head, blobs))
    except (MemoryError, SystemError) as error:  # C code that got no memory often forgets to say so
        return {"failed": "memory", "detail": repr(error)}, b""
    except TooManyPages as error:
        return {"failed": "pages", "detail": str(error)}, b""
    except Exception:
        return {"failed": "broken", "detail": traceback.format_exc(limit=-6)}, b""
    if len(result.pdf) > head["output_bytes"]:
        return {"failed": "output_size", "detail": f"{len(result.pdf)} bytes"}, b""
    answer = {"pages": result.pages, "missing": result.missing_characters, "problems": result.problems}
    return answer, result.pdf


def _order(head: dict[str, Any], blobs: list[bytes]) -> Any:
    from portal.pdf.typeset import Order

    html, stylesheet, *rest = blobs
    names = head["pictures"]
    pictures, files = rest[: len(names)], rest[len(names) :]
    return Order(
        html=html.decode(),
        stylesheet=stylesheet.decode(),
        title=head["title"],
        language=head["language"],
        created_at=datetime.fromisoformat(head["created_at"]),
        archive=head["archive"],
        pages_limit=head["pages"],
        picture_pixels=head["picture_pixels"],
        pictures=dict(zip(names, pictures, strict=True)),
        attachments=[(*about, content) for about, content in zip(head["attachments"], files, strict=True)],
    )
