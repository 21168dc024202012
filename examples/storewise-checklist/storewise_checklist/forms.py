"""Forms of the checklist."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, Form, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from portal.api import PortalForm
from storewise_checklist.models import DAILY, WEEKLY
from storewise_checklist.services import NewItem

WEEKDAYS = (
    SelectChoice(0, _l("Monday")),
    SelectChoice(1, _l("Tuesday")),
    SelectChoice(2, _l("Wednesday")),
    SelectChoice(3, _l("Thursday")),
    SelectChoice(4, _l("Friday")),
    SelectChoice(5, _l("Saturday")),
    SelectChoice(6, _l("Sunday")),
)
RHYTHMS = (SelectChoice(DAILY, _l("every day")), SelectChoice(WEEKLY, _l("once a week")))


class ItemForm(PortalForm):
    """One more thing to look at."""

    title = StringField(_l("What to look at"), [InputRequired(), Length(max=120)])
    why = StringField(_l("Why"), [Length(max=300)])
    rhythm = SelectField(_l("How often"), choices=RHYTHMS)

    def new_item(self) -> NewItem:
        """What was typed, for the service."""
        return NewItem(str(self.title.data).strip(), str(self.why.data or "").strip(), str(self.rhythm.data))


class SettingsForm(Form):
    """What a distributor can set."""

    weekly_day = SelectField(_l("Day of the weekly things"), coerce=int, choices=WEEKDAYS)
    remind = BooleanField(_l("Remind stores at ten o'clock of what is still open"))
