"""Breaking in: every way we know of to write a foreign row fails, and the row stays as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import make_transient, make_transient_to_detached

from portal.db import db
from portal.stores.models import Store
from portal.tenancy import (
    NobodyActing,
    WallError,
    acting_for,
    all_distributors,
    insert_rows,
    update_rows,
)
from tests.portal.yard import OURS, SIDES, THEIRS, Ids, everything, ids, yard_app
from tests.portal.yard_models import YardItem, YardLoose, YardNote, YardShelf

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

Shelf, Item, Note, Loose = YardShelf, YardItem, YardNote, YardLoose
BEYOND = {"distributor": (THEIRS, 1), "store": (OURS, 2), "rep": (OURS, 2)}  # the nearest foreign store of each side


def foreign(cls: Any, ids: Ids, side: str) -> Any:
    """A row beyond the walls of this side, brought into memory by somebody who may."""
    numbers: dict[Any, dict[Any, int]] = {Shelf: ids.shelves, Item: ids.items, Loose: ids.loose, Store: ids.stores}
    with all_distributors(reason="test"):
        return db.session.get_one(cls, numbers[cls][BEYOND[side]])


def forged(ids: Ids, side: str, **values: Any) -> Any:
    row = Shelf(id=ids.shelves[BEYOND[side]], **values)
    make_transient_to_detached(row)
    db.session.add(row)
    return row


def change(row: Any) -> None:
    row.canary = "canary-9-hacked"
    db.session.flush()


def change_expired(ids: Ids, side: str) -> None:
    row = foreign(Shelf, ids, side)
    db.session.expire(row)
    change(row)


def delete_expired(ids: Ids, side: str) -> None:
    row = foreign(Item, ids, side)
    db.session.expire(row)
    db.session.delete(row)
    db.session.flush()


def change_detached(ids: Ids, side: str) -> None:
    row = foreign(Shelf, ids, side)
    db.session.expunge(row)
    row.canary = "canary-9-hacked"
    db.session.add(row)
    db.session.flush()


def merge_unloaded(ids: Ids, side: str) -> None:
    row = foreign(Shelf, ids, side)
    db.session.expunge(row)
    row.distributor_id, row.store_id = ids.scope(side).distributor_id, ids.stores[OURS, 1]
    change(db.session.merge(_clean(row), load=False))


def _clean(row: Any) -> Any:
    make_transient(row)
    make_transient_to_detached(row)
    return row


def delete_row(ids: Ids, side: str) -> None:
    db.session.delete(foreign(Item, ids, side))
    db.session.flush()


def take(ids: Ids, side: str) -> None:
    row = foreign(Shelf, ids, side)
    db.session.expire(row)
    row.distributor_id, row.store_id = OURS, ids.stores[OURS, 1]
    db.session.flush()


def give_away(ids: Ids, side: str) -> None:
    row = db.session.get_one(Shelf, ids.shelves[OURS, 1])
    row.distributor_id, row.store_id = BEYOND[side][0], ids.stores[BEYOND[side]]
    db.session.flush()


def give_away_unloaded(ids: Ids, side: str) -> None:
    row = db.session.get_one(Shelf, ids.shelves[OURS, 1])
    db.session.expire(row)
    row.store_id = ids.stores[OURS, 0]
    db.session.flush()


def new_with_foreign_owner(ids: Ids, side: str) -> None:
    where = BEYOND[side]
    db.session.add(Shelf(canary="x", land_id=1, distributor_id=where[0], store_id=ids.stores[where]))
    db.session.flush()


def new_in_foreign_store(ids: Ids, side: str) -> None:
    where = (OURS, 2) if side != "distributor" else (THEIRS, 1)
    db.session.add(Shelf(canary="x", land_id=1, store_id=ids.stores[where]))
    db.session.flush()


def new_by_relationship(ids: Ids, side: str) -> None:
    store = foreign(Store, ids, side)
    shelf = db.session.get_one(Shelf, ids.shelves[OURS, 1])
    db.session.add(Item(canary="x", shelf=shelf, store=store))
    db.session.flush()


def moved_by_relationship(ids: Ids, side: str) -> None:
    store = foreign(Store, ids, side)
    db.session.get_one(Item, ids.items[OURS, 1]).store = store
    db.session.flush()


def hang_under_foreign_parent(ids: Ids, side: str) -> None:
    shelf = foreign(Shelf, ids, side)
    db.session.add(Item(canary="x", shelf=shelf, store_id=ids.stores[OURS, 1]))
    db.session.flush()


def cascade_from_own_to_foreign(ids: Ids, side: str) -> None:
    with all_distributors(reason="test"):
        item = db.session.get_one(Item, ids.items[BEYOND[side]])
        item.shelf  # noqa: B018 (brings it into memory)
    shelf = db.session.get_one(Shelf, ids.shelves[OURS, 1])
    shelf.items.append(item)
    db.session.flush()


def bulk_insert(ids: Ids, side: str) -> None:
    insert_rows(Shelf, [{"canary": "x", "land_id": 1, "store_id": ids.stores[BEYOND[side]]}])


def bulk_insert_other_distributor(ids: Ids, side: str) -> None:
    insert_rows(Note, [{"canary": "x", "distributor_id": THEIRS}])


def bulk_change_of_owner(ids: Ids, side: str) -> None:
    update_rows(Item, store_id=ids.stores[BEYOND[side]])


BURGLARIES: dict[str, Callable[[Ids, str], Any]] = {
    "change": lambda ids, side: change(foreign(Shelf, ids, side)),
    "change expired": change_expired,
    "change detached": change_detached,
    "change forged": lambda ids, side: change(forged(ids, side)),
    "change forged with owner": lambda ids, side: change(
        forged(ids, side, distributor_id=OURS, store_id=ids.stores[OURS, 1])
    ),
    "merge without loading": merge_unloaded,
    "delete": delete_row,
    "delete expired": delete_expired,
    "take": take,
    "give away": give_away,
    "give away unloaded": give_away_unloaded,
    "new with foreign owner": new_with_foreign_owner,
    "new in foreign store": new_in_foreign_store,
    "new by relationship": new_by_relationship,
    "moved by relationship": moved_by_relationship,
    "under a foreign parent": hang_under_foreign_parent,
    "adopt a foreign child": cascade_from_own_to_foreign,
    "bulk insert": bulk_insert,
    "bulk insert of another distributor": bulk_insert_other_distributor,
    "bulk change of owner": bulk_change_of_owner,
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("way", BURGLARIES)
def test_a_foreign_row_cannot_be_written(ids: Ids, way: str, side: str) -> None:
    before = everything()
    # The composite key may be quicker than the walls where a store and its distributor do not fit.
    with pytest.raises((WallError, IntegrityError)), acting_for(ids.scope(side)):
        BURGLARIES[way](ids, side)
    db.session.rollback()
    assert everything() == before


@pytest.mark.parametrize("way", ["new", "changed", "deleted"])
def test_nothing_is_written_before_anybody_acts(ids: Ids, way: str) -> None:
    with acting_for(ids.scope("distributor")):
        note = db.session.get_one(Note, ids.notes[OURS, 0])
    if way == "new":
        db.session.add(Note(canary="x"))
    elif way == "changed":
        note.canary = "x"
    else:
        db.session.delete(note)
    with pytest.raises(NobodyActing):
        db.session.flush()
