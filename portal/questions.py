"""What stands behind the question mark of an address: anybody can write anything there; what makes no sense is not asked."""

from __future__ import annotations

from datetime import date

from flask import request

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2200, 12, 31)
LARGEST_ID = 2**31 - 1


def day_asked(name: str) -> date | None:
    """A day of our times."""
    return day_of(request.args.get(name, ""))


def day_of(text: str) -> date | None:
    """The day that a text such as 2026-03-01 means, if it is one of our times."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def id_asked(name: str) -> int | None:
    """The number of an object."""
    number = request.args.get(name, type=int)
    return number if number is not None and 0 < number <= LARGEST_ID else None
