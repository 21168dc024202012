"""Secrets in an answer: shown this once, and not kept for who asks again with the same Idempotency-Key."""

from __future__ import annotations

import json

from flask import g


def told_once(**members: str) -> dict[str, str]:
    """These members of the answer; one that is repeated has null in their place."""
    g.told_once = tuple(members)
    return members


def without_secrets(body: str) -> str:
    """The answer as it may be kept."""
    names = g.pop("told_once", ())
    if not names or not body:
        return body
    return json.dumps(json.loads(body) | dict.fromkeys(names), ensure_ascii=False)
