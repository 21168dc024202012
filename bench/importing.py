"""A million rows of sales in one CSV, as shops have it: the whole command, from the file to the database."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

import numpy as np

from bench import ground, report
from bench.ground import ROOT, Ground
from portal import clock

STORES, PRODUCTS, DAYS = 60, 300, 56  # of the demo: 1,008,000 rows
ENCODINGS = ("utf-8", "gb18030")
MOST_SECONDS, MOST_MB = 60, 500


def run() -> None:
    """Print seconds and memory for each database and encoding; the second file changes what the first one wrote."""
    with tempfile.TemporaryDirectory(prefix="storewise-bench-") as folder:
        files = [_file(Path(folder), encoding, seed) for seed, encoding in enumerate(ENCODINGS)]
        with ground.sqlite() as place:
            _measure(place, files)
        with ground.postgresql() as server:
            if server is None:
                print("\nPostgreSQL does not answer; its figures are left out.")
            else:
                _measure(server, files)


def _file(folder: Path, encoding: str, seed: int) -> Path:
    """Each product of each store on each day, in yuan's spelling of numbers and dates as Excel writes them there."""
    units = np.random.default_rng(seed).poisson(3, (STORES, DAYS, PRODUCTS))
    today = clock.today("Asia/Shanghai")
    path = folder / f"sales-{encoding}.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        file.write("门店编号,商品编码,日期,数量\r\n")
        for store in range(STORES):
            for back in range(DAYS):
                day = today - timedelta(days=back + 1)
                start, end = f"{store + 1:04},", f",{day.year}/{day.month}/{day.day},"
                file.writelines(
                    f"{start}{10_000 + product}{end}{units[store, back, product]}\r\n" for product in range(PRODUCTS)
                )
    return path


def _measure(place: Ground, files: list[Path]) -> None:
    report.section(f"A CSV of {STORES * PRODUCTS * DAYS:,} rows of sales, {place.name}")
    for path in files:
        seconds, memory = _taken_in(place, path)
        size = path.stat().st_size / 1024 / 1024
        note = f" for {size:.0f} MB"
        report.line(f"{path.stem}, the whole command", seconds, " s", at_most=MOST_SECONDS, note=note)
        report.line(f"{path.stem}, memory at most", memory, " MB", at_most=MOST_MB)


def _taken_in(place: Ground, path: Path) -> tuple[float, float]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "trade", "import", "sales", str(path)]
    began = time.monotonic()
    process = subprocess.Popen(
        [*command, "--as", "manager@demo.example"], cwd=ROOT, env=place.env, stdout=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{path.name} was not taken in")
    return time.monotonic() - began, used.ru_maxrss / 1024
