"""A plan as a finding: what changes, what it brings and how sure that is, and the same without our own brands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from plugins.advice.advisors.findings import PLANOGRAM, Finding, yuan
from plugins.advice.methods.planogram import Board, Gain, Plan, Standing, gain_of, set_anew, without_weight

DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Stands:
    """A shelf as it stands: product and facings from the left."""

    height_mm: int
    clear_mm: int
    placed: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A shelf unit as it stands, its shelves from the top."""

    id: int
    store_id: int
    name: str
    version: int
    width_mm: int
    as_of: date
    shelves: tuple[Stands, ...]

    @property
    def boards(self) -> tuple[Board, ...]:
        """The shelves as the method wants them."""
        width = self.width_mm / 10
        return tuple(Board(width, shelf.height_mm / 10, shelf.clear_mm / 10) for shelf in self.shelves)


@dataclass(frozen=True, slots=True)
class Goods:
    """A product of a shelf unit. by_shelf: its facings now, by shelf from 0; state: its sell-through."""

    product: int
    code: str
    name: str
    by_shelf: dict[int, int]
    state: str
    estimated: bool
    standing: Standing

    def changes(self, facings: int, shelf: int) -> bool:
        """Whether a plan gives it another place."""
        return self.by_shelf != {shelf: facings}


def finding_of(unit: Unit, goods: Sequence[Goods], until: date, days: int) -> Finding | None:
    """The better plan; None where the goods do not fit, nothing changes, or the range of its gain begins at a loss."""
    stands, boards = [item.standing for item in goods], unit.boards
    try:
        plan = set_anew(stands, boards)
    except ValueError:
        return None  # what was measured does not fit as it stands: the page of the shelf unit says so
    gain = gain_of(stands, boards, plan, seed=unit.id)
    lines = [_line(item, plan, gain, at, stands) for at, item in enumerate(goods)]
    changed = [
        line for line, item in zip(lines, goods, strict=True) if item.changes(line["after"], line["shelf_after"])
    ]
    if not changed or gain.low <= 0:
        return None
    best = max(changed, key=lambda line: line["gain"])
    names = ("name", "before", "after")
    return Finding(
        unit.store_id,
        PLANOGRAM,
        f"fixture:{unit.id}",
        gain=yuan(gain.mid),
        summary={name: best[name] for name in names}
        | {"fixture": unit.name, "count": len(changed), "low": _whole(gain.low), "high": _whole(gain.high)},
        evidence={
            "until": until.isoformat(),
            "days": days,
            "fixture": {
                "id": unit.id,
                "name": unit.name,
                "version": unit.version,
                "width_mm": unit.width_mm,
                "as_of": unit.as_of.isoformat(),
            },
            "shelves": [_shelf(found, at, goods, lines, plan) for at, found in enumerate(unit.shelves)],
            "lines": lines,
            "gain": {"low": _whole(gain.low), "mid": _whole(gain.mid), "high": _whole(gain.high)},
            "margin": _whole(sum(_margin(item.standing) for item in goods)),
            "gap": round(plan.gap, 5),
            "neutral": _neutral(goods, boards, plan, gain, seed=unit.id),
        },
    )


def _line(goods: Goods, plan: Plan, gain: Gain, at: int, stands: Sequence[Standing]) -> dict[str, Any]:
    stand = goods.standing
    return {
        "product": goods.product,
        "code": goods.code,
        "name": goods.name,
        "own": stand.own,
        "state": goods.state,
        "estimated": goods.estimated,
        "margin": None if np.isnan(stand.margin) else round(stand.margin, 2),
        "width_mm": round(stand.width * 10),
        "height_mm": round(stand.height * 10),
        "daily": round(stand.daily, 2),
        "before": stand.facings,
        "after": plan.facings[at],
        "shelf_before": stand.shelf,
        "shelf_after": plan.shelf[at],
        "index": _space_index(stand, stands),
        "gain": round(gain.each[at], 2),
    }


def _space_index(stand: Standing, stands: Sequence[Standing]) -> int | None:
    """Share of the margin / share of the width x 100; None where either is not known."""
    margin, width = sum(map(_margin, stands)), sum(item.facings * item.width for item in stands)
    if np.isnan(stand.margin) or margin <= 0:
        return None
    return round(100 * (_margin(stand) / margin) / (stand.facings * stand.width / width))


def _margin(stand: Standing) -> float:
    """Yuan a month; nothing where it is not known."""
    return 0.0 if np.isnan(stand.margin) else stand.margin * stand.daily * DAYS_A_MONTH


def _shelf(
    found: Stands, at: int, goods: Sequence[Goods], lines: Sequence[dict[str, Any]], plan: Plan
) -> dict[str, Any]:
    """What stands there now and by the plan, from the left: who stays keeps its order, who comes stands beside its like."""
    before = [list(item) for item in found.placed]
    order = {product: place for place, (product, _facings) in enumerate(before)}
    here = [item for place, item in enumerate(goods) if plan.shelf[place] == at]
    here.sort(key=lambda item: (item.standing.category, order.get(item.product, len(order)), item.code))
    facings = {line["product"]: line["after"] for line in lines}
    return {
        "height_mm": found.height_mm,
        "clear_mm": found.clear_mm,
        "before": before,
        "after": [[item.product, facings[item.product]] for item in here],
    }


def _neutral(
    goods: Sequence[Goods], boards: Sequence[Board], plan: Plan, gain: Gain, *, seed: int
) -> dict[str, Any] | None:
    """What the plan would be if our own brands counted nothing; None without any of them on the shelf unit."""
    own = [at for at, item in enumerate(goods) if item.standing.own]
    if not own:
        return None
    stands = [item.standing for item in goods]
    other = without_weight(stands, boards)
    other_gain = gain_of(stands, boards, other, seed=seed)
    return {
        "gain": _whole(min(other_gain.mid, gain.mid)),
        "own_now": sum(stands[at].facings for at in own),
        "own_advised": sum(plan.facings[at] for at in own),
        "own_neutral": sum(other.facings[at] for at in own),
    }


def _whole(amount: float) -> int:
    return int(yuan(amount))
