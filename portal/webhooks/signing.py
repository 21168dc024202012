"""How a receiver knows that a delivery is ours, whole, and fresh."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

SIGNATURE_HEADER = "X-Storewise-Signature"
DELIVERY_HEADER = "X-Storewise-Delivery"
EVENT_HEADER = "X-Storewise-Event"


def signature(secret: str, moment: datetime, body: bytes) -> str:
    """The header's value: the moment in whole seconds, and HMAC-SHA256 over moment, a dot and the body."""
    seconds = str(int(moment.timestamp()))
    code = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={code}"
