"""Keeps a few rendering processes and gives each document one of them."""

from __future__ import annotations

import atexit
import functools
import logging
import os
import threading
from pathlib import Path

from portal.pdf.errors import PdfFailed
from portal.pdf.model import PdfDocument, PdfLimits, RenderedPdf
from portal.pdf.process import ProcessGone, RenderProcess

log = logging.getLogger(__name__)

FONTS_FOLDER = Path(os.environ.get("FONTS_DIR", Path(__file__).parents[2] / "build" / "fonts"))


class Renderer:
    """Renders documents in at most `processes` children, which are kept for the next ones and end when idle."""

    def __init__(
        self,
        fonts_folder: Path = FONTS_FOLDER,
        *,
        processes: int = 2,
        documents_per_process: int = 200,
        idle_seconds: float = 300.0,
    ) -> None:
        self._fonts_folder = fonts_folder
        self._documents_per_process = documents_per_process
        self._idle_seconds = idle_seconds
        self._places = threading.BoundedSemaphore(processes)
        self._idle: list[RenderProcess] = []
        self._owner = os.getpid()

    def render(self, document: PdfDocument, limits: PdfLimits = PdfLimits()) -> RenderedPdf:
        """The PDF of a document; raises PdfFailed. A process that met a limit is replaced."""
        with self._places:
            try:
                result = self._render_with(self._take(), document, limits)
            except ProcessGone:
                result = self._render_with(self._start(), document, limits)
        if result.missing_characters:
            log.warning("PDF %r: no font has %s", document.title, " ".join(result.missing_characters))
        for problem in result.problems:
            log.info("PDF %r: %s", document.title, problem)
        return result

    def close(self) -> None:
        """End the idle processes."""
        while self._idle:
            process = self._idle.pop()
            if self._owner == os.getpid():
                process.close()

    def _render_with(self, process: RenderProcess, document: PdfDocument, limits: PdfLimits) -> RenderedPdf:
        try:
            result = process.render(document, limits)
        except BaseException as error:
            process.close()
            if isinstance(error, PdfFailed):
                log.warning("PDF %r failed (%s): %s", document.title, error.reason, error.detail)
            raise
        self._idle.append(process)
        return result

    def _take(self) -> RenderProcess:
        """An idle process that still runs, or a new one."""
        if self._owner != os.getpid():  # forked: the processes belong to the parent
            self._idle, self._owner = [], os.getpid()
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                return process
            process.close()
        return self._start()

    def _start(self) -> RenderProcess:
        return RenderProcess(self._fonts_folder, documents=self._documents_per_process, idle_seconds=self._idle_seconds)


@functools.cache
def default_renderer() -> Renderer:
    """The renderer of this process."""
    renderer = Renderer()
    atexit.register(renderer.close)
    return renderer
