"""One row past the session: it carries who acts, and nobody else's is changed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.db import db
from portal.tenancy import NobodyActing, WallError, acting_for
from portal.tenancy.single import change_row, insert_unless_there
from tests.portal.yard import OURS, SIDES, THEIRS, Ids, everything, ids, yard_app
from tests.portal.yard_models import YardLand, YardNote, YardShelf

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database


@pytest.mark.parametrize("side", SIDES)
def test_a_row_belongs_to_who_acts_whatever_it_says(ids: Ids, side: str) -> None:
    with acting_for(ids.scope(side)):
        made = insert_unless_there(YardNote, canary="new", distributor_id=THEIRS)
        assert db.session.scalars(select(YardNote.distributor_id).where(YardNote.id == made)).one() == OURS


@pytest.mark.parametrize("side", SIDES)
def test_a_row_whose_key_is_taken_is_not_inserted(ids: Ids, side: str) -> None:
    with acting_for(ids.scope(side)):
        taken = ids.notes[OURS, 1]
        before = everything()
        assert insert_unless_there(YardNote, id=taken, canary="new") is None
        assert everything() == before


@pytest.mark.parametrize("side", SIDES)
def test_only_the_acting_distributors_row_is_changed(ids: Ids, side: str) -> None:
    before = set(everything())
    with acting_for(ids.scope(side)):
        change_row(YardNote, ids.notes[THEIRS, 1], canary="hacked")
        assert set(everything()) == before
        change_row(YardNote, ids.notes[OURS, 1], canary="changed")
    changed = set(everything()) - before
    assert len(changed) == 1
    assert "changed" in next(iter(changed))


def test_rows_of_stores_and_of_nobody_are_not_written_this_way(ids: Ids) -> None:
    with acting_for(ids.scope("store")):
        for model in (YardShelf, YardLand):
            with pytest.raises(WallError):
                insert_unless_there(model, canary="new", store_id=ids.stores[OURS, 2])
            with pytest.raises(WallError):
                change_row(model, 1, canary="hacked")


def test_nothing_is_written_before_anybody_acts(ids: Ids) -> None:
    with pytest.raises(NobodyActing):
        insert_unless_there(YardNote, canary="new")
    with pytest.raises(NobodyActing):
        change_row(YardNote, ids.notes[OURS, 1], canary="hacked")
