"""What a plug-in answers, checked and made plain, so that none of its code runs later, in a sort or a template."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache, partial
from itertools import islice
from operator import index
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from flask_babel.speaklater import LazyString
from markupsafe import Markup
from sqlalchemy import Select

from portal import contracts

Convert = Callable[[Any], Any]
Answer = TypeVar("Answer")

ANSWERS: dict[str, type] = {
    "home_cards": contracts.HomeCard,
    "timeline": contracts.TimelineEntry,
    "calendar_entries": contracts.CalendarEntry,
    "search": contracts.SearchHit,
    "briefing_sections": contracts.BriefingSection,
    "store_signals": contracts.StoreSignal,
    "personal_data": contracts.PersonalData,
}

# So many answers of one plug-in to one question are taken; what comes after them is left out, and the page says so.
LIMIT = 200
LIMITS = {"timeline": 500, "calendar_entries": 2000}  # a year of a feed holds more than a page does


def take(member: str, answers: Iterable[Any]) -> tuple[list[Any], bool]:
    """The plug-in's answers as plain data, and whether there were more than are taken."""
    limit = LIMITS.get(member, LIMIT)
    kind = ANSWERS[member]
    source = iter(answers)
    try:
        items: list[Any] = [plain(kind, item) for item in islice(source, limit)]
        return items, next(source, None) is not None
    finally:
        _close(source)


def _close(source: Iterator[Any]) -> None:
    """End a generator now: left alone it would end some time later, wherever that is."""
    with suppress(AttributeError):
        source.close()  # type: ignore[attr-defined]


def plain(kind: type[Answer], item: Any) -> Answer:
    """The item as a new `kind` whose fields are what the contract says; TypeError names the field that is not."""
    if not isinstance(item, kind):
        raise TypeError(f"gave a {type(item).__name__}, not a {kind.__name__}")
    values = {}
    for name, convert in _fields(cast(Hashable, kind)):
        try:
            values[name] = convert(getattr(item, name))
        except (TypeError, ValueError) as error:
            raise TypeError(f"{kind.__name__}.{name} {error}") from error
    return kind(**values)


@lru_cache(maxsize=64)
def _fields(kind: Any) -> tuple[tuple[str, Convert], ...]:
    only_typing = {"Markup": Markup, "Select": Select, "Store": Any, "Viewer": Any}
    hints = get_type_hints(kind, vars(contracts), only_typing, include_extras=True)
    return tuple((field.name, _converter(hints[field.name])) for field in fields(kind))


def _converter(hint: Any) -> Convert:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return text
    if origin in (Union, UnionType):
        inner = [argument for argument in arguments if argument is not type(None)]
        if all(get_origin(argument) is Literal for argument in inner):
            return partial(_one_of, tuple(value for argument in inner for value in get_args(argument)))
        return partial(_optional, _converter(inner[0]))
    if origin is Literal:
        return partial(_one_of, arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        return partial(_many, _converter(arguments[0]))
    if origin is tuple:
        return partial(_each, tuple(_converter(argument) for argument in arguments))
    if origin is Mapping:
        return _record
    if origin is Callable:
        return _function
    if is_dataclass(hint):
        return partial(plain, cast(type, hint))
    return SIMPLE[hint]


def text(value: Any) -> str:
    """A text as the reader reads it, said now: a lazy translation that fails in a template could not be contained."""
    if not isinstance(value, str | LazyString):
        raise TypeError(f"is {_described(value)}, not a text")
    return str.__str__(str(value))


def _optional(convert: Convert, value: Any) -> Any:
    return None if value is None else convert(value)


def _one_of(allowed: tuple[Any, ...], value: Any) -> Any:
    if value not in allowed:
        raise ValueError(f"is {value!r}, not one of {', '.join(map(repr, allowed))}")
    return value


def _many(convert: Convert, value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise TypeError(f"is {_described(value)}, not a tuple")
    return tuple(convert(part) for part in value)


def _each(converters: tuple[Convert, ...], value: Any) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple) or len(value) != len(converters):
        raise TypeError(f"is {_described(value)}, not a tuple of {len(converters)}")
    return tuple(convert(part) for convert, part in zip(converters, value, strict=True))


def _record(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise TypeError(f"is {_described(value)}, not a mapping")
    return {text(key): _plain_value(entry) for key, entry in value.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Markup | LazyString):
        return text(value)
    if value is None or isinstance(value, str | int | float | bool | Decimal | date | time | timedelta):
        return value
    if isinstance(value, list | tuple):
        return [_plain_value(part) for part in value]
    raise TypeError(f"holds {_described(value)}, not a plain value")


def _function(value: Any) -> Any:
    if not callable(value):
        raise TypeError(f"is {_described(value)}, not a function")
    return value


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"is {_described(value)}, not a datetime")
    if value.utcoffset() is None:
        raise ValueError("is a moment without a time zone")
    return value


def _amount(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(f"is {_described(value)}, not a Decimal")
    amount = Decimal(value)
    if not amount.is_finite():
        raise ValueError(f"is {amount}, not an amount")
    return amount


def _figure(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, float | int):
        raise TypeError(f"is {_described(value)}, not a number")
    if not math.isfinite(value):
        raise ValueError(f"is {value}, not a finite number")
    return float(value)


def _whole(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError("is a bool, not a whole number")
    return index(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(f"is {_described(value)}, not True or False")
    return value


def _drawing(value: Any) -> Markup:
    if not isinstance(value, Markup):
        raise TypeError(f"is {_described(value)}, not a Markup: draw it with portal.api.charts")
    return Markup(str.__str__(value))  # noqa: S704 (it is one already: a subclass must not run code later)


def _described(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"


SIMPLE: dict[Any, Convert] = {
    str: text,
    bool: _flag,
    int: _whole,
    float: _figure,
    Decimal: _amount,
    datetime: _moment,
    Markup: _drawing,
}
