"""Where to go next: only ever to our own pages."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for


def safe_next(target: str | None) -> str:
    """The target when it is a path of this portal, else the page that sent the visitor, else the start."""
    if target and is_own_path(target):
        return target
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc == request.host and is_own_path(referrer.path):
        return referrer.path + (f"?{referrer.query}" if referrer.query else "")
    return url_for("home.start")


def is_own_path(target: str) -> bool:
    """Whether the target is an absolute path without scheme, host, backslash or control character."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    if any(ord(character) < 32 for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc
