"""What stands beside the password: codes of an authenticator app, recovery codes, passkeys."""

from __future__ import annotations

import ipaddress
from typing import Any

import segno
from flask import request
from flask_login import current_user
from flask_security import MfRecoveryCodesUtil, Totp, WebauthnUtil
from passlib.exc import UsedTokenError
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from portal.accounts.models import UsedCode
from portal.accounts.secret_keys import hash_of
from portal.db import db
from portal.tenancy import all_distributors


class OnceOnlyTotp(Totp):  # type: ignore[misc]
    """Codes that change every half minute, each taken once; drawn as a QR code for the app."""

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Note the code as used; a second use, even at the same moment elsewhere, is refused."""
        try:
            with all_distributors(reason="note a used code", quiet=True), db.session.begin_nested():
                db.session.execute(
                    delete(UsedCode).where(UsedCode.person_id == user.id, UsedCode.counter < tmatch.counter - 10)
                )
                db.session.add(UsedCode(person_id=user.id, counter=tmatch.counter))
        except IntegrityError as error:
            raise UsedTokenError from error

    def generate_qrcode(self, username: str, totp: str) -> str:
        """The picture that the app scans, as an address of an image."""
        return segno.make(self.get_totp_uri(username, totp), error="m").svg_data_uri(scale=5, border=2, light="#fff")


class HashedRecoveryCodes(MfRecoveryCodesUtil):  # type: ignore[misc]
    """Recovery codes of which only hashes are kept: they can be read once, when they are made."""

    def _encrypt_codes(self, codes: list[str]) -> list[str]:
        return [hash_of(normal_code(code)) for code in codes]

    def get_recovery_codes(self, user: Any) -> list[str]:
        """None that could be shown again; how many are left is len(person.mf_recovery_codes)."""
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        """Whether this is one of the person's unused codes."""
        return hash_of(normal_code(code)) in (user.mf_recovery_codes or [])

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        """Strike the code; it works once."""
        user.mf_recovery_codes = [kept for kept in user.mf_recovery_codes or [] if kept != hash_of(normal_code(code))]
        return True


def normal_code(code: str) -> str:
    """A recovery code as it was given out, however it was copied."""
    return "".join(character for character in code.lower() if character.isalnum())


class Passkeys(WebauthnUtil):  # type: ignore[misc]
    """Passkeys of any kind of device, which find their owner by themselves and check who holds the device."""

    def authenticator_selection(self, user: Any, usage: str) -> Any:
        """A key that can be found without a name, on a device that asks for finger, face or PIN."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        )

    def user_verification(self, user: Any, usage: list[str]) -> Any:
        """The device must make sure that its owner holds it: that makes a passkey two factors in one."""
        return UserVerificationRequirement.REQUIRED


def passkeys_possible() -> bool:
    """Browsers bind passkeys to a name, so there are none where the portal is reached by a bare address."""
    host = request.host.rpartition(":")[0] or request.host
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return True
    return False


def page_context() -> dict[str, Any]:
    """What the pages of logging in and of second steps show about the person and the place."""
    person = current_user if current_user.is_authenticated else None
    return {
        "passkeys_possible": passkeys_possible(),
        "passkeys": person.webauthn if person else (),
        "second_step_on": bool(person and person.tf_primary_method),
        "codes_left": len(person.mf_recovery_codes or []) if person else 0,
    }
