"""How much to keep and to order: the textbook's formulas, for one product or for arrays of them.

Sources: Zipkin, Foundations of Inventory Management (2000), chapters 3, 6 and 7; Snyder and Shen, Fundamentals of Supply
Chain Theory (2019), chapters 3 and 4. Counts of units sold are Poisson where they spread no more than their mean and
negative binomial where they spread more; both obey p(k+1) = p(k) (a + b k) / (k + 1) (Panjer 1981), which is exact, needs
no table, and runs over all products of many stores at once.

scipy is imported where it is used: the web process starts without it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Numbers = npt.ArrayLike

LARGE_MEAN = 150.0  # above it e^-mean is lost in the sum, and the gamma distribution is as good
CERTAIN = 1 - 1e-12  # as much of a distribution as its tail is worth following
NEARLY_POISSON = 1e-9  # of the mean: a spread beyond it that is no more than rounding


@dataclass(frozen=True, slots=True)
class OrderQuantity:
    """quantity: units an order. cost: money a unit of time, orders and holding. backorder_fraction: of the demand."""

    quantity: float
    cost: float
    backorder_fraction: float = 0.0


@dataclass(frozen=True, slots=True)
class StockLevel:
    """level: units to have before the demand. cost: expected, of units left and units short together."""

    level: float
    cost: float


def economic_order_quantity(
    order_cost: float, holding_cost: float, demand_rate: float, backorder_cost: float | None = None
) -> OrderQuantity:
    """The order that costs least (Harris 1913), with backorders where a unit that waits costs `backorder_cost`.

    order_cost: money an order. holding_cost, backorder_cost: money a unit and unit of time. demand_rate: units a unit
    of time. Raises ValueError where one of them is not positive.
    """
    _positive(order_cost=order_cost, holding_cost=holding_cost, demand_rate=demand_rate)
    ready = 1.0
    if backorder_cost is not None:
        _positive(backorder_cost=backorder_cost)
        ready = backorder_cost / (holding_cost + backorder_cost)
    quantity = float(np.sqrt(2 * order_cost * demand_rate / (holding_cost * ready)))
    return OrderQuantity(quantity, order_cost * demand_rate * 2 / quantity, 1 - ready)


def newsvendor(holding_cost: float, shortage_cost: float, mean: float, sd: float | None = None) -> StockLevel:
    """The stock for one period that costs least in the mean, with normal demand, or Poisson where sd is None.

    holding_cost: of a unit left at the end. shortage_cost: of a unit that was asked for and not there. Raises
    ValueError for costs or a mean that are not positive, and a negative sd.
    """
    from scipy import special

    _positive(holding_cost=holding_cost, shortage_cost=shortage_cost, mean=mean)
    ratio = shortage_cost / (shortage_cost + holding_cost)
    if sd is None:
        level = order_up_to(mean, mean, ratio)
        left = expected_leftover(level, mean, mean)
        return StockLevel(float(level), holding_cost * left + shortage_cost * (mean - level + left))
    _not_negative(sd=sd)
    z = float(special.ndtri(ratio))
    density = float(np.exp(-z * z / 2) / np.sqrt(2 * np.pi))
    return StockLevel(mean + z * sd, (holding_cost + shortage_cost) * density * sd)


def safety_stock(
    service_level: float, demand_mean: float, demand_sd: float, lead_time_mean: float, lead_time_sd: float = 0.0
) -> float:
    """Units kept against demand and lead time that vary, both normal and independent; service_level: no stock-out in a cycle."""
    from scipy import special

    _probability(service_level=service_level)
    _not_negative(
        demand_mean=demand_mean, demand_sd=demand_sd, lead_time_mean=lead_time_mean, lead_time_sd=lead_time_sd
    )
    spread = np.sqrt(lead_time_mean * demand_sd**2 + demand_mean**2 * lead_time_sd**2)
    return float(special.ndtri(service_level) * spread)


def reorder_point(
    service_level: float, demand_mean: float, demand_sd: float, lead_time_mean: float, lead_time_sd: float = 0.0
) -> float:
    """The stock at which to order: what sells during the lead time, and the safety stock."""
    safety = safety_stock(service_level, demand_mean, demand_sd, lead_time_mean, lead_time_sd)
    return demand_mean * lead_time_mean + safety


def order_up_to(mean: float, variance: float, service_level: float) -> int:
    """The least number of units that covers the demand of a period with at least this probability.

    mean, variance: of the units of the period. Raises ValueError for a negative mean or variance, and a service level
    that is not in (0, 1).
    """
    return int(order_up_to_many([mean], [variance], [service_level])[0])


def order_up_to_many(mean: Numbers, variance: Numbers, service_level: Numbers) -> Integers:
    """order_up_to() for arrays of one shape [n]."""
    means, variances, levels = _same_shape(mean, variance, service_level)
    _check_demand(means, variances)
    if not np.all((levels > 0) & (levels < 1)):
        raise ValueError("a service level lies between 0 and 1")
    found = np.zeros(means.shape, np.int64)
    large = means > LARGE_MEAN
    if large.any():
        found[large] = _gamma_level(means[large], variances[large], levels[large])
    wanted = np.minimum(levels[~large], CERTAIN)
    found[~large] = _count_until_likely(means[~large], variances[~large], wanted)
    return found


def expected_leftover(stock: float, mean: float, variance: float) -> float:
    """Units of `stock` that will not be asked for in the period, in the mean: between 0 and the stock."""
    return float(expected_leftover_many([stock], [mean], [variance])[0])


def expected_leftover_many(stock: Numbers, mean: Numbers, variance: Numbers) -> Floats:
    """expected_leftover() for arrays of one shape [n].

    E max(s - D, 0) = s P(D <= s) - E(D; D <= s), and the last is the mean times P(D+ <= s - 1), where D+ is of the same
    family with one more in its shape (Zipkin, appendix C.2).
    """
    stocks, means, variances = _same_shape(stock, mean, variance)
    _check_demand(means, variances)
    if np.any(stocks < 0):
        raise ValueError("a stock is not negative")
    whole = np.floor(stocks)
    asked = means * _chance_of_at_most(whole - 1, means, variances, more=1)
    left = stocks * _chance_of_at_most(whole, means, variances) - asked
    return np.clip(left, np.maximum(stocks - means, 0.0), stocks)


def stockout_probability(stock: Numbers, mean: Numbers, variance: Numbers) -> Floats:
    """The chance [n] that more is asked for in the period than there is."""
    stocks, means, variances = _same_shape(stock, mean, variance)
    _check_demand(means, variances)
    if np.any(stocks < 0):
        raise ValueError("a stock is not negative")
    return 1.0 - _chance_of_at_most(np.floor(stocks), means, variances)


def order_quantity(level: float, on_hand: float, on_order: float, pack_size: int = 1) -> int:
    """Units to order, in whole packs, so that stock and what is on its way reach at least the level; 0 where they do."""
    return int(order_quantities([level], [on_hand], [on_order], [pack_size])[0])


def order_quantities(level: Numbers, on_hand: Numbers, on_order: Numbers, pack_size: Numbers) -> Integers:
    """order_quantity() for arrays of one shape [n]."""
    levels, hands, orders, packs = _same_shape(level, on_hand, on_order, pack_size)
    if np.any(packs < 1):
        raise ValueError("a pack holds at least one unit")
    missing = np.maximum(levels - hands - orders, 0.0)
    return (np.ceil(missing / packs) * packs).astype(np.int64)


def days_of_cover(on_hand: float, daily_mean: float) -> float | None:
    """Days until the stock is sold at this rate; None where nothing sells. Raises ValueError for a negative stock."""
    _not_negative(on_hand=on_hand, daily_mean=daily_mean)
    return on_hand / daily_mean if daily_mean > 0 else None


# The distribution of counts


def _count_until_likely(mean: Floats, variance: Floats, wanted: Floats) -> Integers:
    """The first k with P(demand <= k) >= wanted, by the recursion, with fewer and fewer rows."""
    spread = np.maximum(variance - mean, 0.0)
    b = np.divide(spread, variance, out=np.zeros_like(mean), where=variance > 0)  # 0 for Poisson
    excess = np.divide(spread, mean, out=np.zeros_like(mean), where=mean > 0)
    # log(1 + x) / x is 1 at 0: there the negative binomial is Poisson
    chance = np.exp(-mean * np.divide(np.log1p(excess), excess, out=np.ones_like(mean), where=excess > NEARLY_POISSON))
    below, a, rows = chance.copy(), mean * (1 - b), np.arange(len(mean))
    found = np.zeros(len(mean), np.int64)
    k = 0
    while len(rows):
        further = below < wanted[rows]
        rows, chance, below, a, b = (values[further] for values in (rows, chance, below, a, b))
        chance = chance * (a + b * k) / (k + 1)
        below = below + chance
        k += 1
        found[rows] = k
    return found


def _chance_of_at_most(units: Floats, mean: Floats, variance: Floats, more: int = 0) -> Floats:
    """P(demand <= units), by the incomplete beta and gamma functions; `more` is added to the shape."""
    from scipy import special

    chance = np.zeros(mean.shape)
    spread = variance - mean
    large = mean > LARGE_MEAN
    wide = ~large & (spread > NEARLY_POISSON * mean)
    narrow = ~large & ~wide
    chance[narrow] = special.pdtr(units[narrow], mean[narrow])
    shape = np.square(mean[wide]) / spread[wide] + more
    chance[wide] = special.betainc(shape, np.maximum(units[wide] + 1, 0.0), mean[wide] / variance[wide])
    if large.any():
        shape, scale = _gamma(mean[large], variance[large])
        # E(X; X <= s) has the same s, where counts have s - 1
        chance[large] = special.gammainc(shape + more, np.maximum(units[large] + more, 0.0) / scale)
    chance[units < 0] = 0.0
    return chance


def _gamma_level(mean: Floats, variance: Floats, service_level: Floats) -> Floats:
    from scipy import special

    shape, scale = _gamma(mean, variance)
    level: Floats = np.ceil(special.gammaincinv(shape, service_level) * scale)
    return level


def _gamma(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    scale = np.maximum(variance, mean) / mean
    return mean / scale, scale


def _same_shape(*values: Numbers) -> list[Floats]:
    return [np.array(value, float, ndmin=1) for value in np.broadcast_arrays(*values)]


def _check_demand(mean: Floats, variance: Floats) -> None:
    if not (np.all(np.isfinite(mean)) and np.all(mean >= 0)):
        raise ValueError("a mean demand is a number that is not negative")
    if not (np.all(np.isfinite(variance)) and np.all(variance >= 0)):
        raise ValueError("a variance is a number that is not negative")


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value > 0):
            raise ValueError(f"{name.replace('_', ' ')} must be a positive number")


def _not_negative(**values: float) -> None:
    for name, value in values.items():
        if not (np.isfinite(value) and value >= 0):
            raise ValueError(f"{name.replace('_', ' ')} must not be negative")


def _probability(**values: float) -> None:
    for name, value in values.items():
        if not 0 < value < 1:
            raise ValueError(f"{name.replace('_', ' ')} must lie between 0 and 1")
