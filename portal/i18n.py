"""Chinese and English: which one a person reads, and dates, numbers and money as they are written there."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, get_locale, get_timezone
from flask_babel import gettext as _

from portal import catalogues, clock, templating
from portal.accounts.viewer import viewer_or_none
from portal.host import Host, plugin_root

LANGUAGE_TAGS = {"zh_Hans": "zh-CN", "en": "en"}


def init_app(app: Flask, host: Host) -> None:
    """Set up the text domains of the core and of each plug-in."""
    roots = {"portal": Path(__file__).parent} | {name: plugin_root(plugin) for name, plugin in host.plugins.items()}
    present = {name: root / "translations" for name, root in roots.items() if (root / "translations").is_dir()}
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(path) for path in present.values())
    app.config["BABEL_DOMAIN"] = ";".join(present)
    Babel(app, locale_selector=language, timezone_selector=_timezone_name, default_locale="zh_Hans")
    catalogues.init_app(app)
    templating.init_app(app)
    app.jinja_env.globals.update(
        day_parts=day_parts, local_date=local_date, local_dt=local_dt, local_time=local_time, money=money, number=number
    )


def language() -> str:
    """The language of this request: the person's choice, the browser's cookie, its headers, else Chinese."""
    if not has_request_context():
        return str(g.get("language") or current_app.config["DEFAULT_LANGUAGE"])
    offered = current_app.config["LANGUAGES"]
    viewer = viewer_or_none()
    for wish in (viewer.person.language if viewer else "", session.get("language", "")):
        if wish in offered:
            return str(wish)
    best = request.accept_languages.best_match(["zh-CN", "zh", "en"], default="zh-CN")
    return "en" if best == "en" else "zh_Hans"


def language_tag() -> str:
    """The language as HTML's lang attribute writes it."""
    return LANGUAGE_TAGS.get(str(get_locale()), "zh-CN")


def _timezone_name() -> str:
    viewer = viewer_or_none()
    return viewer.distributor.timezone if viewer else str(current_app.config["DEFAULT_TIMEZONE"])


def _here(moment: datetime) -> datetime:
    return moment.astimezone(_zone())


def _zone() -> ZoneInfo:
    """The reader's time zone, kept where flask_babel keeps its own: a page shows dozens of moments.

    pytz, which flask_babel gives, is many times slower.
    """
    context = getattr(g, "_flask_babel", None)
    known: ZoneInfo | None = getattr(context, "zone", None)
    if known is None:
        known = ZoneInfo(str(get_timezone()))
        g._flask_babel.zone = known
    return known


def _in_chinese() -> bool:
    locale = get_locale()
    return locale is not None and locale.language == "zh"


def local_date(day: date | datetime | None, *, year: bool | None = None, near: bool = True) -> str:
    """A day with its weekday, and 今天 or 明天 when true (not on paper, near=False): 3月13日 周五; Fri 13 March."""
    if day is None:
        return ""
    if isinstance(day, datetime):
        day = _here(day).date()
    today = _here(clock.now()).date()
    with_year = day.year != today.year if year is None else year
    text = _day_text(day, with_year, _in_chinese())
    if near and 0 <= (day - today).days <= 1:
        word = _("today") if day == today else _("tomorrow")
        return f"{word} {text}"
    return text


@lru_cache(maxsize=4096)
def _day_text(day: date, with_year: bool, chinese: bool) -> str:
    if chinese:
        return format_date(day, "y年M月d日 EEE" if with_year else "M月d日 EEE", locale="zh_Hans")
    return format_date(day, "EEE d MMMM y" if with_year else "EEE d MMMM", locale="en_GB")


def day_parts(day: date | datetime) -> tuple[str, str, str]:
    """The weekday, the day of the month and the month, each as short as it is written."""
    return _day_parts(_here(day).date() if isinstance(day, datetime) else day, _in_chinese())


@lru_cache(maxsize=4096)
def _day_parts(day: date, chinese: bool) -> tuple[str, str, str]:
    weekday, number_, month = (format_date(day, part, "zh_Hans" if chinese else "en") for part in ("EEE", "d", "MMM"))
    return weekday, number_, month


def local_time(moment: datetime) -> str:
    """The time of day in 24 hours."""
    return f"{_here(moment):%H:%M}"


def local_dt(moment: datetime | None, *, near: bool = True) -> str:
    """A moment as its day and time."""
    return "" if moment is None else f"{local_date(moment, near=near)} {local_time(moment)}"


def number(value: Any, decimals: int = 0) -> str:
    """A figure with a comma at the thousands; dash for none."""
    if value is None:
        return "–"
    return f"{Decimal(str(value)):,.{decimals}f}"


def money(value: Decimal | None, *, cents: bool = False) -> str:
    """An amount in yuan; cents only where somebody pays."""
    if value is None:
        return "–"
    sign = "−" if value < 0 else ""
    return f"{sign}¥{number(abs(value), 2 if cents else 0)}"
