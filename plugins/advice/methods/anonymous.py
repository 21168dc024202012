"""Taking out of a text what says whose it is; a person reads it again before anybody else does."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEFT_OUT = "…"
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
NUMBER = re.compile(r"(?<![\dA-Za-z])\+?\d(?:[\s-]?\d){6,}(?!\d)")  # phones, bank accounts, delivery notes


def anonymous(text: str, names: Iterable[str]) -> str:
    """The text without these names (longest first, whatever their case), mail addresses and long numbers."""
    for name in sorted({name.strip() for name in names}, key=lambda name: (-len(name), name)):
        if len(name) > 1 and name.isascii():
            text = re.sub(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", LEFT_OUT, text, flags=re.IGNORECASE)
        elif len(name) > 1:
            text = text.replace(name, LEFT_OUT)
    return NUMBER.sub(LEFT_OUT, ADDRESS.sub(LEFT_OUT, text))
