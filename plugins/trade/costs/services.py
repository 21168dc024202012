"""Telling a store's own costs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade.costs.models import COST_KINDS, StoreCost
from portal.api import RuleBroken, Viewer, clock, delete_rows, record, session

MOST_COST = Decimal(99_999_999)  # yuan of one kind in a month
YEARS_BACK = 5


def tell_costs(month: date, amounts: Mapping[str, Decimal | None], *, by: Viewer) -> None:
    """Set the costs of the viewer's store for a month; a kind with None is taken out, one that is left out stays.

    Amounts stay out of the audit log, which others than the store may read.
    """
    if by.store is None:
        raise RuleBroken("", _("Only a store tells its costs."))
    _check(month, amounts, clock.today(by.distributor.timezone))
    statement = select(StoreCost).where(StoreCost.store_id == by.store.id, StoreCost.month == month)
    rows = {row.kind: row for row in session.scalars(statement.with_for_update())}
    changed = False
    for kind, amount in amounts.items():
        row = rows.get(kind)
        if (row.amount if row else None) == amount:
            continue
        changed = True
        if amount is None:
            session.delete(row)
        elif row is None:
            session.add(StoreCost(store_id=by.store.id, month=month, kind=kind, amount=amount, told_by_id=by.person.id))
        else:
            row.amount, row.told_by_id = amount, by.person.id
    if changed:
        record("trade.costs_told", by.store, month=f"{month:%Y-%m}")


def forget_costs(month: date, *, by: Viewer) -> None:
    """Take out all that the viewer's store told of the month."""
    if by.store is None:
        raise RuleBroken("", _("Only a store tells its costs."))
    if delete_rows(StoreCost, StoreCost.store_id == by.store.id, StoreCost.month == month):
        record("trade.costs_forgotten", by.store, month=f"{month:%Y-%m}")


def _check(month: date, amounts: Mapping[str, Decimal | None], today: date) -> None:
    if month.day != 1 or month > today or month.year < today.year - YEARS_BACK:
        raise RuleBroken("month", _("This month has not begun, or lies too far back."))
    for kind, amount in amounts.items():
        if kind not in COST_KINDS:
            raise RuleBroken("kind", _("There is no such kind of cost."))
        if amount is not None and not Decimal(0) <= amount <= MOST_COST:
            raise RuleBroken(kind, _("An amount between 0 and %(most)s yuan.", most=f"{MOST_COST:,}"))
