"""Names of uploads: what people called them, without what could harm."""

from __future__ import annotations

import re
import unicodedata

_FORBIDDEN = re.compile(r'[<>:"|?*/\\]')
_SPACES = re.compile(r"\s+")
# Bytes, because file systems count them so: a Chinese character takes three.
MAX_NAME_BYTES = 180


def clean_name(name: str | None, ending: str, fallback: str = "file") -> str:
    """A harmless file name with the given ending: no path, no control or direction characters, not too long."""
    text = shown_name(name)
    stem, dot, old = text.rpartition(".")
    if dot and stem and re.fullmatch(r"(?=.*[A-Za-z])[A-Za-z0-9]{1,5}", old):
        text = stem
    stem = _cut(text.strip(" ."), MAX_NAME_BYTES - len(ending))
    return (stem or fallback) + ending


def shown_name(name: str | None) -> str:
    """What a message calls an upload that may yet be refused; "" when it has no name."""
    text = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    text = "".join(" " if char.isspace() else char for char in text)
    text = "".join(char for char in text if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    return _SPACES.sub(" ", _FORBIDDEN.sub("_", text)).strip(" .")[:MAX_NAME_BYTES]


def _cut(text: str, max_bytes: int) -> str:
    return text.encode()[:max_bytes].decode(errors="ignore").rstrip(" .")
