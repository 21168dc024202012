"""Secrets that the portal itself must be able to read again: kept encrypted, each kind under a key of its own."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from flask import current_app

from portal.identity import derived_key


class SealBroken(Exception):
    """The secret cannot be read any more: the portal's SECRET_KEY is another one, or somebody changed the row."""


def seal(secret: str, purpose: str) -> str:
    """The secret as it may lie in the database."""
    return _cipher(purpose).encrypt(secret.encode()).decode()


def unseal(sealed: str, purpose: str) -> str:
    """The secret as it was; raises SealBroken."""
    try:
        return _cipher(purpose).decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken(purpose) from error


def secret_for(purpose: str) -> bytes:
    """32 secret bytes for a plug-in's own purpose, the same for ever while the portal keeps its SECRET_KEY."""
    return derived_key(current_app._get_current_object(), f"plug-in: {purpose}")  # type: ignore[attr-defined]


def _cipher(purpose: str) -> Fernet:
    key = derived_key(current_app._get_current_object(), purpose)  # type: ignore[attr-defined]
    return Fernet(base64.urlsafe_b64encode(key))
