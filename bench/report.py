"""One line a figure: what was measured, the target, the figure, and whether it holds."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from portal import clock

WIDTHS = (54, 12, 12)


def say_machine() -> None:
    """On what, and when."""
    memory = int(_first("/proc/meminfo", "MemTotal").split()[0]) // 1024 if Path("/proc/meminfo").exists() else 0
    model = _first("/proc/cpuinfo", "model name") or platform.processor()
    print(
        f"{clock.now():%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores ({model}), {memory:,} MB, load {os.getloadavg()[0]:.1f},"
    )
    print(f"Python {platform.python_version()}, {platform.system()} {platform.release()}\n")


def _first(path: str, name: str) -> str:
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        if line.startswith(name):
            return line.partition(":")[2].strip()
    return ""


def section(title: str) -> None:
    """A heading over lines."""
    print(f"\n{title:<{WIDTHS[0]}}{'target':>{WIDTHS[1]}}{'measured':>{WIDTHS[2]}}")


def line(
    what: str,
    measured: float,
    unit: str,
    *,
    at_most: float | None = None,
    at_least: float | None = None,
    between: tuple[float, float] | None = None,
    note: str = "",
    digits: int | None = None,
) -> None:
    """One figure; nothing is asserted, a reader judges."""
    digits = digits if digits is not None else 1 if measured < 100 else 0
    target, verdict = "", ""
    if at_most is not None:
        target, verdict = f"<= {at_most:g}{unit}", "holds" if measured <= at_most else "MISSED"
    elif at_least is not None:
        target, verdict = f">= {at_least:g}{unit}", "holds" if measured >= at_least else "MISSED"
    elif between is not None:
        low, high = between
        target, verdict = f"{low:g}-{high:g}{unit}", "holds" if low <= measured <= high else "MISSED"
    print(
        f"{what:<{WIDTHS[0]}}{target:>{WIDTHS[1]}}{f'{measured:.{digits}f}{unit}':>{WIDTHS[2]}}  {verdict:<7}{note}".rstrip(),
        flush=True,
    )
