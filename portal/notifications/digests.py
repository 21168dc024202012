"""One mail a day for who wants it so: what came since the last one, each message in exactly one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template
from flask_babel import force_locale, ngettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounts.models import Membership
from portal.contracts import Job
from portal.db import db
from portal.i18n import language_tag, local_date
from portal.jobs.services import enqueue
from portal.notifications.attempts import attempt
from portal.notifications.jobs import (
    TRIES,
    acting_distributor,
    can_be_mailed,
    full_url,
    mark_sent,
    note_failure,
    reading_language,
)
from portal.notifications.kinds import kind_named
from portal.notifications.mail import send_mail
from portal.notifications.models import DEAD, GATHERED, SKIPPED, WAITING, Delivery, Notification
from portal.tenancy import current_scope, update_rows

JOB = "portal.digest"
LISTED = 100  # so many messages stand in one mail; it says how many more there are

Entry = Row[Delivery, Notification, Membership]


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the daily mail lists it."""

    title: str
    body: str
    url: str
    when: str


@dataclass(frozen=True, slots=True)
class Group:
    """Messages of one kind, to one of the person's places."""

    title: str
    lines: list[Line]


def collect() -> None:
    """Each hour: ask for the mail of everybody for whom something has come due."""
    tick = clock.now().replace(minute=0, second=0, microsecond=0)
    statement = (
        select(Membership.person_id)
        .join(Notification, Notification.membership_id == Membership.id)
        .join(Delivery, Delivery.notification_id == Notification.id)
        .where(Delivery.state == GATHERED, Delivery.due_at <= tick)
        .distinct()
    )
    for person_id in db.session.scalars(statement).all():
        arguments = {"person_id": person_id, "at": tick.isoformat()}
        enqueue(JOB, arguments=arguments, key=f"{person_id} {tick:%Y-%m-%dT%H}")


def send(person_id: int, at: str) -> None:
    """Mail what has come due for a person; a second try sends the same messages under the same Message-ID."""
    moment = datetime.fromisoformat(at)
    again = (Delivery.digest_at == moment) & Delivery.state.in_((WAITING, DEAD))
    entries = _entries(person_id, again) or _take_in(person_id, moment)
    news = [entry for entry in entries if can_be_mailed(entry.Notification, entry.Membership)]
    for entry in entries:
        if entry not in news:
            entry.Delivery.state = SKIPPED
    if not news:
        return
    content = _content(news)
    deliveries = [entry.Delivery for entry in news]
    with attempt(partial(note_failure, [delivery.id for delivery in deliveries])):
        send_mail(**content, key=f"daily-{person_id}-{current_scope().distributor_id}-{moment:%Y%m%d%H}")
    mark_sent(deliveries)


def _take_in(person_id: int, moment: datetime) -> Sequence[Entry]:
    """Bind what has come so far to this mail: no other one lists it, nor this one at a second try anything more."""
    came = _entries(person_id, Delivery.state == GATHERED)
    update_rows(Delivery, Delivery.id.in_([e.Delivery.id for e in came]), digest_at=moment, state=WAITING)
    return came


def _entries(person_id: int, criterion: Any) -> Sequence[Entry]:
    statement = (
        select(Delivery, Notification, Membership)
        .join(Notification, Notification.id == Delivery.notification_id)
        .join(Membership, Membership.id == Notification.membership_id)
        .where(Membership.person_id == person_id, criterion)
        .options(joinedload(Membership.person), joinedload(Membership.store))
        .order_by(Notification.id)
    )
    return db.session.execute(statement).all()


def _content(entries: Sequence[Entry]) -> dict[str, Any]:
    member = entries[0].Membership
    distributor = acting_distributor()
    count = len(entries)
    with force_locale(reading_language(member)):
        subject = ngettext("%(num)s new message", "%(num)s new messages", count)
        context = {
            "subject": f"{subject} · {distributor.name}",
            "name": member.person.name,
            "groups": _groups(entries[:LISTED], reading_language(member), ZoneInfo(distributor.timezone)),
            "more": max(0, count - LISTED),
            "all_url": full_url("/notifications"),
            "distributor_name": distributor.name,
            "lang": language_tag(),
        }
        return {
            "to": member.person.email,
            "subject": str(context["subject"]),
            "text": render_template("notifications/digest.txt", **context),
            "html": render_template("notifications/digest.html", **context),
        }


def _groups(entries: Sequence[Entry], language: str, zone: ZoneInfo) -> list[Group]:
    """By kind in the order in which they came; with several places, by place too."""
    several = len({entry.Membership.id for entry in entries}) > 1
    groups: dict[tuple[str, int], Group] = {}
    for _delivery, note, member in entries:
        group = groups.get((note.kind, member.id))
        if group is None:
            kind = kind_named(note.kind)
            title = str(kind.title) if kind else ""
            place = member.store.name if several and member.store else ""
            group = groups[note.kind, member.id] = Group(" · ".join(filter(None, (title, place))), [])
        there = note.created_at.astimezone(zone)
        when = f"{local_date(there.date())} {there:%H:%M}"
        group.lines.append(Line(note.title.get(language, ""), note.body.get(language, ""), full_url(note.url), when))
    return list(groups.values())


JOBS = (
    Job("portal.digests", collect, _l("Gather the daily mails"), cron="0 * * * *"),
    Job(JOB, send, _l("Send a daily mail"), queue="messages", tries=TRIES),
)
