"""Sizes of goods as they are in shops, and shelf units that hold what their stores sell."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from plugins.trade.models import Fixture, Placement, Product, Shelf, Stock
from portal.api import DemoBuilder, Store, insert_rows, session

# Category: width, height, depth of a middle size in mm
SIZES_MM = {
    "饮料": (66, 220, 66),
    "饼干": (150, 210, 60),
    "方便面": (145, 112, 145),
    "酸奶": (95, 80, 95),
    "牛奶": (65, 190, 65),
    "糖果": (110, 160, 40),
    "纸品": (210, 110, 100),
    "洗护": (85, 230, 55),
    "调味": (72, 260, 72),
    "膨化": (180, 240, 70),
}
SCALES = (0.8, 1.0, 1.15, 1.25, 1.2, 1.3)  # of the sizes from small pack to value pack
UNMEASURED = 7  # each seventh product has not been measured
STORES, CATEGORIES, MOST_PRODUCTS = 3, ("方便面", "饮料", "膨化"), 10
SHELVES_MM = ((1_400, 330), (1_050, 330), (700, 330), (350, 330))
WIDTH_MM, FULL = 1_200, 0.85


def measure(products: Sequence[Product], size_names: Sequence[str]) -> None:
    """Give the products their size by category and pack."""
    for at, product in enumerate(products):
        if at % UNMEASURED == UNMEASURED - 1 or product.category not in SIZES_MM:
            continue
        scale = SCALES[size_names.index(product.name.rsplit(" ", 1)[-1])]
        sides = (round(side * scale) for side in SIZES_MM[product.category])
        product.width_mm, product.height_mm, product.depth_mm = sides


def build(builder: DemoBuilder) -> None:
    """A shelf unit of each of three categories in the first stores, its products as they came."""
    for store in builder.stores[:STORES]:
        for category in CATEGORIES:
            _fixture(store, category)


def _fixture(store: Store, category: str) -> None:
    statement = select(Product).join(Stock, Stock.product_id == Product.id)
    statement = statement.where(Stock.store_id == store.id, Product.category == category).order_by(Product.code)
    products = session.scalars(statement.limit(MOST_PRODUCTS)).all()
    if not products:
        return
    fixture = Fixture(store_id=store.id, name=f"{category}货架", category=category, width_mm=WIDTH_MM)
    session.add(fixture)
    session.flush()
    boards = [
        Shelf(store_id=store.id, fixture_id=fixture.id, position=at, height_mm=height, clear_mm=clear)
        for at, (height, clear) in enumerate(SHELVES_MM, 1)
    ]
    session.add_all(boards)
    session.flush()
    rows: list[dict[str, object]] = []
    for at, board in enumerate(boards):
        rows += _filled(store, board, products[at :: len(boards)])
    insert_rows(Placement, rows)


def _filled(store: Store, board: Shelf, products: Sequence[Product]) -> list[dict[str, object]]:
    """Each product has the same room, as nobody has thought about it."""
    room = WIDTH_MM * FULL / max(len(products), 1)
    return [
        {
            "store_id": store.id,
            "shelf_id": board.id,
            "product_id": product.id,
            "position": place,
            "facings": max(int(room // (product.width_mm or 150)), 1),
        }
        for place, product in enumerate(products, 1)
    ]
