"""What is said when a document could not become a PDF."""

from typing import Literal

from flask_babel import gettext as _

from portal.errors import PortalError

Reason = Literal[
    "processor_time", "waiting_time", "memory", "input_size", "output_size", "pages", "broken", "crashed", "unavailable"
]


def _message(reason: Reason) -> str:
    """The sentence a person reads, in the language of the request."""
    return {
        "processor_time": _("The document takes too much computing time. Make it shorter or its tables smaller."),
        "waiting_time": _("The document took too long. Try again, or make it shorter."),
        "memory": _("The document needs too much memory. Use smaller pictures or fewer pages."),
        "input_size": _("The text and pictures together are too large. Use smaller pictures."),
        "output_size": _("The finished PDF would be too large. Use smaller pictures."),
        "pages": _("The document has too many pages."),
        "broken": _("The document cannot be laid out. Its text or style sheet is damaged."),
        "crashed": _("The PDF program stopped in the middle. Nothing was saved; try again."),
        "unavailable": _("PDFs cannot be made on this computer: fonts or the layout library are missing."),
    }[reason]


class PdfFailed(PortalError):
    """A document did not become a PDF; `reason` is the limit it met, `message` says it in plain words."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        self.reason = reason
        self.message = _message(reason)
        self.detail = detail
        super().__init__(self.message)
