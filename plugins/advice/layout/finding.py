"""The moves worth most as a finding: what they bring and how sure that is, and the same without our own brands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from plugins.advice.advisors.findings import LAYOUT, Finding, yuan
from plugins.advice.layout.figures import DAYS_A_WEEK, Goods, Place, StoreLayout, margin_of
from plugins.advice.methods.layout import Category, Proposal, ProposedMove, Shop, Swap, Zone, propose, score
from plugins.trade.api import MIXED, ON_PASSING, PLANNED

DAYS_A_MONTH = 30
A_MONTH = DAYS_A_MONTH / DAYS_A_WEEK
LEAST_OF_A_MOVE = 20.0  # yuan a month, under which nobody carries goods across a store
SHIFT_METRES = 1.0  # of shelf that change hands at a time
SWAP, SHIFT = "swap", "shift"
# Share of sales to shoppers who did not come for the category. Assumptions, which receipts do not tell either; drawn anew,
# by a tenth either way, where a range is said.
IMPULSE = {PLANNED: 0.2, MIXED: 0.4, ON_PASSING: 0.65}
UNITS_A_BASKET = 3.0  # an assumption where there are no receipts
MOST_BASKETS = 0.95


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A shop as the method wants it. places: of which zone of the layout each of its categories is."""

    shop: Shop
    places: tuple[int, ...]


def reckoned(layout: StoreLayout, *, without_own: bool = False) -> Reckoned | None:
    """The store for the method; what cannot be reckoned stays where it is. None with fewer than two that could move.

    without_own: as if our own brands were not sold. Raises ValueError where no walk leads from the door to the till.
    """
    movable = tuple(at for at, place in enumerate(layout.places) if place.can_be_reckoned)
    if len(movable) < 2:
        return None
    floor, units = layout.floor, sum(place.units for place in layout.places)
    shop = Shop(
        zones=[_zone(place) for place in layout.places],
        categories=[
            _category(layout.places[at], _share_of_baskets(layout, at, units), without_own=without_own)
            for at in movable
        ],
        places=movable,
        door=(floor.door_x_cm / 100, floor.door_y_cm / 100),
        till=(floor.till_x_cm / 100, floor.till_y_cm / 100),
        width=floor.width_cm / 100,
        depth=floor.depth_cm / 100,
        affinity=layout.baskets.together.lift[np.ix_(movable, movable)] if layout.baskets else None,
    )
    shop.floor  # noqa: B018 - measured here, so that a barred walk is told at once
    return Reckoned(shop, movable)


def _zone(place: Place) -> Zone:
    zone = place.zone
    lengths = (zone.x_cm, zone.y_cm, zone.width_cm, zone.depth_cm, zone.shelf_cm)
    x, y, width, depth, shelf = (length / 100 for length in lengths)
    return Zone(zone.category, x, y, width, depth, shelf, zone.power or zone.chilled, zone.low, zone.fixed)


def _share_of_baskets(layout: StoreLayout, at: int, units: float) -> float:
    """As the receipts say; without them by the units."""
    if layout.baskets is not None:
        return min(MOST_BASKETS, float(layout.baskets.together.share[at]))
    return min(MOST_BASKETS, UNITS_A_BASKET * layout.places[at].units / units)


def _category(place: Place, baskets: float, *, without_own: bool) -> Category:
    zone, goods = place.zone, [item for item in place.goods if not (without_own and item.own)]
    sales, margin = sum(item.weekly for item in goods), margin_of(goods)
    return Category(
        name=zone.category,
        sales=sales,
        # of nothing sold the margin is of no account; where only our own brands' costs are told, theirs stands for the rest
        margin=max(-1.0, min((place.margin or 0.0) / place.sales if margin is None else margin / sales, 1.0)),
        impulse=IMPULSE[zone.bought],
        baskets=baskets,
        kind=zone.goods,  # type: ignore[arg-type]
        chilled=zone.chilled,
        heavy=zone.heavy,
    )


def finding_of(layout: StoreLayout) -> Finding | None:
    """The moves worth most; None where there are none whose range begins above nothing."""
    ready = reckoned(layout) if layout.long_enough else None
    if ready is None or layout.until is None:
        return None
    found = _proposed(ready.shop, layout)
    if not found.moves or found.low <= 0:
        return None
    moves = [_move(each, ready) for each in found.moves]
    gain = {name: _month(getattr(found, name)) for name in ("low", "high")} | {"mid": _month(found.gain)}
    first = moves[0]
    return Finding(
        layout.floor.store_id,
        LAYOUT,
        "floor",
        gain=yuan(gain["mid"]),
        summary={name: first[name] for name in ("way", "first", "second", "metres")}
        | {"name": first["first"], "count": len(moves), "low": gain["low"], "high": gain["high"]},
        evidence=_evidence(found, ready, layout, moves, gain),
    )


