"""Shelf units of stores: how they are built, and what stands on them now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade import fixture_queries as queries
from plugins.trade.models import Fixture, Placement, Product, Shelf
from portal.api import Conflict, RuleBroken, Viewer, clock, insert_rows, record, session, signal

planogram_changed = signal("trade.planogram_changed")
MOST_FIXTURES = 200
MOST_SHELVES = 12
MOST_PLACEMENTS = 80
MOST_FACINGS = 60
WIDTH_MM = (200, 20_000)
HIGHEST_MM = 4_000
CLEAR_MM = (30, 3_000)
LEAST_HEIGHT_MM = 30  # between two boards


@dataclass(frozen=True, slots=True)
class Placed:
    """A product with its facings, in the order in which they stand."""

    product_id: int
    facings: int


@dataclass(frozen=True, slots=True)
class ShelfPlan:
    """A board: its height above the floor, the room above it, and what stands there from the left."""

    height_mm: int
    clear_mm: int
    placed: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class FixturePlan:
    """A shelf unit with its shelves in any order."""

    name: str
    width_mm: int
    shelves: tuple[ShelfPlan, ...]
    category: str = ""


def add_fixture(store_id: int, plan: FixturePlan, *, by: Viewer) -> Fixture:
    """A new shelf unit with what stands on it; raises RuleBroken for what cannot be built."""
    check_plan(store_id, plan)
    if queries.count_of_store(store_id) >= MOST_FIXTURES:
        raise RuleBroken("name", _("A store has at most %(count)s shelf units.", count=MOST_FIXTURES))
    fixture = Fixture(store_id=store_id)
    _take_over(fixture, plan, by)
    session.add(fixture)
    session.flush()
    _write_shelves(fixture, plan.shelves)
    record("trade.fixture_added", fixture, name=fixture.name)
    planogram_changed.send(None, store_id=store_id)
    return fixture


def change_fixture(fixture: Fixture, plan: FixturePlan, *, by: Viewer, version: int | None = None) -> None:
    """The shelf unit as it stands now; raises Conflict where it was changed after `version`."""
    if version is not None and version != fixture.version:
        raise Conflict(_("Somebody has changed this shelf unit meanwhile; please look at it again."))
    check_plan(fixture.store_id, plan, fixture.id)
    _take_over(fixture, plan, by)
    fixture.version += 1
    for shelf in session.scalars(select(Shelf).where(Shelf.fixture_id == fixture.id)):
        session.delete(shelf)  # and what stood on it
    session.flush()
    _write_shelves(fixture, plan.shelves)
    record("trade.planogram_changed", fixture, name=fixture.name)
    planogram_changed.send(None, store_id=fixture.store_id)


def remove_fixture(fixture: Fixture) -> None:
    """The store has it no more."""
    record("trade.fixture_removed", fixture, name=fixture.name)
    store_id = fixture.store_id
    session.delete(fixture)
    session.flush()
    planogram_changed.send(None, store_id=store_id)


def _take_over(fixture: Fixture, plan: FixturePlan, by: Viewer) -> None:
    fixture.name, fixture.category, fixture.width_mm = plan.name.strip(), plan.category.strip(), plan.width_mm
    fixture.changed_at, fixture.changed_by_id = clock.now(), by.person.id


def _write_shelves(fixture: Fixture, shelves: Sequence[ShelfPlan]) -> None:
    """The highest first; all placements in one statement."""
    plans = sorted(shelves, key=lambda shelf: -shelf.height_mm)
    boards = [
        Shelf(
            store_id=fixture.store_id,
            fixture_id=fixture.id,
            position=place,
            height_mm=plan.height_mm,
            clear_mm=plan.clear_mm,
        )
        for place, plan in enumerate(plans, 1)
    ]
    session.add_all(boards)
    session.flush()
    rows = [
        {
            "store_id": fixture.store_id,
            "shelf_id": board.id,
            "product_id": placed.product_id,
            "position": place,
            "facings": placed.facings,
        }
        for board, plan in zip(boards, plans, strict=True)
        for place, placed in enumerate(plan.placed, 1)
    ]
    if rows:
        insert_rows(Placement, rows)


def check_plan(store_id: int, plan: FixturePlan, fixture_id: int | None = None) -> None:
    """Raises RuleBroken for what cannot be built, or has the name of another shelf unit of the store."""
    name = plan.name.strip()
    if not 0 < len(name) <= 80 or len(plan.category.strip()) > 120:
        raise RuleBroken("name", _("Please give it a short name."))
    if queries.id_of_name(store_id, name) not in (None, fixture_id):
        raise RuleBroken("name", _("The store has a shelf unit of this name already."))
    if not WIDTH_MM[0] <= plan.width_mm <= WIDTH_MM[1]:
        raise RuleBroken("width", _("A shelf unit is between 20 cm and 20 m wide."))
    if not 0 < len(plan.shelves) <= MOST_SHELVES:
        raise RuleBroken("shelves", _("A shelf unit has between 1 and %(count)s shelves.", count=MOST_SHELVES))
    heights = sorted(shelf.height_mm for shelf in plan.shelves)
    if not 0 <= heights[0] <= heights[-1] <= HIGHEST_MM or any(
        upper - lower < LEAST_HEIGHT_MM for lower, upper in pairwise(heights)
    ):
        raise RuleBroken("shelves", _("Shelves lie between the floor and 4 m, and at least 3 cm above each other."))
    for shelf in plan.shelves:
        _check_shelf(shelf)
    _check_products({placed.product_id for shelf in plan.shelves for placed in shelf.placed})


def _check_shelf(shelf: ShelfPlan) -> None:
    if not CLEAR_MM[0] <= shelf.clear_mm <= CLEAR_MM[1]:
        raise RuleBroken("shelves", _("The room above a shelf is between 3 cm and 3 m."))
    if len({placed.product_id for placed in shelf.placed}) < len(shelf.placed):
        raise RuleBroken("shelves", _("A shelf names each product once."))
    if len(shelf.placed) > MOST_PLACEMENTS or any(not 0 < placed.facings <= MOST_FACINGS for placed in shelf.placed):
        raise RuleBroken(
            "shelves",
            _(
                "A shelf holds at most %(products)s products with between 1 and %(facings)s facings each.",
                products=MOST_PLACEMENTS,
                facings=MOST_FACINGS,
            ),
        )


def _check_products(wanted: set[int]) -> None:
    known = set(session.scalars(select(Product.id).where(Product.id.in_(wanted)))) if wanted else set()
    if wanted - known:
        raise RuleBroken("shelves", _("There is no product with this code."))
