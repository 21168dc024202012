"""Which stores are compared with each other: groups that are fixed for a quarter, so that nobody can be reckoned out.

A store's figure could be worked out from two groups that differ by it; so no store is in two groups, and no group changes
within its quarter. Sources: Willenborg and de Waal, Elements of Statistical Disclosure Control (2001), chapters 5 and 6
(differencing, minimum frequency).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

FEWEST_MEMBERS = 12
MONTHS_TO_CONTRIBUTE = 6  # complete ones

Label = tuple[str, ...]  # format, format and tier, or format, tier and region


class StoreKind(NamedTuple):
    """What makes stores comparable."""

    format: str
    tier: str
    region: str


@dataclass(frozen=True, slots=True)
class Cohort:
    """The stores that one figure is made of, and all that read it. quarter: its first day."""

    label: Label
    quarter: date
    members: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.quarter != quarter_of(self.quarter):
            raise ValueError("a cohort is called by the first day of its quarter")
        if tuple(sorted(set(self.members))) != self.members:
            raise ValueError("members are in order, each once")
        if len(self.members) < FEWEST_MEMBERS:
            raise ValueError(f"a cohort has at least {FEWEST_MEMBERS} members")


def quarter_of(day: date) -> date:
    """The first day of the quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def contributors(stores: Mapping[int, StoreKind], complete_months: Mapping[int, int]) -> dict[int, StoreKind]:
    """The stores that have reported at least six complete months; the others read, and do not contribute."""
    return {store: kind for store, kind in stores.items() if complete_months.get(store, 0) >= MONTHS_TO_CONTRIBUTE}


def form_cohorts(stores: Mapping[int, StoreKind], quarter: date) -> tuple[Cohort, ...]:
    """Cohorts of contributors {store: kind} for a quarter, disjoint, each of at least 12; to be formed once and kept.

    Stores of one format, tier and region stand together; where they are too few they join those of their tier, then of
    their format that were too few as well, and at last the smallest cohort of their format. A format with fewer than 12
    stores has none. The same stores make the same cohorts, in whatever order they come.
    """
    waiting: dict[Label, list[int]] = {}
    for store, kind in stores.items():
        waiting.setdefault(tuple(kind), []).append(store)
    formed: dict[Label, list[int]] = {}
    for width in (3, 2, 1):
        formed |= {label: members for label, members in waiting.items() if len(members) >= FEWEST_MEMBERS}
        waiting = _pooled(
            {label: members for label, members in waiting.items() if label not in formed}, max(width - 1, 1)
        )
    for label, members in waiting.items():
        same = [other for other in formed if other[0] == label[0]]
        if same:
            formed[min(same, key=lambda other: (len(formed[other]), other))] += members
    return tuple(Cohort(label, quarter_of(quarter), tuple(sorted(formed[label]))) for label in sorted(formed))


def _pooled(groups: Mapping[Label, list[int]], width: int) -> dict[Label, list[int]]:
    """The groups put together by the first parts of their labels."""
    pooled: dict[Label, list[int]] = {}
    for label, members in groups.items():
        pooled.setdefault(label[:width], []).extend(members)
    return pooled


def cohort_to_read(store: int, kind: StoreKind, cohorts: Iterable[Cohort]) -> Cohort | None:
    """The cohort whose figures a store reads: its own, or for a newcomer the narrowest of its kind; None where none is."""
    known = {cohort.label: cohort for cohort in cohorts}
    own = next((cohort for cohort in known.values() if store in cohort.members), None)
    narrowest = (known[label] for width in (3, 2, 1) if (label := tuple(kind)[:width]) in known)
    return own or next(narrowest, None)
