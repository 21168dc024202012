"""PDF documents of others: opened once to see that they can be, and freed of what runs or hides."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from portal.errors import RuleBroken
from portal.files.limited import run_limited
from portal.files.limits import Limits


@dataclass(frozen=True, slots=True)
class CheckedPdf:
    """A PDF as it is stored."""

    data: bytes
    pages: int
    removed: tuple[str, ...]


def check_pdf(data: bytes, limits: Limits, *, field: str = "") -> CheckedPdf:
    """The document without scripts, launch actions and embedded files; RuleBroken for what cannot be opened."""
    answer = run_limited("clean_pdf", data)
    if answer.refused == "locked":
        raise RuleBroken(field, _("This PDF is locked with a password. Please save it without one."))
    if answer.refused == "too_large":
        raise RuleBroken(field, _("This PDF unfolds to more than can be opened."))
    if answer.refused:
        raise RuleBroken(field, _("This PDF is broken and cannot be opened. Please save it again."))
    pages = int(answer.facts["pages"])
    if not pages:
        raise RuleBroken(field, _("This PDF has no pages."))
    if pages > limits.max_pages:
        message = _("This PDF has %(pages)s pages. The limit is %(limit)s.", pages=pages, limit=limits.max_pages)
        raise RuleBroken(field, message)
    return CheckedPdf(answer.body or data, pages, tuple(answer.facts["removed"]))
