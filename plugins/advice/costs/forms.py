"""The form with which a store tells its costs."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange, Optional

from plugins.trade.api import COST_KINDS, MOST_COST
from portal.api import AmountField, PortalForm

COST_TITLES = {
    "rent": _l("Rent"),
    "labour": _l("Wages"),
    "energy": _l("Electricity and water"),
    "shrinkage": _l("Shrinkage: spoilt, broken, stolen"),
    "payment_fees": _l("Fees of payment and delivery platforms"),
    "other": _l("Other costs"),
}
COST_ICONS = {
    "rent": "home",
    "labour": "users",
    "energy": "bolt",
    "shrinkage": "trash",
    "payment_fees": "credit-card",
    "other": "dots",
}


def _amount(kind: str) -> AmountField:
    return AmountField(COST_TITLES[kind], [Optional(), NumberRange(0, int(MOST_COST))])


class CostForm(PortalForm):
    """A month's costs; what is left empty was not told."""

    rent = _amount("rent")
    labour = _amount("labour")
    energy = _amount("energy")
    shrinkage = _amount("shrinkage")
    payment_fees = _amount("payment_fees")
    other = _amount("other")

    def show(self, told: Mapping[str, Decimal]) -> None:
        """Fill in what was told before, unless something is being sent."""
        if not self.is_submitted() and not self.was_kept:
            for kind in COST_KINDS:
                self[kind].data = told.get(kind)

    def amounts(self) -> dict[str, Decimal | None]:
        """Yuan by kind."""
        return {kind: self[kind].data for kind in COST_KINDS}
