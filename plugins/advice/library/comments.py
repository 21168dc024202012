"""What stores say under a note, and what they are answered: a thread for each store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.advice.library.models import Comment
from plugins.advice.models import PUBLISHED, Note, Recipient
from portal.api import (
    Conflict,
    Membership,
    NotFound,
    Person,
    RuleBroken,
    Store,
    Viewer,
    members_of_stores,
    members_who_may,
    notify,
    record,
    session,
)

LONGEST = 2_000
MOST_READ = 600  # of one note, the latest
REPLY = "advice.reply"


@dataclass(frozen=True, slots=True)
class Thread:
    """A store with what was said, the oldest first."""

    store: Store
    comments: tuple[Comment, ...]

    @property
    def waits(self) -> bool:
        """Whether the store said the last word."""
        return self.comments[-1].by_store


def say(note: Note, store_id: int, text: str, *, by: Viewer) -> Comment:
    """Say something in the thread of a store that has the note; the other side hears of it.

    Raises RuleBroken for no text or too long a one, Conflict where stores do not see the note, NotFound where this one never got it.
    """
    said = text.strip()
    if not 0 < len(said) <= LONGEST:
        raise RuleBroken("text", _("Please write between 1 and %(most)s characters.", most=LONGEST))
    if note.state != PUBLISHED:
        raise Conflict(_("Stores do not see this advice."))
    got_it = select(Recipient.id).where(Recipient.note_id == note.id, Recipient.store_id == store_id)
    if session.scalar(got_it) is None:
        raise NotFound
    comment = Comment(note_id=note.id, store_id=store_id, author_id=by.person.id, by_store=by.is_store_side, text=said)
    session.add(comment)
    session.flush()
    record("advice.commented", note, comment=comment.id)
    _tell(note, comment, by)
    return comment


def _tell(note: Note, comment: Comment, by: Viewer) -> None:
    """The author hears of a store, or who answers questions where the author has left; a store's people of us."""
    if by.is_store_side:
        able = members_who_may(REPLY)
        author = [member for member in able if member.person_id == note.author_id]
        title = _l("Comment on your advice: %(title)s", title=note.title)
        notify("advice.commented", to=author or able, title=title, body=comment.text, url=f"/advice/{note.id}#comments")
        return
    people: Sequence[Membership] = members_of_stores([comment.store_id])
    title = _l("Answer to your comment: %(title)s", title=note.title)
    notify("advice.comment_answered", to=people, title=title, body=comment.text, url=f"/advice/{note.id}#comments")


def threads(note_id: int) -> list[Thread]:
    """The threads of a note that one sees; those that wait for us first, then the latest."""
    statement = select(Comment).where(Comment.note_id == note_id).order_by(Comment.id.desc()).limit(MOST_READ)
    found: dict[int, list[Comment]] = {}
    for comment in session.scalars(statement.options(joinedload(Comment.author), joinedload(Comment.store))):
        found.setdefault(comment.store_id, []).append(comment)
    made = [Thread(comments[0].store, tuple(reversed(comments))) for comments in found.values()]
    return sorted(made, key=lambda thread: not thread.waits)


def said_by(person: Person) -> Iterator[Comment]:
    """All that a person said."""
    yield from session.scalars(select(Comment).where(Comment.author_id == person.id).order_by(Comment.id))


def erase_person(person: Person) -> None:
    """The text goes with the person; that something was said stays."""
    for comment in list(said_by(person)):
        comment.text, comment.author_id = "", None
