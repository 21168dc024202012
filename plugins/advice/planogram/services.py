"""What becomes of a planogram that a store has followed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.trade.api import FixturePlan, Placed, ShelfPlan, change_fixture, fixtures_of_stores
from portal.api import Viewer


def stands_as_drawn(store_id: int, evidence: Mapping[str, Any], *, by: Viewer) -> bool:
    """The shelf unit stands as it was drawn; left as it is where it was changed since then, or is no more."""
    told = evidence["fixture"]
    fixture = next((found for found in fixtures_of_stores([store_id]) if found.id == told["id"]), None)
    if fixture is None or fixture.version != told["version"]:
        return False
    shelves = tuple(
        ShelfPlan(
            shelf["height_mm"],
            shelf["clear_mm"],
            tuple(Placed(product, facings) for product, facings in shelf["after"]),
        )
        for shelf in evidence["shelves"]
    )
    change_fixture(fixture, FixturePlan(fixture.name, fixture.width_mm, shelves, fixture.category), by=by)
    return True
