"""What other plug-ins may ask of trade."""

from plugins.trade.cohorts.queries import Typical, typical_store, typical_stores
from plugins.trade.costs.models import COST_KINDS, FIXED, VARIABLE
from plugins.trade.costs.queries import costs_of
from plugins.trade.costs.services import MOST_COST, forget_costs, tell_costs
from plugins.trade.facts import UNKNOWN, BatchLine, Catalogue, Panel, batches, catalogue, panel
from plugins.trade.fixtures.drawing import DrawnItem, DrawnShelf, draw_planogram, level_of
from plugins.trade.fixtures.queries import of_stores as fixtures_of_stores
from plugins.trade.fixtures.queries import standing, stores_with_fixtures
from plugins.trade.fixtures.services import FixturePlan, Placed, ShelfPlan, change_fixture
from plugins.trade.floors.drawing import DrawnFloor, DrawnZone, draw_floor, square_metres
from plugins.trade.floors.models import MIXED, ON_PASSING, PLANNED, FloorPlan, FloorZone
from plugins.trade.floors.queries import find_floor, page_of_floors, stores_with_floor, zones_of
from plugins.trade.floors.queries import of_store as floor_of_store
from plugins.trade.floors.queries import of_stores as floors_of_stores
from plugins.trade.floors.services import FloorSketch, ZonePlan, change_floor
from plugins.trade.methods.benchmarks import Figure, Published, Ratio, carried, publish
from plugins.trade.methods.blocks import History, MonthBlock
from plugins.trade.methods.cohorts import Cohort, StoreKind, cohort_to_read, contributors, form_cohorts, quarter_of
from plugins.trade.methods.sell_through import RECENT_DAYS, daily_mean, days_of_cover, sell_through_class
from plugins.trade.models import CANCELLED, DELIVERED, REFUSED, Batch, Fixture, Product, Stock
from plugins.trade.orders.queries import order_state, who_delivers
from plugins.trade.orders.services import MOST_UNITS, Wanted, request_order
from plugins.trade.queries import (
    BatchState,
    ProductState,
    category_sales,
    last_day,
    near_expiry,
    product_states,
    store_history,
    stores_with_batch,
)
from plugins.trade.receipts.queries import Receipts, receipts_of

__all__ = [
    "CANCELLED",
    "COST_KINDS",
    "DELIVERED",
    "FIXED",
    "MIXED",
    "MOST_COST",
    "MOST_UNITS",
    "ON_PASSING",
    "PLANNED",
    "RECENT_DAYS",
    "REFUSED",
    "UNKNOWN",
    "VARIABLE",
    "Batch",
    "BatchLine",
    "BatchState",
    "Catalogue",
    "Cohort",
    "DrawnFloor",
    "DrawnItem",
    "DrawnShelf",
    "DrawnZone",
    "Figure",
    "Fixture",
    "FixturePlan",
    "FloorPlan",
    "FloorSketch",
    "FloorZone",
    "History",
    "MonthBlock",
    "Panel",
    "Placed",
    "Product",
    "ProductState",
    "Published",
    "Ratio",
    "Receipts",
    "ShelfPlan",
    "Stock",
    "StoreKind",
    "Typical",
    "Wanted",
    "ZonePlan",
    "batches",
    "carried",
    "catalogue",
    "category_sales",
    "change_fixture",
    "change_floor",
    "cohort_to_read",
    "contributors",
    "costs_of",
    "daily_mean",
    "days_of_cover",
    "draw_floor",
    "draw_planogram",
    "find_floor",
    "fixtures_of_stores",
    "floor_of_store",
    "floors_of_stores",
    "forget_costs",
    "form_cohorts",
    "last_day",
    "level_of",
    "near_expiry",
    "order_state",
    "page_of_floors",
    "panel",
    "product_states",
    "publish",
    "quarter_of",
    "receipts_of",
    "request_order",
    "sell_through_class",
    "square_metres",
    "standing",
    "store_history",
    "stores_with_batch",
    "stores_with_fixtures",
    "stores_with_floor",
    "tell_costs",
    "typical_store",
    "typical_stores",
    "who_delivers",
    "zones_of",
]
