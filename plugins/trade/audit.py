"""What the audit log calls what happens here."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from plugins.trade.importing.forms import KIND_TITLES
from portal.api import AuditTitle

AUDIT_TITLES = (
    AuditTitle("trade_upload", _l("Upload")),
    AuditTitle("trade.taken_in", _l("took in figures")),
    AuditTitle("trade_column_map", _l("Headings of a file")),
    AuditTitle("trade.columns_said", _l("said which column is which")),
    AuditTitle("trade.undone", _l("undid an upload")),
    AuditTitle("trade.cohorts_formed", _l("formed the groups of comparable stores")),
    AuditTitle("trade.cohort_published", _l("published the typical store of a group")),
    AuditTitle("trade.costs_told", _l("told what the store costs")),
    AuditTitle("trade.costs_forgotten", _l("took out what the store costs in a month")),
    AuditTitle("trade_order", _l("Order")),
    AuditTitle("trade.order_requested", _l("ordered")),
    AuditTitle("trade.order_confirmed", _l("confirmed an order")),
    AuditTitle("trade.order_refused", _l("refused an order")),
    AuditTitle("trade.order_delivered", _l("noted an order as delivered")),
    AuditTitle("trade.order_cancelled", _l("took an order back")),
    AuditTitle("trade_fixture", _l("Shelf unit")),
    AuditTitle("trade.fixture_added", _l("added a shelf unit")),
    AuditTitle("trade.planogram_changed", _l("changed what stands on a shelf unit")),
    AuditTitle("trade.fixture_removed", _l("removed a shelf unit")),
    AuditTitle("trade_floor_plan", _l("Floor plan")),
    AuditTitle("trade.floor_added", _l("drew a floor plan")),
    AuditTitle("trade.floor_changed", _l("changed a floor plan")),
    AuditTitle("trade.floor_removed", _l("removed a floor plan")),
    AuditTitle("trade.details.zones", _l("Places")),
    AuditTitle("trade.details.cohort", _l("Group, no.")),
    AuditTitle("trade.details.cohorts", _l("Groups")),
    AuditTitle("trade.details.lines", _l("Lines")),
    AuditTitle("trade.details.month", _l("Month")),
    AuditTitle("trade.details.quarter", _l("Quarter")),
    *(AuditTitle(f"trade.details.kind.{kind}", title) for kind, title in KIND_TITLES.items()),
)
