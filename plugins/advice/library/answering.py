"""What a store makes of a note."""

from __future__ import annotations

from flask_babel import gettext as _

from plugins.advice.models import DECLINED, DONE, OPEN, Recipient
from portal.api import RuleBroken, Viewer, clock, record, signal

advice_answered = signal("advice.answered")


def mark_seen(mine: Recipient) -> None:
    """The store has opened it."""
    if mine.seen_at is None:
        mine.seen_at = clock.now()
    if mine.seen_version != mine.note.version:
        mine.seen_version = mine.note.version


def mark_done(mine: Recipient, *, by: Viewer) -> None:
    """The store did it."""
    _answer(mine, DONE, "", by)


def decline(mine: Recipient, reason: str, *, by: Viewer) -> None:
    """The store does not do it, and says why: that is how advice gets better."""
    if not reason.strip():
        raise RuleBroken("reason", _("Please say why, in a few words."))
    _answer(mine, DECLINED, reason.strip()[:500], by)


def reopen(mine: Recipient, *, by: Viewer) -> None:
    """The store thinks again."""
    _answer(mine, OPEN, "", by)


def say_useful(mine: Recipient, useful: bool) -> None:
    """Whether it helped."""
    mine.useful = useful
    record("advice.rated", mine, useful=useful)


def _answer(mine: Recipient, state: str, reason: str, by: Viewer) -> None:
    if mine.state == state:
        return
    mine.state, mine.reason = state, reason
    mine.answered_at = clock.now() if state != OPEN else None
    mine.answered_by_id = by.person.id if state != OPEN else None
    mine.answered_version = mine.note.version if state != OPEN else None
    record(f"advice.{state}", mine)
    advice_answered.send(None, recipient_id=mine.id)
