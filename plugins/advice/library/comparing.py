"""What is new in a version of a note, for a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from plugins.advice.library.forms import KIND_TITLES
from plugins.advice.library.models import Version
from plugins.advice.methods.comparison import Line, compare
from portal.api import Audience, money


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a note, as it was and as it is."""

    title: str
    lines: Sequence[Line]


def comparison(before: Version | None, after: Version) -> list[Part]:
    """The parts in which two versions differ; of a first version all that it says."""
    old, new = _said(before) if before else {}, _said(after)
    return [Part(title, compare(old.get(title, ""), text)) for title, text in new.items() if old.get(title, "") != text]


def _said(version: Version) -> dict[str, str]:
    minutes = "" if version.minutes is None else str(version.minutes)
    return {
        _("What to do, in one line"): version.title,
        _("Kind"): str(KIND_TITLES[version.kind]),
        _("Why, in one sentence"): version.reason,
        _("How to do it (Markdown)"): version.text,
        _("Estimated gain for one store"): "" if version.gain is None else money(version.gain),
        _("Work in the store"): minutes,
        _("Which stores"): str(Audience.from_json(version.audience).describe()),
        _("Pictures"): " ".join(str(position) for position in version.shown_pictures),
    }
