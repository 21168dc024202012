"""What people call categories, stages, wishes and units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _l

from portal.api import number

if TYPE_CHECKING:
    from plugins.complaints.models import Complaint

CATEGORY_TITLES: dict[str, Any] = {
    "damage_short": _l("Damaged or short"),
    "near_expiry": _l("Near expiry"),
    "quality": _l("Quality"),
    "price_fee": _l("Price or fee"),
    "invoice": _l("Invoice"),
    "service": _l("Our service"),
    "other": _l("Other"),
}
CATEGORY_ICONS = {
    "damage_short": "package-off",
    "near_expiry": "calendar-search",
    "quality": "mood-sad",
    "price_fee": "coin-yuan",
    "invoice": "receipt",
    "service": "user-question",
    "other": "dots",
}
WISH_TITLES: dict[str, Any] = {
    "replace": _l("Send new goods"),
    "return": _l("Take it back"),
    "credit": _l("Credit us"),
    "advise": _l("Advise us"),
}
UNIT_TITLES: dict[str, Any] = {
    "piece": _l("pieces"),
    "bottle": _l("bottles"),
    "bag": _l("bags"),
    "box": _l("boxes"),
    "case": _l("cases"),
    "kg": _l("kg"),
}
STATE_TITLES: dict[str, Any] = {
    "received": _l("Received"),
    "acknowledged": _l("Acknowledged"),
    "answered": _l("Answered"),
    "remedied": _l("Put right"),
    "confirmed": _l("Confirmed"),
    "closed": _l("Case closed"),
    "refused": _l("Refused"),
}
SEVERITY_TITLES: dict[str, Any] = {"normal": _l("Normal"), "serious": _l("Serious")}
STATE_CHIPS = {
    "received": "soon",
    "acknowledged": "run",
    "answered": "run",
    "remedied": "wait",
    "confirmed": "ok",
    "closed": "ok",
    "refused": "",
}
# The stages on the bar of a narrow phone: five words that never break.
STAGES: dict[str, Any] = {
    "received": _l("Received"),
    "acknowledged": _l("Taken on"),
    "answered": _l("Replied"),
    "remedied": _l("Put right"),
    "confirmed": _l("Agreed"),
}


def headline(complaint: Complaint) -> str:
    """The complaint in one line: the product if one is named, the category, how much."""
    parts = [complaint.product, str(CATEGORY_TITLES[complaint.category]), quantity_text(complaint)]
    return " · ".join(part for part in parts if part)


def quantity_text(complaint: Complaint) -> str:
    """How much is concerned, with its unit; "" when nobody said."""
    if complaint.quantity is None:
        return ""
    decimals = 0 if complaint.quantity == complaint.quantity.to_integral_value() else 2
    return f"{number(complaint.quantity, decimals)} {UNIT_TITLES[complaint.quantity_unit]}"
