"""What a check of the doctor says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact: all is well, worth knowing, or something does not work (or is not safe) until it is mended."""

    level: Level
    subject: str
    text: str


Check = Callable[[], Iterable[Finding]]


def ok(subject: str, text: str) -> Finding:
    """All is well."""
    return Finding("ok", subject, text)


def warning(subject: str, text: str) -> Finding:
    """Worth knowing."""
    return Finding("warning", subject, text)


def problem(subject: str, text: str) -> Finding:
    """To be mended."""
    return Finding("problem", subject, text)
