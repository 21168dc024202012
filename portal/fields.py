"""Form fields that several plug-ins need: days, local moments, exact numbers, and lines of names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import get_timezone
from flask_babel import gettext as _
from wtforms import DateField, DateTimeLocalField, DecimalField, StringField
from wtforms.widgets import TextArea

from portal import clock
from portal.questions import FIRST_DAY, LAST_DAY


class LocalDateTimeField(DateTimeLocalField):
    """A moment typed in the distributor's time zone and kept in UTC; a time that the clock skips is refused."""

    data: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"format": ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs})

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the local time and turn it into UTC."""
        super().process_formdata(valuelist)
        if self.data is None:
            return
        if not FIRST_DAY <= self.data.date() <= LAST_DAY:
            self.data = None
            raise ValueError(_("Please give a day of our times."))
        here: Any = get_timezone()
        local = self.data.replace(tzinfo=here) if not hasattr(here, "localize") else here.localize(self.data)
        utc = local.astimezone(clock.now().tzinfo)
        if utc.astimezone(here).replace(tzinfo=None) != self.data:
            raise ValueError(_("This time does not exist on that day, because the clock is put forward."))
        self.data = utc

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        if not isinstance(self.data, datetime):
            return ""
        here: Any = get_timezone()
        return self.data.astimezone(here).strftime("%Y-%m-%dT%H:%M")


class DayField(DateField):
    """A day of our times."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day; what no calendar of ours has is refused."""
        super().process_formdata(valuelist)
        if self.data is not None and not FIRST_DAY <= self.data <= LAST_DAY:
            self.data = None
            raise ValueError(_("Please give a day of our times."))


class AmountField(DecimalField):
    """An exact number; what counts as none ("NaN", "Infinity") is refused."""

    data: Any

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number."""
        super().process_formdata(valuelist)
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(_("Please write a number."))


class LinesField(StringField):
    """Short texts, one a line."""

    widget = TextArea()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Split into lines, without the empty ones."""
        self.data = [line.strip() for value in valuelist for line in value.splitlines() if line.strip()]

    def _value(self) -> str:
        return "\n".join(self.data or ())
