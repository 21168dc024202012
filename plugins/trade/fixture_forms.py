"""The forms of shelf units: a new one, and one as it stands, row by row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from plugins.trade.fixture_queries import Standing
from plugins.trade.fixture_services import MOST_PLACEMENTS, MOST_SHELVES, FixturePlan, Placed, ShelfPlan
from plugins.trade.models import Fixture, Product
from plugins.trade.queries import by_code
from portal.api import AmountField, PortalForm, RuleBroken

EMPTY_ROWS = 2  # at the end of each shelf
BOARD_MM = 20  # of thickness, when shelves are set evenly
LOWEST_MM = 150


class NewFixtureForm(PortalForm):
    """A shelf unit with its shelves at even distances; the next page changes them one by one."""

    store = StringField(_l("Store number"), [DataRequired(), Length(max=40)])
    name = StringField(_l("Name of the shelf unit"), [DataRequired(), Length(max=80)])
    category = StringField(_l("Category"), [Length(max=120)])
    width = AmountField(_l("Width"), [InputRequired(), NumberRange(20, 2000)])
    shelves = IntegerField(_l("Number of shelves"), [InputRequired(), NumberRange(1, MOST_SHELVES)], default=4)
    height = AmountField(_l("Height of the highest shelf"), [InputRequired(), NumberRange(15, 250)], default=140)

    def plan(self) -> FixturePlan:
        """The lowest shelf 15 cm above the floor, the others evenly up to the highest."""
        count, highest = self.shelves.data or 1, _mm(self.height.data)
        step = (highest - LOWEST_MM) // (count - 1) if count > 1 else 300
        shelves = tuple(ShelfPlan(highest - place * step, max(step - BOARD_MM, 30)) for place in range(count))
        return FixturePlan(self.name.data or "", _mm(self.width.data), shelves, self.category.data or "")


@dataclass(slots=True)
class Row:
    """What stands in the fields of a product on a shelf."""

    order: str = ""
    product: str = ""
    facings: str = ""


@dataclass(slots=True)
class ShelfRows:
    """What stands in the fields of a shelf."""

    height: str = ""
    clear: str = ""
    rows: list[Row] = field(default_factory=list)


class FixtureForm(PortalForm):
    """A shelf unit as it stands; a row without product or facings is left out, a shelf without height too."""

    name = StringField(_l("Name of the shelf unit"), [DataRequired(), Length(max=80)])
    category = StringField(_l("Category"), [Length(max=120)])
    width = AmountField(_l("Width"), [InputRequired(), NumberRange(20, 2000)])
    version = IntegerField()

    def __init__(self, fixture: Fixture, standing: Sequence[Standing]) -> None:
        super().__init__(
            data={
                "name": fixture.name,
                "category": fixture.category,
                "width": Decimal(fixture.width_mm) / 10,
                "version": fixture.version,
            }
        )
        self.shelves = self._typed() if self.is_submitted() else [_as_rows(found) for found in standing]
        for shelf in self.shelves:
            shelf.rows += [Row() for _place in range(EMPTY_ROWS)]
        if len(self.shelves) < MOST_SHELVES and not self.is_submitted():
            self.shelves.append(ShelfRows())

    def _typed(self) -> list[ShelfRows]:
        asked = request.form
        shelves = []
        for at in range(MOST_SHELVES + 1):
            if f"height-{at}" not in asked:
                break
            rows = [
                Row(
                    asked.get(f"order-{at}-{place}", "").strip(),
                    asked.get(f"product-{at}-{place}", "").strip(),
                    asked.get(f"facings-{at}-{place}", "").strip(),
                )
                for place in range(MOST_PLACEMENTS + EMPTY_ROWS)
            ]
            kept = [row for row in rows if row.product]
            shelves.append(ShelfRows(asked[f"height-{at}"].strip(), asked.get(f"clear-{at}", "").strip(), kept))
        return shelves

    def plan(self) -> FixturePlan:
        """What was typed; raises RuleBroken that names the shelf where it cannot be read."""
        shelves = [shelf for shelf in self.shelves if shelf.height or any(row.product for row in shelf.rows)]
        products = _products([row.product for shelf in shelves for row in shelf.rows if row.product])
        plans = tuple(_shelf_plan(shelf, number, products) for number, shelf in enumerate(shelves, 1))
        return FixturePlan(self.name.data or "", _mm(self.width.data), plans, self.category.data or "")


def shown(product: Product) -> str:
    """How a product stands in a field: readable, with its code."""
    return f"{product.name} · {product.code}"


def _as_rows(found: Standing) -> ShelfRows:
    rows = [Row(str(item.position), shown(item.product), str(item.facings)) for item in found.placements]
    return ShelfRows(_cm(found.shelf.height_mm), _cm(found.shelf.clear_mm), rows)


def _shelf_plan(shelf: ShelfRows, number: int, products: dict[str, Product]) -> ShelfPlan:
    placed: list[tuple[int, Placed]] = []
    for row in shelf.rows:
        if not row.product or row.facings in ("", "0"):
            continue
        product = products.get(row.product)
        if product is None:
            raise RuleBroken(
                "", _("Shelf %(number)s: there is no product “%(name)s”.", number=number, name=row.product)
            )
        if not re.fullmatch(r"[0-9]{1,3}", row.facings):
            raise RuleBroken("", _("Shelf %(number)s: facings are a whole number.", number=number))
        order = int(row.order) if re.fullmatch(r"[0-9]{1,3}", row.order) else 1000
        placed.append((order, Placed(product.id, int(row.facings))))
    placed.sort(key=lambda item: item[0])
    height, clear = (_length(text, number) for text in (shelf.height, shelf.clear))
    return ShelfPlan(height, clear, tuple(item for _order, item in placed))


def _products(typed: Sequence[str]) -> dict[str, Product]:
    """By what was typed: a code, or a name with its code behind it."""
    codes = {text: text.rpartition(" · ")[2] for text in typed}
    found = by_code({*codes, *codes.values()})
    return {text: found.get(text) or found[code] for text, code in codes.items() if text in found or code in found}


def _length(text: str, number: int) -> int:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        value = Decimal(-1)
    if not (value.is_finite() and 0 <= value <= 1000):
        raise RuleBroken("", _("Shelf %(number)s needs its height and the room above it, in cm.", number=number))
    return _mm(value)


def _mm(value: Any) -> int:
    return round(value * 10)


def _cm(length_mm: int) -> str:
    return f"{length_mm / 10:g}"
