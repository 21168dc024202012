"""The clock of a promise: what is left of a promised time, as a pure function of its moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

SOON_SHARE = 25  # below this share of the time a clock is "soon"


@dataclass(frozen=True, slots=True)
class Clock:
    """One promised time: `share` is what is left of it, 0 to 100; `spent` is set once it was met."""

    state: Literal["run", "soon", "late", "ok", "wait"]
    due: datetime
    share: int
    left: timedelta
    spent: timedelta | None = None


def clock_of(start: datetime, due: datetime, met: datetime | None, now: datetime) -> Clock:
    """The clock of a promise made at `start` for `due`, met at `met` (None: still running)."""
    if met is not None:
        return Clock("ok" if met <= due else "late", due, 100, due - met, met - start)
    whole, left = due - start, due - now
    share = max(0, min(100, round(100 * left / whole))) if whole else 0
    state: Literal["run", "soon", "late"] = "late" if left < timedelta() else "soon" if share < SOON_SHARE else "run"
    return Clock(state, due, share, left)
