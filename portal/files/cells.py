"""What people write into cells, as values: numbers with ¥ and thousands, dates in five spellings, 是 and 否."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from flask_babel import gettext as _

Cell = str | int | float | bool | date | datetime | time | timedelta | None
T = TypeVar("T")

_CURRENCY = re.compile(r"^(RMB|CNY|[¥￥元])|(RMB|CNY|[¥￥元])$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?")
_PLAIN = re.compile(r"\d+(\.\d*)?|\.\d+")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]+00:00(?::00)?)?")
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(18_264, 73_051)  # 1950 to 2099: a serial number that somebody forgot to format as a date
_YES = frozenset({"yes", "y", "true", "1", "是", "有", "对", "√", "✓", "x"})
_NO = frozenset({"no", "n", "false", "0", "否", "无", "没有", "×", "-", ""})


class CellRefused(ValueError):
    """A cell does not hold what is asked for; its text says so to a person."""

    @classmethod
    def quoting(cls, cell: Cell, text: object) -> CellRefused:
        """What is wrong, with what stands there."""
        return cls(_("“%(cell)s”: %(text)s", cell=shown(cell), text=text))


def as_text(cell: Cell) -> str:
    """What stands there, trimmed; a number without a useless .0, so that bar codes stay bar codes."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else format(Decimal(repr(cell)), "f")
    if isinstance(cell, date | datetime | time):
        return cell.isoformat(sep=" ") if isinstance(cell, datetime) else cell.isoformat()
    return str(cell).strip().strip("\u3000\ufeff")


def as_decimal(cell: Cell) -> Decimal:
    """A number: 1234.5, 1,234.50, ¥1,234.50, (1,234.50), 12.5%, full-width digits too."""
    if isinstance(cell, bool) or cell is None or isinstance(cell, date | time | timedelta):
        raise _no_number(cell)
    if isinstance(cell, int | float):
        return Decimal(repr(cell))
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell)).replace("−", "-").replace("，", ",")
    sign, text = _signed(text)
    hundredth = text.endswith("%")
    text = _CURRENCY.sub("", text.removesuffix("%"))
    if sign > 0:
        sign, text = _signed(text)
    if not (_GROUPED.fullmatch(text) or _PLAIN.fullmatch(text)):
        raise _no_number(cell)
    value = sign * Decimal(text.replace(",", ""))
    return value / 100 if hundredth else value


def _signed(text: str) -> tuple[int, str]:
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1]
    return (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))


def _no_number(cell: Cell) -> CellRefused:
    return CellRefused(_("“%(cell)s” is not a number.", cell=shown(cell)))


def as_int(cell: Cell) -> int:
    """A whole number."""
    value = as_decimal(cell)
    if value != value.to_integral_value():
        raise CellRefused(_("“%(cell)s” is not a whole number.", cell=shown(cell)))
    return int(value)


def as_date(cell: Cell) -> date:
    """A day: a date cell, 2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = unicodedata.normalize("NFKC", as_text(cell))
    found = _DATE.fullmatch(text) or re.fullmatch(r"(\d{4})(\d\d)(\d\d)", text)
    if found:
        try:
            return date(*(int(part) for part in found.groups()))
        except ValueError:
            raise CellRefused(_("There is no such day: “%(cell)s”.", cell=shown(cell))) from None
    if isinstance(cell, int) and not isinstance(cell, bool) and cell in _EXCEL_DAYS:
        return _EXCEL_DAY_ZERO + timedelta(days=cell)
    raise CellRefused(_("“%(cell)s” is not a date. Please write it as 2026-03-31.", cell=shown(cell)))


def as_bool(cell: Cell) -> bool:
    """Yes or no, in Chinese, English or signs; an empty cell is a no."""
    if isinstance(cell, bool):
        return cell
    text = as_text(cell).lower()
    if text not in _YES | _NO:
        raise CellRefused(_("“%(cell)s” is neither yes nor no.", cell=shown(cell)))
    return text in _YES


def as_choice(cell: Cell, choices: Mapping[str, T]) -> T:
    """The value whose spelling stands in the cell; spellings are compared without regard to case."""
    text = as_text(cell).casefold()
    for spelling, value in choices.items():
        if spelling.casefold() == text:
            return value
    known = ", ".join(choices)
    raise CellRefused(_("“%(cell)s” is not one of: %(known)s.", cell=shown(cell), known=known))


def shown(cell: Cell) -> str:
    """What stands there as a message quotes it: in one line, at most 40 characters, none that turns the text around."""
    text = " ".join("".join(char if char.isprintable() else " " for char in as_text(cell)[:400]).split())
    return text if len(text) <= 40 else text[:39] + "…"
