"""What other plug-ins may ask of trade."""

from plugins.trade.facts import UNKNOWN, BatchLine, Catalogue, Panel, batches, catalogue, panel
from plugins.trade.methods.benchmarks import Figure, Published, Ratio, carried, publish
from plugins.trade.methods.blocks import History, MonthBlock
from plugins.trade.methods.cohorts import Cohort, StoreKind, cohort_to_read, contributors, form_cohorts, quarter_of
from plugins.trade.methods.sell_through import daily_mean, days_of_cover
from plugins.trade.models import CANCELLED, DELIVERED, REFUSED, Batch, Product, Stock
from plugins.trade.order_queries import order_state, who_delivers
from plugins.trade.order_services import MOST_UNITS, Wanted, request_order
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
    "DELIVERED",
    "MOST_UNITS",
    "REFUSED",
    "UNKNOWN",
    "Batch",
    "BatchLine",
    "BatchState",
    "Catalogue",
    "Cohort",
    "Figure",
    "History",
    "MonthBlock",
    "Panel",
    "Product",
    "ProductState",
    "Published",
    "Ratio",
    "Stock",
    "StoreKind",
    "Wanted",
    "batches",
    "carried",
    "catalogue",
    "category_sales",
    "cohort_to_read",
    "contributors",
    "daily_mean",
    "days_of_cover",
    "form_cohorts",
    "last_day",
    "near_expiry",
    "order_state",
    "panel",
    "product_states",
    "publish",
    "quarter_of",
    "request_order",
    "store_history",
    "stores_with_batch",
    "who_delivers",
]
