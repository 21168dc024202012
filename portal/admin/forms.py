"""The forms of administration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from portal.accounts.models import Role
from portal.accounts.viewer import role_title
from portal.forms import PortalForm


class NewRoleForm(PortalForm):
    """A role of the distributor's own."""

    title = StringField(_l("Name of the role"), [DataRequired(_l("Please name the role.")), Length(max=80)])
    like = SelectField(_l("To begin with, the same rights as"), coerce=int)

    def __init__(self, roles: Sequence[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ours, theirs = _("Distributor"), _("Store")
        self.like.choices = [
            SelectChoice(role.id, f"{role_title(role)} · {ours if role.side == 'distributor' else theirs}")
            for role in roles
        ]


class RoleForm(PortalForm):
    """What a role is called."""

    title = StringField(_l("Name of the role"), [Length(max=80)])


class DistributorForm(PortalForm):
    """What the distributor is called, and how it counts days."""

    name = StringField(_l("Name of the distributor"), [DataRequired(_l("Please give the name.")), Length(max=80)])
    language = RadioField(_l("Language of letters to people who have not chosen one"))
    timezone = StringField(
        _l("Time zone"), [DataRequired(_l("Please give a time zone.")), Length(max=60)], render_kw={"list": "zones"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [SelectChoice("zh_Hans", "中文"), SelectChoice("en", "English")]

    def validate_timezone(self, field: Any) -> None:
        """One that exists."""
        if field.data not in available_timezones():
            raise ValidationError(_("There is no time zone of this name. It looks like Asia/Shanghai."))
