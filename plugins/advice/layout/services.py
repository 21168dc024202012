"""What becomes of a layout that a store has followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.trade.api import FloorSketch, FloorZone, ZonePlan, change_floor, floor_of_store, zones_of
from portal.api import Viewer

OF_THE_GOODS = ("goods", "chilled", "heavy", "bought")
OF_THE_PLACE = ("x_cm", "y_cm", "width_cm", "depth_cm", "power", "low", "fixed")


def stands_as_advised(store_id: int, evidence: Mapping[str, Any], *, by: Viewer) -> bool:
    """The floor plan shows the moves as made; left as it is where it was changed since then, or is no more."""
    told = evidence["floor"]
    floor = floor_of_store(store_id)
    if floor is None or floor.id != told["id"] or floor.version != told["version"]:
        return False
    zones = zones_of(floor.id)
    by_category = {zone.category: zone for zone in zones}
    sketch = FloorSketch(
        floor.width_cm,
        floor.depth_cm,
        (floor.door_x_cm, floor.door_y_cm),
        (floor.till_x_cm, floor.till_y_cm),
        tuple(
            _after(by_category[row["category"]], by_category[row["after"]], row["shelf_after_cm"])
            for row in evidence["zones"]
        ),
    )
    change_floor(floor, sketch, by=by)
    return True


def _after(place: FloorZone, goods: FloorZone, shelf_cm: int) -> ZonePlan:
    """The goods of one category in the place of another: what belongs to the place stays, what belongs to them comes along."""
    values = {name: getattr(place, name) for name in OF_THE_PLACE} | {
        name: getattr(goods, name) for name in OF_THE_GOODS
    }
    return ZonePlan(category=goods.category, shelf_cm=shelf_cm, **values)
