"""How the sales of product groups in stores changed beyond what the other stores' did: differences of differences in logs.

Arrays are [groups, stores, weeks] or [groups, stores]. A donor is a store that did not follow the advice of its group;
what a store is compared with never holds its own sales.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HALF_A_UNIT = 0.5  # added to counts before their logarithm, so that a week without sales has one
COVARIATES = 3


@dataclass(frozen=True, slots=True)
class Windows:
    """Weeks before the change, the last of them that are called recent, and weeks after the change."""

    before: int = 26
    recent: int = 8
    after: int = 8

    def __post_init__(self) -> None:
        if not 1 <= self.recent < self.before:
            raise ValueError("the recent weeks are some of those before the change, and not all of them")
        if self.after < 4:
            raise ValueError("an effect is first looked at four weeks after the change")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is known of each group in each store.

    change: ln of sales after against before the change, less the donors'.
    covariates [groups, stores, 3]: ln of recent against older sales, less the donors' (a low draws back to the mean by
    itself); ln of the change of all the other groups in the store, less the donors' (its own traffic); ln of the group's
    weight in the store, less the donors' mean.
    units_before: sold in the usable weeks before. expected_after: units after the change, had it moved like the donors.
    """

    change: Floats
    covariates: Floats
    units_before: Floats
    expected_after: Floats


def compare(units: Floats, usable: Flags, donors: Flags, windows: Windows) -> Comparison:
    """Compare each group and store with its donors [groups, stores].

    units, usable [groups, stores, windows.before + windows.after]: weeks that are not usable (out of stock, closed) leave
    the store and what it is compared with.
    """
    own = _Movement(units, usable, donors, windows.before)
    before, after = slice(0, windows.before), slice(windows.before, None)
    older, recent = slice(0, windows.before - windows.recent), slice(windows.before - windows.recent, windows.before)
    sold = own.sold(before)
    traffic, level = np.zeros_like(sold), np.log(sold + HALF_A_UNIT)
    if len(units) > 1:
        rest = units.sum(axis=0) - units
        others = _Movement(rest, np.ones_like(usable), donors, windows.before)
        traffic = others.beyond_donors(after) - others.beyond_donors(before)
        level = level - np.log(others.sold(before) + HALF_A_UNIT)
    return Comparison(
        change=own.beyond_donors(after) - own.beyond_donors(before),
        covariates=np.stack(
            [own.beyond_donors(recent) - own.beyond_donors(older), traffic, _centred(level, donors & (sold > 0))],
            axis=-1,
        ),
        units_before=sold,
        expected_after=own.expected(after),
    )


class _Movement:
    """Weekly units beside what they would be, had each store moved from its own level like the donors."""

    def __init__(self, units: Floats, usable: Flags, donors: Flags, before: int) -> None:
        self._units = np.where(usable, units, 0.0)
        weeks = np.maximum(usable[..., :before].sum(axis=-1), 1)
        rate = (self.sold(slice(0, before)) + HALF_A_UNIT) / weeks
        asked = (usable & donors[..., None]).astype(float)
        moved = np.divide(
            _others(self._units * asked),
            expected := _others(rate[..., None] * asked),
            out=np.zeros_like(self._units),
            where=expected > 0,
        )
        self._expected = np.where(usable, moved * rate[..., None], 0.0)

    def sold(self, weeks: slice) -> Floats:
        return self._units[..., weeks].sum(axis=-1)  # type: ignore[no-any-return]

    def expected(self, weeks: slice) -> Floats:
        return self._expected[..., weeks].sum(axis=-1)  # type: ignore[no-any-return]

    def beyond_donors(self, weeks: slice) -> Floats:
        """The logarithm of what was sold against what was to be expected."""
        return np.log((self.sold(weeks) + HALF_A_UNIT) / (self.expected(weeks) + HALF_A_UNIT))


def _others(values: Floats) -> Floats:
    """For each store the sum of all the others."""
    return values.sum(axis=-2, keepdims=True) - values  # type: ignore[no-any-return]


def _centred(values: Floats, counted: Flags) -> Floats:
    """Values less the mean of the counted stores of their group."""
    total = np.where(counted, values, 0.0).sum(axis=-1, keepdims=True)
    return values - total / np.maximum(counted.sum(axis=-1, keepdims=True), 1)  # type: ignore[no-any-return]
