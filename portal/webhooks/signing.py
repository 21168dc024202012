"""How a receiver knows that a delivery is ours, whole, and fresh."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

SIGNATURE_HEADER = "X-Storewise-Signature"
DELIVERY_HEADER = "X-Storewise-Delivery"
EVENT_HEADER = "X-Storewise-Event"


def signature(secret: str, moment: datetime, body: bytes) -> str:
    """The header's value: the moment in whole seconds, and HMAC-SHA256 over moment, a dot and the body."""
    seconds = str(int(moment.timestamp()))
    code = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={code}"


def signatures(secrets: Sequence[str], moment: datetime, body: bytes, *, tries: int = 0) -> str:
    """The header's value by each of the secrets, with a blank between them; each part stands for itself.

    A receiver that looks at one part alone, always the same, finds the one it knows at this try or at the next: the
    parts change places with each.
    """
    turned = secrets if tries % 2 == 0 else secrets[::-1]
    return " ".join(signature(secret, moment, body) for secret in turned)
