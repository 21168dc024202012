"""Four and eight weeks after advice was followed: what it changed in the store, against others that did not follow it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from plugins.advice.measuring import queries
from plugins.advice.methods.effect import Effect, TooLittle, Windows, effect, verdict
from plugins.advice.methods.forecast import out_of_stock_days
from plugins.advice.models import Measurement
from plugins.trade.api import Catalogue, Panel, catalogue, panel
from portal.api import Distributor, checkpoint, clock, current_scope, reading_only, record, session

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STAGES = (4, 8)  # weeks after the change
BEFORE = 26
LATEST_WEEKS = 4  # so long a measurement may be late; after that its figures may be gone
DAYS = 7 * (BEFORE + 1 + max(STAGES) + LATEST_WEEKS + 1)
MOST_STORES = 150  # to compare with
MOST_AT_ONCE = 400
LONGEST_GAP_SHARE = 0.2  # of what a group would have sold in a week: with more of it out of stock the week is not used


@dataclass(frozen=True, slots=True)
class Followed:
    """Advice that is due to be measured: the products it was about, and the first whole week after it was done."""

    proposal_id: int
    store_id: int
    kind: str
    products: frozenset[int]
    from_week: date
    weeks: int


@dataclass(frozen=True, slots=True)
class Weeks:
    """units[line, week] of the panel's lines, the weeks beginning on Mondays from `first` on; usable says which count."""

    first: date
    units: Floats
    usable: Flags
    out: Flags  # of a line, so much of the week that it says nothing of demand


def measure() -> int:
    """Measure all advice that is due; how many pieces that were."""
    with reading_only():
        distributor = session.get_one(Distributor, current_scope().distributor_id)
        today = clock.today(distributor.timezone)
        due = list(_due(today, distributor.timezone))
        found: list[tuple[Followed, Effect | TooLittle]] = []
        for format_key, group in groupby(sorted(due, key=_format_of), key=_format_of):
            found += _measured(list(group), format_key, today)
    checkpoint()
    for followed, measured in found:
        session.add(_row(followed, measured))
    if found:
        record("advice.measured", pieces=len(found))
    return len(found)


def _due(today: date, timezone: str) -> Iterator[tuple[str, Followed]]:
    """Each with the format of its store, as stores are compared with their like."""
    for weeks in STAGES:
        oldest = today - timedelta(days=7 * (weeks + LATEST_WEEKS + 1))
        newest = today - timedelta(days=7 * weeks)
        for row in queries.done_between(oldest, newest, weeks, MOST_AT_ONCE):
            first = week_after(row.done_at, timezone)
            if first + timedelta(days=7 * weeks) <= today:
                products = _products(row.evidence)
                yield row.format, Followed(row.id, row.store_id, row.kind, products, first, weeks)


def _format_of(item: tuple[str, Followed]) -> str:
    return item[0]


def week_after(moment: datetime, timezone: str) -> date:
    """The Monday after the week of the change, which itself belongs to neither side."""
    day = moment.astimezone(ZoneInfo(timezone)).date()
    return day + timedelta(days=7 - day.weekday())


def _products(evidence: dict[str, Any]) -> frozenset[int]:
    lines = evidence.get("lines") or [evidence]
    return frozenset(line["product"] for line in lines)


def _measured(
    due: Sequence[tuple[str, Followed]], format_key: str, today: date
) -> Iterator[tuple[Followed, Effect | TooLittle]]:
    followed = [item for _format, item in due]
    stores = queries.comparable(format_key, [item.store_id for item in followed], MOST_STORES)
    shops, products = panel(stores, today=today, days=DAYS), catalogue()
    if not len(shops):
        return
    weeks = weekly(shops, today)
    places = {int(store): place for place, store in enumerate(shops.store_ids)}
    for item in followed:
        if item.store_id in places:
            yield item, _effect(item, shops, products, weeks, places)


def _effect(
    item: Followed, shops: Panel, products: Catalogue, weeks: Weeks, places: dict[int, int]
) -> Effect | TooLittle:
    units, usable = by_group(shops, products, weeks, item.products)
    others = queries.followers(item.kind, list(places), item.from_week - timedelta(days=7 * BEFORE))
    return effect(
        units,
        0,
        places[item.store_id],
        (item.from_week - weeks.first).days // 7,
        usable=usable,
        followers=[places[row.store_id] for row in others if _products(row.evidence) & item.products],
        windows=Windows(before=BEFORE, after=item.weeks),
    )


def weekly(shops: Panel, today: date) -> Weeks:
    """The panel's days as whole weeks, up to the last one that has ended."""
    last = today - timedelta(days=today.weekday())  # the Monday of this week, which is not over
    count = DAYS // 7 - 1
    first = last - timedelta(days=7 * count)
    n, days = shops.units.shape
    units, usable, out = np.zeros((n, count)), np.zeros((n, count), bool), np.zeros((n, count), bool)
    away = out_of_stock_days(np.maximum(shops.units, 0))
    for place in range(len(shops)):
        lines = shops.lines_of(place)
        begin = shops.until[place] - timedelta(days=days - 1)
        known_from = shops.until[place] - timedelta(days=int(shops.known_days[place]) - 1)
        for week in range(count):
            monday = first + timedelta(days=7 * week)
            at = (monday - begin).days
            if at < 0 or at + 7 > days or monday < known_from:
                continue
            units[lines, week] = np.maximum(shops.units[lines, at : at + 7].sum(axis=1), 0)
            out[lines, week] = away[lines, at : at + 7].any(axis=1)
            usable[lines, week] = True
    return Weeks(first, units, usable, out)


def by_group(shops: Panel, products: Catalogue, weeks: Weeks, affected: frozenset[int]) -> tuple[Floats, Flags]:
    """units and usable [groups, stores, weeks]: the affected products are group 0, the others their categories."""
    categories = np.asarray([products.categories[place] for place in products.places(shops.product_ids)])
    names, group = np.unique(categories, return_inverse=True)
    group = np.where(np.isin(shops.product_ids, list(affected)), 0, group + 1)
    stores, count = len(shops), weeks.units.shape[1]
    units, lost, share = (np.zeros((len(names) + 1, stores, count)) for _ in range(3))
    at = (group, shops.store_of_line)
    rate = np.divide(
        (weeks.units * ~weeks.out).sum(axis=1),
        (weeks.usable & ~weeks.out).sum(axis=1),
        out=np.zeros(len(group)),
        where=(weeks.usable & ~weeks.out).any(axis=1),
    )
    np.add.at(units, at, weeks.units)
    np.add.at(lost, at, rate[:, None] * weeks.out)
    np.add.at(share, at, np.repeat(rate[:, None], count, axis=1))
    known = np.zeros((stores, count), bool)
    known[shops.store_of_line] = weeks.usable
    usable = known[None] & (lost <= LONGEST_GAP_SHARE * share)
    return units, usable


def _row(item: Followed, found: Effect | TooLittle) -> Measurement:
    measured = Measurement(
        proposal_id=item.proposal_id,
        store_id=item.store_id,
        kind=item.kind,
        weeks=item.weeks,
        verdict=verdict(found),
        donors=found.donors,
        measured_at=clock.now(),
    )
    if isinstance(found, TooLittle):
        measured.reasons = list(found.reasons)
        return measured
    measured.lift, measured.visible, measured.theta, measured.se = found.lift, found.visible, found.theta, found.se
    measured.low, measured.high = found.range90 if item.weeks >= max(STAGES) else found.range95
    return measured
