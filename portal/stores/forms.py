"""The forms of stores and the contact bench."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FloatField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from portal.fields import DayField
from portal.forms import PortalForm
from portal.stores import queries
from portal.stores.models import FORMATS, TIERS
from portal.stores.services import ContactDetails, StoreDetails

FORMAT_TITLES = {
    "convenience": _l("Convenience store"),
    "supermarket": _l("Supermarket"),
    "hypermarket": _l("Hypermarket"),
    "corner_shop": _l("Corner shop"),
    "specialty": _l("Specialty store"),
    "restaurant": _l("Restaurant"),
    "other": _l("Other"),
}


def format_title(key: str) -> str:
    """The store format as people call it."""
    return str(FORMAT_TITLES.get(key, key))


class StoreForm(PortalForm):
    """Everything known of a store."""

    number = StringField(_l("Number"), [DataRequired(), Length(max=40)])
    name = StringField(_l("Name"), [DataRequired(), Length(max=120)])
    format = SelectField(_l("Format"))
    tier = SelectField(_l("Tier"), choices=[SelectChoice(tier, tier) for tier in TIERS], default="C")
    region = StringField(_l("Region"), [Length(max=60)])
    address = StringField(_l("Address"), [Length(max=200)])
    area_m2 = FloatField(_l("Area in m²"), [Optional(), NumberRange(min=0.1, max=200_000)])
    opened_on = DayField(_l("Opened on"), [Optional()])
    rep_membership_id = SelectField(_l("Sales rep"), coerce=lambda value: int(value) if value else None)
    active = BooleanField(_l("We supply this store"), default=True)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.format.choices = [SelectChoice(key, str(FORMAT_TITLES[key])) for key in FORMATS]
        reps = [SelectChoice(str(member.id), member.person.name) for member in queries.reps()]
        self.rep_membership_id.choices = [SelectChoice("", "–"), *reps]

    def details(self) -> StoreDetails:
        """What was typed."""
        return StoreDetails(
            number=self.number.data or "",
            name=self.name.data or "",
            format=self.format.data,
            tier=self.tier.data,
            region=self.region.data or "",
            address=self.address.data or "",
            area_m2=self.area_m2.data,
            opened_on=self.opened_on.data,
            rep_membership_id=self.rep_membership_id.data,
            active=bool(self.active.data),
        )


class ContactForm(PortalForm):
    """Somebody of the contact bench."""

    name = StringField(_l("Name"), [DataRequired(), Length(max=60)])
    position = StringField(_l("Position"), [Length(max=60)])
    phone = StringField(_l("Phone"), [Length(max=40)])
    email = StringField(_l("E-mail"), [Length(max=200)])
    since = DayField(_l("There since"), [Optional()])
    note = TextAreaField(_l("Note"), [Length(max=2000)])
    is_main = BooleanField(_l("Main contact"))

    def details(self) -> ContactDetails:
        """What was typed."""
        return ContactDetails(
            name=self.name.data or "",
            position=self.position.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            note=self.note.data or "",
            is_main=bool(self.is_main.data),
            since=self.since.data,
        )


class HandoverForm(PortalForm):
    """Somebody leaves the store."""

    left_on = DayField(_l("Last day in the store"), [DataRequired()])
    successor_id = SelectField(_l("Who takes over"), coerce=lambda value: int(value) if value else None)
    note = TextAreaField(_l("What the successor should know"), [Length(max=2000)])
