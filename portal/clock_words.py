"""The clock of a promise in words, as pages show it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from flask_babel import format_timedelta
from flask_babel import gettext as _

from portal.clocks import Clock
from portal.i18n import local_dt


@dataclass(frozen=True, slots=True)
class ShownClock:
    """A clock in words, for the macro `clock`."""

    text: str
    small: str
    state: Literal["run", "soon", "late", "ok", "wait"]
    share: int


def shown_clock(title: str, time: Clock) -> ShownClock:
    """A clock as a person reads it."""
    due = local_dt(time.due)
    if time.spent is not None:
        text = _("%(what)s · took %(time)s", what=title, time=duration(time.spent))
        kept = _("promised by %(moment)s, kept", moment=due)
        missed = _("promised by %(moment)s, we were late", moment=due)
        return ShownClock(text, kept if time.state == "ok" else missed, time.state, time.share)
    if time.state == "late":
        text = _("%(what)s · %(time)s late", what=title, time=duration(-time.left))
    else:
        text = _("%(what)s · %(time)s left", what=title, time=duration(time.left))
    return ShownClock(text, _("at the latest %(moment)s", moment=due), time.state, time.share)


def duration(span: timedelta) -> str:
    """A length of time in its largest unit; Chinese gets a space after the number, as everywhere."""
    return re.sub(r"(?<=\d)(?=[^\d\s])", " ", str(format_timedelta(span, threshold=1.5)))
