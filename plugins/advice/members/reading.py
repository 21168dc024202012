"""Members from a table of purchases, or of members with their totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from flask_babel import gettext as _

from plugins.advice.methods.engagement import Rfm, rfm
from portal.api import CellError, Column, Record, read_table

MOST_ROWS = 200_000
MOST_CELLS = 1_200_000
LOOKS_BACK_DAYS = 365
MOST_SPENT = 100_000_000  # yuan
MOST_PURCHASES = 100_000
COLUMNS = (
    Column("member", ("会员号", "会员", "会员编号", "会员卡号", "手机号", "member", "member number")),
    Column("day", ("日期", "消费日期", "最近消费", "最近购买", "最后消费日期", "date", "day", "last purchase")),
    Column("spent", ("金额", "消费金额", "累计消费", "实收", "amount", "spent")),
    Column("purchases", ("次数", "消费次数", "购买次数", "purchases"), required=False),
)


@dataclass(frozen=True, slots=True)
class Members:
    """Each member once [n]: number as the store writes it, days since the last purchase, purchases, yuan."""

    numbers: tuple[str, ...]
    days_since: tuple[int, ...]
    purchases: tuple[int, ...]
    spent: tuple[Decimal, ...]
    left_out: int  # who bought nothing in the last year
    errors: Sequence[CellError] = ()

    def classes(self) -> Rfm:
        """Scores and segments."""
        return rfm(np.asarray(self.days_since), np.asarray(self.purchases), np.asarray([float(s) for s in self.spent]))


def read_members(data: bytes, today: date) -> Members:
    """The members of the last year; rows of the same member add up. Raises TableBroken for what is no such table."""
    records = read_table(data, max_rows=MOST_ROWS, max_cells=MOST_CELLS).records(COLUMNS)
    found: dict[str, tuple[date, int, Decimal]] = {}
    for row in records:
        read = _read(row, today)
        if read is None:
            continue
        number, day, purchases, spent = read
        last, count, total = found.get(number, (day, 0, Decimal(0)))
        found[number] = max(last, day), count + purchases, total + spent
    if records.errors:
        return Members((), (), (), (), 0, records.errors)
    since = today - timedelta(days=LOOKS_BACK_DAYS)
    kept = {number: totals for number, totals in found.items() if totals[0] > since and totals[2] >= 0}
    return Members(
        numbers=tuple(kept),
        days_since=tuple((today - last).days for last, _count, _total in kept.values()),
        purchases=tuple(count for _last, count, _total in kept.values()),
        spent=tuple(total for _last, _count, total in kept.values()),
        left_out=len(found) - len(kept),
    )


def _read(row: Record, today: date) -> tuple[str, date, int, Decimal] | None:
    number, day = row.text("member", max_length=60), row.day("day")
    spent = row.decimal("spent", minimum=-MOST_SPENT)
    purchases = row.integer("purchases", required=False, minimum=1) or 1
    if day is not None and day > today:
        row.refuse("day", _("This day lies in the future."))
    if spent is not None and spent > MOST_SPENT:
        row.refuse("spent", _("Nobody spends that much."))
    if purchases > MOST_PURCHASES:
        row.refuse("purchases", _("Nobody buys that often."))
    if number is None or day is None or spent is None:
        return None
    return number, day, purchases, spent
