"""Mailing what waits: at least once, known to the receiver by its Message-ID, retried by the job engine."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounts.models import Distributor, Membership
from portal.contracts import Job
from portal.db import db
from portal.i18n import language_tag
from portal.notifications.attempts import attempt, in_one_line
from portal.notifications.mail import send_mail
from portal.notifications.models import DEAD, SENT, SKIPPED, WAITING, Delivery, Notification
from portal.notifications.services import JOB
from portal.tenancy import current_scope, update_rows

TRIES = 8


def deliver(delivery_id: int) -> None:
    """Mail one notification; what was read meanwhile is not sent any more."""
    delivery = db.session.get(Delivery, delivery_id)
    if delivery is None or delivery.state not in {WAITING, DEAD}:
        return
    note = db.session.get_one(Notification, delivery.notification_id)
    statement = select(Membership).where(Membership.id == note.membership_id)
    member = db.session.scalars(statement.options(joinedload(Membership.person))).one()
    if not can_be_mailed(note, member):
        delivery.state = SKIPPED
        return
    content = _content(note, member)
    with attempt(partial(note_failure, [delivery.id])):
        send_mail(**content, key=f"note-{note.id}", headers={"X-Storewise-Notification": str(note.id)})
    mark_sent([delivery])


def can_be_mailed(note: Notification, member: Membership) -> bool:
    """Whether the message is still news, and there is somebody to mail it to."""
    return note.read_at is None and member.active and bool(member.person.email)


def acting_distributor() -> Distributor:
    """The distributor in whose name the mail is sent."""
    return db.session.get_one(Distributor, current_scope().distributor_id)


def reading_language(member: Membership) -> str:
    """The language in which the member is written to."""
    return member.person.language or str(current_app.config["DEFAULT_LANGUAGE"])


def full_url(path: str) -> str:
    """The address of one of our pages as people outside reach it; empty for none."""
    return str(current_app.config["PUBLIC_URL"]).rstrip("/") + path if path else ""


def _content(note: Notification, member: Membership) -> dict[str, Any]:
    language = reading_language(member)
    distributor = acting_distributor()
    with force_locale(language):
        context = {
            "subject": note.title.get(language, ""),
            "name": member.person.name,
            "paragraphs": [note.body[language]] if note.body.get(language) else [],
            "url": full_url(note.url),
            "action": _("Open in Storewise"),
            "closing": "",
            "distributor_name": distributor.name,
            "lang": language_tag(),
        }
        return {
            "to": member.person.email,
            "subject": str(context["subject"]),
            "text": render_template("mail/message.txt", **context),
            "html": render_template("mail/message.html", **context),
        }


def mark_sent(deliveries: Sequence[Delivery]) -> None:
    """The mail server has taken them."""
    for delivery in deliveries:
        delivery.state, delivery.sent_at, delivery.error = SENT, clock.now(), ""
        delivery.tries += 1


def note_failure(delivery_ids: Sequence[int], error: Exception, last: bool) -> None:
    """The mail server has not taken them: to be tried again, or given up."""
    update_rows(
        Delivery,
        Delivery.id.in_(delivery_ids),
        state=DEAD if last else WAITING,
        tries=Delivery.tries + 1,
        error=in_one_line(error),
    )


JOBS = (Job(JOB, deliver, _l("Send a message"), queue="messages", tries=TRIES),)
