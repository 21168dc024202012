"""What the builders share: whose a place is, whom it reaches, and what of a text is published."""

from __future__ import annotations

from portal.stores.audience import Audience
from tests.walk.estate import STORE, Estate, Place


def store_id(estate: Estate, place: Place) -> int:
    return estate.world[place.distributor].stores[place.index]


def whom(estate: Estate, place: Place) -> Audience:
    return Audience(store_ids=(store_id(estate, place),))


def versions(place: Place, seen: frozenset[str]) -> list[tuple[str, bool, bool, frozenset[str]]]:
    """What is published (label, published, withdrawn, who sees it), and for the store of the walk what it must not see."""
    found = [(place.name, True, False, seen)]
    if place.name == "mine":
        found.append((f"{place.name}, draft", False, False, seen - set(STORE)))
        found.append((f"{place.name}, withdrawn", True, True, seen - set(STORE)))
    return found
