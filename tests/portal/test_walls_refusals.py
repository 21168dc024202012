"""What the walls cannot guard is refused: Core, text, raw connections, bulk writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    MetaData,
    String,
    Table,
    column,
    delete,
    exists,
    func,
    insert,
    join,
    lambda_stmt,
    literal_column,
    select,
    table,
    text,
    true,
    union,
    update,
)
from sqlalchemy.orm import (
    aliased,
)

from portal.db import db
from portal.tenancy import WallError, acting_for
from tests.portal.yard import SIDES, Ids, ids, objects, rows, yard_app
from tests.portal.yard_models import YardItem, YardLand, YardNote, YardShelf, YardTag

__all__ = ["ids", "yard_app"]
pytestmark = pytest.mark.database

Land, Tag, Shelf, Item, Note = YardLand, YardTag, YardShelf, YardItem, YardNote
RAW: Any = YardShelf.__table__
A_RAW_CANARY = select(RAW.c.canary).limit(1).scalar_subquery()
FOREIGN = "canary-2-1"


def beside_land(other: Any) -> list[Any]:
    return rows(select(Land.name, other.c.canary).join(other, true()))


REFUSED: dict[str, Callable[[], Any]] = {
    "core select": lambda: rows(select(RAW.c.canary)),
    "core column beside a class": lambda: rows(select(Land.name, RAW.c.canary).join(RAW, true())),
    "core table counted": lambda: rows(select(func.count(Land.id)).join(RAW, true())),
    "core scalar subquery": lambda: rows(select(Land.name, A_RAW_CANARY)),
    "core subquery in": lambda: rows(select(Land.name).where(Land.id.in_(select(RAW.c.land_id)))),
    "core cte": lambda: beside_land(select(RAW.c.canary).cte("c")),
    "core exists": lambda: rows(select(Land.name).where(exists(select(RAW.c.id)))),
    "core union": lambda: rows(union(select(Shelf.canary), select(RAW.c.canary))),
    "class over a core subquery": lambda: objects(select(aliased(Shelf, select(RAW).subquery()))),
    "core query": lambda: db.session.query(RAW).all(),
    "core column query": lambda: db.session.query(RAW.c.canary).all(),
    "core join": lambda: rows(select(func.count()).select_from(join(Land, RAW, true()))),
    "light table": lambda: beside_land(table("walltest_shelf", column("canary"))),
    "light table in capitals": lambda: beside_land(table("WALLTEST_SHELF", column("canary"))),
    "other metadata": lambda: beside_land(Table("walltest_shelf", MetaData(), Column("canary", String)).alias("other")),
    "full join": lambda: rows(select(Shelf.canary).select_from(Land).join(Shelf, Shelf.land_id == Land.id, full=True)),
    "text": lambda: rows(text("SELECT canary FROM walltest_shelf")),
    "text in where": lambda: rows(select(Land.name).where(text("EXISTS (SELECT 1 FROM walltest_shelf)"))),
    "text as column": lambda: rows(select(Land.name, text("(SELECT canary FROM walltest_shelf LIMIT 1)"))),
    "text with columns": lambda: beside_land(
        text("SELECT canary FROM walltest_shelf").columns(column("canary")).subquery()
    ),
    "literal column": lambda: rows(select(Land.name, literal_column("(SELECT max(canary) FROM walltest_shelf)"))),
    "from_statement": lambda: objects(select(Shelf).from_statement(text("SELECT * FROM walltest_shelf"))),
    "from_statement of a union": lambda: objects(select(Shelf).from_statement(union(select(Shelf), select(Shelf)))),
    "query from text": lambda: db.session.query(Shelf).from_statement(text("SELECT * FROM walltest_shelf")).all(),
    "connection": db.session.connection,
    "lambda statement": lambda: objects(lambda_stmt(lambda: select(Shelf))),
    "insert": lambda: db.session.execute(insert(Shelf).values(canary="x", land_id=1)),
    "insert from select": lambda: db.session.execute(insert(Note).from_select(["canary"], select(RAW.c.canary))),
    "core insert": lambda: db.session.execute(RAW.insert().values(canary="x")),
    "update": lambda: db.session.execute(update(Shelf).values(canary="x")),
    "core update": lambda: db.session.execute(RAW.update().values(canary="x")),
    "delete": lambda: db.session.execute(delete(Item)),
    "update of what nobody owns": lambda: db.session.execute(update(Land).values(name=A_RAW_CANARY)),
    "delete of what nobody owns": lambda: db.session.execute(delete(Land).where(Land.id.in_(select(RAW.c.id)))),
    "query update": lambda: db.session.query(Shelf).update({"canary": "x"}),
    "query delete": lambda: db.session.query(Item).delete(),
    "bulk save": lambda: db.session.bulk_save_objects([Item(canary="x")]),
    "bulk insert": lambda: db.session.bulk_insert_mappings(Item, [{"canary": "x"}]),
    "bulk update": lambda: db.session.bulk_update_mappings(Item, [{"id": 5, "canary": "x"}]),
}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("shape", REFUSED)
def test_what_the_walls_cannot_guard_is_refused(ids: Ids, shape: str, side: str) -> None:
    with pytest.raises(WallError), acting_for(ids.scope(side)):
        REFUSED[shape]()
