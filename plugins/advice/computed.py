"""The first advice that the store's own figures give: goods that will outlive their date, best sellers that run dry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from plugins.trade.api import MonthBlock, Shortage, costliest_to_expire, last_day_sold, newest_months, shortages
from portal.api import Bar, CoverBar, HomeCard, RowChart, Store, Viewer, clock, draw, local_date, number

MOST = 3
RUNS_DRY_DAYS = 3.0
EXPIRES_DAYS = 21
SELLS_DAILY = 1.0
DELIVERY_GAP_DAYS = 4  # what a store without its own delivery days waits at the most
HORIZON_DAYS = 7
CARD_WIDTH = 296  # of a chart on a phone of 360 pixels


def cards(viewer: Viewer, store: Store) -> Iterator[HomeCard]:
    """At most three cards, each with its numbers and the day they go to."""
    if not viewer.has_plugin("trade"):
        return
    months = newest_months(store.id, 2)
    if not months:
        return
    yield from _near_expiry(viewer, store, months)
    short = shortages(store.id, months, within_days=RUNS_DRY_DAYS, at_least=SELLS_DAILY)
    for shortage in short[:2]:
        yield _running_out(shortage, last_day_sold(months[0]))


def _near_expiry(viewer: Viewer, store: Store, months: Sequence[MonthBlock]) -> Iterator[HomeCard]:
    zone = viewer.distributor.timezone
    today = clock.today(zone)
    worst = costliest_to_expire(store.id, months, today=today, within_days=EXPIRES_DAYS)
    if worst is None or not worst.loss:
        return
    yield HomeCard(
        title=_("%(product)s: sell off or exchange", product=worst.name),
        kind=_("Near expiry"),
        body=_(
            "Ends %(day)s; at today's rate %(units)s units will be left (cost ¥%(loss)s).",
            day=local_date(worst.expires_on),
            units=worst.units_left_over,
            loss=number(worst.loss),
        ),
        url="/trade/#expiry",
        action=_("See the batch"),
        icon="calendar-exclamation",
        due=datetime.combine(worst.expires_on, time(), ZoneInfo(zone)).astimezone(UTC),
        risk=worst.loss,
        chart=_will_sell(worst.units - worst.units_left_over, worst.units_left_over, str(get_locale())),
        section="advice",
        priority=20,
    )


@lru_cache(maxsize=1024)
def _will_sell(sells: int, left: int, _language: str) -> Markup:
    """What goes before the date, beside what will be left."""
    title = _("%(sells)s units sell before their date, %(left)s will be left", sells=sells, left=left)
    rows = (Bar(_("will sell"), sells), Bar(_("will be left"), left, "bad"))
    return draw(RowChart(title, rows), width=CARD_WIDTH)


def _running_out(shortage: Shortage, until: date) -> HomeCard:
    margin = shortage.price - shortage.cost
    short_days = Decimal(str(DELIVERY_GAP_DAYS)) - Decimal(str(round(shortage.cover_days, 2)))
    lost = (margin * Decimal(str(round(shortage.daily_mean, 2))) * max(short_days, Decimal(0))).quantize(Decimal("1"))
    return HomeCard(
        title=_("Reorder %(product)s", product=shortage.name),
        kind=_("Inventory"),
        body=_(
            "%(stock)s left, %(rate)s sold a day: enough for %(days)s days. Figures up to %(until)s.",
            stock=shortage.on_hand,
            rate=number(shortage.daily_mean, 1),
            days=number(shortage.cover_days, 1),
            until=local_date(until),
        ),
        url=f"/trade/?product={shortage.product_id}",
        action=_("See what sells"),
        icon="package",
        risk=lost if lost > 0 else None,
        chart=_lasts(round(shortage.cover_days, 1), str(get_locale())),
        section="advice",
        priority=15,
    )


@lru_cache(maxsize=1024)
def _lasts(cover_days: float, _language: str) -> Markup:
    """How long the stock lasts, against the delivery that comes at the latest."""
    days = number(cover_days, 1)
    chart = CoverBar(
        title=_("Lasts %(days)s days; a delivery takes up to %(most)s", days=days, most=DELIVERY_GAP_DAYS),
        covered_days=cover_days,
        delivery_days=DELIVERY_GAP_DAYS,
        horizon_days=HORIZON_DAYS,
        covered_label=_("lasts %(days)s days", days=days),
        delivery_label=_("delivery"),
        start_label=_("today"),
        end_label=_("%(days)s days", days=HORIZON_DAYS),
    )
    return draw(chart, width=CARD_WIDTH)
