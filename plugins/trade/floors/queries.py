"""Reading floor plans and what stands on them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from plugins.trade.floors.models import FloorPlan, FloorZone
from plugins.trade.models import Product, Stock
from portal.api import NotFound, Order, Page, Reading, Store, keyset, session


def find_floor(floor_id: int, *, to_change: bool = False) -> FloorPlan:
    """The floor plan with its store; NotFound outside of the walls.

    to_change: nobody else changes it until this transaction ends.
    """
    statement = select(FloorPlan).where(FloorPlan.id == floor_id).options(joinedload(FloorPlan.store))
    if to_change:
        statement = statement.with_for_update(of=FloorPlan)
    floor = session.scalars(statement).one_or_none()
    if floor is None:
        raise NotFound
    return floor


def of_store(store_id: int) -> FloorPlan | None:
    """The store's plan."""
    return session.scalars(select(FloorPlan).where(FloorPlan.store_id == store_id)).one_or_none()


def zones_of(floor_id: int) -> Sequence[FloorZone]:
    """What stands on it, as it was told."""
    return session.scalars(select(FloorZone).where(FloorZone.floor_id == floor_id).order_by(FloorZone.id)).all()


def of_stores(store_ids: Sequence[int]) -> Sequence[FloorPlan]:
    """The plans of these stores, by the id of the store."""
    return session.scalars(
        select(FloorPlan).where(FloorPlan.store_id.in_(store_ids)).order_by(FloorPlan.store_id)
    ).all()


def stores_with_floor() -> Sequence[int]:
    """Ids of the stores that drew their floor."""
    statement = select(FloorPlan.store_id).join(Store, Store.id == FloorPlan.store_id).where(Store.active.is_(True))
    return session.scalars(statement.order_by(FloorPlan.store_id)).all()


def page_of_floors(cursor: str | None, size: int = 25, store_id: int | None = None) -> Page[FloorPlan]:
    """Floor plans with their store, what changed last first."""
    return keyset(_listed(store_id), [Order(FloorPlan.changed_at, True), Order(FloorPlan.id, True)], cursor, size)


@lru_cache(maxsize=64)
def _listed(store_id: int | None) -> Reading[FloorPlan]:
    criteria = [FloorPlan.store_id == store_id] if store_id is not None else []
    return Reading(FloorPlan, "store", change=lambda statement: statement.where(*criteria))


def categories_of(store_id: int, most: int = 40) -> Sequence[str]:
    """What the store has in stock, by category; without stock, all that we sell."""
    statement = select(Product.category).distinct().where(Product.active.is_(True), Product.category != "")
    statement = statement.order_by(Product.category).limit(most)
    stocked = statement.where(Product.id.in_(select(Stock.product_id).where(Stock.store_id == store_id)))
    return session.scalars(stocked).all() or session.scalars(statement).all()
