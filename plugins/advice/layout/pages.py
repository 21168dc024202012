"""What the pages of a layout show: the plan with its space indices, the moves in words, and the words of neutrality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from plugins.advice.layout.figures import Place, StoreLayout
from plugins.advice.layout.finding import A_MONTH, IMPULSE, LEAST_OF_A_MOVE, UNITS_A_BASKET
from plugins.advice.methods.layout import SPREAD
from plugins.advice.methods.layout.shop import SPACE_ELASTICITY
from plugins.trade.api import DrawnFloor, DrawnZone, draw_floor
from portal.api import money, number

MUCH, LITTLE = 120, 80  # of the space index: over it a category sells much for its shelf, under it little
SWAP = "swap"
LEAST_LIFT, MOST_PAIRS = 1.2, 5


def layout_values(layout: StoreLayout) -> dict[str, Any]:
    """For the page of a store's layout as it stands."""
    rows = [_row(place) for place in layout.places]
    floor = layout.floor
    zones = tuple(_drawn_zone(place.zone, place.index) for place in layout.places)
    door, till = (floor.door_x_cm, floor.door_y_cm), (floor.till_x_cm, floor.till_y_cm)
    drawn = DrawnFloor(floor.width_cm, floor.depth_cm, door, till, zones)
    title = _("Floor plan with the space index of each category; the table below says the same")
    return {
        "drawing": _drawing(title, drawn, str(get_locale())),
        "rows": sorted(rows, key=lambda row: (row["index"] is None, -(row["index"] or 0))),
        "unknown": [row for row in rows if row["margin"] is None],
        "pairs": _pairs(layout),
        "much": MUCH,
        "little": LITTLE,
    }


@dataclass(frozen=True, slots=True)
class GoTogether:
    """Two categories that are bought together: how many times as often as by chance, and on how many receipts."""

    first: str
    second: str
    lift: float
    count: int


def _pairs(layout: StoreLayout) -> list[GoTogether]:
    """What is bought together oftener than by chance, the strongest first."""
    if layout.baskets is None:
        return []
    together, names = layout.baskets.together, [place.zone.category for place in layout.places]
    found = [
        GoTogether(names[i], names[j], float(together.lift[i, j]), int(together.count[i, j]))
        for i, j in combinations(range(len(names)), 2)
        if together.lift[i, j] >= LEAST_LIFT
    ]
    return sorted(found, key=lambda pair: -pair.lift)[:MOST_PAIRS]


def _row(place: Place) -> dict[str, Any]:
    return {
        "category": place.zone.category,
        "shelf_cm": place.zone.shelf_cm,
        "sales": A_MONTH * place.sales,
        "margin": None if place.margin is None else A_MONTH * place.margin,
        "index": place.index,
        "fixed": place.zone.fixed,
    }


def proposal_values(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """For the page of advised moves, in the reader's language."""
    gain = {name: Decimal(amount) for name, amount in evidence["gain"].items()}
    zones = evidence["zones"]
    return {
        "now": _drawn(evidence, [_drawn_zone(_Told(zone), zone["index"]) for zone in zones], "now"),
        "then": _drawn(evidence, [_changed_zone(zone, zones) for zone in zones], "then"),
        "moves": [_move(move) for move in evidence["moves"]],
        "gain": gain,
        "margin": (Decimal(evidence["margin"]), Decimal(evidence["margin"]) + gain["mid"]),
        "as_of": date.fromisoformat(evidence["floor"]["as_of"]),
        "rows": sorted(zones, key=lambda zone: (zone["index"] is None, -(zone["index"] or 0))),
        "said_neutral": _neutral(evidence),
        "unknown": [zone["category"] for zone in zones if zone["margin"] is None],
        "much": MUCH,
        "little": LITTLE,
        "least": Decimal(round(LEAST_OF_A_MOVE)),
        "elasticity": SPACE_ELASTICITY,
        "eta": SPREAD.eta,
        "impulse": IMPULSE,
        "basket": UNITS_A_BASKET,
    }


def said_move(move: Mapping[str, Any]) -> str:
    """A move as one tells it to somebody."""
    if move["way"] == SWAP:
        return _("“%(first)s” and “%(second)s” change places", first=move["first"], second=move["second"])
    return _(
        "“%(first)s” gets %(metres)s m of shelf from “%(second)s”",
        first=move["first"],
        second=move["second"],
        metres=number(move["metres"]),
    )


def _move(move: Mapping[str, Any]) -> dict[str, Any]:
    amounts = {name: Decimal(move[name]) for name in ("gain", "low", "high")}
    return amounts | {"said": said_move(move), "way": move["way"]}


class _Told:
    """A zone of the evidence, by attribute as those of the database."""

    def __init__(self, zone: Mapping[str, Any]) -> None:
        self.category: str = zone["category"]
        self.x_cm: int = zone["x_cm"]
        self.y_cm: int = zone["y_cm"]
        self.width_cm: int = zone["width_cm"]
        self.depth_cm: int = zone["depth_cm"]


def _drawn_zone(zone: Any, index: int | None) -> DrawnZone:
    """A place tinted by its space index, which it also says in figures."""
    kind, note = "no", ""
    if index is not None:
        kind = "hot" if index >= MUCH else "few" if index <= LITTLE else ""
        note = f"{'▲ ' if index >= MUCH else '▼ ' if index <= LITTLE else ''}{index}"
    return DrawnZone(zone.category, zone.x_cm, zone.y_cm, zone.width_cm, zone.depth_cm, note, kind)


def _changed_zone(zone: Mapping[str, Any], zones: Sequence[Mapping[str, Any]]) -> DrawnZone:
    """A place as it stands after the moves; those that change stand out."""
    moved, more = zone["after"] != zone["category"], zone["shelf_after_cm"] - zone["shelf_cm"]
    notes = ["⇄"] if moved else []
    if more:
        notes.append(f"{'▲ +' if more > 0 else '▼ −'}{number(abs(more) / 100)} m")
    place = _Told(zone)
    kind = "hot" if notes else ""
    return DrawnZone(zone["after"], place.x_cm, place.y_cm, place.width_cm, place.depth_cm, " ".join(notes), kind)


def _drawn(evidence: Mapping[str, Any], zones: Sequence[DrawnZone], when: str) -> Markup:
    floor = evidence["floor"]
    title = _("Floor plan now; the table below says the same")
    if when == "then":
        title = _("Floor plan as advised; the list of moves says the same")
    drawn = DrawnFloor(floor["width_cm"], floor["depth_cm"], tuple(floor["door"]), tuple(floor["till"]), tuple(zones))
    return _drawing(title, drawn, str(get_locale()))


@lru_cache(maxsize=64)
def _drawing(title: str, floor: DrawnFloor, _language: str) -> Markup:
    return draw_floor(title, floor)


def _neutral(evidence: Mapping[str, Any]) -> str:
    """In words and money what would be advised if our own brands were not sold."""
    told = evidence["neutral"]
    if told is None:
        return _("No product in these places is of our own brands: the advice would be the same without them.")
    if told["same"]:
        return _("If our own brands were not sold, the advice would be the same.")
    if not told["moves"]:
        return _("If our own brands were not sold, no move would be sure enough to be advised.")
    return _(
        "If our own brands were not sold, this would be advised: %(moves)s. With all brands that brings %(gain)s a month, %(less)s less than "
        "this advice.",
        moves="; ".join(said_move(move) for move in told["moves"]),
        gain=money(Decimal(told["gain"])),
        less=money(Decimal(evidence["gain"]["mid"] - told["gain"])),
    )
