"""What other plug-ins may ask of trade."""

from plugins.trade.facts import UNKNOWN, BatchLine, Catalogue, Panel, batches, catalogue, panel
from plugins.trade.methods.benchmarks import Figure, Published, Ratio, carried, publish
from plugins.trade.methods.blocks import History, MonthBlock, last_day_sold
from plugins.trade.methods.cohorts import Cohort, StoreKind, cohort_to_read, contributors, form_cohorts, quarter_of
from plugins.trade.methods.sell_through import daily_mean, days_of_cover
from plugins.trade.models import Batch, Product, Stock
from plugins.trade.order_queries import open_of_store as open_orders
from plugins.trade.order_queries import who_delivers
from plugins.trade.order_services import MOST_UNITS, Wanted, request_order
from plugins.trade.queries import (
    BatchState,
    Expiring,
    ProductState,
    Shortage,
    category_sales,
    costliest_to_expire,
    last_day,
    near_expiry,
    newest_months,
    product_states,
    shortages,
    store_history,
    stores_with_batch,
)

__all__ = [
    "MOST_UNITS",
    "UNKNOWN",
    "Batch",
    "BatchLine",
    "BatchState",
    "Catalogue",
    "Cohort",
    "Expiring",
    "Figure",
    "History",
    "MonthBlock",
    "Panel",
    "Product",
    "ProductState",
    "Published",
    "Ratio",
    "Shortage",
    "Stock",
    "StoreKind",
    "Wanted",
    "batches",
    "carried",
    "catalogue",
    "category_sales",
    "cohort_to_read",
    "contributors",
    "costliest_to_expire",
    "daily_mean",
    "days_of_cover",
    "form_cohorts",
    "last_day",
    "last_day_sold",
    "near_expiry",
    "newest_months",
    "open_orders",
    "panel",
    "product_states",
    "publish",
    "quarter_of",
    "request_order",
    "shortages",
    "store_history",
    "stores_with_batch",
    "who_delivers",
]
