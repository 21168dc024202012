"""What the page of a planogram shows: both drawings, the table of changes, and the words of neutrality."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from plugins.advice.methods.display import SPACE_ELASTICITY
from plugins.advice.methods.planogram import LEAST_ELASTICITY, MOST_BY_HEIGHT, MOST_ELASTICITY
from plugins.trade.api import DrawnItem, DrawnShelf, draw_planogram, level_of
from portal.api import money

TINTS = 8
MUCH, LITTLE = 105, 90  # of the space index: over it a product deserves more room, under it less
MINUTES_A_CHANGE = 3


def planogram_values(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """For the template, in the reader's language."""
    lines = [_row(line, evidence["shelves"]) for line in evidence["lines"]]
    changed = [line for line in lines if line["change"] or line["moved"]]
    metres = evidence["fixture"]["width_mm"] / 1000
    gain = {name: Decimal(amount) for name, amount in evidence["gain"].items()}
    margin = Decimal(evidence["margin"])
    return {
        "now": _drawn(evidence, lines, "before"),
        "then": _drawn(evidence, lines, "after"),
        "rows": sorted(lines, key=lambda line: (-line["gain"], line["name"])),
        "changed": changed,
        "gain": gain,
        "per_metre": (margin / Decimal(str(metres)), (margin + gain["mid"]) / Decimal(str(metres))),
        "facings": (sum(line["before"] for line in lines), sum(line["after"] for line in lines)),
        "minutes": MINUTES_A_CHANGE * len(changed),
        "as_of": date.fromisoformat(evidence["fixture"]["as_of"]),
        "elasticity": (SPACE_ELASTICITY, LEAST_ELASTICITY, MOST_ELASTICITY),
        "by_height": MOST_BY_HEIGHT,
        "said_neutral": _neutral(evidence),
        "estimated": sum(line["estimated"] for line in lines),
        "silent": [line for line in lines if line["state"] in ("dead", "returned")],
        "much": MUCH,
        "little": LITTLE,
    }


def _row(line: Mapping[str, Any], shelves: Any) -> dict[str, Any]:
    """Where a product stands on several shelves it is moved together."""
    places = [
        at for at, shelf in enumerate(shelves) for product, _facings in shelf["before"] if product == line["product"]
    ]
    after = shelves[line["shelf_after"]]
    return dict(line) | {
        "change": line["after"] - line["before"],
        "moved": places != [line["shelf_after"]],
        "level": f"{line['shelf_after'] + 1} · {level_of(after['height_mm'])}",
        "gain": Decimal(str(line["gain"])),
    }


def _drawn(evidence: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], when: str) -> Markup:
    """Now, or as advised; there each product shows what changes."""
    lines = {row["product"]: (at, row) for at, row in enumerate(rows)}
    boards = []
    for shelf in evidence["shelves"]:
        items: list[DrawnItem] = []
        for product, facings in shelf[when]:
            at, line = lines[product]
            items.append(
                DrawnItem(
                    line["name"],
                    facings,
                    line["width_mm"],
                    line["height_mm"],
                    at % TINTS + 1,
                    line["own"],
                    line["estimated"],
                    line["change"] if when == "after" else 0,
                    line["moved"] and when == "after",
                )
            )
        boards.append(DrawnShelf(shelf["height_mm"], shelf["clear_mm"], tuple(items)))
    name = evidence["fixture"]["name"]
    title = _("%(name)s now; the table below says the same", name=name)
    if when == "after":
        title = _("%(name)s as advised; the table below says the same", name=name)
    return _drawing(title, evidence["fixture"]["width_mm"], tuple(boards), str(get_locale()))


@lru_cache(maxsize=64)
def _drawing(title: str, width_mm: int, boards: tuple[DrawnShelf, ...], _language: str) -> Markup:
    """Kept, as a store looks at the same drawing more than once: it is a third of what the page costs."""
    return draw_planogram(title, width_mm, boards)


def _neutral(evidence: Mapping[str, Any]) -> str:
    """In words and money what the plan would be if our own brands had no weight."""
    told = evidence["neutral"]
    if told is None:
        return _("No product of this shelf unit is of our own brands: the plan would be the same without them.")
    gain, less = Decimal(told["gain"]), Decimal(evidence["gain"]["mid"] - told["gain"])
    return _(
        "If our own brands counted nothing, they would have %(neutral)s facings instead of %(advised)s (%(now)s now): %(gain)s a month, "
        "%(less)s less than this advice.",
        neutral=told["own_neutral"],
        advised=told["own_advised"],
        now=told["own_now"],
        gain=money(gain),
        less=money(less),
    )
