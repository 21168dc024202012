"""Where trade stands in the navigation of stores and of our people."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select

from plugins.trade.orders import queries as order_queries
from portal.api import NavItem, Viewer


def _requested(viewer: Viewer) -> Select[Any]:
    return order_queries.requested_count()


NAV_ITEMS = (
    NavItem(
        _l("Orders"),
        "trade_orders.index",
        "truck-delivery",
        "trade.see",
        "distributor",
        "daily",
        order=45,
        count=_requested,
    ),
    NavItem(_l("Orders"), "trade_orders.index", "truck-delivery", "trade.see", "store", "tools", order=50),
    NavItem(_l("Products"), "trade.index", "package", "trade.see", "distributor", "tools", order=70),
    NavItem(
        _l("Data import"),
        "trade_uploads.index",
        "database-import",
        "trade.upload",
        "distributor",
        "admin",
        order=60,
    ),
    NavItem(_l("Shelf units"), "trade_fixtures.index", "layout-grid", "trade.see", "distributor", "tools", order=72),
    NavItem(_l("Shelf units"), "trade_fixtures.index", "layout-grid", "trade.see", "store", "tools", order=54),
    NavItem(_l("Floor plans"), "trade_floors.index", "map-2", "trade.see", "distributor", "tools", order=74),
    NavItem(_l("Floor plan"), "trade_floors.index", "map-2", "trade.see", "store", "tools", order=55),
    NavItem(_l("What sells"), "trade.index", "chart-bar", "trade.see", "store", "tools", order=52),
    NavItem(
        _l("Upload sales and stock"),
        "trade_uploads.index",
        "upload",
        "trade.upload",
        "store",
        "tools",
        order=65,
    ),
)
