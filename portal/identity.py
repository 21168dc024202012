"""Signing in: Flask-Security with e-mail or phone number as identity, its pages and answers made ours."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import email_validator
from flask import Flask, abort, make_response, redirect, render_template, request, session
from flask_babel import lazy_gettext as _l
from flask_security import Security, SQLAlchemyUserDatastore, current_user
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal import clock
from portal.accounts.models import Passkey, Person, Role
from portal.db import db
from portal.tenancy import all_distributors

REGION = "CN"
FRESH_FOR = timedelta(minutes=20)  # how long after giving the password sensitive things may be done without it


class PersonStore(SQLAlchemyUserDatastore):
    """People belong to no distributor, so the look-up of one stands outside of the walls."""

    def find_user(self, case_insensitive: bool = False, **kwargs: Any) -> Any:
        """The person with this attribute, with passkeys; addresses are kept in small letters, so case needs no care."""
        ((name, value),) = kwargs.items()
        statement = select(Person).where(getattr(Person, name) == value).options(selectinload(Person.webauthn))
        with all_distributors(reason="find a person to sign in", quiet=True):
            return db.session.scalars(statement).one_or_none()

    def find_webauthn(self, credential_id: bytes) -> Any:
        """The passkey with this id."""
        statement = select(Passkey).where(Passkey.credential_id == credential_id)
        with all_distributors(reason="find a passkey", quiet=True):
            return db.session.scalars(statement).one_or_none()


def normal_phone(text: str | None) -> str | None:
    """A phone number as E.164, or None when it is none; numbers without a country are Chinese."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text or "", REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normal_email(text: str | None) -> str | None:
    """An e-mail address in the one form in which we keep it, or None when it is none."""
    try:
        valid = email_validator.validate_email((text or "").strip(), check_deliverability=False, test_environment=True)
    except email_validator.EmailNotValidError:
        return None
    return valid.normalized.lower()


def init_app(app: Flask) -> None:
    """Set up Flask-Security, the devices people are signed in on, and the limits of tries."""
    from portal.accounts import factors, letters, limits, notes, passwords, security_forms, sessions

    app.config.update(_settings(app))
    store = PersonStore(db, Person, Role, webauthn_model=Passkey)  # type: ignore[arg-type]
    security = Security(
        app,
        store,
        render_template=_page,
        mail_util_cls=letters.SecurityLetters,
        password_util_cls=passwords.PasswordRules,
        totp_cls=factors.OnceOnlyTotp,
        webauthn_util_cls=factors.Passkeys,
        mf_recovery_codes_util_cls=factors.HashedRecoveryCodes,
        **security_forms.FORMS,  # type: ignore[arg-type]
    )
    security.context_processor(factors.page_context)
    security.want_json(lambda _request: False)  # the web API has tokens of its own; these pages are for people
    app.extensions["storewise_people"] = (security, store)
    for unused in ("security.two_factor_rescue", "security.tf_select"):
        app.view_functions[unused] = _not_here
    for endpoint, first in (
        ("security.two_factor_token_validation", _only_while_it_is_set_up),
        ("security.forgot_password", _only_for_an_address),
    ):
        app.view_functions[endpoint] = first(app.view_functions[endpoint])
    sessions.init_app(app)
    notes.init_app(app)
    limits.init_app(app)


def people() -> PersonStore:
    """The store of people that Flask-Security writes to."""
    from flask import current_app

    return current_app.extensions["storewise_people"][1]  # type: ignore[no-any-return]


def _page(template: str, **context: Any) -> Any:
    """A page of Flask-Security; with mistakes in its form it is an answer that changed nothing."""
    body = render_template(template, **context)
    wrong = any(isinstance(value, FlaskForm) and value.errors for value in context.values())
    return make_response(body, 422) if wrong and request.method == "POST" else body


def _only_while_it_is_set_up(view: Callable[..., Any]) -> Callable[..., Any]:
    """The page of codes; it would log out whoever is signed in and asks for it without setting up a second step."""

    @wraps(view)
    def guarded() -> Any:
        if current_user.is_authenticated and session.get("tf_state") != "validating_profile":
            return redirect("/today")
        return view()

    return guarded


def _only_for_an_address(view: Callable[..., Any]) -> Callable[..., Any]:
    """Flask-Security answers the same to whatever is typed, so that nobody learns who exists; that a phone number
    gets no letter may be said."""
    from portal.accounts.security_forms import NO_ADDRESS, AskForPasswordForm

    @wraps(view)
    def guarded() -> Any:
        if request.method == "POST" and normal_email(request.form.get("email")) is None:
            form = AskForPasswordForm()
            form.email.errors = [NO_ADDRESS]
            return _page("security/forgot_password.html", forgot_password_form=form)
        return view()

    return guarded


