"""Writing, reviewing and publishing advice, and what stores answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.advice.library import queries
from plugins.advice.library.models import Version
from plugins.advice.models import (
    DRAFT,
    IN_REVIEW,
    KINDS,
    OPEN,
    PUBLISHED,
    WITHDRAWN,
    Note,
    Picture,
    Recipient,
)
from portal.api import (
    Audience,
    NotFound,
    RuleBroken,
    StoredFile,
    Viewer,
    clock,
    insert_rows,
    members_of_stores,
    members_who_may,
    notify,
    record,
    session,
    signal,
)

note_published = signal("advice.published")
MOST_PICTURES = 12
COLUMNS = ("title", "kind", "reason", "text", "gain", "minutes", "audience")  # that a note and its versions share


@dataclass(frozen=True, slots=True)
class Draft:
    """What a note is to say, and to whom."""

    title: str
    kind: str
    text: str
    reason: str = ""
    gain: Decimal | None = None
    minutes: int | None = None
    audience: Audience | None = None


def write_note(draft: Draft, *, by: Viewer) -> Note:
    """A new note, which only our people see."""
    _check(draft)
    note = Note(**_columns(draft), author_id=by.person.id, writers=[by.person.id], state=DRAFT)
    session.add(note)
    record("advice.written", note)
    return note


def change_note(note: Note, draft: Draft, *, by: Viewer, change: str = "", seen: str = "") -> Note:
    """Change a draft; of a published note its working copy, so that stores go on seeing what was published.

    change: what is new, in one line. seen: what state_seen() said when the writer opened it; raises RuleBroken where
    somebody else has changed it since.
    """
    _check(draft)
    if note.state == WITHDRAWN:
        raise RuleBroken("", _("This advice was withdrawn."))
    if seen and seen != state_seen(note):
        raise RuleBroken(
            "", _("Somebody else has changed this meanwhile. Look at their version before you save yours.")
        )
    target = _working_copy(note) if note.state == PUBLISHED else note
    for name, value in _columns(draft).items():
        setattr(target, name, value)
    if isinstance(target, Version):
        target.change = change.strip()[:200]
    _touch(note, target, by)
    record("advice.changed", note, version=target.number if isinstance(target, Version) else note.version)
    return note


def state_seen(note: Note) -> str:
    """Which text a writer has before him: the version that is published, and how often what is in work was changed."""
    working = queries.working_copy(note.id) if note.state == PUBLISHED else None
    published = note.version if note.state == PUBLISHED else 0
    return f"{published}.{working.edits if working else 0 if published else note.edits}"


def _touch(note: Note, target: Note | Version, by: Viewer) -> None:
    """Somebody changed it: that makes them one of its writers, and it a draft, which nobody has approved."""
    drop_plan(note)
    target.changed_at, target.edits, target.state = clock.now(), target.edits + 1, DRAFT
    if by.person.id not in target.writers:
        target.writers = [*target.writers, by.person.id]


def drop_plan(note: Note) -> None:
    """It is not published by itself any more."""
    note.publish_at, note.planned_by_id, note.tells_again = None, None, False


def _working_copy(note: Note) -> Version:
    """What a published note is to say next: what it says now, until somebody changes it."""
    working = queries.working_copy(note.id)
    if working is None:
        working = _snapshot(note, DRAFT, number=queries.last_number(note.id) + 1)
        session.flush()
    return working


def _snapshot(note: Note, state: str, number: int) -> Version:
    version = Version(note_id=note.id, number=number, state=state, writers=[], edits=0)
    for name in COLUMNS:
        setattr(version, name, getattr(note, name))
    version.shown_pictures = _shown(note)
    session.add(version)
    return version


def _shown(note: Note) -> list[int]:
    if note.shown_pictures is not None:
        return [int(position) for position in note.shown_pictures]
    return list(session.scalars(select(Picture.position).where(Picture.note_id == note.id).order_by(Picture.position)))


def in_work(note: Note) -> Note | Version:
    """What is written, reviewed and published next: the note until it is published, then its working copy.

    Raises RuleBroken where there is none.
    """
    if note.state != PUBLISHED:
        return note
    working = queries.working_copy(note.id)
    if working is None:
        raise RuleBroken("", _("This advice was published already."))
    return working


def ask_for_review(note: Note) -> Note:
    """Hand what was written to a second person."""
    target = in_work(note)
    if target.state != DRAFT:
        raise RuleBroken("", _("Only a draft can go to review."))
    if isinstance(target, Version) and not target.change:
        raise RuleBroken(
            "", _("Please say first, under “Change”, in one line what is new: stores that answered read it.")
        )
    target.state = IN_REVIEW
    note.changed_at = clock.now()
    record("advice.review_asked", note)
    return note


def send_back(note: Note, why: str, *, by: Viewer) -> Note:
    """The reviewer asks for changes."""
    target = in_work(note)
    if target.state != IN_REVIEW:
        raise RuleBroken("", _("This advice is not in review."))
    target.state, target.review_note = DRAFT, why.strip()
    drop_plan(note)
    note.reviewer_id, note.changed_at = by.person.id, clock.now()
    record("advice.sent_back", note)
    return note


def publish(note: Note, *, by: Viewer, tell_again: bool = False) -> Note:
    """Let the stores see what was written; who wrote any of it cannot be the one who publishes it.

    tell_again: stores that have it already are told of the new version.
    """
    if note.state == WITHDRAWN:
        raise RuleBroken("", _("This advice was withdrawn."))
    target = in_work(note)
    check_second_person(note, target, by)
    return release(note, target, by.person.id, tell_again=tell_again)


def release(note: Note, target: Note | Version, approved_by: int | None, *, tell_again: bool) -> Note:
    """Copy what was approved over what stores see, and send it to those that have not got it."""
    session.flush()
    drop_plan(note)
    now = clock.now()
    if isinstance(target, Version):
        for name in COLUMNS:
            setattr(note, name, getattr(target, name))
        note.shown_pictures, note.version = list(target.shown_pictures), target.number
    else:
        target = _snapshot(note, PUBLISHED, number=1)
        target.writers, note.version, note.published_at = list(note.writers), 1, now
        note.shown_pictures = list(target.shown_pictures)
    target.state, target.published_at, target.approved_by_id = PUBLISHED, now, approved_by
    note.state, note.changed_at, note.reviewer_id = PUBLISHED, now, approved_by
    session.flush()
    stores = send(note)
    if tell_again and note.version > 1:
        _tell_again(note, target.change)
    record("advice.published", note, stores=stores, version=note.version)
    note_published.send(None, note_id=note.id)
    return note


def may_publish(note: Note, working: Version | None, *, by: Viewer) -> bool:
    """Whether there is something to publish which this person may publish, as a page asks."""
    if not by.may("advice.publish") or note.state == WITHDRAWN or (note.state == PUBLISHED and working is None):
        return False
    return not _second_person_needed(by) or by.person.id not in _writers(note, working or note)


def _second_person_needed(by: Viewer) -> bool:
    return bool(by.plugin_settings.get("advice", {}).get("second_person", True))


def _writers(note: Note, target: Note | Version) -> set[int | None]:
    return {*target.writers, note.author_id if target is note else None}


def check_second_person(note: Note, target: Note | Version, by: Viewer) -> None:
    """Raise RuleBroken where this person has written some of it, unless the distributor has switched the rule off."""
    writers = _writers(note, target)
    if not _second_person_needed(by) or by.person.id not in writers:
        return
    if any(member.person_id not in writers for member in members_who_may("advice.publish")):
        raise RuleBroken("", _("A second person has to publish this: you wrote some of it."))
    raise RuleBroken(
        "",
        _(
            "A second person has to publish this, and nobody else may: an administrator can give a colleague the "
            "permission, or switch the rule off in the settings of advice."
        ),
    )


def _tell_again(note: Note, change: str) -> None:
    told = select(Recipient.store_id).where(
        Recipient.note_id == note.id,
        Recipient.published_at < note.changed_at,  # who gets it for the first time is told anyway
    )
    notify(
        "advice.published",
        to=members_of_stores(list(session.scalars(told))),
        title=_l("Changed advice: %(title)s", title=note.title),
        body=change or note.reason,
        url=f"/advice/{note.id}",
    )


def discard_changes(note: Note) -> None:
    """Leave a published note as it is."""
    working = queries.working_copy(note.id)
    if working is None:
        raise RuleBroken("", _("There are no changes."))
    session.delete(working)
    drop_plan(note)
    record("advice.changes_discarded", note, version=working.number)


def restore(note: Note, number: int, *, by: Viewer) -> None:
    """Begin a working copy that says what an old version said."""
    old = queries.version(note.id, number)
    if note.state != PUBLISHED:
        raise RuleBroken("", _("Only published advice has old versions."))
    working = _working_copy(note)
    for name in COLUMNS:
        setattr(working, name, getattr(old, name))
    working.shown_pictures, working.change = list(old.shown_pictures), _("As in version %(number)s", number=number)
    _touch(note, working, by)
    record("advice.version_restored", note, version=number)


def withdraw(note: Note) -> Note:
    """Stores do not see it any more; the record stays."""
    if note.state != PUBLISHED:
        raise RuleBroken("", _("Only published advice can be withdrawn."))
    note.state, note.changed_at = WITHDRAWN, clock.now()
    drop_plan(note)
    record("advice.withdrawn", note)
    return note


def add_picture(note: Note, file: StoredFile, caption: str = "", *, by: Viewer) -> Picture:
    """Put a picture under what is written; the text shows it by ![...](picture:N)."""
    target = _working_copy(note) if note.state == PUBLISHED else note
    taken = list(session.scalars(select(Picture.position).where(Picture.note_id == note.id)))
    shown = target.shown_pictures if isinstance(target, Version) else taken
    if len(shown) >= MOST_PICTURES:
        raise RuleBroken("pictures", _("At most %(count)s pictures.", count=MOST_PICTURES))
    picture = Picture(note_id=note.id, file_id=file.id, position=max(taken, default=0) + 1, caption=caption.strip())
    session.add(picture)
    if isinstance(target, Version):
        target.shown_pictures = [*target.shown_pictures, picture.position]
    _touch(note, target, by)
    session.flush()
    return picture


def remove_picture(note: Note, position: int, *, by: Viewer) -> None:
    """Take a picture out of what is written; the numbers of the others stay, as the text speaks of them.

    What an old version shows is kept. Raises NotFound where there is no picture of this number.
    """
    statement = select(Picture).where(Picture.note_id == note.id, Picture.position == position)
    picture = session.scalars(statement).one_or_none()
    target = _working_copy(note) if note.state == PUBLISHED else note
    if picture is None or (isinstance(target, Version) and position not in target.shown_pictures):
        raise NotFound
    if isinstance(target, Version):
        target.shown_pictures = [shown for shown in target.shown_pictures if shown != position]
    else:
        session.delete(picture)
    _touch(note, target, by)
    record("advice.picture_removed", note, picture=position)


def _check(draft: Draft) -> None:
    if not draft.title.strip():
        raise RuleBroken("title", _("Advice needs a title that says what to do."))
    if draft.kind not in KINDS:
        raise RuleBroken("kind", _("Unknown kind of advice."))
    if draft.gain is not None and draft.gain < 0:
        raise RuleBroken("gain", _("A gain is not negative."))


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "title": draft.title.strip(),
        "kind": draft.kind,
        "text": draft.text,
        "reason": draft.reason.strip(),
        "gain": draft.gain,
        "minutes": draft.minutes,
        "audience": (draft.audience or Audience()).as_json(),
    }


def send(note: Note, *, quiet: bool = False) -> int:
    """Write a row for each store that has none yet, and tell its people."""
    known = set(session.scalars(select(Recipient.store_id).where(Recipient.note_id == note.id)))
    stores = [store for store in Audience.from_json(note.audience).stores() if store.id not in known]
    rows = [
        {"note_id": note.id, "store_id": s.id, "published_at": clock.now(), "state": OPEN, "reason": ""} for s in stores
    ]
    insert_rows(Recipient, rows)
    if quiet:
        return len(stores)
    title = _l("New advice: %(title)s", title=note.title)
    notify(
        "advice.published",
        to=members_of_stores([s.id for s in stores]),
        title=title,
        body=note.reason,
        url=f"/advice/{note.id}",
    )
    return len(stores)
