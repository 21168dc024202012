"""What the pages of a layout show: the plan with its space indices, the moves in words, and the words of neutrality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from plugins.advice.layout.finding import A_MONTH, IMPULSE, LEAST_OF_A_MOVE, SWAP, UNITS_A_BASKET
from plugins.advice.methods.layout import SPREAD
from plugins.advice.methods.layout.shop import SPACE_ELASTICITY
from plugins.trade.api import DrawnFloor, DrawnZone, draw_floor
from portal.api import money, number

MUCH, LITTLE = 120, 80  # of the space index: over it a category sells much for its shelf, under it little
SIDES = ("x_cm", "y_cm", "width_cm", "depth_cm")
OF_THE_PLAN = ("category", "shelf_cm", "fixed", *SIDES)
LEAST_LIFT, MOST_PAIRS = 1.2, 5


def layout_values(layout: StoreLayout) -> dict[str, Any]:
    """For the page of a store's layout as it stands."""
    floor, rows = layout.floor, [_row(place) for place in layout.places]
    door, till = (floor.door_x_cm, floor.door_y_cm), (floor.till_x_cm, floor.till_y_cm)
    drawn = DrawnFloor(floor.width_cm, floor.depth_cm, door, till, tuple(map(_as_it_sells, rows)))
    title = _("Floor plan with the space index of each category; the table below says the same")
    return {
        "drawing": _drawing(title, drawn, str(get_locale())),
        "rows": sorted(rows, key=_by_index),
        "pairs": _pairs(layout),
        "much": MUCH,
        "little": LITTLE,
    }


def _row(place: Place) -> dict[str, Any]:
    """A place as evidence has it, yuan a month."""
    return {name: getattr(place.zone, name) for name in OF_THE_PLAN} | {
        "sales": A_MONTH * place.sales,
        "margin": None if place.margin is None else A_MONTH * place.margin,
        "index": place.index,
    }


def _by_index(row: Mapping[str, Any]) -> tuple[bool, int]:
    """What sells most for its shelf first, what is not known last."""
    return row["index"] is None, -(row["index"] or 0)


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


def proposal_values(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """For the page of advised moves, in the reader's language."""
    gain = {name: Decimal(amount) for name, amount in evidence["gain"].items()}
    zones = evidence["zones"]
    return {
        "now": _drawn(evidence, _("Floor plan now; the table below says the same"), map(_as_it_sells, zones)),
        "then": _drawn(evidence, _("Floor plan as advised; the list of moves says the same"), map(_as_advised, zones)),
        "moves": [_move(move) for move in evidence["moves"]],
        "gain": gain,
        "margin": (Decimal(evidence["margin"]), Decimal(evidence["margin"]) + gain["mid"]),
        "as_of": date.fromisoformat(evidence["floor"]["as_of"]),
        "rows": sorted(zones, key=_by_index),
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


def _as_it_sells(zone: Mapping[str, Any]) -> DrawnZone:
    """A place tinted by its space index, which it also says in figures."""
    index, sign, kind = zone["index"], "", ""
    if index is None:
        return _zone(zone, zone["category"], kind="no")
    if index >= MUCH:
        sign, kind = "▲ ", "hot"
    elif index <= LITTLE:
        sign, kind = "▼ ", "few"
    return _zone(zone, zone["category"], f"{sign}{index}", kind)


def _as_advised(zone: Mapping[str, Any]) -> DrawnZone:
    """A place as it stands after the moves; those that change stand out."""
    more = zone["shelf_after_cm"] - zone["shelf_cm"]
    notes = ["⇄"] if zone["after"] != zone["category"] else []
    if more:
        notes.append(f"{'▲ +' if more > 0 else '▼ −'}{number(abs(more) / 100)} m")
    return _zone(zone, zone["after"], " ".join(notes), "hot" if notes else "")


def _zone(zone: Mapping[str, Any], name: str, note: str = "", kind: str = "") -> DrawnZone:
    return DrawnZone(name, zone["x_cm"], zone["y_cm"], zone["width_cm"], zone["depth_cm"], note, kind)


def _drawn(evidence: Mapping[str, Any], title: str, zones: Iterable[DrawnZone]) -> Markup:
    floor = evidence["floor"]
    door, till = tuple(floor["door"]), tuple(floor["till"])
    drawn = DrawnFloor(floor["width_cm"], floor["depth_cm"], door, till, tuple(zones))
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
