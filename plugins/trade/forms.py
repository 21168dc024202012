"""The forms of trade."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from plugins.trade.models import CANCELLED, CONFIRMED, DELIVERED, REFUSED, REQUESTED
from portal.api import DayField, PortalForm

KIND_TITLES = {
    "products": _l("Products"),
    "sales": _l("Daily sales"),
    "stock": _l("Stock and batches"),
    "planogram": _l("What stands on which shelf"),
}
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


class UploadForm(PortalForm):
    """A table of facts."""

    kind = RadioField(_l("What it holds"))
    file = FileField(_l("XLSX or CSV file"), [FileRequired()])

    def offer(self, *, products: bool) -> None:
        """Store people bring sales and stock, the distributor products too."""
        kinds = [kind for kind in KIND_TITLES if products or kind != "products"]
        self.kind.choices = [SelectChoice(kind, KIND_TITLES[kind]) for kind in kinds]
        self.kind.data = self.kind.data or "sales"


class ConfirmForm(PortalForm):
    """We deliver an order."""

    deliver_on = DayField(_l("Delivery on"), [Optional()])


class RefuseForm(PortalForm):
    """We do not deliver an order."""

    answer = TextAreaField(_l("Why?"), [DataRequired(), Length(max=500)])
