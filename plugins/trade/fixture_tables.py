"""Shelf units and what stands on them as rows of a table: one row for each product on a shelf."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import gettext as _

from plugins.trade import fixture_queries, fixture_services
from plugins.trade.fixture_services import MOST_FACINGS, MOST_SHELVES, FixturePlan, Placed, ShelfPlan
from portal.api import Column, Record, Records, RuleBroken, Viewer

Finder = Callable[[Record], int | None]
LARGEST_PRODUCT_CM = 300
LARGEST_CM = 2_000
PLANOGRAM_COLUMNS = (
    Column("store", ("门店编号", "门店", "store", "store number"), required=False),
    Column("fixture", ("货架", "货架名称", "shelf unit", "fixture")),
    Column("category", ("品类", "类别", "category"), required=False),
    Column("width", ("货架宽cm", "货架宽(cm)", "货架宽（cm）", "shelf unit width cm", "fixture width cm")),
    Column("shelf", ("层", "第几层", "shelf")),
    Column("height", ("层板高cm", "层板离地cm", "shelf height cm", "height cm")),
    Column("clear", ("净高cm", "层高cm", "clear height cm")),
    Column("product", ("商品编码", "编码", "货号", "product", "product code", "code"), required=False),
    Column("facings", ("排面", "排面数", "facings"), required=False),
)


@dataclass(slots=True)
class _Told:
    """What the rows say of one shelf unit; shelves by their number from the top."""

    row: Record
    category: str
    width_mm: int
    sizes: dict[int, tuple[int, int]] = field(default_factory=dict)
    placed: dict[int, list[Placed]] = field(default_factory=dict)

    def plan(self, name: str) -> FixturePlan:
        """The shelf unit."""
        shelves = (ShelfPlan(*self.sizes[number], tuple(self.placed.get(number, ()))) for number in sorted(self.sizes))
        return FixturePlan(name, self.width_mm, tuple(shelves), self.category)


def millimetres(row: Record, name: str, most_cm: int, *, required: bool = False) -> int | None:
    """A length in cm as whole millimetres; None where there is none, or where it was refused."""
    value = row.decimal(name, required=required, minimum=0)
    if value is None:
        return None
    length = int((value * 10).quantize(Decimal(1), ROUND_HALF_UP)) if value <= most_cm else 0
    if length == 0 and not (name == "height" and value == 0):
        row.refuse(name, _("A length in cm, over 0 and at most %(most)s.", most=most_cm))
        return None
    return length


def read_planograms(records: Records, store_of: Finder, product_of: Finder, by: Viewer) -> dict[str, int]:
    """Each shelf unit that the table names becomes what the table says of it; the others stay as they are."""
    told: dict[tuple[int, str], _Told] = {}
    for row in records:
        _read_row(row, store_of, product_of, told)
    if records.errors:
        return {}
    known = fixture_queries.by_name(sorted({store_id for store_id, _name in told}))
    for (store_id, name), found in told.items():
        fixture = known.get((store_id, name))
        try:
            fixture_services.check_plan(store_id, found.plan(name), fixture.id if fixture else None)
        except RuleBroken as error:
            found.row.refuse("width" if error.field == "width" else "fixture", error.message)
    if records.errors:
        return {}
    for (store_id, name), found in told.items():
        if (store_id, name) in known:
            fixture_services.change_fixture(known[store_id, name], found.plan(name), by=by)
        else:
            fixture_services.add_fixture(store_id, found.plan(name), by=by)
    return {"fixtures": len(told)}


def _read_row(row: Record, store_of: Finder, product_of: Finder, told: dict[tuple[int, str], _Told]) -> None:
    store_id, name = store_of(row), row.text("fixture", max_length=80)
    width = millimetres(row, "width", LARGEST_CM, required=True)
    number = row.integer("shelf", minimum=1)
    height, clear = (millimetres(row, side, LARGEST_CM, required=True) for side in ("height", "clear"))
    category = row.text("category", required=False, max_length=120) or ""
    if number is not None and number > MOST_SHELVES:
        row.refuse("shelf", _("A shelf unit has between 1 and %(count)s shelves.", count=MOST_SHELVES))
        return
    if not (store_id and name and width and number and clear) or height is None:
        return
    found = told.setdefault((store_id, name), _Told(row, category, width))
    if found.width_mm != width:
        row.refuse("width", _("The rows of a shelf unit give it different widths."))
    if found.sizes.setdefault(number, (height, clear)) != (height, clear):
        row.refuse("height", _("The rows of a shelf give it different heights."))
    if row["product"] not in (None, "") or row["facings"] not in (None, ""):
        _read_placed(row, product_of, found.placed.setdefault(number, []))


def _read_placed(row: Record, product_of: Finder, placed: list[Placed]) -> None:
    product_id, facings = product_of(row), row.integer("facings", minimum=1)
    if facings is not None and facings > MOST_FACINGS:
        row.refuse("facings", _("At most %(count)s facings.", count=MOST_FACINGS))
    elif product_id and any(item.product_id == product_id for item in placed):
        row.refuse("product", _("A shelf names each product once."))
    elif product_id and facings:
        placed.append(Placed(product_id, facings))


def rows_of(fixtures: list[Any], standing: dict[int, Any]) -> list[list[Any]]:
    """The same table of what stands there now, with the headings that an upload knows."""
    rows: list[list[Any]] = []
    for fixture in fixtures:
        head = [fixture.store.number, fixture.name, fixture.category, fixture.width_mm / 10]
        for found in standing[fixture.id]:
            board = [found.shelf.position, found.shelf.height_mm / 10, found.shelf.clear_mm / 10]
            on_it = [[item.product.code, item.facings] for item in found.placements] or [["", None]]
            rows += [[*head, *board, *item] for item in on_it]
    return rows
