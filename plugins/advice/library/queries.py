"""Reading advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from plugins.advice.library.models import Version
from plugins.advice.models import DONE, DRAFT, IN_REVIEW, OPEN, PUBLISHED, Note, Picture, Recipient
from portal.api import NotFound, Order, Page, Person, Reading, Span, Store, Viewer, keyset, session


@dataclass(frozen=True, slots=True)
class Reach:
    """What became of a note: stores reached, seen, done, declined, found useful, found not useful."""

    stores: int = 0
    seen: int = 0
    done: int = 0
    declined: int = 0
    useful: int = 0
    not_useful: int = 0


def visible(note_id: int, viewer: Viewer) -> tuple[Note, Recipient | None]:
    """The note and, for store people, their store's copy; NotFound for what was not published to the store."""
    if viewer.is_store_side:
        statement = (
            select(Recipient)
            .join(Recipient.note)
            .where(Recipient.note_id == note_id, Note.state == PUBLISHED)
            .options(contains_eager(Recipient.note))
        )
        mine = session.scalars(statement).one_or_none()
        if mine is None:
            raise NotFound
        return mine.note, mine
    note = session.scalars(select(Note).where(Note.id == note_id).options(joinedload(Note.author))).one_or_none()
    if note is None:
        raise NotFound
    return note, None


def page_of_notes(state: str, kind: str, cursor: str | None, size: int = 25) -> Page[Note]:
    """The library of the desk, the latest change first."""
    return keyset(_library(state, kind), [Order(Note.changed_at, True), Order(Note.id, True)], cursor, size)


@lru_cache(maxsize=64)
def _library(state: str, kind: str) -> Reading[Note]:
    criteria = [_in_review()] if state == IN_REVIEW else [Note.state == state] if state else []
    criteria += [Note.kind == kind] if kind else []
    return Reading(Note, "author", change=lambda statement: statement.where(*criteria))


def page_for_store(state: str, kind: str, cursor: str | None, size: int = 25) -> Page[Recipient]:
    """What was published to the store, the latest first."""
    order = [Order(Recipient.published_at, True), Order(Recipient.id, True)]
    return keyset(_published(state, kind), order, cursor, size)


@lru_cache(maxsize=64)
def _published(state: str, kind: str) -> Reading[Recipient]:
    criteria = [Note.state == PUBLISHED]
    criteria += [Recipient.state == state] if state else []
    criteria += [Note.over.is_(False)] if state == OPEN else []
    criteria += [Note.kind == kind] if kind else []
    return Reading(Recipient, "note", change=lambda statement: statement.where(*criteria))


def open_for_store(limit: int) -> Sequence[Recipient]:
    """What the store has not answered yet; what is worth most first."""
    return _open_for_store().all({"limit": limit})


@lru_cache(maxsize=1)
def _open_for_store() -> Reading[Recipient]:
    """Made once, as every first page of a store sends it; without the articles themselves."""
    return Reading(
        Recipient,
        "note",
        without=["note.text"],
        change=lambda statement: (
            statement.where(Note.state == PUBLISHED, Note.over.is_(False), Recipient.state == OPEN)
            .order_by(func.coalesce(Note.gain, 0).desc(), Recipient.published_at.desc())
            .limit(bindparam("limit", type_=Integer))
        ),
    )


@lru_cache(maxsize=1)
def open_count() -> Select[Any]:
    """How many notes the store has not answered, as a statement for the navigation."""
    statement = select(func.count()).select_from(Recipient).join(Recipient.note)
    return statement.where(Note.state == PUBLISHED, Note.over.is_(False), Recipient.state == OPEN)


@lru_cache(maxsize=1)
def in_review_count() -> Select[Any]:
    """How many notes wait for a second person, as a statement."""
    return select(func.count()).select_from(Note).where(_in_review())


def _in_review() -> Any:
    """The note itself, or its next version."""
    return or_(Note.state == IN_REVIEW, Note.id.in_(select(Version.note_id).where(Version.state == IN_REVIEW)))


