"""What the plug-in gives to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _

from portal.api import HomeCard, Person, PersonalData, SearchHit, Span, Store, TimelineEntry, Viewer, find
from [[ package ]] import queries

ICON, PAGE = "note", "/[[ name ]]/"
ON_TODAY = 3


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """What a store has still to do."""
    if viewer.store is None or not viewer.may("[[ name ]].read"):
        return
    for note in queries.open_notes(viewer.store, ON_TODAY):
        yield HomeCard(
            title=note.text,
            body="",
            url=PAGE,
            action=_("Look at it"),
            icon=ICON,
            kind=_("A note to your store"),
        )


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """What was written to the store."""
    for note in queries.notes_in(store, span):
        yield TimelineEntry(note.written_at, note.text, ICON, url=PAGE, state="ok" if note.done_at else "")


def search(query: str, viewer: Viewer) -> Iterator[SearchHit]:
    """Notes, by their text."""
    if not viewer.may("[[ name ]].read"):
        return
    found = [hit.object_id for hit in find(query, kinds=["[[ name ]].note"], limit=10)]
    for note in queries.with_ids(found):
        yield SearchHit(note.text, PAGE, _("Note to a store"), ICON, note.store.name, note.written_at)


def personal_data(person: Person) -> Iterator[PersonalData]:
    """What this person has written."""
    notes = queries.written_by(person)
    rows = tuple({"at": note.written_at, "store": note.store.name, "text": note.text} for note in notes)
    if rows:
        yield PersonalData(_("Notes to stores"), rows)
