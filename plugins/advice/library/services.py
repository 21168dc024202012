"""Writing, reviewing and publishing advice, and what stores answer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.advice.models import (
    DECLINED,
    DONE,
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
    notify,
    record,
    session,
    signal,
)

note_published = signal("advice.published")
advice_answered = signal("advice.answered")
MOST_PICTURES = 12


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
    note = Note(**_columns(draft), author_id=by.person.id, state=DRAFT)
    session.add(note)
    record("advice.written", note)
    return note


def change_note(note: Note, draft: Draft) -> Note:
    """Change a note; a published one becomes a new version, and stores that did not answer see it as new."""
    _check(draft)
    if note.state == WITHDRAWN:
        raise RuleBroken("", _("This advice was withdrawn."))
    for name, value in _columns(draft).items():
        setattr(note, name, value)
    note.changed_at = clock.now()
    note.version += 1
    if note.state == IN_REVIEW:
        note.state = DRAFT
    if note.state == PUBLISHED:
        _send(note)
    record("advice.changed", note, version=note.version)
    return note


def ask_for_review(note: Note) -> Note:
    """Hand the note to a second person."""
    if note.state != DRAFT:
        raise RuleBroken("", _("Only a draft can go to review."))
    note.state, note.changed_at = IN_REVIEW, clock.now()
    record("advice.review_asked", note)
    return note


def send_back(note: Note, why: str, *, by: Viewer) -> Note:
    """The reviewer asks for changes."""
    if note.state != IN_REVIEW:
        raise RuleBroken("", _("This advice is not in review."))
    note.state, note.review_note, note.reviewer_id = DRAFT, why.strip(), by.person.id
    note.changed_at = clock.now()
    record("advice.sent_back", note)
    return note


def publish(note: Note, *, by: Viewer) -> Note:
    """Send the note to the stores of its audience; the author of a note in review cannot be its reviewer."""
    if note.state not in {DRAFT, IN_REVIEW}:
        raise RuleBroken("", _("This advice was published already."))
    if note.state == IN_REVIEW and note.author_id == by.person.id:
        raise RuleBroken("", _("A second person has to review this advice."))
    note.state, note.published_at, note.changed_at = PUBLISHED, clock.now(), clock.now()
    note.reviewer_id = by.person.id
    session.flush()
    stores = _send(note)
    record("advice.published", note, stores=stores)
    note_published.send(None, note_id=note.id)
    return note


def withdraw(note: Note) -> Note:
    """Stores do not see it any more; the record stays."""
    if note.state != PUBLISHED:
        raise RuleBroken("", _("Only published advice can be withdrawn."))
    note.state, note.changed_at = WITHDRAWN, clock.now()
    record("advice.withdrawn", note)
    return note


def add_picture(note: Note, file: StoredFile, caption: str = "") -> Picture:
    """Put a picture under the note; the text shows it by ![...](picture:N)."""
    taken = list(session.scalars(select(Picture.position).where(Picture.note_id == note.id)))
    if len(taken) >= MOST_PICTURES:
        raise RuleBroken("pictures", _("At most %(count)s pictures.", count=MOST_PICTURES))
    picture = Picture(note_id=note.id, file_id=file.id, position=max(taken, default=0) + 1, caption=caption.strip())
    session.add(picture)
    session.flush()
    return picture


def remove_picture(note: Note, position: int) -> None:
    """Take a picture off the note; the numbers of the others stay, as the text speaks of them.

    Raises NotFound where the note has no picture of this number.
    """
    picture = session.scalars(
        select(Picture).where(Picture.note_id == note.id, Picture.position == position)
    ).one_or_none()
    if picture is None:
        raise NotFound
    session.delete(picture)
    record("advice.picture_removed", note, picture=position)


def mark_seen(mine: Recipient) -> None:
    """The store has opened it."""
    if mine.seen_at is None:
        mine.seen_at = clock.now()


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
    record(f"advice.{state}", mine)
    advice_answered.send(None, recipient_id=mine.id)


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


def _send(note: Note) -> int:
    """Write a row for each store that has none yet, and tell its people."""
    known = set(session.scalars(select(Recipient.store_id).where(Recipient.note_id == note.id)))
    stores = [store for store in Audience.from_json(note.audience).stores() if store.id not in known]
    rows = [
        {"note_id": note.id, "store_id": s.id, "published_at": clock.now(), "state": OPEN, "reason": ""} for s in stores
    ]
    insert_rows(Recipient, rows)
    title = _l("New advice: %(title)s", title=note.title)
    notify(
        "advice.published",
        to=members_of_stores([s.id for s in stores]),
        title=title,
        body=note.reason,
        url=f"/advice/{note.id}",
    )
    return len(stores)
