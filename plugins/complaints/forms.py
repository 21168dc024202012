"""The forms of complaints."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    BooleanField,
    Form,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from plugins.complaints.models import CATEGORIES, SEVERITIES, UNITS, WISHES, Complaint
from plugins.complaints.services import LONGEST_TEXT, Report
from plugins.complaints.titles import CATEGORY_TITLES, SEVERITY_TITLES, UNIT_TITLES, WISH_TITLES
from portal.api import AmountField, DayField, Membership, PortalForm, Store

NOBODY = 0
LARGEST_QUANTITY = 999_999


class PhotoForm(PortalForm):
    """A form that photos can come with."""

    photos = MultipleFileField(_l("Photos"))

    def uploads(self) -> list[FileStorage]:
        """The files that were chosen."""
        return [upload for upload in self.photos.data or () if isinstance(upload, FileStorage) and upload.filename]


class ComplaintForm(PhotoForm):
    """What is wrong: a photo and a category are enough. What may be chosen is checked by the service."""

    category = RadioField(
        _l("What is wrong"),
        [InputRequired(_l("Please tap what it is about."))],
        choices=[SelectChoice(key, CATEGORY_TITLES[key]) for key in CATEGORIES],
        validate_choice=False,
    )
    about_rep = BooleanField(_l("It is about our sales rep"))
    delivery_note = StringField(_l("Delivery note"), [Length(max=60)])
    product = StringField(_l("Product"), [Length(max=120)])
    batch = StringField(_l("Batch"), [Length(max=60)])
    expires_on = DayField(_l("Best before"), [Optional()])
    quantity = AmountField(_l("How much"), [Optional(), NumberRange(min=0.001, max=LARGEST_QUANTITY)])
    quantity_unit = SelectField(
        _l("Unit"), choices=[SelectChoice(key, UNIT_TITLES[key]) for key in UNITS], validate_choice=False
    )
    wish = RadioField(
        _l("What do you wish for?"),
        choices=[SelectChoice(key, WISH_TITLES[key]) for key in WISHES],
        validate_choice=False,
    )
    text = TextAreaField(_l("Anything to add"), [Length(max=LONGEST_TEXT)])

    def report(self) -> Report:
        """What was typed."""
        return Report(
            category=self.category.data,
            text=self.text.data or "",
            product=self.product.data or "",
            batch=self.batch.data or "",
            expires_on=self.expires_on.data,
            quantity=self.quantity.data,
            quantity_unit=self.quantity_unit.data or UNITS[0],
            delivery_note=self.delivery_note.data or "",
            wish=self.wish.data or "",
            about_rep=self.about_rep.data,
        )


class ForStoreForm(ComplaintForm):
    """Our person files for a store."""

    store_id = SelectField(_l("Store"), coerce=int)

    def offer(self, stores: Any) -> None:
        """The stores to choose from."""
        choices = [SelectChoice(store.id, f"{store.number} {store.name}") for store in _stores(stores)]
        self.store_id.choices = [SelectChoice(NOBODY, _l("Please choose")), *choices]


def _stores(stores: Any) -> list[Store]:
    return list(stores)


class MessageForm(PhotoForm):
    """What is said; `kind` is the button that sent it."""

    text = TextAreaField(_l("Message"), [Length(max=LONGEST_TEXT)])
    kind = StringField()


class WordForm(PortalForm):
    """A step that may come with a word."""

    word = TextAreaField(_l("A few words"), [Length(max=LONGEST_TEXT)])


class HandlingForm(PortalForm):
    """Who handles a complaint, and how serious it is."""

    owner = SelectField(_l("Owner"), coerce=int)
    severity = SelectField(_l("Severity"), choices=[SelectChoice(key, SEVERITY_TITLES[key]) for key in SEVERITIES])

    def offer(self, members: list[Membership], complaint: Complaint) -> None:
        """The people to choose from; shows who owns it now."""
        people = [SelectChoice(member.id, member.person.name) for member in members]
        self.owner.choices = [SelectChoice(NOBODY, _l("Nobody")), *people]
        if not self.is_submitted():
            self.owner.data = complaint.owner_membership_id or NOBODY
            self.severity.data = complaint.severity


class ComplaintSettings(Form):
    """What the distributor promises its stores."""

    first_answer_hours = IntegerField(
        _l("First answer within (hours)"), [InputRequired(), NumberRange(1, 24 * 30)], default=12
    )
    resolution_hours = IntegerField(
        _l("Put right within (hours)"), [InputRequired(), NumberRange(1, 24 * 90)], default=72
    )
