"""Writing through the walls: own rows are stamped, changed and removed, each for its own scope."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Distributor
from portal.db import db
from portal.stores.models import Contact, Store
from portal.tenancy import (
    Scope,
    WallError,
    acting_for,
    all_distributors,
    insert_rows,
)
from tests.portal.yard import OURS, SIDES, THEIRS, Ids, ids, own, yard_app
from tests.portal.yard_models import YardItem, YardLoose, YardNote, YardShelf

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

Shelf, Item, Note, Loose = YardShelf, YardItem, YardNote, YardLoose


@pytest.mark.parametrize("side", SIDES)
def test_new_rows_are_stamped_with_who_acts(ids: Ids, side: str) -> None:
    with acting_for(ids.scope(side)):
        note = Note(canary="n")
        loose = Loose(canary="l", store_id=None if side == "store" else ids.stores[OURS, 1])
        db.session.add_all([note, loose])
    assert note.distributor_id == loose.distributor_id == OURS
    assert loose.store_id == ids.stores[OURS, 1]


@pytest.mark.parametrize("side", SIDES)
def test_own_rows_are_changed_and_deleted(ids: Ids, side: str) -> None:
    with acting_for(ids.scope(side)):
        shelf = db.session.get_one(Shelf, ids.shelves[OURS, 1])
        shelf.canary = "changed"
        db.session.delete(db.session.get_one(Item, ids.items[OURS, 1]))
        expired = db.session.get_one(Loose, ids.loose[OURS, 1])
        db.session.expire(expired)
        expired.canary = "changed"
        db.session.flush()
        assert db.session.scalar(select(Shelf.canary).where(Shelf.id == shelf.id)) == "changed"
        assert db.session.scalar(select(Loose.canary).where(Loose.id == expired.id)) == "changed"
        assert db.session.scalar(select(func.count()).select_from(Item)) == len(own(side)) - 1


@pytest.mark.parametrize("side", SIDES)
def test_own_rows_that_somebody_else_brought_into_memory_are_written(ids: Ids, side: str) -> None:
    with all_distributors(reason="test"):
        shelf = db.session.get_one(Shelf, ids.shelves[OURS, 1])
        note = db.session.get_one(Note, ids.notes[OURS, 2])
    with acting_for(ids.scope(side)):
        shelf.canary, note.canary = "changed", "changed"
        db.session.flush()
        db.session.expire_all()
        assert shelf.canary == note.canary == "changed"


def test_rows_of_the_whole_distributor_are_written_by_a_rep_but_not_by_a_store(ids: Ids) -> None:
    with acting_for(ids.scope("rep")):
        db.session.add(Loose(canary="by the rep"))
        db.session.flush()
        assert db.session.scalar(select(func.count()).where(Loose.canary == "by the rep")) == 0
    with acting_for(ids.scope("distributor")):
        row = db.session.scalars(select(Loose).where(Loose.canary == "by the rep")).one()
    with pytest.raises(WallError), acting_for(ids.scope("store")):
        row.canary = "by a store"


def test_a_row_belongs_to_whoever_acted_when_it_was_added(ids: Ids) -> None:
    note = Note(canary="x")
    with acting_for(Scope(OURS)):
        with pytest.raises(RuntimeError), acting_for(Scope(THEIRS)):
            db.session.add(note)
            raise RuntimeError("the block ends before the row is written")
        with pytest.raises(WallError):
            db.session.flush()
        db.session.expunge(note)
    assert note.distributor_id == THEIRS


def test_pending_rows_are_written_before_the_scope_changes(ids: Ids) -> None:
    with acting_for(Scope(OURS)):
        ours = Note(canary="x")
        db.session.add(ours)
        with acting_for(Scope(THEIRS)):
            assert ours.id is not None
            theirs = Note(canary="x")
            db.session.add(theirs)
    assert (ours.distributor_id, theirs.distributor_id) == (OURS, THEIRS)


def test_other_distributors_cannot_be_changed_nor_made(ids: Ids) -> None:
    with all_distributors(reason="test"):
        theirs = db.session.get_one(Distributor, THEIRS)
    with acting_for(Scope(OURS)):
        db.session.get_one(Distributor, OURS).name = "new name"
        db.session.flush()
    with pytest.raises(WallError), acting_for(Scope(OURS)):
        theirs.name = "hacked"
    db.session.rollback()
    with pytest.raises(WallError), acting_for(Scope(OURS)):
        db.session.add(Distributor(slug="x", name="x"))


@pytest.mark.parametrize("side", ["store", "rep"])
def test_new_stores_are_not_made_from_inside_of_one(ids: Ids, side: str) -> None:
    with pytest.raises(WallError), acting_for(ids.scope(side)):
        db.session.add(Store(number="9", name="x"))
    db.session.rollback()
    with pytest.raises(WallError), acting_for(ids.scope(side)):
        insert_rows(Store, [{"number": "9", "name": "x"}])


def test_a_row_of_a_store_cannot_lie_with_another_distributor(ids: Ids) -> None:
    with pytest.raises(IntegrityError), all_distributors(reason="test"):
        db.session.add(Contact(name="x", distributor_id=OURS, store_id=ids.stores[THEIRS, 0]))
        db.session.flush()
