"""The form with which a store plans a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from plugins.advice.campaigns.models import CANCELLED, CHANNELS, ENDED, PLANNED, RUNNING
from plugins.advice.campaigns.services import MOST_CUT, MOST_YUAN, CampaignWish
from portal.api import AmountField, DayField, PortalForm

CHANNEL_TITLES = {
    "price_tag": _l("Price tag on the shelf"),
    "second_placement": _l("Second placement"),
    "window": _l("Window and entrance"),
    "leaflet": _l("Leaflet"),
    "tasting": _l("Tasting"),
    "member_group": _l("Members' group"),
    "delivery_platform": _l("Delivery platform"),
}
CHANNEL_ICONS = {
    "price_tag": "tag",
    "second_placement": "stack-2",
    "window": "door-enter",
    "leaflet": "news",
    "tasting": "glass-full",
    "member_group": "messages",
    "delivery_platform": "motorbike",
}
STATE_TITLES = {
    PLANNED: _l("Planned"),
    RUNNING: _l("Running"),
    ENDED: _l("Over"),
    CANCELLED: _l("Called off"),
}
STATE_CHIPS = {PLANNED: "wait", RUNNING: "run", ENDED: "", CANCELLED: ""}


class CampaignForm(PortalForm):
    """What is promoted, how, when, and what it costs."""

    title = StringField(_l("Name of the campaign"), [DataRequired(), Length(max=120)])
    target = SelectField(_l("What is promoted"), [InputRequired()])
    channel = SelectField(
        _l("How shoppers learn of it"), choices=[SelectChoice(one, CHANNEL_TITLES[one]) for one in CHANNELS]
    )
    starts_on = DayField(_l("First day"), [InputRequired()])
    ends_on = DayField(_l("Last day"), [InputRequired()])
    price_cut = IntegerField(_l("Price cut"), [Optional(), NumberRange(0, MOST_CUT)])
    cost = AmountField(_l("What it costs the store"), [Optional(), NumberRange(0, int(MOST_YUAN))])
    support = AmountField(_l("What the distributor adds"), [Optional(), NumberRange(0, int(MOST_YUAN))])

    def validate_ends_on(self, field: DayField) -> None:
        """With the other errors of the form, and not in a second round."""
        if self.starts_on.data and field.data and field.data < self.starts_on.data:
            raise ValidationError(_("It ends before it begins."))

    def offer(self, categories: Sequence[str], products: Sequence[tuple[int, str]]) -> None:
        """What the store sells, categories first."""
        self.target.choices = [
            SelectChoice("", _l("Please choose")),
            *(SelectChoice(f"category:{name}", _l("All of %(category)s", category=name)) for name in categories),
            *(SelectChoice(f"product:{product_id}", name) for product_id, name in products),
        ]

    def wish(self) -> CampaignWish:
        """As the service takes it."""
        return CampaignWish(
            title=self.title.data or "",
            channel=self.channel.data,
            target=self.target.data,
            price_cut=self.price_cut.data or 0,
            cost=self.cost.data or Decimal(0),
            support=self.support.data or Decimal(0),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )
