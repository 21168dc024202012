"""The floor plan of a store and its zones. Lengths in centimetres, from the left and from the back wall."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.api import Model, Store, StoreOwned, clock

FOOD, CHEMICAL, OTHER = "food", "chemical", "other"
GOODS = (FOOD, CHEMICAL, OTHER)
PLANNED, MIXED, ON_PASSING = "planned", "mixed", "on_passing"
BOUGHT = (PLANNED, MIXED, ON_PASSING)


class FloorPlan(StoreOwned, Model):
    """A store as a rectangle with its door and its till; one for each store."""

    __tablename__ = "trade_floor_plan"
    __table_args__ = (
        UniqueConstraint("store_id"),
        CheckConstraint("width_cm > 0 AND depth_cm > 0", name="size_cm"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    width_cm: Mapped[int]
    depth_cm: Mapped[int]
    door_x_cm: Mapped[int]
    door_y_cm: Mapped[int]
    till_x_cm: Mapped[int]
    till_y_cm: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)  # counts the changes: of two who change it at once, one is told
    changed_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("portal_person.id", ondelete="SET NULL"))

    store: Mapped[Store] = relationship(lambda: Store, lazy="raise_on_sql", viewonly=True)


class FloorZone(StoreOwned, Model):
    """A run of shelves with one category on it. shelf_cm: metres of shelf of all boards together, in cm.

    power, low, fixed belong to the place: there is a socket, the shelves begin at the floor, it cannot be moved. goods,
    chilled, heavy, bought belong to the category: what it is, and whether shoppers come for it or take it on passing.
    """

    __tablename__ = "trade_floor_zone"
    __table_args__ = (
        UniqueConstraint("floor_id", "category"),
        CheckConstraint("width_cm > 0 AND depth_cm > 0 AND shelf_cm > 0", name="size_cm"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    floor_id: Mapped[int] = mapped_column(ForeignKey("trade_floor_plan.id", ondelete="CASCADE"))
    category: Mapped[str] = mapped_column(String(120))
    x_cm: Mapped[int]
    y_cm: Mapped[int]
    width_cm: Mapped[int]
    depth_cm: Mapped[int]
    shelf_cm: Mapped[int]
    power: Mapped[bool] = mapped_column(default=False)
    low: Mapped[bool] = mapped_column(default=True)
    fixed: Mapped[bool] = mapped_column(default=False)
    goods: Mapped[str] = mapped_column(String(20), default=FOOD)
    chilled: Mapped[bool] = mapped_column(default=False)
    heavy: Mapped[bool] = mapped_column(default=False)
    bought: Mapped[str] = mapped_column(String(20), default=MIXED)
