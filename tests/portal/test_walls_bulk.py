"""Many rows at once: insert_rows, update_rows and delete_rows stay inside the walls."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, func, select

from portal.db import db
from portal.tenancy import (
    NobodyActing,
    Scope,
    WallError,
    acting_for,
    all_distributors,
    delete_rows,
    insert_rows,
    update_rows,
)
from tests.portal.yard import OURS, SIDES, THEIRS, Ids, everything, ids, own, yard_app
from tests.portal.yard_models import YardItem, YardLand, YardLoose, YardNote, YardShelf

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

Shelf, Item, Note, Loose = YardShelf, YardItem, YardNote, YardLoose


@pytest.mark.parametrize("side", SIDES)
def test_many_rows_are_inserted_for_who_acts(ids: Ids, side: str) -> None:
    with acting_for(ids.scope(side)):
        store = {} if side == "store" else {"store_id": ids.stores[OURS, 1]}
        insert_rows(Loose, [{"canary": f"new-{n}", **store} for n in range(1200)])
        insert_rows(Note, [{"canary": "note"}])
        insert_rows(Note, [])
        made = db.session.execute(
            select(Loose.distributor_id, Loose.store_id, func.count())
            .where(Loose.canary.like("new-%"))
            .group_by(Loose.distributor_id, Loose.store_id)
        ).all()
    assert [tuple(row) for row in made] == [(OURS, ids.stores[OURS, 1], 1200)]


@pytest.mark.parametrize("side", SIDES)
def test_many_rows_are_updated_and_deleted_inside_the_walls(ids: Ids, side: str) -> None:
    before = everything()
    with acting_for(ids.scope(side)):
        kept = db.session.get_one(Item, ids.items[OURS, 1])
        assert update_rows(Item, Item.canary.like("canary-%"), canary="changed") == len(own(side))
        assert kept.canary == "changed"
        assert update_rows(Item, Item.canary == "canary-2-1", canary="hacked") == 0
        assert delete_rows(Item) == len(own(side))
        assert delete_rows(Item) == 0
    after = everything()
    gone = set(before) - set(after)
    assert {row[0] for row in gone} == {"walltest_item"}
    assert len(gone) == len(own(side))
    assert not set(after) - set(before)


@pytest.mark.parametrize("side", SIDES)
def test_an_update_of_many_rows_reads_inside_the_walls(ids: Ids, side: str) -> None:
    theirs = ids.shelves[THEIRS, 1]
    with acting_for(ids.scope(side)):
        spied = select(func.coalesce(func.max(Shelf.canary), "nothing")).where(Shelf.id == theirs).scalar_subquery()
        update_rows(Note, canary=spied)
        assert set(db.session.scalars(select(Note.canary))) == {"nothing"}
        where = select(Shelf.id).where(Shelf.id == theirs).exists()
        assert update_rows(Note, where, canary="it is there") == 0


@pytest.mark.parametrize("side", SIDES)
def test_an_update_of_many_rows_reads_no_raw_table(ids: Ids, side: str) -> None:
    raw: Any = Shelf.__table__
    with pytest.raises(WallError), acting_for(ids.scope(side)):
        update_rows(Note, canary=select(raw.c.canary).limit(1).scalar_subquery())
    with pytest.raises(WallError), acting_for(ids.scope(side)):
        update_rows(Note, Note.shelf_id == raw.c.id, canary=raw.c.canary)
    with pytest.raises(WallError), acting_for(ids.scope(side)):
        delete_rows(Note, Note.id.in_(select(raw.c.id)))
    with pytest.raises(WallError), acting_for(ids.scope(side)):
        db.session.execute(delete(Note), execution_options={"synchronize_session": False})


def test_only_rows_with_an_owner_are_written_in_bulk(ids: Ids) -> None:
    with acting_for(Scope(OURS)):
        for write in (
            lambda: insert_rows(YardLand, [{"name": "x"}]),
            lambda: update_rows(YardLand, name="x"),
            lambda: delete_rows(YardLand),
        ):
            with pytest.raises(WallError):
                write()
    for write in (lambda: insert_rows(Note, [{"canary": "x"}]), lambda: update_rows(Note, canary="x")):
        with pytest.raises(NobodyActing):
            write()
    with pytest.raises(NobodyActing), all_distributors(reason="test"):
        delete_rows(Note)
