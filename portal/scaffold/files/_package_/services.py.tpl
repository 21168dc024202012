"""Writing notes: verbs that raise where a rule is broken, and never commit."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.api import (
    Person,
    RuleBroken,
    Viewer,
    clock,
    index,
    members_of_stores,
    notify,
    record,
    session,
    store_by_number,
)
from [[ package ]] import queries
from [[ package ]].models import Note

LONGEST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class NewNote:
    """What was typed."""

    store: str  # its number
    text: str


def write_note(new: NewNote, *, by: Viewer) -> Note:
    """Write a note to a store, and tell its people."""
    store = store_by_number(new.store)
    if store is None:
        raise RuleBroken("store", _("There is no such store."))
    note = Note(store_id=store.id, text=new.text, written_by_id=by.person.id)
    session.add(note)
    session.flush()
    index("[[ name ]].note", note.id, note.text, store_id=store.id)
    record("[[ name ]].written", note)
    people, title = members_of_stores([store.id]), _l("A note to your store")
    notify("[[ name ]].written", to=people, title=title, url="/[[ name ]]/")
    return note


def finish(note: Note) -> None:
    """The store has done it; a second time changes nothing."""
    if note.done_at is None:
        note.done_at = clock.now()
        record("[[ name ]].done", note)


def forget_person(person: Person) -> None:
    """Keep what was written, without by whom."""
    for mine in queries.written_by(person):
        mine.written_by_id = None
