"""Floor plans of stores: drawn, changed and removed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade.floors import queries
from plugins.trade.floors.models import BOUGHT, FOOD, GOODS, MIXED, FloorPlan, FloorZone
from portal.api import Conflict, RuleBroken, Store, Viewer, clock, delete_rows, insert_rows, record, session, signal

floor_changed = signal("trade.floor_changed")
MOST_ZONES = 40
SIDE_CM = (200, 20_000)
ZONE_CM = (20, 5_000)
SHELF_CM = (20, 50_000)
BOARDS = 4  # of a usual run of shelves
AISLE_CM, EDGE_CM, RUN_CM, DEEP_CM = 140, 30, 200, 80


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """A run of shelves with one category, as FloorZone keeps it."""

    category: str
    x_cm: int
    y_cm: int
    width_cm: int
    depth_cm: int
    shelf_cm: int
    power: bool = False
    low: bool = True
    fixed: bool = False
    goods: str = FOOD
    chilled: bool = False
    heavy: bool = False
    bought: str = MIXED

    def overlaps(self, other: ZonePlan) -> bool:
        """Whether both would stand on the same floor."""
        across = self.x_cm < other.x_cm + other.width_cm and other.x_cm < self.x_cm + self.width_cm
        along = self.y_cm < other.y_cm + other.depth_cm and other.y_cm < self.y_cm + self.depth_cm
        return across and along

    def holds(self, x_cm: int, y_cm: int) -> bool:
        """Whether the point lies inside."""
        return self.x_cm < x_cm < self.x_cm + self.width_cm and self.y_cm < y_cm < self.y_cm + self.depth_cm


@dataclass(frozen=True, slots=True)
class FloorSketch:
    """A store as a rectangle; door and till as points (x, y) in cm."""

    width_cm: int
    depth_cm: int
    door: tuple[int, int]
    till: tuple[int, int]
    zones: tuple[ZonePlan, ...] = ()


def first_sketch(width_cm: int, depth_cm: int, categories: Sequence[str]) -> FloorSketch:
    """A plan to begin with: the door in front on the left, the till on the right, a run of shelves for each category.

    Rows of runs from the back wall with aisles between them; what does not fit is left to the person.
    """
    door, till = (width_cm // 6, depth_cm), (width_cm * 5 // 6, depth_cm - EDGE_CM)
    rows = max((depth_cm - AISLE_CM - DEEP_CM) // (DEEP_CM + AISLE_CM) + 1, 0)
    wide = min(RUN_CM, width_cm - 2 * EDGE_CM)
    columns = max((width_cm - EDGE_CM - AISLE_CM) // wide, 1)  # an aisle on the right is the way to the back
    zones = tuple(
        ZonePlan(
            category,
            EDGE_CM + at % columns * wide,
            at // columns * (DEEP_CM + AISLE_CM),
            wide,
            DEEP_CM,
            wide * BOARDS,
        )
        for at, category in enumerate(categories[: min(columns * rows, MOST_ZONES)])
    )
    return FloorSketch(width_cm, depth_cm, door, till, zones)


def add_floor(store_id: int, sketch: FloorSketch, *, by: Viewer) -> FloorPlan:
    """The store's floor plan; raises Conflict where it has one, RuleBroken for what cannot stand so."""
    check_sketch(sketch)
    session.execute(select(Store.id).where(Store.id == store_id).with_for_update())  # of two at once the second is told
    if queries.of_store(store_id) is not None:
        raise Conflict(_("This store has a floor plan already."))
    floor = FloorPlan(store_id=store_id)
    _take_over(floor, sketch, by)
    session.add(floor)
    session.flush()
    _write_zones(floor, sketch.zones)
    record("trade.floor_added", floor, zones=len(sketch.zones))
    floor_changed.send(None, store_id=store_id)
    return floor


