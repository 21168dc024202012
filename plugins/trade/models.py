"""Products, sales by month block, stock and batches, what stores ordered, what stands on their shelves."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import DistributorOwned, Model, Person, Store, StoreOwned, clock

REQUESTED, CONFIRMED, REFUSED, DELIVERED, CANCELLED = "requested", "confirmed", "refused", "delivered", "cancelled"
ON_THE_WAY = (REQUESTED, CONFIRMED)


class Product(DistributorOwned, Model):
    """Something stores sell; `own_brand` says that the distributor earns on it, which advice must not hide."""

    __tablename__ = "trade_product"
    __table_args__ = (UniqueConstraint("distributor_id", "code"), Index("ix_trade_product_barcode", "barcode"))

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40))
    name: Mapped[str]
    barcode: Mapped[str] = mapped_column(String(40), default="")
    brand: Mapped[str] = mapped_column(default="")
    own_brand: Mapped[bool] = mapped_column(default=False)
    category: Mapped[str] = mapped_column(default="")
    pack_size: Mapped[int] = mapped_column(default=1)
    price: Mapped[Decimal | None]
    cost: Mapped[Decimal | None]
    shelf_life_days: Mapped[int | None]
    width_mm: Mapped[int | None]  # of one facing, as it stands on the shelf
    height_mm: Mapped[int | None]
    depth_mm: Mapped[int | None]
    active: Mapped[bool] = mapped_column(default=True)


class SalesMonth(StoreOwned, Model):
    """All daily sales of one store in one month (methods/blocks.py says how it is packed)."""

    __tablename__ = "trade_sales_month"
    __table_args__ = (UniqueConstraint("store_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[date]
    block: Mapped[bytes] = mapped_column(LargeBinary)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class Stock(StoreOwned, Model):
    """What a store has of a product, and what is on its way."""

    __tablename__ = "trade_stock"
    __table_args__ = (UniqueConstraint("store_id", "product_id"), CheckConstraint("on_hand >= 0", name="on_hand"))

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("trade_product.id", ondelete="CASCADE"), index=True)
    on_hand: Mapped[int] = mapped_column(default=0)
    on_order: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[date]

    product: Mapped[Product] = relationship(lambda: Product, lazy="raise_on_sql", viewonly=True)


class Batch(StoreOwned, Model):
    """Units of one production batch in a store, with their date."""

    __tablename__ = "trade_batch"
    __table_args__ = (UniqueConstraint("store_id", "product_id", "number"), CheckConstraint("units >= 0", name="units"))

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("trade_product.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(60), index=True)
    expires_on: Mapped[date] = mapped_column(index=True)
    units: Mapped[int]
    as_of: Mapped[date]

    product: Mapped[Product] = relationship(lambda: Product, lazy="raise_on_sql", viewonly=True)


class StoreOrder(StoreOwned, Model):
    """What a store wants delivered; until that is done its units count as on their way."""

    __tablename__ = "trade_order"
    __table_args__ = (Index("ix_trade_order_at", "distributor_id", "requested_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(String(12), default=REQUESTED)
    note: Mapped[str] = mapped_column(default="")  # the store's
    answer: Mapped[str] = mapped_column(default="")  # ours, when it is refused or changed
    deliver_on: Mapped[date | None]
    requested_at: Mapped[datetime] = mapped_column(default=clock.now)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))
    closed_at: Mapped[datetime | None]  # delivered, refused or cancelled

    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)
    requested_by: Mapped[Person | None] = relationship(
        lambda: Person, lazy="raise_on_sql", viewonly=True, foreign_keys=[requested_by_id]
    )


class OrderLine(StoreOwned, Model):
    """One product of an order: what was advised, what was asked for, and its cost at that time."""

    __tablename__ = "trade_order_line"
    __table_args__ = (UniqueConstraint("order_id", "product_id"), CheckConstraint("units > 0", name="units"))

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("trade_order.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("trade_product.id", ondelete="CASCADE"), index=True)
    units: Mapped[int]
    advised_units: Mapped[int | None]
    pack_size: Mapped[int] = mapped_column(default=1)
    cost: Mapped[Decimal | None]  # yuan a unit

    product: Mapped[Product] = relationship(lambda: Product, lazy="raise_on_sql", viewonly=True)


class Fixture(StoreOwned, Model):
    """A shelf unit of a store; its shelves and what stands on them are the store's planogram as it is now."""

    __tablename__ = "trade_fixture"
    __table_args__ = (UniqueConstraint("store_id", "name"), CheckConstraint("width_mm > 0", name="width_mm"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    category: Mapped[str] = mapped_column(String(120), default="")
    width_mm: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)  # counts the changes: of two who change it at once, one is told
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))

    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)


class Shelf(StoreOwned, Model):
    """A board of a fixture; position counts from the top."""

    __tablename__ = "trade_shelf"
    __table_args__ = (UniqueConstraint("fixture_id", "position"), CheckConstraint("clear_mm > 0", name="clear_mm"))

    id: Mapped[int] = mapped_column(primary_key=True)
    fixture_id: Mapped[int] = mapped_column(ForeignKey("trade_fixture.id", ondelete="CASCADE"))
    position: Mapped[int]
    height_mm: Mapped[int]  # of the board above the floor
    clear_mm: Mapped[int]  # room above the board


class Placement(StoreOwned, Model):
    """A product on a shelf with its facings; position counts from the left."""

    __tablename__ = "trade_placement"
    __table_args__ = (
        UniqueConstraint("shelf_id", "position"),
        UniqueConstraint("shelf_id", "product_id"),
        CheckConstraint("facings > 0", name="facings"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int] = mapped_column(ForeignKey("trade_shelf.id", ondelete="CASCADE"))
    product_id: Mapped[int] = mapped_column(ForeignKey("trade_product.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    facings: Mapped[int]

    product: Mapped[Product] = relationship(lambda: Product, lazy="raise_on_sql", viewonly=True)


class CohortRow(DistributorOwned, Model):
    """Stores that are compared with each other for a quarter: formed once, and not changed while it lasts."""

    __tablename__ = "trade_cohort"
    __table_args__ = (UniqueConstraint("distributor_id", "quarter", "label"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quarter: Mapped[date]  # its first day
    label: Mapped[str]  # format, tier and region, or fewer of them, as JSON
    members: Mapped[list[Any]] = mapped_column(default=list)  # ids of stores in order; shown to nobody
    formed_at: Mapped[datetime] = mapped_column(default=clock.now)


class CohortSeat(StoreOwned, Model):
    """The cohort that a store belongs to in a quarter: one, or none."""

    __tablename__ = "trade_cohort_seat"
    __table_args__ = (UniqueConstraint("store_id", "quarter"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("trade_cohort.id", ondelete="CASCADE"), index=True)
    quarter: Mapped[date]


class CohortMonth(DistributorOwned, Model):
    """What was published of a cohort for a month: {ratio: {of what: place on the grid}}; written once."""

    __tablename__ = "trade_cohort_month"
    __table_args__ = (UniqueConstraint("cohort_id", "month"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("trade_cohort.id", ondelete="CASCADE"))
    month: Mapped[date]
    steps: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime] = mapped_column(default=clock.now)


from plugins.trade.costs import models as costs  # noqa: E402, F401  the tables of feature folders
from plugins.trade.importing import models as importing  # noqa: E402, F401
