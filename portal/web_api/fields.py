"""Fields of the web API: exactly as strict as the document says, so that nothing reaches the database that it refuses.

JSON has types, and they count: "12" is no number and "yes" is no truth. A query string has none, so there `from_text`
reads them from text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import marshmallow as ma

LARGEST_ID = 2**31 - 1
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2200, 12, 31)
FIRST_MOMENT, LAST_MOMENT = datetime(1970, 1, 2, tzinfo=UTC), datetime(2200, 12, 30, tzinfo=UTC)


class Text(ma.fields.String):
    """A text of at most `longest` characters; at least one, other than blanks, where it is `filled`."""

    def __init__(self, longest: int = 200, *, filled: bool = False, **kwargs: Any) -> None:
        checks: list[Any] = [ma.validate.Length(1 if filled else 0, longest)]
        if filled:
            checks.append(ma.validate.Regexp(r"\s*\S", error="Must not be blank."))
        super().__init__(validate=checks, **kwargs)


class Choice(ma.fields.String):
    """One of a few words."""

    def __init__(self, words: Sequence[str], **kwargs: Any) -> None:
        super().__init__(validate=ma.validate.OneOf(tuple(words)), **kwargs)


class Whole(ma.fields.Integer):
    """A whole number between two others."""

    def __init__(self, least: int = 0, most: int = LARGEST_ID, *, from_text: bool = False, **kwargs: Any) -> None:
        super().__init__(strict=not from_text, validate=ma.validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool) or (isinstance(value, str) and not value.lstrip("-").isdecimal()):
            raise self.make_error("invalid", input=value)
        if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
            value = int(value)  # 2.0 is the whole number 2 in JSON
        return super()._deserialize(value, attr, data, **kwargs)


class Identity(Whole):
    """The number of an object."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1, LARGEST_ID, **kwargs)


class Flag(ma.fields.Boolean):
    """True or false; in a query string the words."""

    def __init__(self, *, from_text: bool = False, **kwargs: Any) -> None:
        super().__init__(truthy={"true"} if from_text else {True}, falsy={"false"} if from_text else {False}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Measure(ma.fields.Float):
    """A number that is not exact by nature, such as an area."""

    def __init__(self, least: float, most: float, **kwargs: Any) -> None:
        super().__init__(allow_nan=False, validate=ma.validate.Range(least, most), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if isinstance(value, bool | str):
            raise self.make_error("invalid", input=value)
        return super()._deserialize(value, attr, data, **kwargs)


class Amount(ma.fields.Decimal):
    """An exact decimal number, as text such as "12.50"."""

    def __init__(self, least: int | str, most: int | str, places: int = 2, **kwargs: Any) -> None:
        pattern = rf"^[0-9]{{1,12}}(\.[0-9]{{1,{places}}})?$"
        metadata = {"pattern": pattern, "type": "string", **kwargs.pop("metadata", {})}
        checks = [ma.validate.Range(Decimal(least), Decimal(most))]
        super().__init__(as_string=True, places=places, validate=checks, metadata=metadata, **kwargs)
        self.matches = ma.validate.Regexp(pattern)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        self.matches(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Day(ma.fields.Date):
    """A day of our times, as 2026-03-01."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", validate=ma.validate.Range(FIRST_DAY, LAST_DAY), **kwargs)


class Moment(ma.fields.AwareDateTime):
    """A moment of our times with its offset, as 2026-03-01T09:30:00+08:00."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=_moment_of_our_times, **kwargs)


def _moment_of_our_times(value: datetime) -> None:
    try:
        inside = FIRST_MOMENT <= value <= LAST_MOMENT
    except OverflowError:
        inside = False
    if not inside:
        raise ma.ValidationError("Must lie between 1970 and 2200.")


def many(field: ma.fields.Field[Any], most: int, least: int = 0, **kwargs: Any) -> ma.fields.List[Any]:
    """A list of at most so many."""
    return ma.fields.List(field, validate=ma.validate.Length(least, most), **kwargs)
