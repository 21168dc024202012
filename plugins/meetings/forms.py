"""The forms of meetings."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from plugins.meetings.methods.slots import Window
from plugins.meetings.models import KINDS, LENGTHS_MINUTES, PLACES
from portal.api import LinesField, PortalForm

KIND_TITLES = {
    "advice": _l("Advice"),
    "negotiation": _l("Terms and prices"),
    "training": _l("Training"),
    "rush": _l("Urgent problem"),
}
PLACE_TITLES = {
    "store": _l("In the store"),
    "office": _l("At our office"),
    "phone": _l("By phone"),
    "video": _l("By video"),
}
DAYS = (_l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"))


class BookForm(PortalForm):
    """A store books a time."""

    starts_at = RadioField(_l("Time"), [InputRequired()], validate_choice=False)
    kind = RadioField(_l("What about"), choices=[SelectChoice(k, KIND_TITLES[k]) for k in KINDS], default="advice")
    place = RadioField(_l("Where"), choices=[SelectChoice(p, PLACE_TITLES[p]) for p in PLACES], default="store")
    topic = TextAreaField(_l("What should we prepare?"), [Length(max=2000)])
    length_minutes = HiddenField(default="30")

    def validate_starts_at(self, field: RadioField) -> None:
        """The slot is an ISO moment with its zone."""
        try:
            if datetime.fromisoformat(field.data or "").tzinfo is None:
                raise ValueError("no zone")
        except ValueError as error:
            raise ValidationError(_("Please choose a time.")) from error

    def validate_length_minutes(self, field: HiddenField) -> None:
        """One of the lengths on offer."""
        if field.data not in {str(length) for length in LENGTHS_MINUTES}:
            raise ValidationError(_("Please choose one of the list."))


class CancelForm(PortalForm):
    """Why a meeting is called off."""

    reason = TextAreaField(_l("Reason"), [InputRequired(), Length(max=1000)])


class StoreBookForm(BookForm):
    """Our person books for a store."""

    store_id = SelectField(_l("Store"), coerce=int)


class WindowsForm(PortalForm):
    """Weekly windows, a line a day such as 09:00-12:00, 13:30-18:00."""

    monday = LinesField(DAYS[0])
    tuesday = LinesField(DAYS[1])
    wednesday = LinesField(DAYS[2])
    thursday = LinesField(DAYS[3])
    friday = LinesField(DAYS[4])
    saturday = LinesField(DAYS[5])
    sunday = LinesField(DAYS[6])

    def days(self) -> list[LinesField]:
        """The seven fields from Monday to Sunday."""
        return [
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        ]

    def show(self, windows: list[Window]) -> None:
        """Fill in the present windows."""
        for weekday, field in enumerate(self.days()):
            field.data = [f"{_clock(w.start_minute)}-{_clock(w.end_minute)}" for w in windows if w.weekday == weekday]

    def windows(self) -> list[Window] | None:
        """What was typed; None with errors at the fields when it cannot be read."""
        found, wrong = [], False
        for weekday, field in enumerate(self.days()):
            text = ",".join(field.data or ()).replace("，", ",").replace("：", ":").replace("–", "-")
            for part in (piece.strip() for piece in text.split(",") if piece.strip()):
                try:
                    start, end = (_minutes(side) for side in part.split("-"))
                    found.append(Window(weekday, start, end))
                except ValueError:
                    field.errors = [*field.errors, _("Write it like 09:00-12:00, 13:30-18:00.")]
                    wrong = True
        return None if wrong else found


def _minutes(text: str) -> int:
    hours, _colon, minutes = text.strip().partition(":")
    value = int(hours) * 60 + int(minutes or 0)
    if not 0 <= int(minutes or 0) < 60:
        raise ValueError("no such minute")
    return value


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
