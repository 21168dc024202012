"""The forms of a person's own account, and of coming in by an invitation."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from portal.accounts.models import Role
from portal.accounts.passwords import normal_password, problem_with
from portal.accounts.viewer import role_title
from portal.forms import PortalForm

EMAIL = {"autocomplete": "email", "type": "email", "inputmode": "email"}
PHONE = {"autocomplete": "tel", "type": "tel", "inputmode": "tel"}
NEW_PASSWORD = {"autocomplete": "new-password"}


class ManyField(SelectMultipleField):
    """Several of many, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProfileForm(PortalForm):
    """What a person is called, and how the portal speaks and looks."""

    name = StringField(_l("Your name"), [DataRequired(_l("Please give your name.")), Length(max=80)])
    language = RadioField(_l("Language"))
    theme = RadioField(_l("Brightness"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [SelectChoice("zh_Hans", "中文"), SelectChoice("en", "English")]
        self.theme.choices = [
            SelectChoice("auto", _("Like the device")),
            SelectChoice("light", _("Light")),
            SelectChoice("dark", _("Dark")),
        ]


class EmailForm(PortalForm):
    """A new e-mail address, which a letter has to prove."""

    email = StringField(
        _l("New e-mail address"), [DataRequired(_l("Please give an e-mail address.")), Length(max=255)], render_kw=EMAIL
    )


class TokenForm(PortalForm):
    """A token for a program: what for, what it may do, how long."""

    name = StringField(
        _l("What is it for?"),
        [DataRequired(_l("Please say what it is for, so that you know it again.")), Length(max=80)],
    )
    reach = RadioField(_l("What may it do?"), default="some")
    scopes = ManyField(_l("Only this"))
    days = SelectField(_l("How long?"), coerce=int, default=90)

    def __init__(self, permissions: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reach.choices = [
            SelectChoice("some", _("Only what I choose")),
            SelectChoice("all", _("All that I may do")),
        ]
        self.scopes.choices = [SelectChoice(name, title) for name, title in permissions]
        self.days.choices = [
            SelectChoice(30, _("30 days")),
            SelectChoice(90, _("90 days")),
            SelectChoice(365, _("One year")),
            SelectChoice(0, _("Until I revoke it")),
        ]


class EraseForm(PortalForm):
    """Meant for good."""

    sure = BooleanField(
        _l("Yes, erase my account. I know that nobody can bring it back."),
        [DataRequired(_l("Please tick this if you are sure."))],
    )


class JoinForm(PortalForm):
    """A guest becomes a person: a name, and a password."""

    name = StringField(
        _l("Your name"),
        [DataRequired(_l("Please give your name.")), Length(max=80)],
        render_kw={"autocomplete": "name"},
    )
    password = PasswordField(
        _l("Choose a password"), [DataRequired(_l("Please choose a password."))], render_kw=NEW_PASSWORD
    )
    again = PasswordField(
        _l("The same once more"), [EqualTo("password", _l("The two are not the same."))], render_kw=NEW_PASSWORD
    )
    known: tuple[str, ...] = ()

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Both passwords in the one form in which they are kept."""
        super().process(*args, **kwargs)
        for field in (self.password, self.again):
            field.data = normal_password(field.data or "")

    def validate_password(self, field: Any) -> None:
        """The portal's rules for passwords, with what is known of the guest."""
        wrong = problem_with(field.data, [text for text in (self.name.data, *self.known) if text])
        if wrong:
            raise ValidationError(wrong)


class InviteForm(PortalForm):
    """Whom to invite, as what, and where."""

    name = StringField(_l("Name"), [Length(max=80)], render_kw={"autocomplete": "off"})
    phone = StringField(_l("Phone number"), [Length(max=40)], render_kw={**PHONE, "autocomplete": "off"})
    email = StringField(_l("E-mail address"), [Length(max=255)], render_kw={**EMAIL, "autocomplete": "off"})
    role = SelectField(_l("As"), coerce=int)
    store = StringField(_l("Store"), [Length(max=120)], render_kw={"list": "stores", "autocomplete": "off"})

    def __init__(self, roles: list[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role.id, role_title(role)) for role in roles]


class MemberForm(PortalForm):
    """A member's role and store."""

    role = SelectField(_l("Role"), coerce=int)
    store = StringField(_l("Store"), [Length(max=120)], render_kw={"list": "stores", "autocomplete": "off"})

    def __init__(self, roles: list[Role], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [SelectChoice(role.id, role_title(role)) for role in roles]
