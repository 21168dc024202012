"""How computed advice is said: its title, its reason and its picture, in the reader's language, from the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from plugins.advice.advisors.findings import DEAD_STOCK, LAYOUT, NEAR_EXPIRY, ORDER, OVERSTOCK, PLANOGRAM
from plugins.advice.layout import wording as layout
from plugins.advice.models import ACCEPTED, DECLINED, DONE, LAPSED, OPEN, Measurement, Proposal
from plugins.advice.planogram import wording as planogram
from plugins.advice.proposals.services import AS_DRAWN, EXCHANGE, MARKDOWN, TAKE_OFF, TRANSFER
from plugins.advice.proposals.words import Words
from portal.api import Bar, CoverBar, RowChart, draw, local_date, money, number

KIND_TITLES = {
    ORDER: _l("Order list"),
    NEAR_EXPIRY: _l("Near expiry"),
    PLANOGRAM: _l("Planogram"),
    LAYOUT: _l("Layout"),
    DEAD_STOCK: _l("Dead stock"),
    OVERSTOCK: _l("Overstock"),
}
KIND_ICONS = {
    ORDER: "package",
    NEAR_EXPIRY: "calendar-exclamation",
    PLANOGRAM: "layout-grid",
    LAYOUT: "map-2",
    DEAD_STOCK: "zzz",
    OVERSTOCK: "stack-2",
}
STATE_TITLES = {
    OPEN: _l("Open"),
    ACCEPTED: _l("Accepted"),
    DONE: _l("Done"),
    DECLINED: _l("Declined"),
    LAPSED: _l("No longer needed"),
}
STATE_CHIPS = {OPEN: "wait", ACCEPTED: "run", DONE: "ok", DECLINED: "", LAPSED: ""}
VERDICT_TITLES = {
    "kept": _l("It works: kept"),
    "inconclusive": _l("Cannot be seen yet"),
    "withdrawn": _l("It did not work: withdrawn"),
    "too little data": _l("Too little data"),
}
VERDICT_CHIPS = {"kept": "ok", "inconclusive": "wait", "withdrawn": "late", "too little data": ""}
REASON_TITLES = {
    "units before": _l("too few sold before"),
    "expected units": _l("too few to be expected after"),
    "donors": _l("too few stores to compare with"),
    "weeks after": _l("too many weeks out of stock"),
}
WAY_TITLES = {
    EXCHANGE: _l("Exchange with us"),
    MARKDOWN: _l("Sell at a lower price"),
    TRANSFER: _l("To another store"),
    TAKE_OFF: _l("Take it off the shelf"),
    AS_DRAWN: _l("Set as drawn"),
}
WAY_ICONS = {TAKE_OFF: "trash", EXCHANGE: "refresh", MARKDOWN: "discount-2", TRANSFER: "truck-delivery"}
CARD_WIDTH = 296  # of a chart on a phone of 360 pixels
HORIZON_DAYS = 10
LAST_WEEKS = 8
DAYS = frozenset({"until", "expires_on", "exchange_by", "markdown_by"})
AMOUNTS = frozenset({"cost", "price", "value", "risk"})


def words_of(proposal: Proposal) -> Words:
    """Title, reason, action and picture."""
    return _WORDS[proposal.kind](proposal.summary, proposal.risk)


def said_of(measured: Measurement) -> str:
    """What a measurement found, with its range and what could have been seen; or of what there was too little."""
    if measured.lift is None:
        reasons = ", ".join(str(REASON_TITLES[reason]) for reason in measured.reasons)
        return _("Too little data: %(reasons)s.", reasons=reasons)
    return _(
        "Compared with %(stores)s similar stores: %(lift)s (%(level)s %% range %(low)s to %(high)s). "
        "A change under %(visible)s %% cannot be seen in one store.",
        stores=measured.donors,
        lift=percent(measured.lift),
        level=90 if measured.weeks >= LAST_WEEKS else 95,
        low=percent(measured.low or 0.0),
        high=percent(measured.high or 0.0),
        visible=number(100 * (measured.visible or 0.0)),
    )


def percent(share: float) -> str:
    """A change with its sign: +12 %."""
    return f"{100 * share:+.0f} %".replace("-", "−")


def readable(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """The evidence with its days as dates and its amounts as money, as pages want them."""
    read = {key: date.fromisoformat(value) if key in DAYS and value else value for key, value in evidence.items()}
    if "lines" in evidence:
        read["lines"] = [_readable_line(line) for line in evidence["lines"]]
    return read


def _readable_line(line: Mapping[str, Any]) -> dict[str, Any]:
    read = {key: Decimal(str(value)) if key in AMOUNTS and value is not None else value for key, value in line.items()}
    if read.get("cost") is not None and "units" in read:
        read["total"] = read["cost"] * read["units"]
    return read


def due_at(proposal: Proposal, timezone: str) -> datetime | None:
    """The beginning of the day until which it can be done."""
    if proposal.due_on is None:
        return None
    return datetime.combine(proposal.due_on, time(), ZoneInfo(timezone)).astimezone(UTC)


def title_of(proposal: Proposal) -> str:
    """The title alone, for lists."""
    return _TITLES[proposal.kind](proposal.summary)


def _order_title(said: Mapping[str, Any]) -> str:
    others = said["count"] - 1
    if not others:
        return _("Order %(product)s", product=said["name"])
    return ngettext(
        "Order %(product)s and %(num)s more product",
        "Order %(product)s and %(num)s more products",
        others,
        product=said["name"],
    )


def _near_expiry_title(said: Mapping[str, Any]) -> str:
    if said["ended"]:
        return _("%(product)s: take off the shelf", product=said["name"])
    return _("%(product)s: sell off or exchange", product=said["name"])


def _dead_stock_title(said: Mapping[str, Any]) -> str:
    return ngettext("%(num)s product does not sell any more", "%(num)s products do not sell any more", said["count"])


def _overstock_title(said: Mapping[str, Any]) -> str:
    return ngettext(
        "%(num)s product for more than three months", "%(num)s products for more than three months", said["count"]
    )


def _order(said: Mapping[str, Any], _risk: Decimal | None) -> Words:
    return Words(
        title=_order_title(said),
        body=_(
            "%(product)s: %(stock)s left, %(rate)s sold a day, enough for %(days)s days; an order has to last %(cover)s.",
            product=said["name"],
            stock=number(said["on_hand"]),
            rate=number(said["daily"], 1),
            days=number(said["cover"], 1),
            cover=said["cover_days"],
        ),
        action=_("See order"),
        chart=_lasts(min(said["cover"], HORIZON_DAYS), said["lead_days"], str(get_locale())),
    )


def _near_expiry(said: Mapping[str, Any], risk: Decimal | None) -> Words:
    day, units = local_date(date.fromisoformat(said["expires_on"])), number(said["left"])
    if said["ended"]:
        return Words(
            title=_near_expiry_title(said),
            body=_(
                "Ended %(day)s; by the last count %(units)s units are still there (cost %(loss)s).",
                day=day,
                units=units,
                loss=money(risk),
            ),
            action=_("See the batch"),
        )
    return Words(
        title=_near_expiry_title(said),
        body=_(
            "Ends %(day)s; at today's rate %(units)s units will be left (cost %(loss)s).",
            day=day,
            units=units,
            loss=money(risk),
        ),
        action=_("Choose"),
        chart=_will_sell(said["units"] - said["left"], said["left"], str(get_locale())),
    )


def _dead_stock(said: Mapping[str, Any], _risk: Decimal | None) -> Words:
    return Words(
        title=_dead_stock_title(said),
        body=_(
            "%(product)s: no sale for %(days)s days, %(units)s on the shelf.",
            product=said["name"],
            days=said["gap"],
            units=number(said["on_hand"]),
        ),
        action=_("See which"),
    )


def _overstock(said: Mapping[str, Any], _risk: Decimal | None) -> Words:
    return Words(
        title=_overstock_title(said),
        body=_(
            "%(product)s: %(units)s on the shelf, %(rate)s sold a day.",
            product=said["name"],
            units=number(said["on_hand"]),
            rate=number(said["daily"], 1),
        ),
        action=_("See which"),
    )


@lru_cache(maxsize=1024)
def _will_sell(sells: int, left: int, _language: str) -> Markup:
    """What goes before the date, beside what will be left."""
    title = _("%(sells)s units sell before their date, %(left)s will be left", sells=sells, left=left)
    rows = (Bar(_("will sell"), sells), Bar(_("will be left"), left, "bad"))
    return draw(RowChart(title, rows), width=CARD_WIDTH)


@lru_cache(maxsize=1024)
def _lasts(cover_days: float, lead_days: int, _language: str) -> Markup:
    """How long the stock lasts, against the delivery that an order of today brings."""
    days = number(cover_days, 1)
    chart = CoverBar(
        title=_("Lasts %(days)s days; a delivery takes %(most)s", days=days, most=lead_days),
        covered_days=cover_days,
        delivery_days=lead_days,
        horizon_days=HORIZON_DAYS,
        covered_label=_("lasts %(days)s days", days=days),
        delivery_label=_("delivery"),
        start_label=_("today"),
        end_label=_("%(days)s days", days=HORIZON_DAYS),
    )
    return draw(chart, width=CARD_WIDTH)


_WORDS = {
    ORDER: _order,
    NEAR_EXPIRY: _near_expiry,
    PLANOGRAM: planogram.words_of,
    LAYOUT: layout.words_of,
    DEAD_STOCK: _dead_stock,
    OVERSTOCK: _overstock,
}
_TITLES = {
    ORDER: _order_title,
    NEAR_EXPIRY: _near_expiry_title,
    PLANOGRAM: planogram.title_of,
    LAYOUT: layout.title_of,
    DEAD_STOCK: _dead_stock_title,
    OVERSTOCK: _overstock_title,
}
