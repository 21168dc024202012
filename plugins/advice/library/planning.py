"""When advice is published by itself, until when stores are asked to do it, and what stores get that come later."""

from __future__ import annotations

from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.advice.library import services
from plugins.advice.models import PUBLISHED, WITHDRAWN, Note
from portal.api import Distributor, RuleBroken, Viewer, clock, current_scope, record, session


def plan(note: Note, at: datetime, *, by: Viewer, tell_again: bool = False) -> None:
    """Let what is written be published then; whoever plans it approves it, so it cannot be one of its writers.

    A change after that drops the plan, as nobody has approved what was changed.
    """
    if note.state == WITHDRAWN:
        raise RuleBroken("", _("This advice was withdrawn."))
    services.check_second_person(note, services.in_work(note), by)
    if at <= clock.now():
        raise RuleBroken("publish_at", _("Must not lie in the past."))
    note.publish_at, note.planned_by_id, note.tells_again = at, by.person.id, tell_again
    record("advice.planned", note, publish_at=at.isoformat())


def cancel(note: Note) -> None:
    """Publish it by hand after all."""
    if note.publish_at is None:
        raise RuleBroken("", _("It was not to be published by itself."))
    services.drop_plan(note)
    record("advice.plan_cancelled", note)


def keep_valid_until(note: Note, day: date | None, *, by: Viewer) -> None:
    """Say the last day on which stores are asked to do it; None: there is none."""
    today = clock.today(by.distributor.timezone)
    if day is not None and day < today:
        raise RuleBroken("valid_until", _("Must not lie in the past."))
    note.valid_until, note.over = day, False
    record("advice.valid_until_set", note, valid_until=day.isoformat() if day else "")


def publish_due() -> None:
    """Publish what was planned for by now."""
    due = select(Note).where(Note.publish_at <= clock.now()).order_by(Note.publish_at, Note.id)
    for note in session.scalars(due.with_for_update()).all():
        services.release(note, services.in_work(note), note.planned_by_id, tell_again=note.tells_again)


def end_due() -> None:
    """Take off the lists of stores what they are not asked to do any more."""
    today = clock.today(session.get_one(Distributor, current_scope().distributor_id).timezone)
    for note in session.scalars(select(Note).where(Note.valid_until < today, Note.over.is_(False))).all():
        note.over = True
        record("advice.over", note)


def send_to_new_stores() -> None:
    """What is published goes to stores that fit its audience since; silently, as it may be a shelf full."""
    for note in session.scalars(select(Note).where(Note.state == PUBLISHED, Note.over.is_(False))).all():
        services.send(note, quiet=True)
