"""Reading shelf units and what stands on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from plugins.trade.models import Fixture, Placement, Product, Shelf, Stock
from portal.api import NotFound, Order, Page, Reading, Store, keyset, session


@dataclass(frozen=True, slots=True)
class Standing:
    """A shelf with what stands on it from the left. taken_mm: what its products take, of those whose width is known."""

    shelf: Shelf
    placements: tuple[Placement, ...]

    @property
    def taken_mm(self) -> int:
        """Width of all facings whose width is known."""
        return sum(item.facings * (item.product.width_mm or 0) for item in self.placements)

    @property
    def all_known(self) -> bool:
        """Whether each product has been measured."""
        return all(item.product.width_mm for item in self.placements)


def find_fixture(fixture_id: int, *, to_change: bool = False) -> Fixture:
    """The shelf unit with its store; NotFound outside of the walls.

    to_change: nobody else changes it until this transaction ends.
    """
    statement = select(Fixture).where(Fixture.id == fixture_id).options(joinedload(Fixture.store))
    if to_change:
        statement = statement.with_for_update(of=Fixture)
    fixture = session.scalars(statement).one_or_none()
    if fixture is None:
        raise NotFound
    return fixture


def standing(fixture_ids: Sequence[int]) -> dict[int, list[Standing]]:
    """The shelves of each of the shelf units from the top, with what stands there."""
    shelves = session.scalars(
        select(Shelf).where(Shelf.fixture_id.in_(fixture_ids)).order_by(Shelf.fixture_id, Shelf.position)
    ).all()
    statement = select(Placement).where(Placement.shelf_id.in_([shelf.id for shelf in shelves]))
    on_shelf: dict[int, list[Placement]] = {}
    for item in session.scalars(statement.options(joinedload(Placement.product)).order_by(Placement.position)):
        on_shelf.setdefault(item.shelf_id, []).append(item)
    found: dict[int, list[Standing]] = {fixture_id: [] for fixture_id in fixture_ids}
    for shelf in shelves:
        found[shelf.fixture_id].append(Standing(shelf, tuple(on_shelf.get(shelf.id, ()))))
    return found


def of_stores(store_ids: Sequence[int]) -> Sequence[Fixture]:
    """The shelf units of these stores, with something or nothing on them."""
    statement = select(Fixture).where(Fixture.store_id.in_(store_ids))
    return session.scalars(statement.order_by(Fixture.store_id, Fixture.id)).all()


def stores_with_fixtures() -> Sequence[int]:
    """Ids of the stores that told us of a shelf unit."""
    statement = select(Fixture.store_id).join(Store, Store.id == Fixture.store_id).where(Store.active.is_(True))
    return session.scalars(statement.distinct().order_by(Fixture.store_id)).all()


def page_of_fixtures(cursor: str | None, size: int = 25, store_id: int | None = None) -> Page[Fixture]:
    """Shelf units with their store, what changed last first."""
    return keyset(_listed(store_id), [Order(Fixture.changed_at, True), Order(Fixture.id, True)], cursor, size)


@lru_cache(maxsize=64)
def _listed(store_id: int | None) -> Reading[Fixture]:
    criteria = [Fixture.store_id == store_id] if store_id is not None else []
    return Reading(Fixture, "store", change=lambda statement: statement.where(*criteria))


def count_of_store(store_id: int) -> int:
    """How many shelf units the store has."""
    return session.scalar(select(func.count()).select_from(Fixture).where(Fixture.store_id == store_id)) or 0


def id_of_name(store_id: int, name: str) -> int | None:
    """The store's shelf unit of this name."""
    return session.scalar(select(Fixture.id).where(Fixture.store_id == store_id, Fixture.name == name))


def by_name(store_ids: Sequence[int]) -> dict[tuple[int, str], Fixture]:
    """Shelf units by store and name, to be changed."""
    statement = select(Fixture).where(Fixture.store_id.in_(store_ids)).order_by(Fixture.id).with_for_update()
    return {(row.store_id, row.name): row for row in session.scalars(statement)}


def products_to_offer(store_id: int, category: str, most: int = 300) -> Sequence[Product]:
    """What may stand on a shelf of the category in the store: what it has in stock; without stock, all of the category."""
    statement = select(Product).where(Product.active.is_(True)).order_by(Product.category, Product.name).limit(most)
    if category:
        statement = statement.where(Product.category == category)
    stocked = statement.where(Product.id.in_(select(Stock.product_id).where(Stock.store_id == store_id)))
    return session.scalars(stocked).all() or session.scalars(statement).all()
