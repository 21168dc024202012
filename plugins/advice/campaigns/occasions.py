"""The days of a year around which shops promote, and what a store sold around them a year before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import holidays
import numpy as np
from flask_babel import lazy_gettext as _l

from plugins.trade.api import Catalogue, History

RUN_UP_DAYS = 14  # in which shoppers buy for an occasion, its own day with them
AROUND_DAYS = 28  # before and after the run-up, that it is compared with
# Sales that have to be known, so that each occasion of the next year has its days a year before: a day that moves with
# the moon lies up to a month earlier.
DAYS_READ = 366 + 30 + RUN_UP_DAYS + AROUND_DAYS
FEWEST_UNITS = 60
ROSE_TO = 115  # per cent of the days around: less is not pointed at
MOST_CATEGORIES = 3
# As the calendar of holidays calls the days that move with the moon
MOVING = {
    "spring_festival": "Chinese New Year (Spring Festival)",
    "qingming": "Tomb-Sweeping Day",
    "dragon_boat": "Dragon Boat Festival",
    "mid_autumn": "Mid-Autumn Festival",
}
LANTERN_AFTER = 14  # days after the new year's first day
FIXED = {
    "new_year": (1, 1),
    "womens_day": (3, 8),
    "labour_day": (5, 1),
    "childrens_day": (6, 1),
    "mid_year_sale": (6, 18),
    "summer": (7, 15),
    "back_to_school": (9, 1),
    "national_day": (10, 1),
    "singles_day": (11, 11),
    "christmas": (12, 25),
}
OCCASION_TITLES = {
    "new_year": _l("New Year's Day"),
    "spring_festival": _l("Spring Festival"),
    "lantern": _l("Lantern Festival"),
    "womens_day": _l("Women's Day"),
    "qingming": _l("Qingming Festival"),
    "labour_day": _l("Labour Day"),
    "childrens_day": _l("Children's Day"),
    "dragon_boat": _l("Dragon Boat Festival"),
    "mid_year_sale": _l("618 sale"),
    "summer": _l("Midsummer heat"),
    "back_to_school": _l("Start of school"),
    "mid_autumn": _l("Mid-Autumn Festival"),
    "national_day": _l("National Day"),
    "singles_day": _l("Double 11"),
    "christmas": _l("Christmas"),
}


@dataclass(frozen=True, slots=True)
class Rise:
    """A category that sold more around an occasion: index is per cent of the days around it."""

    category: str
    index: int


@dataclass(frozen=True, slots=True)
class Occasion:
    """A day to promote around. rises: of a year before, None where its sales are not known."""

    key: str
    day: date
    rises: Sequence[Rise] | None


@lru_cache(maxsize=16)
def days_of_year(year: int) -> tuple[tuple[str, date], ...]:
    """The occasions of a year, in order."""
    known = holidays.country_holidays("CN", years=year, language="en_US")
    found = {key: date(year, *day) for key, day in FIXED.items()}
    for key, name in MOVING.items():
        days = [day for day, title in known.items() if name in title and day.year == year]
        if days:
            found[key] = min(days)
    if "spring_festival" in found:
        found["lantern"] = found["spring_festival"] + timedelta(days=LANTERN_AFTER)
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))


def days_between(first: date, last: date) -> list[tuple[str, date]]:
    """The occasions from the first to the last day."""
    years = range(first.year, last.year + 1)
    return [(key, day) for year in years for key, day in days_of_year(year) if first <= day <= last]


def occasions(today: date, sold: History, products: Catalogue) -> list[Occasion]:
    """The occasions of the next twelve months with what rose around them a year before."""
    found = []
    categories = _by_category(sold, products)
    for key, day in days_between(today, today + timedelta(days=365)):
        before = dict(days_of_year(day.year - 1)).get(key)
        found.append(Occasion(key, day, None if before is None else rises(before, sold, categories)))
    return found


def _by_category(sold: History, products: Catalogue) -> dict[str, np.ndarray]:
    names = np.asarray(products.categories, str)[products.places(sold.product_ids)]
    return {str(name): sold.units[names == name].sum(axis=0) for name in np.unique(names) if name}


def rises(day: date, sold: History, categories: dict[str, np.ndarray]) -> list[Rise] | None:
    """The categories that sold more in the run-up to the day than in the four weeks before and after it."""
    end = (day - sold.first).days + 1
    begin = end - RUN_UP_DAYS
    first, last = begin - AROUND_DAYS, end + AROUND_DAYS
    if first < 0 or last > sold.units.shape[1] or not sold.units[:, first : first + 7].any():
        return None
    found = []
    for name, units in categories.items():
        in_run_up = units[begin:end].sum()
        around = units[first:begin].sum() + units[end:last].sum()
        if in_run_up >= FEWEST_UNITS and around > 0:
            index = round(100 * (in_run_up / RUN_UP_DAYS) / (around / (2 * AROUND_DAYS)))
            if index >= ROSE_TO:
                found.append(Rise(name, index))
    return sorted(found, key=lambda rise: -rise.index)[:MOST_CATEGORIES]
