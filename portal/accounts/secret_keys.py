"""Secrets that are handed out once and kept as a hash: sessions, invitations, API tokens."""

from __future__ import annotations

import hashlib
import hmac
import secrets


def new_secret(prefix: str = "") -> str:
    """256 random bits that survive an address and a QR code."""
    return prefix + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """What is kept of a secret; it is random, so a fast hash without salt is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def fits(secret: str, kept_hash: str) -> bool:
    """Whether the secret is the one whose hash was kept, compared in constant time."""
    return hmac.compare_digest(hash_of(secret), kept_hash)
