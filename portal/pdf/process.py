"""One rendering process as the portal sees it: started, asked, killed when it takes too long."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from portal import clock
from portal.pdf import wire
from portal.pdf.errors import PdfFailed, Reason
from portal.pdf.model import MIB, PdfDocument, PdfLimits, RenderedPdf

START_SECONDS = 60.0
DYING_SECONDS = 10.0

# The package names are put up empty, so that the child does not load the web application that `portal` is.
_BOOT = """
import sys, types
for name, folder in (("portal", sys.argv[2]), ("portal.pdf", sys.argv[2] + "/pdf")):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = [folder]
from portal.pdf.child import main
main()
"""
_NO_SYSTEM_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig><cachedir>{folder}/fontconfig</cachedir></fontconfig>
"""


class ProcessGone(Exception):
    """The process ended by itself between two documents; another one can take over."""


class RenderProcess:
    """Starts with the first document's wait; usable for one document at a time."""

    def __init__(self, fonts_folder: Path, *, documents: int, idle_seconds: float) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="pdf-", ignore_cleanup_errors=True)
        work_folder = Path(self._folder.name).resolve()
        (work_folder / "fonts.conf").write_text(_NO_SYSTEM_FONTS.format(folder=work_folder))
        self._errors: IO[bytes] = (work_folder / "errors.log").open("w+b")
        settings = {
            "fonts_folder": str(fonts_folder),
            "work_folder": str(work_folder),
            "documents": documents,
            "idle_seconds": idle_seconds,
        }
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-W", "ignore", "-c", _BOOT, json.dumps(settings), str(Path(__file__).parents[1])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=work_folder,
            env=_environment(work_folder),
            start_new_session=True,
        )
        self._requests = cast(BinaryIO, self._process.stdin)
        self._replies = cast(BinaryIO, self._process.stdout)
        self._ready = False
        self._late = False

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    def render(self, document: PdfDocument, limits: PdfLimits) -> RenderedPdf:
        """Have one document rendered; raises PdfFailed, or ProcessGone when it had ended before."""
        if not self._ready:
            self._exchange(None, [], START_SECONDS, MIB)
            self._ready = True
        head, blobs = _request(document, limits)
        answer, pdf = self._exchange(head, blobs, limits.wall_seconds, limits.output_bytes + 16 * MIB)
        return RenderedPdf(pdf[0], answer["pages"], tuple(answer["missing"]), tuple(answer["problems"]))

    def close(self) -> None:
        """End it and remove its folder."""
        if self.alive:
            self._process.kill()
        self._process.wait()
        for stream in (self._requests, self._replies, self._errors):
            with contextlib.suppress(OSError):  # unsent bytes for a process that is gone
                stream.close()
        self._folder.cleanup()

    def _exchange(
        self, head: dict[str, Any] | None, blobs: list[bytes], seconds: float, reply_bytes: int
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request (None: only listen) and wait for the reply, `seconds` at most."""
        timer = threading.Timer(seconds, self._kill_late)
        timer.daemon = True
        timer.start()
        try:
            if head is not None:
                wire.send(self._requests, head, blobs)
            answer, result = wire.receive(self._replies, reply_bytes)
        except wire.Oversized as error:
            raise PdfFailed("output_size", str(error)) from error
        except (wire.Disconnected, OSError, ValueError) as error:
            raise self._cause_of_death() from error
        finally:
            timer.cancel()
        if "failed" in answer:
            raise PdfFailed(answer["failed"], answer["detail"])
        return answer, result

    def _kill_late(self) -> None:
        self._late = True
        self._process.kill()

    def _cause_of_death(self) -> Exception:
        """What ended the process, as the kernel and its last words tell."""
        try:
            code = self._process.wait(DYING_SECONDS)
        except subprocess.TimeoutExpired:  # it lives, but does not speak sense any more
            self._process.kill()
            code = self._process.wait()
        self._errors.seek(0)
        words = self._errors.read()[-4000:].decode(errors="replace")
        if self._late:
            return PdfFailed("waiting_time")
        if code == 0:
            return ProcessGone()
        reason: Reason = "crashed"
        if code == -signal.SIGXCPU:
            reason = "processor_time"
        elif "MemoryError" in words or "failed to allocate" in words or "Cannot allocate memory" in words:
            reason = "memory"
        return PdfFailed(reason, f"exit code {code}\n{words}")


def _environment(work_folder: Path) -> dict[str, str]:
    """Nothing of the portal's own environment: no secrets, no proxies, no fonts of the system."""
    keep = ("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "PATH")
    return {name: os.environ[name] for name in keep if name in os.environ} | {
        "FONTCONFIG_FILE": str(work_folder / "fonts.conf"),
        "TMPDIR": str(work_folder),
        "HOME": str(work_folder),
        "LC_ALL": "C.UTF-8",
    }


def _request(document: PdfDocument, limits: PdfLimits) -> tuple[dict[str, Any], list[bytes]]:
    blobs = [
        document.html.encode("utf-8", "replace"),
        document.stylesheet.encode("utf-8", "replace"),
        *document.pictures.values(),
        *(attachment.content for attachment in document.attachments),
    ]
    if (size := sum(len(blob) for blob in blobs)) > limits.input_bytes:
        raise PdfFailed("input_size", f"{size} bytes")
    head = {
        "title": _printable(document.title),
        "language": document.language.replace("_", "-"),
        "created_at": (document.created_at or clock.now()).isoformat(),
        "archive": document.archive,
        "pictures": list(document.pictures),
        "attachments": [[_printable(a.name), _printable(a.description)] for a in document.attachments],
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
        "output_bytes": limits.output_bytes,
        "pages": limits.pages,
        "picture_pixels": limits.picture_pixels,
    }
    return head, blobs


def _printable(text: str) -> str:
    """Without the control characters and halves of characters that no PDF can hold."""
    return "".join(character for character in text if character.isprintable() or character == " ")
