"""What a table would change, and what was there before it did."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Summary:
    """What the rows say, for a preview. entries: levels, products, or units of a product on a day; units where they add up."""

    stores: int
    products: int
    new: int
    changed: int
    same: int
    first: date | None = None
    last: date | None = None
    units: int | None = None


@dataclass(frozen=True, slots=True)
class Before:
    """What one thing was before (packed, None where it was not there), and a digest of what it was made."""

    kind: str
    store_id: int | None
    key: str
    data: bytes | None
    after: str


class Parsed(Protocol):
    """Rows in which nothing is wrong."""

    def summary(self) -> Summary:
        """What taking them in would change; changes nothing."""

    def write(self) -> tuple[dict[str, int], Sequence[Before]]:
        """Take them in: what was done, in numbers, and what was there before."""


def digest(data: bytes) -> str:
    """By which a thing is known again."""
    return hashlib.sha256(data).hexdigest()


def packed(things: Any) -> bytes:
    """Plain values as few bytes, the same for the same values."""
    return zlib.compress(json.dumps(things, sort_keys=True, ensure_ascii=False).encode(), 6)


def unpacked(data: bytes) -> Any:
    """What packed() made."""
    return json.loads(zlib.decompress(data))
