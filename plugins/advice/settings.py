"""What a distributor sets for the advice its stores get."""

from __future__ import annotations

from datetime import time

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Form,
    IntegerField,
    TimeField,
)
from wtforms.validators import InputRequired, NumberRange, ValidationError


class SupplyForm(Form):
    """How the distributor supplies its stores: what orders and exchanges are computed with."""

    review_days = IntegerField(_l("Days between two deliveries"), [InputRequired(), NumberRange(1, 31)], default=7)
    lead_days = IntegerField(
        _l("Days from the order to its delivery"), [InputRequired(), NumberRange(0, 31)], default=2
    )
    exchange_days = IntegerField(
        _l("Near-expiry goods are exchanged up to so many days before their date"),
        [InputRequired(), NumberRange(0, 180)],
        default=14,
    )
    fill_percent = IntegerField(
        _l("Of what shoppers ask for, a store should have on the shelf (%)"),
        [InputRequired(), NumberRange(80, 99)],
        default=97,
    )


class AdviceSettings(SupplyForm):
    """What the distributor promises to who asks, beside how it supplies."""

    second_person = BooleanField(_l("Advice is published by a second person, who did not write it"), default=True)
    answer_hours = IntegerField(
        _l("Questions are answered within (working hours)"), [InputRequired(), NumberRange(1, 200)], default=8
    )
    work_from = TimeField(_l("Working hours from"), [InputRequired()], default=time(9))
    work_until = TimeField(_l("Working hours until"), [InputRequired()], default=time(18))

    def validate_work_until(self, field: TimeField) -> None:
        """A day ends after it begins."""
        if self.work_from.data and field.data and field.data <= self.work_from.data:
            raise ValidationError(_("Must be later than the beginning."))
