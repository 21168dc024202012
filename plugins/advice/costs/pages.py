"""What the page of a store's costs shows, gathered for its template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from flask import render_template, request
from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from plugins.advice.costs.answer import UNDER_LIST, CostAnswer, Lever, answer, days_read, months_until
from plugins.advice.costs.forms import COST_ICONS, COST_TITLES, CostForm
from plugins.trade.api import catalogue, costs_of, last_day, store_history
from portal.api import NotFound, Viewer, money

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class ShownLever:
    """Something that would change it, in words."""

    text: str
    icon: str
    less: float


def chosen_month(today: date) -> date:
    """The month that the address names, else the last one that has ended."""
    try:
        asked = date.fromisoformat(f"{request.args.get('month', '')}-01")
    except ValueError:
        asked = today
    months = months_until(today.replace(day=1), MONTHS_SHOWN)
    return asked if asked in months else months[-2]


def own_store(viewer: Viewer) -> int:
    """The store whose costs are told and shown: nobody else's."""
    if viewer.store is None:
        raise NotFound
    return viewer.store.id


def answer_for(store_id: int, month: date) -> CostAnswer:
    """What the store's costs of the month say."""
    until, days = days_read(month)
    costs = costs_of(store_id, months_until(month)[0], month)
    return answer(month, costs, store_history(store_id, until=until, days=days), last_day(store_id), catalogue())


def costs_page(store_id: int, today: date, month: date, form: CostForm) -> str:
    """The form and what it says."""
    found = answer_for(store_id, month)
    form.show({line.kind: line.amount for line in found.lines})
    months = months_until(today.replace(day=1), MONTHS_SHOWN)[::-1]
    return render_template(
        "advice/costs/costs.html",
        form=form,
        answer=found,
        month=month,
        months=months,
        titles=COST_TITLES,
        missing=[COST_TITLES[kind] for kind in COST_TITLES if kind not in {line.kind for line in found.lines}],
        icons=COST_ICONS,
        under_list=UNDER_LIST,
        headline=headline(found),
        levers=[ShownLever(*_words(lever), lever.less) for lever in found.levers],
        range=money_range,
        month_text=month_text,
    )


def month_text(month: date) -> str:
    """A month as it is written."""
    return format_date(month, "y年M月" if str(get_locale()).startswith("zh") else "MMMM y")


def money_range(low: float, high: float) -> str:
    """Two amounts to the ten yuan, as nothing here is more exact."""
    first, last = (money(Decimal(round(amount / 10) * 10)) for amount in (low, high))
    return first if first == last else f"{first}–{last}"


def _words(lever: Lever) -> tuple[str, str]:
    """What would have to happen, and its icon."""
    if lever.what == "margin":
        return _("One point more margin: a better price when buying, or other goods in front"), "percentage"
    return _("%(cost)s: a tenth less", cost=COST_TITLES[lever.what]), COST_ICONS[lever.what]


def headline(found: CostAnswer) -> str:
    """What the month comes to, in one line."""
    point = found.break_even
    if point is None:
        return _("What your store costs")
    if point.reached is None:
        return _("About where it pays: it hangs on your real prices")
    return _("The store earns its costs") if point.reached else _("The store does not earn its costs yet")


def table(store_id: int, today: date) -> tuple[list[str], list[list[object]]]:
    """The heads and rows of what was told for the last twelve months."""
    months = months_until(today.replace(day=1), MONTHS_SHOWN - 1)
    told = costs_of(store_id, months[0], months[-1])
    heads = [_("Month"), *(str(title) for title in COST_TITLES.values()), _("Together")]
    rows: list[list[object]] = [
        [f"{month:%Y-%m}", *(told[month].get(kind) for kind in COST_TITLES), sum(told[month].values(), Decimal(0))]
        for month in months
        if month in told
    ]
    return heads, rows
