"""Reading notes. The walls let each reader see their own store's, or their distributor's."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from portal.api import NotFound, Order, Page, Person, Span, Store, keyset, session
from [[ package ]].models import Note

NEWEST_FIRST = (Order(Note.written_at, descending=True), Order(Note.id, descending=True))


def _with_names() -> Select[Note]:
    return select(Note).options(joinedload(Note.store), joinedload(Note.written_by))


def page_of_notes(cursor: str | None, size: int = 25) -> Page[Note]:
    """A page of all notes, the newest first."""
    return keyset(_with_names(), NEWEST_FIRST, cursor, size)


def note(note_id: int) -> Note:
    """One note; NotFound for an unknown or foreign one."""
    found = session.scalars(_with_names().where(Note.id == note_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def open_notes(store: Store, limit: int) -> Sequence[Note]:
    """What the store has still to do, the oldest first."""
    statement = select(Note).where(Note.store_id == store.id, Note.done_at.is_(None)).order_by(Note.id)
    return session.scalars(statement.limit(limit)).all()


def notes_in(store: Store, span: Span) -> Sequence[Note]:
    """What was written to the store in the span."""
    statement = select(Note).where(Note.store_id == store.id).order_by(Note.id.desc())
    return session.scalars(statement.where(Note.written_at >= span.start, Note.written_at < span.end)).all()


def with_ids(note_ids: Sequence[int]) -> Sequence[Note]:
    """These notes, the newest first."""
    return session.scalars(_with_names().where(Note.id.in_(note_ids)).order_by(Note.id.desc())).all()


def written_by(person: Person) -> Sequence[Note]:
    """What this person has written."""
    return session.scalars(_with_names().where(Note.written_by_id == person.id).order_by(Note.id)).all()
