"""The forms of how people and channels are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length

from portal.accounts.forms import ManyField
from portal.contracts import NotificationKind
from portal.forms import PortalForm
from portal.notifications.channels import ChannelPlan

AT_ONCE, DAILY = "at_once", "daily"


class WishesForm(PortalForm):
    """Which kinds a person gets by mail, when, and when not."""

    mail = ManyField(_l("Also by e-mail"))
    rhythm = RadioField(_l("When do the mails come?"))
    hour = SelectField(_l("Daily mail at"), coerce=int)
    quiet_from = TimeField(_l("No mail from"), [InputRequired(_l("Please write the time as HH:MM."))])
    quiet_until = TimeField(_l("until"), [InputRequired(_l("Please write the time as HH:MM."))])

    def __init__(self, kinds: Sequence[NotificationKind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        urgent = _("urgent: at once, also in quiet hours")
        self.mail.choices = [
            SelectChoice(kind.name, f"{kind.title} · {urgent}" if kind.urgent else str(kind.title)) for kind in kinds
        ]
        self.rhythm.choices = [
            SelectChoice(AT_ONCE, _("At once, one for each message")),
            SelectChoice(DAILY, _("Once a day, all in one")),
        ]
        self.hour.choices = [SelectChoice(hour, f"{hour:02}:00") for hour in range(24)]


class ChannelForm(PortalForm):
    """A channel: what it is called, where it goes, what it hears of."""

    name = StringField(_l("Name of the channel"), [DataRequired(_l("Please name the channel.")), Length(max=80)])
    address = StringField(
        _l("Address"),
        [Length(max=1000)],
        render_kw={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "off"},
    )
    ours = ManyField(_l("Messages to our people"))
    theirs = ManyField(_l("Messages to stores"))
    language = RadioField(_l("Language"))

    def __init__(self, kinds: Sequence[NotificationKind], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ours.choices = [SelectChoice(k.name, str(k.title)) for k in kinds if k.side == "distributor"]
        self.theirs.choices = [SelectChoice(k.name, str(k.title)) for k in kinds if k.side == "store"]
        self.language.choices = [SelectChoice("zh_Hans", "中文"), SelectChoice("en", "English")]

    def plan(self) -> ChannelPlan:
        """What was filled in."""
        kinds = (*(self.ours.data or ()), *(self.theirs.data or ()))
        return ChannelPlan(self.name.data or "", self.address.data or "", kinds, self.language.data)