def _evidence(
    found: Proposal, ready: Reckoned, layout: StoreLayout, moves: list[dict[str, Any]], gain: dict[str, int]
) -> dict[str, Any]:
    """All that the advice rests on, and what it would be without our own brands."""
    changed = {name for move in moves for name in (move["first"], move["second"])}
    return {
        "until": layout.until.isoformat() if layout.until else None,
        "days": layout.days,
        "floor": {
            "id": layout.floor.id,
            "version": layout.floor.version,
            "width_cm": layout.floor.width_cm,
            "depth_cm": layout.floor.depth_cm,
            "door": [layout.floor.door_x_cm, layout.floor.door_y_cm],
            "till": [layout.floor.till_x_cm, layout.floor.till_y_cm],
            "as_of": layout.as_of.isoformat(),
        },
        "zones": _zones(found, ready, layout),
        "moves": moves,
        "withheld": found.withheld,
        "receipts": layout.baskets.receipts if layout.baskets else 0,
        "gain": gain,
        "margin": _month(found.today),
        "lines": [_line(place, item) for place in layout.places for item in _listed(place, changed)],
        "neutral": _neutral(ready, found, layout),
    }


def _proposed(shop: Shop, layout: StoreLayout) -> Proposal:
    return propose(shop, shift=SHIFT_METRES, worth_at_least=LEAST_OF_A_MOVE / A_MONTH, seed=layout.floor.id)


def _move(each: ProposedMove, ready: Reckoned) -> dict[str, Any]:
    """A move by the names of its categories: two that change places, or one that takes shelf from another."""
    move = each.move
    if isinstance(move, Swap):
        way, two, metres = SWAP, (move.first, move.second), None
    else:
        way, two, metres = SHIFT, (move.taker, move.giver), move.metres
    first, second = (ready.shop.categories[at].name for at in two)
    return {
        "way": way,
        "first": first,
        "second": second,
        "metres": metres,
        "gain": _month(each.gain),
        "low": _month(each.low),
        "high": _month(each.high),
    }


def _zones(found: Proposal, ready: Reckoned, layout: StoreLayout) -> list[dict[str, Any]]:
    """Each place as it stands, and what stands there after the moves."""
    after: dict[int, str] = {place: ready.shop.categories[at].name for at, place in enumerate(found.arrangement.places)}
    rows = []
    for at, place in enumerate(layout.places):
        zone = place.zone
        rows.append(
            {
                "category": zone.category,
                "after": after.get(at, zone.category),
                "shelf_cm": zone.shelf_cm,
                "shelf_after_cm": zone.shelf_cm + round(100 * found.arrangement.taken[at]),
                "x_cm": zone.x_cm,
                "y_cm": zone.y_cm,
                "width_cm": zone.width_cm,
                "depth_cm": zone.depth_cm,
                "fixed": zone.fixed,
                "bought": zone.bought,
                "sales": _month(place.sales),
                "margin": None if place.margin is None else _month(place.margin),
                "index": place.index,
            }
        )
    return rows


def _listed(place: Place, changed: set[str]) -> Sequence[Goods]:
    """What is measured later: the goods of those categories that the moves touch."""
    return place.goods if place.zone.category in changed else ()


def _line(place: Place, item: Goods) -> dict[str, Any]:
    return {
        "product": item.product,
        "code": item.code,
        "name": item.name,
        "category": place.zone.category,
        "own": item.own,
        "daily": round(item.daily, 2),
    }


def _neutral(ready: Reckoned, found: Proposal, layout: StoreLayout) -> dict[str, Any] | None:
    """What would be advised if our own brands were not sold, and what that is worth in truth; None without any of them."""
    if not any(item.own for place in layout.places for item in place.goods):
        return None
    other = reckoned(layout, without_own=True)
    if other is None:
        return None
    proposed = _proposed(other.shop, layout)
    places, shelf = proposed.arrangement.places, proposed.arrangement.shelf(other.shop)
    worth = score(ready.shop, places, shelf) - found.today
    same = proposed.arrangement == found.arrangement
    return {
        "same": same,
        "gain": _month(found.gain if same else min(worth, found.gain)),
        "moves": [_move(each, other) for each in proposed.moves],
    }


def _month(weekly: float) -> int:
    return int(yuan(A_MONTH * weekly))
