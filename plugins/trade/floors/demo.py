"""Floor plans of the first stores, their categories where they happened to come to stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from plugins.trade.floors.models import CHEMICAL, FOOD, MIXED, ON_PASSING, OTHER, PLANNED, FloorPlan, FloorZone
from plugins.trade.floors.queries import categories_of
from plugins.trade.floors.services import ZonePlan, first_sketch
from portal.api import DemoBuilder, Store, insert_rows, session

STORES, SIZE_CM = 3, (860, 1_180)
GOODS = {"洗护": CHEMICAL, "纸品": OTHER}
BOUGHT = {"牛奶": PLANNED, "纸品": PLANNED, "洗护": PLANNED, "糖果": ON_PASSING, "膨化": ON_PASSING}
CHILLED, HEAVY = ("牛奶", "酸奶"), ("饮料",)


def build(builder: DemoBuilder) -> None:
    """One for each of the first stores."""
    for store in builder.stores[:STORES]:
        _floor(store, categories_of(store.id))


def _floor(store: Store, categories: Sequence[str]) -> None:
    sketch = first_sketch(*SIZE_CM, categories)
    floor = FloorPlan(
        store_id=store.id,
        width_cm=sketch.width_cm,
        depth_cm=sketch.depth_cm,
        door_x_cm=sketch.door[0],
        door_y_cm=sketch.door[1],
        till_x_cm=sketch.till[0],
        till_y_cm=sketch.till[1],
    )
    session.add(floor)
    session.flush()
    names = ZonePlan.__dataclass_fields__
    zones = [_as_it_is(zone) for zone in sketch.zones]
    insert_rows(
        FloorZone,
        [
            {"store_id": store.id, "floor_id": floor.id} | {name: getattr(zone, name) for name in names}
            for zone in zones
        ],
    )


def _as_it_is(zone: ZonePlan) -> ZonePlan:
    name = zone.category
    return replace(
        zone,
        goods=GOODS.get(name, FOOD),
        bought=BOUGHT.get(name, MIXED),
        chilled=name in CHILLED,
        power=name in CHILLED,
        heavy=name in HEAVY,
    )
