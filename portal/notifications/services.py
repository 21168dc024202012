"""Telling people: written with the business transaction, sent after it, when the person wants it and is awake."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal import clock
from portal.accounts.models import Distributor, Membership, Person
from portal.accounts.viewer import Viewer
from portal.db import db
from portal.jobs.services import enqueue
from portal.notifications import channels
from portal.notifications.kinds import kind_named
from portal.notifications.models import GATHERED, Delivery, Notification, Preference
from portal.tenancy import current_scope, update_rows

MAIL = "mail"
JOB = "portal.deliver"


def notify(
    kind: str,
    *,
    to: Iterable[Membership],
    title: Any,
    body: Any = "",
    url: str = "",
    urgent: bool = False,
    private: bool = False,
) -> list[Notification]:
    """Tell each member, in the reader's language; `title` and `body` are lazy translations or plain texts.

    Mail goes to those who have an address and want this kind, outside of their quiet hours or once a day, unless it
    is urgent. The distributor's channels that hear of this kind get the headline, whoever the readers are, unless it
    is private: nobody knows who else reads in a channel.
    """
    titles, bodies = _in_all_languages(title), _in_all_languages(body)
    if not private:
        channels.tell(kind, titles, url)
    members = {member.id: member for member in to}
    if not members:
        return []
    known = kind_named(kind)
    urgent = urgent or (known is not None and known.urgent)
    notes = [
        Notification(membership_id=member_id, kind=kind, title=titles, body=bodies, url=url, urgent=urgent)
        for member_id in members
    ]
    db.session.add_all(notes)
    db.session.flush()
    _plan_mails(kind, notes, _people_of(members), urgent=urgent)
    return notes


def _in_all_languages(text: Any) -> dict[str, str]:
    texts = {}
    for language in current_app.config["LANGUAGES"]:
        with force_locale(language):
            texts[language] = str(text)
    return texts


def _plan_mails(kind: str, notes: Sequence[Notification], people: Mapping[int, Person], *, urgent: bool) -> None:
    unwanted = _unwanted(kind, [note.membership_id for note in notes])
    zone = db.session.get_one(Distributor, current_scope().distributor_id).timezone
    deliveries = [
        _planned(note, person, zone, urgent=urgent)
        for note in notes
        if (person := people.get(note.membership_id)) and person.email and note.membership_id not in unwanted
    ]
    db.session.add_all(deliveries)
    db.session.flush()
    for delivery in deliveries:
        if delivery.state != GATHERED:  # the row is new, so no other job can have it: no key to look up
            enqueue(JOB, arguments={"delivery_id": delivery.id}, run_at=delivery.due_at)


def _planned(note: Notification, person: Person, zone: str, *, urgent: bool) -> Delivery:
    """When this person is to be mailed."""
    now = clock.now()
    if person.digest and not urgent:
        due = next_digest(now, person.digest_hour, zone)
        return Delivery(notification_id=note.id, channel=MAIL, state=GATHERED, due_at=due)
    due = now if urgent else end_of_quiet(now, person.quiet_from, person.quiet_until, zone)
    return Delivery(notification_id=note.id, channel=MAIL, due_at=due)


def _people_of(members: Mapping[int, Membership]) -> dict[int, Person]:
    """Each member's person, as it was loaded with the member, else by one question for five hundred of them."""
    found = {member_id: member.person for member_id, member in members.items() if "person" in vars(member)}
    member_ids = [member_id for member_id in members if member_id not in found]
    for start in range(0, len(member_ids), 500):
        statement = select(Membership).where(Membership.id.in_(member_ids[start : start + 500]))
        for member in db.session.scalars(statement.options(joinedload(Membership.person))):
            found[member.id] = member.person
    return found


def _unwanted(kind: str, member_ids: Sequence[int]) -> set[int]:
    """Members who do not want mail of this kind: by their own wish, else by the kind's default."""
    wishes: dict[int, bool] = {}
    for start in range(0, len(member_ids), 500):
        statement = select(Preference).where(
            Preference.kind == kind,
            Preference.channel == MAIL,
            Preference.membership_id.in_(member_ids[start : start + 500]),
        )
        wishes |= {wish.membership_id: wish.wanted for wish in db.session.scalars(statement)}
    known = kind_named(kind)
    default = known is None or known.mail_by_default
    return {member_id for member_id in member_ids if not wishes.get(member_id, default)}


def next_digest(now: datetime, hour: int, zone: str) -> datetime:
    """The next moment after `now` at which it is this full hour in the time zone."""
    there = ZoneInfo(zone)
    day = now.astimezone(there).date()
    at = datetime.combine(day, time(hour), there)
    return at if at > now else datetime.combine(day + timedelta(days=1), time(hour), there)


def end_of_quiet(now: datetime, quiet_from: str, quiet_until: str, zone: str) -> datetime:
    """`now` when it is outside of the quiet hours (local "HH:MM"), else the moment they end."""
    local = now.astimezone(ZoneInfo(zone))
    start, end = time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)
    if start == end:
        return now
    over_night = start > end
    quiet = (local.time() >= start or local.time() < end) if over_night else start <= local.time() < end
    if not quiet:
        return now
    day = local.date() + timedelta(days=1 if over_night and local.time() >= start else 0)
    return datetime.combine(day, end, ZoneInfo(zone)).astimezone(now.tzinfo)


def keep_wishes(viewer: Viewer, wanted: Mapping[str, bool]) -> None:
    """Remember of which kinds this member wants mail."""
    statement = select(Preference).where(
        Preference.membership_id == viewer.membership.id, Preference.channel == MAIL, Preference.kind.in_(wanted)
    )
    known = {wish.kind: wish for wish in db.session.scalars(statement)}
    for kind, is_wanted in wanted.items():
        if kind in known:
            known[kind].wanted = is_wanted
        else:
            db.session.add(Preference(membership_id=viewer.membership.id, kind=kind, channel=MAIL, wanted=is_wanted))


def set_rhythm(person: Person, *, digest_hour: int | None, quiet: tuple[time, time]) -> None:
    """When mails come: at once but for the quiet hours (local time), or once a day at an hour."""
    person.digest = digest_hour is not None
    if digest_hour is not None:
        person.digest_hour = digest_hour
    person.quiet_from, person.quiet_until = (f"{moment:%H:%M}" for moment in quiet)


def mark_read(viewer: Viewer, note: Notification | None = None) -> None:
    """One message, or all of them, has been read."""
    mine = (Notification.membership_id == viewer.membership.id, Notification.read_at.is_(None))
    if note is not None:
        note.read_at = note.read_at or clock.now()
    else:
        update_rows(Notification, *mine, read_at=clock.now())
