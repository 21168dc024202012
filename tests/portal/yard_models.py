"""Classes of the yard with walls: one of each kind of owner, tied together in each way that the ORM knows."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table, func, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

import portal.models
from portal.db import Model
from portal.stores.models import Store
from portal.tenancy import DistributorOwned, StoreOwned

CORE = portal.models  # every mapper must be known before the first statement


class YardLand(Model):
    """Owned by nobody; everybody's shelves stand on it."""

    __tablename__ = "walltest_land"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]

    shelves: Mapped[list[YardShelf]] = relationship(viewonly=True, order_by="YardShelf.id")


shelf_tag = Table(
    "walltest_shelf_tag",
    Model.metadata,
    Column("shelf_id", ForeignKey("walltest_shelf.id"), primary_key=True),
    Column("tag_id", ForeignKey("walltest_tag.id"), primary_key=True),
)


class YardTag(Model):
    """Owned by nobody, tied to everybody's shelves."""

    __tablename__ = "walltest_tag"

    id: Mapped[int] = mapped_column(primary_key=True)

    shelves: Mapped[list[YardShelf]] = relationship(secondary=shelf_tag, viewonly=True)


class YardShelf(StoreOwned, Model):
    __tablename__ = "walltest_shelf"

    id: Mapped[int] = mapped_column(primary_key=True)
    canary: Mapped[str]
    units: Mapped[int] = mapped_column(default=1)
    land_id: Mapped[int] = mapped_column(ForeignKey("walltest_land.id"))

    land: Mapped[YardLand] = relationship(viewonly=True)
    items: Mapped[list[YardItem]] = relationship(
        back_populates="shelf", foreign_keys="YardItem.shelf_id", order_by="YardItem.id"
    )

    @hybrid_property
    def is_full(self) -> bool:
        return self.units > 0


class YardItem(StoreOwned, Model):
    """Its relationship to the store would put both keys into the row: the flush must notice."""

    __tablename__ = "walltest_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    canary: Mapped[str]
    shelf_id: Mapped[int] = mapped_column(ForeignKey("walltest_shelf.id"))

    shelf: Mapped[YardShelf] = relationship(back_populates="items", foreign_keys=[shelf_id])
    store: Mapped[Store] = relationship(
        primaryjoin="and_(YardItem.store_id == Store.id, YardItem.distributor_id == Store.distributor_id)",
        foreign_keys="[YardItem.store_id, YardItem.distributor_id]",
    )


class YardNote(DistributorOwned, Model):
    """Seen by every member of the distributor, though it may speak of a store that not all of them see."""

    __tablename__ = "walltest_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    canary: Mapped[str]
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("walltest_shelf.id"))

    shelf: Mapped[YardShelf | None] = relationship()


class YardLoose(StoreOwned, Model):
    """Some rows belong to no store."""

    __tablename__ = "walltest_loose"
    __store_nullable__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    canary: Mapped[str]


YardLand.shelf_count = column_property(
    select(func.count(YardShelf.id)).where(YardShelf.land_id == YardLand.id).correlate(YardLand).scalar_subquery(),
    deferred=True,
)

YARD = [*(model.__table__ for model in (YardLand, YardTag, YardShelf, YardItem, YardNote, YardLoose)), shelf_tag]
