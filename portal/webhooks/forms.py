"""The form of a web hook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length

from portal.accounts.forms import ManyField
from portal.forms import PortalForm
from portal.webhooks.events import Event
from portal.webhooks.services import HookPlan


class HookForm(PortalForm):
    """What it is called, where it goes, what it hears of."""

    name = StringField(_l("Name of the web hook"), [DataRequired(_l("Please name the web hook.")), Length(max=80)])
    url = StringField(
        _l("Address"),
        [DataRequired(_l("Please give the address.")), Length(max=1000)],
        render_kw={"inputmode": "url", "autocomplete": "off", "spellcheck": "false", "placeholder": "https://"},
    )
    events = ManyField(_l("What it hears of"))

    def __init__(self, offered: Sequence[Event], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.events.choices = [SelectChoice(event.name, event.title) for event in offered]

    def plan(self) -> HookPlan:
        """What was filled in."""
        return HookPlan(self.name.data or "", self.url.data or "", tuple(self.events.data or ()))
