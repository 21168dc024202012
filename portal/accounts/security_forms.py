"""Flask-Security's forms with our labels, and what they do not know: phone numbers, and people without an address."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_security import (
    ChangePasswordForm,
    ForgotPasswordForm,
    LoginForm,
    MfRecoveryForm,
    ResetPasswordForm,
    TwoFactorSetupForm,
    TwoFactorVerifyCodeForm,
    VerifyForm,
    WebAuthnRegisterForm,
    WebAuthnSigninResponseForm,
    lookup_identity,
)
from wtforms import BooleanField, PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, EqualTo, Length, ValidationError

from portal.identity import normal_email, people

CURRENT = {"autocomplete": "current-password"}
NEW = {"autocomplete": "new-password"}
CODE = {"autocomplete": "one-time-code", "inputmode": "numeric"}


NO_ADDRESS = _l("This is not an e-mail address.")


def _required(message: Any) -> DataRequired:
    return DataRequired(message=message)


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail or phone number, and password. (Flask-Security's view wants the field to be called email.)"""

    email = StringField(
        _l("E-mail or phone number"),
        [_required(_l("Please give your e-mail address or phone number.")), Length(max=255)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(_l("Password"), [_required(_l("Please give your password."))], render_kw=CURRENT)
    remember = BooleanField(_l("Stay logged in on this device for 30 days"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.password.description = ""  # the page has a link of its own for a forgotten password

    def validate(self, **kwargs: Any) -> bool:
        """Look the person up by whichever of the two it is."""
        if self.email.data:
            self.ifield = self.email
            self.user = lookup_identity(self.email.data.strip())
        return bool(super().validate(**kwargs))


class ShowItIsYouForm(VerifyForm):  # type: ignore[misc]
    """The password once more, before something sensitive."""

    password = PasswordField(_l("Password"), [_required(_l("Please give your password."))], render_kw=CURRENT)


def _known_address(form: Any, field: Any) -> None:
    """Find the person; Flask-Security's view hides from the visitor whether there is one."""
    address = normal_email(field.data)
    if address is None:
        raise ValidationError(NO_ADDRESS)
    field.data = address
    form.user = people().find_user(email=address)
    if form.user is None or not form.user.is_active:
        form.user = None
        raise ValidationError(_("Nobody has this address."))


class AskForPasswordForm(ForgotPasswordForm):  # type: ignore[misc]
    """Where to send the link that sets a new password."""

    email = StringField(
        _l("E-mail address"),
        [_required(_l("Please give your e-mail address.")), Length(max=255), _known_address],
        render_kw={"autocomplete": "email", "type": "email"},
    )


class NewPasswordForm(ResetPasswordForm):  # type: ignore[misc]
    """A new password, by the link of a letter."""

    password = PasswordField(_l("New password"), [_required(_l("Please choose a password."))], render_kw=NEW)
    password_confirm = PasswordField(
        _l("The same once more"), [EqualTo("password", _l("The two are not the same."))], render_kw=NEW
    )


class AnotherPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """A new password in place of the old one."""

    password = PasswordField(_l("Password until now"), render_kw=CURRENT)
    new_password = PasswordField(_l("New password"), [_required(_l("Please choose a password."))], render_kw=NEW)
    new_password_confirm = PasswordField(
        _l("The same once more"), [EqualTo("new_password", _l("The two are not the same."))], render_kw=NEW
    )


class SecondFactorForm(TwoFactorSetupForm):  # type: ignore[misc]
    """Authenticator app, or none."""

    setup = RadioField(_l("Second step"), validate_choice=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.setup.choices = [
            SelectChoice("authenticator", _l("With an authenticator app")),
            SelectChoice("disable", _l("Without a second step")),
        ]


class CodeForm(TwoFactorVerifyCodeForm):  # type: ignore[misc]
    """The six digits of the authenticator app."""

    code = StringField(
        _l("Code with 6 digits"),
        [_required(_l("Please give the code that the app shows.")), Length(max=12)],
        render_kw=CODE,
    )


class RecoveryCodeForm(MfRecoveryForm):  # type: ignore[misc]
    """One of the codes that were written down."""

    code = StringField(
        _l("Recovery code"),
        [_required(_l("Please give one of your recovery codes.")), Length(max=40)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )

    def validate(self, **kwargs: Any) -> bool:
        """A wrong code counts like any other failed try."""
        right = bool(super().validate(**kwargs))
        if not right and self.user is not None:
            self.user.track_failed_authn("recovery code", True)
        return right


class NewPasskeyForm(WebAuthnRegisterForm):  # type: ignore[misc]
    """A name for the passkey; ours are always enough by themselves to log in."""

    name = StringField(
        _l("Name of this device"), [_required(_l("Please name the device, such as “my phone”.")), Length(max=64)]
    )
    usage = RadioField(choices=[SelectChoice("first", "first")], default="first", validate_choice=True)


class PasskeyAnswerForm(WebAuthnSigninResponseForm):  # type: ignore[misc]
    """What the device signed."""

    def validate(self, **kwargs: Any) -> bool:
        """To show once more that it is you takes your own passkey, not anybody's.

        The view compares addresses, which two people who have none would share.
        """
        if not super().validate(**kwargs):
            return False
        if self.is_verify and self.user is not None and self.user.id != current_user.id:
            self.credential.errors = [*self.credential.errors, _("This passkey belongs to somebody else.")]
            return False
        return True


FORMS = {
    "login_form": SignInForm,
    "verify_form": ShowItIsYouForm,
    "forgot_password_form": AskForPasswordForm,
    "reset_password_form": NewPasswordForm,
    "change_password_form": AnotherPasswordForm,
    "two_factor_setup_form": SecondFactorForm,
    "two_factor_verify_code_form": CodeForm,
    "mf_recovery_form": RecoveryCodeForm,
    "wan_register_form": NewPasskeyForm,
    "wan_signin_response_form": PasskeyAnswerForm,
}
