"""The forms of events."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from plugins.events.models import KINDS, Event
from plugins.events.services import EventPlan
from portal.api import Audience, AudienceFields, LinesField, LocalDateTimeField, PortalForm

KIND_TITLES = {
    "order_meeting": _l("Order meeting"),
    "symposium": _l("Symposium"),
    "social": _l("Social"),
    "festival": _l("Festival"),
    "product_launch": _l("Product launch"),
    "training": _l("Training"),
    "mobilisation": _l("New-product mobilisation"),
}


class EventForm(AudienceFields, PortalForm):
    """What an event is to be."""

    title = StringField(_l("Title"), [DataRequired(), Length(max=120)])
    kind = SelectField(_l("Kind"), choices=[SelectChoice(kind, KIND_TITLES[kind]) for kind in KINDS])
    starts_at = LocalDateTimeField(_l("Start"), [InputRequired()])
    ends_at = LocalDateTimeField(_l("End"), [InputRequired()])
    deadline_at = LocalDateTimeField(_l("Sign-up until"), [InputRequired()])
    place = StringField(_l("Place"), [Length(max=200)])
    text = TextAreaField(_l("What it is about"), [Length(max=10_000)])
    seats = IntegerField(_l("Seats in all"), [InputRequired(), NumberRange(1, 100_000)], default=60)
    seats_per_store = IntegerField(_l("Seats per store"), [InputRequired(), NumberRange(1, 1000)], default=2)

    def __init__(self, event: Event | None = None) -> None:
        super().__init__(obj=event)
        self.fill_audience(Audience.from_json(event.audience) if event and not self.is_submitted() else None)

    def plan(self) -> EventPlan:
        """What was typed."""
        return EventPlan(
            title=self.title.data or "",
            kind=self.kind.data,
            starts_at=self.starts_at.data,  # type: ignore[arg-type]
            ends_at=self.ends_at.data,  # type: ignore[arg-type]
            deadline_at=self.deadline_at.data,  # type: ignore[arg-type]
            seats=self.seats.data or 0,
            seats_per_store=self.seats_per_store.data or 0,
            text=self.text.data or "",
            place=self.place.data or "",
            audience=self.audience(),
        )


class SignUpForm(PortalForm):
    """Who comes."""

    attendees = LinesField(_l("Who comes (one name a line)"), [InputRequired()])


class StoreSignUpForm(SignUpForm):
    """Our person signs a store up."""

    store_id = SelectField(_l("Store"), coerce=int)


class CancelForm(PortalForm):
    """Why an event is called off."""

    reason = TextAreaField(_l("Reason, as the stores read it"), [DataRequired(), Length(max=1000)])
