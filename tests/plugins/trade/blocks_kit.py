"""A block as tests write it down."""

from __future__ import annotations

import numpy as np

from plugins.trade.methods.blocks import MonthBlock, with_entries


def with_days(block: MonthBlock, changes: dict[tuple[int, int], int]) -> MonthBlock:
    """The block with {(product id, day of the month): units}."""
    told = np.asarray([(*key, units) for key, units in changes.items()], np.int32).reshape(-1, 3)
    return with_entries(block, told[:, 0], told[:, 1] - 1, told[:, 2])
