"""The forms of a floor plan: a new one by its size, and one as it stands, place by place. Lengths in metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from plugins.trade.floors.models import CHEMICAL, FOOD, MIXED, ON_PASSING, OTHER, PLANNED, FloorPlan, FloorZone
from plugins.trade.floors.services import BOARDS, MOST_ZONES, FloorSketch, ZonePlan
from portal.api import AmountField, PortalForm, RuleBroken

GOODS_TITLES = {
    FOOD: _l("Food and drinks"),
    CHEMICAL: _l("Cleaning and chemicals"),
    OTHER: _l("Other goods"),
}
BOUGHT_TITLES = {
    PLANNED: _l("Shoppers come for it"),
    MIXED: _l("Some come for it, some take it on passing"),
    ON_PASSING: _l("Mostly taken on passing"),
}
EMPTY_ROWS = 2
LENGTHS = ("width", "depth", "door_x", "door_y", "till_x", "till_y")
SIDES = ("x", "y", "width", "depth", "shelf")
FLAGS = ("power", "low", "fixed", "chilled", "heavy")


class NewFloorForm(PortalForm):
    """A store by its size; the next page says what stands where."""

    store = StringField(_l("Store number"), [DataRequired(), Length(max=40)])
    width = AmountField(_l("Width of the store"), [InputRequired(), NumberRange(2, 200)])
    depth = AmountField(_l("Depth of the store"), [InputRequired(), NumberRange(2, 200)])

    def size_cm(self) -> tuple[int, int]:
        """Width and depth."""
        return _cm(self.width.data), _cm(self.depth.data)


@dataclass(slots=True)
class ZoneRow:
    """What stands in the fields of a place."""

    category: str = ""
    x: str = ""
    y: str = ""
    width: str = ""
    depth: str = ""
    shelf: str = ""
    goods: str = FOOD
    bought: str = MIXED
    power: bool = False
    low: bool = True
    fixed: bool = False
    chilled: bool = False
    heavy: bool = False


class FloorForm(PortalForm):
    """A floor plan as it stands; a place without a category is left out."""

    width = AmountField(_l("Width of the store"), [InputRequired(), NumberRange(2, 200)])
    depth = AmountField(_l("Depth of the store"), [InputRequired(), NumberRange(2, 200)])
    door_x = AmountField(_l("Door, from the left"), [InputRequired(), NumberRange(0, 200)])
    door_y = AmountField(_l("Door, from the back wall"), [InputRequired(), NumberRange(0, 200)])
    till_x = AmountField(_l("Till, from the left"), [InputRequired(), NumberRange(0, 200)])
    till_y = AmountField(_l("Till, from the back wall"), [InputRequired(), NumberRange(0, 200)])
    version = IntegerField()

    def __init__(self, floor: FloorPlan, zones: Sequence[FloorZone]) -> None:
        lengths = {name: Decimal(getattr(floor, f"{name}_cm")) / 100 for name in LENGTHS}
        super().__init__(data=lengths | {"version": floor.version})
        self.rows = _typed(self.sent_or_kept) if self.sent_or_kept else [_as_row(zone) for zone in zones]
        self.rows += [ZoneRow() for _place in range(min(EMPTY_ROWS, MOST_ZONES - len(self.rows)))]

    def sketch(self) -> FloorSketch:
        """What was typed; raises RuleBroken that names the place where it cannot be read."""
        return FloorSketch(
            _cm(self.width.data),
            _cm(self.depth.data),
            (_cm(self.door_x.data), _cm(self.door_y.data)),
            (_cm(self.till_x.data), _cm(self.till_y.data)),
            tuple(_zone(row) for row in self.rows if row.category),
        )

    def sketch_to_draw(self) -> FloorSketch | None:
        """What was typed, as far as it can be drawn; None where a length is none."""
        if self.is_submitted() and any(self[name].errors for name in LENGTHS):
            return None
        try:
            return self.sketch()
        except RuleBroken:
            return None


def _typed(asked: MultiDict[str, str]) -> list[ZoneRow]:
    rows = []
    for at in range(MOST_ZONES + EMPTY_ROWS):
        if f"category-{at}" not in asked:
            break
        row = ZoneRow()
        for each in fields(row):
            if each.name in FLAGS:
                setattr(row, each.name, f"{each.name}-{at}" in asked)
            else:
                setattr(row, each.name, asked.get(f"{each.name}-{at}", "").strip()[:120])
        if row.category:
            rows.append(row)
    return rows


def _as_row(zone: FloorZone) -> ZoneRow:
    row = ZoneRow(zone.category, goods=zone.goods, bought=zone.bought)
    for name in SIDES:
        setattr(row, name, _metres(getattr(zone, f"{name}_cm")))
    for name in FLAGS:
        setattr(row, name, getattr(zone, name))
    return row


def _zone(row: ZoneRow) -> ZonePlan:
    width = _length(row.width, row.category)
    return ZonePlan(
        category=row.category,
        x_cm=_length(row.x, row.category),
        y_cm=_length(row.y, row.category),
        width_cm=width,
        depth_cm=_length(row.depth, row.category),
        shelf_cm=_length(row.shelf, row.category) if row.shelf else BOARDS * width,
        power=row.power,
        low=row.low,
        fixed=row.fixed,
        goods=row.goods,
        chilled=row.chilled,
        heavy=row.heavy,
        bought=row.bought,
    )


def _length(text: str, category: str) -> int:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        value = Decimal(-1)
    if not (value.is_finite() and 0 <= value <= 1000):
        raise RuleBroken("", _("“%(name)s” needs its place and its size in metres.", name=category))
    return _cm(value)


def _cm(metres: Decimal | None) -> int:
    return round((metres or Decimal(0)) * 100)


def _metres(length_cm: int) -> str:
    return f"{length_cm / 100:g}"
