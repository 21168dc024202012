"""What trade tells others: the figures of a store have changed."""

from __future__ import annotations

from portal.api import signal

sales_changed = signal("trade.sales_changed")
stock_changed = signal("trade.stock_changed")
receipts_changed = signal("trade.receipts_changed")
