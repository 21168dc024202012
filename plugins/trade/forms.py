"""The forms of trade."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from plugins.trade.models import CANCELLED, CONFIRMED, DELIVERED, REFUSED, REQUESTED
from portal.api import DayField, PortalForm

STATE_TITLES = {"moving": _l("Moving"), "slow": _l("Slowing"), "dead": _l("Standing still"), "returned": _l("Returned")}
STATES = {"moving": "ok", "slow": "soon", "dead": "late", "returned": "late"}
ORDER_TITLES = {
    REQUESTED: _l("Not answered yet"),
    CONFIRMED: _l("Confirmed"),
    DELIVERED: _l("Delivered"),
    REFUSED: _l("Cannot be delivered"),
    CANCELLED: _l("Taken back"),
}
ORDER_CHIPS = {REQUESTED: "wait", CONFIRMED: "run", DELIVERED: "ok", REFUSED: "late", CANCELLED: ""}


class ConfirmForm(PortalForm):
    """We deliver an order."""

    deliver_on = DayField(_l("Delivery on"), [Optional()])


class RefuseForm(PortalForm):
    """We do not deliver an order."""

    answer = TextAreaField(_l("Why?"), [DataRequired(), Length(max=500)])