def working_copy(note_id: int) -> Version | None:
    """What a published note is to say next."""
    statement = select(Version).where(Version.note_id == note_id, Version.state != PUBLISHED)
    return session.scalars(statement).one_or_none()


def last_number(note_id: int) -> int:
    """Of the note's versions; 0 before the first."""
    return session.scalar(select(func.max(Version.number)).where(Version.note_id == note_id)) or 0


def versions(note_id: int) -> Sequence[Version]:
    """All versions of a note with who approved them, the latest first."""
    statement = select(Version).where(Version.note_id == note_id).options(joinedload(Version.approved_by))
    return session.scalars(statement.order_by(Version.number.desc())).all()


def version(note_id: int, number: int) -> Version:
    """One published version; NotFound without."""
    statement = select(Version).where(Version.note_id == note_id, Version.number == number, Version.state == PUBLISHED)
    found = session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def writers(version: Version) -> Sequence[str]:
    """The names of those who changed it."""
    return session.scalars(select(Person.name).where(Person.id.in_(version.writers)).order_by(Person.name)).all()


def reach(note_ids: Sequence[int]) -> dict[int, Reach]:
    """What became of each note."""

    def count(criterion: Any) -> Any:
        return func.sum(case((criterion, 1), else_=0))

    statement = (
        select(
            Recipient.note_id,
            func.count(),
            count(Recipient.seen_at.is_not(None)),
            count(Recipient.state == DONE),
            count(Recipient.state == "declined"),
            count(Recipient.useful.is_(True)),
            count(Recipient.useful.is_(False)),
        )
        .where(Recipient.note_id.in_(note_ids))
        .group_by(Recipient.note_id)
    )
    return {note_id: Reach(*numbers) for note_id, *numbers in session.execute(statement)}


UNSEEN = "unseen"  # beside the states of a recipient: who has not opened it


def answers(note_id: int, state: str = "", most: int | None = None) -> Sequence[tuple[Recipient, Store]]:
    """Stores of the note with what each made of it, those that answered first; of one state where it is asked for."""
    statement = (
        select(Recipient, Store)
        .join(Store, Store.id == Recipient.store_id)
        .where(Recipient.note_id == note_id)
        .order_by(Recipient.answered_at.desc().nulls_last(), Store.number)
        .limit(most)
    )
    if state == UNSEEN:
        statement = statement.where(Recipient.seen_at.is_(None), Recipient.state == OPEN)
    elif state:
        statement = statement.where(Recipient.state == state)
    return [(recipient, store) for recipient, store in session.execute(statement)]


def pictures(note_id: int, shown: Sequence[int] | None = None) -> Sequence[Picture]:
    """The pictures of a note in their order: all of them, or those of the positions that are shown."""
    statement = select(Picture).where(Picture.note_id == note_id).options(joinedload(Picture.file))
    if shown is not None:
        statement = statement.where(Picture.position.in_(shown))
    return session.scalars(statement.order_by(Picture.position)).all()


def of_store(store_id: int, span: Span) -> Sequence[Recipient]:
    """A store's advice that was published or answered in the span."""
    statement = (
        select(Recipient)
        .join(Recipient.note)
        .where(
            Recipient.store_id == store_id,
            or_(
                Recipient.published_at.between(span.start, span.end),
                Recipient.answered_at.between(span.start, span.end),
            ),
        )
        .options(contains_eager(Recipient.note))
    )
    return session.scalars(statement).all()


def matching(words: str, viewer: Viewer) -> Sequence[Note]:
    """At most ten visible notes with the words."""
    like = f"%{words.replace('%', '')}%"
    statement = select(Note).where(Note.title.ilike(like) | Note.text.ilike(like))
    if viewer.is_store_side:
        statement = statement.where(Note.state == PUBLISHED, Note.id.in_(select(Recipient.note_id)))
    elif not viewer.may("advice.write"):
        statement = statement.where(Note.state != DRAFT)
    return session.scalars(statement.order_by(Note.changed_at.desc()).limit(10)).all()