def change_floor(floor: FloorPlan, sketch: FloorSketch, *, by: Viewer, version: int | None = None) -> None:
    """The store as it stands now; raises Conflict where the plan was changed after `version`."""
    if version is not None and version != floor.version:
        raise Conflict(_("Somebody has changed this floor plan meanwhile; please look at it again."))
    check_sketch(sketch)
    _take_over(floor, sketch, by)
    floor.version += 1
    delete_rows(FloorZone, FloorZone.floor_id == floor.id)
    _write_zones(floor, sketch.zones)
    record("trade.floor_changed", floor, zones=len(sketch.zones))
    floor_changed.send(None, store_id=floor.store_id)


def remove_floor(floor: FloorPlan) -> None:
    """The plan is thrown away."""
    record("trade.floor_removed", floor)
    store_id = floor.store_id
    session.delete(floor)
    session.flush()
    floor_changed.send(None, store_id=store_id)


def _take_over(floor: FloorPlan, sketch: FloorSketch, by: Viewer) -> None:
    floor.width_cm, floor.depth_cm = sketch.width_cm, sketch.depth_cm
    floor.door_x_cm, floor.door_y_cm = sketch.door
    floor.till_x_cm, floor.till_y_cm = sketch.till
    floor.changed_at, floor.changed_by_id = clock.now(), by.person.id


def _write_zones(floor: FloorPlan, zones: Sequence[ZonePlan]) -> None:
    names = ZonePlan.__dataclass_fields__
    rows = [
        {"store_id": floor.store_id, "floor_id": floor.id} | {name: getattr(zone, name) for name in names}
        for zone in zones
    ]
    if rows:
        insert_rows(FloorZone, rows)


def check_sketch(sketch: FloorSketch) -> None:
    """Raises RuleBroken for what cannot stand so in a store."""
    if not all(SIDE_CM[0] <= side <= SIDE_CM[1] for side in (sketch.width_cm, sketch.depth_cm)):
        raise RuleBroken("width", _("A store is between 2 m and 200 m wide and deep."))
    if len(sketch.zones) > MOST_ZONES:
        raise RuleBroken("zones", _("A floor plan has at most %(count)s places.", count=MOST_ZONES))
    if len({zone.category for zone in sketch.zones}) < len(sketch.zones):
        raise RuleBroken("zones", _("Each category stands in one place; please name it once."))
    for zone in sketch.zones:
        _check_zone(zone, sketch)
    for zone, other in combinations(sketch.zones, 2):
        if zone.overlaps(other):
            raise RuleBroken(
                "zones",
                _("“%(one)s” and “%(other)s” stand on the same floor.", one=zone.category, other=other.category),
            )
    for field, (x, y) in (("door", sketch.door), ("till", sketch.till)):
        if not (0 <= x <= sketch.width_cm and 0 <= y <= sketch.depth_cm):
            raise RuleBroken(field, _("Door and till lie inside of the store."))
        inside = next((zone for zone in sketch.zones if zone.holds(x, y)), None)
        if inside is not None:
            raise RuleBroken(
                field, _("Door and till stand on free floor, not inside of “%(name)s”.", name=inside.category)
            )


def _check_zone(zone: ZonePlan, sketch: FloorSketch) -> None:
    name = zone.category
    if not 0 < len(name) <= 120 or name != name.strip():
        raise RuleBroken("zones", _("Each place needs the name of its category."))
    if not all(ZONE_CM[0] <= side <= ZONE_CM[1] for side in (zone.width_cm, zone.depth_cm)):
        raise RuleBroken("zones", _("“%(name)s” is between 20 cm and 50 m wide and deep.", name=name))
    if not SHELF_CM[0] <= zone.shelf_cm <= SHELF_CM[1]:
        raise RuleBroken("zones", _("“%(name)s” has between 0.2 and 500 metres of shelf.", name=name))
    beyond = zone.x_cm + zone.width_cm > sketch.width_cm or zone.y_cm + zone.depth_cm > sketch.depth_cm
    if zone.x_cm < 0 or zone.y_cm < 0 or beyond:
        raise RuleBroken("zones", _("“%(name)s” reaches through a wall.", name=name))
    if zone.goods not in GOODS or zone.bought not in BOUGHT:
        raise RuleBroken("zones", _("“%(name)s”: please choose from the list.", name=name))