def _not_here() -> Any:
    """Ways of Flask-Security that nobody here is led to: help by e-mail, and a choice among several second steps."""
    abort(404)


def derived_key(app: Flask, purpose: str) -> bytes:
    """A key of its own for each purpose, from the one secret of the portal."""
    return hmac.new(app.config["SECRET_KEY"].encode(), purpose.encode(), hashlib.sha256).digest()


def _settings(app: Flask) -> dict[str, Any]:
    return {
        "SELF_GUARDED_BLUEPRINTS": frozenset({"security"}),
        "SECURITY_URL_PREFIX": "/auth",
        "SECURITY_STATIC_FOLDER": None,
        "SECURITY_USER_IDENTITY_ATTRIBUTES": [
            {"email": {"mapper": normal_email}},
            {"phone": {"mapper": normal_phone}},
        ],
        "SECURITY_API_ENABLED_METHODS": ["session"],
        "SECURITY_DATETIME_FACTORY": clock.now,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_I18N_DIRNAME": [str(Path(app.root_path) / "translations"), "builtin"],
        "SECURITY_POST_LOGIN_VIEW": "/account/welcome",
        "SECURITY_POST_LOGOUT_VIEW": "/auth/login",
        "SECURITY_POST_CHANGE_VIEW": "/account",
        "SECURITY_POST_VERIFY_VIEW": "/account",
        "SECURITY_FRESHNESS": FRESH_FOR,
        "SECURITY_FRESHNESS_GRACE_PERIOD": FRESH_FOR,
        **_passwords(),
        **_second_factors(app),
        **_messages(),
    }


def _passwords() -> dict[str, Any]:
    return {
        "SECURITY_PASSWORD_HASH": "argon2",
        "SECURITY_PASSWORD_SCHEMES": ["argon2"],
        "SECURITY_DEPRECATED_PASSWORD_SCHEMES": [],
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_LENGTH_MIN": 10,
        "SECURITY_RECOVERABLE": True,
        "SECURITY_RESET_PASSWORD_WITHIN": timedelta(hours=2),
        "SECURITY_CHANGEABLE": True,
        "SECURITY_EMAIL_HTML": False,  # letters are written in portal/accounts/letters.py
        "SECURITY_EMAIL_PLAINTEXT": False,
    }


def _second_factors(app: Flask) -> dict[str, Any]:
    return {
        "SECURITY_TWO_FACTOR": True,
        "SECURITY_TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "SECURITY_TWO_FACTOR_RESCUE_EMAIL": False,
        "SECURITY_TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "SECURITY_TOTP_SECRETS": {"1": derived_key(app, "totp").hex()},
        "SECURITY_TOTP_ISSUER": "Storewise",
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES": True,
        "SECURITY_MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "SECURITY_WEBAUTHN": True,
        "SECURITY_WAN_RP_NAME": "Storewise",
        "SECURITY_WAN_ALLOW_USER_HINTS": False,
        "SECURITY_WAN_ALLOW_AS_VERIFY": ["first", "secondary"],
        "SECURITY_WAN_SIGNIN_WITHIN": timedelta(minutes=5),
        "SECURITY_WAN_POST_REGISTER_VIEW": "/auth/wan-register",
        "SECURITY_TWO_FACTOR_POST_SETUP_VIEW": "/auth/mf-recovery-codes",
    }


def _messages() -> dict[str, Any]:
    """What Flask-Security says, in our words where its own would puzzle a store manager."""
    return {
        "SECURITY_MSG_GENERIC_AUTHN_FAILED": (_l("The name or the password is not right. Please check both."), "error"),
        "SECURITY_MSG_UNAUTHENTICATED": (_l("Please log in to go on."), "info"),
        "SECURITY_MSG_REAUTHENTICATION_REQUIRED": (_l("To be safe, please show once more that it is you."), "info"),
        "SECURITY_MSG_PASSWORD_RESET_NO_LOGIN": (_l("Your new password is set. Please log in with it."), "success"),
        "SECURITY_MSG_PASSWORD_CHANGE": (
            _l("Your password is changed. All other devices have been logged out."),
            "success",
        ),
        "SECURITY_MSG_INVALID_RESET_PASSWORD_TOKEN": (
            _l("This link does not work any more. Please ask for a new one."),
            "error",
        ),
    }


__all__ = ["PersonStore", "derived_key", "init_app", "normal_email", "normal_phone", "people"]
