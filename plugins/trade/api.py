"""What other plug-ins may ask of trade."""

from plugins.trade.cohorts.queries import Typical, typical_store, typical_stores
from plugins.trade.costs.models import COST_KINDS, FIXED, VARIABLE
from plugins.trade.costs.queries import costs_of
from plugins.trade.costs.services import MOST_COST, tell_costs
from plugins.trade.facts import UNKNOWN, BatchLine, Catalogue, Panel, batches, catalogue, panel
from plugins.trade.fixtures.drawing import DrawnItem, DrawnShelf, draw_planogram, level_of
from plugins.trade.fixtures.queries import of_stores as fixtures_of_stores
from plugins.trade.fixtures.queries import standing, stores_with_fixtures
from plugins.trade.fixtures.services import FixturePlan, Placed, ShelfPlan, change_fixture
from plugins.trade.methods.benchmarks import Figure, Published, Ratio, carried, publish
from plugins.trade.methods.blocks import History, MonthBlock
from plugins.trade.methods.cohorts import Cohort, StoreKind, cohort_to_read, contributors, form_cohorts, quarter_of
from plugins.trade.methods.sell_through import daily_mean, days_of_cover, sell_through_class
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

__all__ = [
    "CANCELLED",
    "COST_KINDS",
    "DELIVERED",
    "FIXED",
    "MOST_COST",
    "MOST_UNITS",
    "REFUSED",
    "UNKNOWN",
    "VARIABLE",
    "Batch",
    "BatchLine",
    "BatchState",
    "Catalogue",
    "Cohort",
    "DrawnItem",
    "DrawnShelf",
    "Figure",
    "Fixture",
    "FixturePlan",
    "History",
    "MonthBlock",
    "Panel",
    "Placed",
    "Product",
    "ProductState",
    "Published",
    "Ratio",
    "ShelfPlan",
    "Stock",
    "StoreKind",
    "Typical",
    "Wanted",
    "batches",
    "carried",
    "catalogue",
    "category_sales",
    "change_fixture",
    "cohort_to_read",
    "contributors",
    "costs_of",
    "daily_mean",
    "days_of_cover",
    "draw_planogram",
    "fixtures_of_stores",
    "form_cohorts",
    "last_day",
    "level_of",
    "near_expiry",
    "order_state",
    "panel",
    "product_states",
    "publish",
    "quarter_of",
    "request_order",
    "sell_through_class",
    "standing",
    "store_history",
    "stores_with_batch",
    "stores_with_fixtures",
    "tell_costs",
    "typical_store",
    "typical_stores",
    "who_delivers",
]
