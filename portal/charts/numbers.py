"""Numbers on a drawing: which are usable, where they lie, how they are written."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal
Formatter = Callable[[Number], str]

LARGEST = 1e15
SMALLEST = 1e-9


def plain_number(value: Number) -> str:
    """1,338 or 12.5 or −0.25: thousands separated, no needless digits, a real minus sign."""
    size = abs(float(value))
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    text = f"{value:,.{digits}f}"
    if digits:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", "0"} else text.replace("-", "−")


def finite(value: Number | None) -> float | None:
    """The value as a float that can be drawn; None for a missing, infinite or undefined one."""
    if value is None:
        return None
    number = float(value)
    if not math.isfinite(number):
        return None
    if abs(number) < SMALLEST:
        return 0.0
    return max(-LARGEST, min(LARGEST, number))


def known(values: Iterable[Number | None]) -> list[float]:
    """The values that can be drawn."""
    return [number for number in map(finite, values) if number is not None]


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values between `low` and `high` to positions between `start` and `end`; nothing falls outside."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The position of a value."""
        if self.high <= self.low:
            return (self.start + self.end) / 2
        share = (value - self.low) / (self.high - self.low)
        return self.start + max(0.0, min(1.0, share)) * (self.end - self.start)


def ticks(low: float, high: float, wanted: int = 4) -> list[float]:
    """Round values from at most `low` to at least `high`, about `wanted` steps apart."""
    if high <= low:
        pad = abs(low) / 2 or 1.0
        low, high = low - pad, high + pad
    rough = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999999)
    digits = max(0, 2 - math.floor(math.log10(step)))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(index * step, digits) for index in range(first, last + 1)]
