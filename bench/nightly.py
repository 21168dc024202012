"""The night of a large distributor: 10,000 stores, 500 products, half a year of days, from the database and back to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from sqlalchemy import create_engine

from bench import ground, report
from bench.ground import ROOT, Ground, flask
from portal import clock

STORES, PRODUCTS, DAYS = 10_000, 500, 182
PATTERNS = 60  # different stores; the others repeat their sales, with a stock of their own
PROCESSES = 2
BATCHES = 100  # of each store
ENDED_DAYS = 60
TARGETS = {"SQLite": 120, "PostgreSQL": 180}
TARGET_DAYS = 14  # as in computing.py: on one night a fourteenth of the stores get theirs anew
ASK = """
from portal import create_app
from portal.api import Scope, acting_for, enqueue, session

with create_app().app_context(), acting_for(Scope(1)):
    enqueue("advice.compute")
    session.commit()
"""


def run(stores: int = STORES) -> None:
    """Print the seconds of a night with two workers, and the memory of both, on each database."""
    with ground.empty_sqlite() as place:
        _night(place, stores)
    with ground.empty_postgresql() as server:
        if server is None:
            print("\nPostgreSQL does not answer; its figures are left out.")
        else:
            _night(server, stores)


def _night(place: Ground, stores: int) -> None:
    report.section(f"The night of {stores:,} stores x {PRODUCTS} products x {DAYS} days, {place.name}")
    flask(place.env, "distributor", "create", "large", "Large")
    fill(place.env["DATABASE_URL"], stores)
    seconds, memory, spent = _run_workers(place, stores)
    report.line("from and to the database, two workers", seconds, " s", at_most=TARGETS[place.name])
    report.line("memory of both workers together, at most", memory, " MB", at_most=1000)
    report.line("processor time of both", spent, " s")
    with connected(place.env["DATABASE_URL"]) as cursor:
        cursor.execute("SELECT kind, count(*) FROM advice_proposal GROUP BY kind ORDER BY kind")
        print("  advice:", ", ".join(f"{count:,} {kind}" for kind, count in cursor.fetchall()))


def _run_workers(place: Ground, stores: int) -> tuple[float, float, float]:
    """Seconds until the last store has its advice, the most memory both took, and their processor time."""
    subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=place.env, check=True, capture_output=True)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--poll", "0.1"]
    began = time.monotonic()
    workers = [
        subprocess.Popen(command, cwd=ROOT, env=place.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(PROCESSES)
    ]
    try:
        chunks = -(-stores // 100)
        with connected(place.env["DATABASE_URL"]) as cursor:
            done = 0
            while done < chunks:
                if any(worker.poll() is not None for worker in workers) or time.monotonic() - began > 1800:
                    raise RuntimeError("the workers did not finish")
                time.sleep(0.2)
                cursor.execute(
                    "SELECT state, count(*) FROM portal_job WHERE name = 'advice.compute_stores' GROUP BY state"
                )
                states = dict(cursor.fetchall())
                if states.get("dead"):
                    raise RuntimeError("a job failed")
                done = states.get("done", 0)
        seconds = time.monotonic() - began
        return seconds, sum(_peak_mb(worker.pid) for worker in workers), sum(_spent(worker.pid) for worker in workers)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(timeout=60)


def _peak_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM")


def _spent(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def connected(url: str) -> Iterator[Any]:
    """A cursor that sees all distributors, and commits what each statement does."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        if engine.dialect.name == "postgresql":
            cursor.execute("SELECT set_config('app.distributor', '*', false)")
        yield cursor
    finally:
        connection.close()
        engine.dispose()


def fill(url: str, stores: int, *, ended: int = 0) -> None:
    """A large distributor in raw rows. Its targets were set on the nights before. ended: products that do not sell any more."""
    today, now = clock.today("Asia/Shanghai"), clock.now()
    months, levels = _patterns(np.random.default_rng(3), today, ended)
    with connected(url) as cursor:
        put = copier(cursor)
        numbers = range(1, stores + 1)
        put(
            "portal_store",
            "id distributor_id number name format tier region address active created_at",
            ((i, 1, f"{i:05}", f"Store {i}", "other", "C", "", "", True, now) for i in numbers),
        )
        put(
            "trade_product",
            "id distributor_id code name barcode brand own_brand category pack_size price cost active",
            (_product(i) for i in range(1, PRODUCTS + 1)),
        )
        put(
            "trade_sales_month",
            "distributor_id store_id month block changed_at",
            ((1, i, month, block, now) for i in numbers for month, block in months[i % PATTERNS]),
        )
        put(
            "trade_stock",
            "distributor_id store_id product_id on_hand on_order as_of",
            ((1, i, p, int(level), 0, today) for i in numbers for p, level in enumerate(levels[i % PATTERNS], 1)),
        )
        put(
            "trade_batch",
            "distributor_id store_id product_id number expires_on units as_of",
            ((1, i, p, f"L{p}", _ends(i, p, today), 20, today) for i in numbers for p in range(1, BATCHES + 1)),
        )
        put(
            "advice_store_target",
            "distributor_id store_id factor fill set_on",
            ((1, i, 4.0, 0.97, today - timedelta(days=1 + i % (TARGET_DAYS - 1))) for i in numbers),
        )
        cursor.execute("ANALYZE")


def _product(number: int) -> tuple[Any, ...]:
    names = (f"P{number}", f"Product {number}", "", f"B{number % 9}")
    amounts = ((40 + number % 60) * 1000, (30 + number % 40) * 1000)
    return (number, 1, *names, number % 3 == 0, f"C{number % 20}", (6, 12, 24)[number % 3], *amounts, True)


def _ends(store: int, product: int, today: date) -> date:
    return today + timedelta(days=5 + (store * 7 + product) % 400)


def _patterns(noise: np.random.Generator, today: date, ended: int) -> tuple[list[list[tuple[date, bytes]]], Any]:
    """The months and the stock of each pattern."""
    from plugins.trade.methods.blocks import MonthBlock, days_in, pack

    ids = np.arange(1, PRODUCTS + 1, dtype=np.int32)
    first = (today - timedelta(days=DAYS)).replace(day=1)
    months, levels = [], []
    for _ in range(PATTERNS):
        rate = noise.lognormal(-0.5, 1.1, PRODUCTS)
        rows, month = [], first
        while month <= today:
            days = days_in(month)
            units = noise.poisson(rate[:, None] * np.ones(days)).astype(np.int32)
            if month.year == today.year and month.month == today.month:
                units[:, today.day :] = 0
            units[:ended, max((today - timedelta(days=ENDED_DAYS) - month).days, 0) :] = 0
            rows.append((month, pack(MonthBlock(month, ids, units))))
            month = (month + timedelta(days=32)).replace(day=1)
        months.append(rows)
        levels.append(noise.poisson(rate * noise.uniform(1, 25, PRODUCTS)))
    return months, levels


def copier(cursor: Any) -> Any:
    """Writes rows as fast as the database takes them."""
    if isinstance(cursor, psycopg.Cursor) or "psycopg" in type(cursor).__module__:

        def copy(table: str, columns: str, rows: Any) -> None:
            cursor.execute("SET session_replication_role = replica")  # the rows are sound
            with cursor.copy(f"COPY {table} ({columns.replace(' ', ', ')}) FROM STDIN") as target:
                for row in rows:
                    target.write_row(row)

        return copy

    def insert(table: str, columns: str, rows: Any) -> None:
        names = columns.split()
        cursor.execute("PRAGMA synchronous=OFF")
        cursor.execute("BEGIN")
        marks = ", ".join("?" * len(names))
        plain = (tuple(_plain(value) for value in row) for row in rows)
        cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", plain)  # noqa: S608 (names of this file)
        cursor.execute("COMMIT")

    return insert


def _plain(value: Any) -> Any:
    """As the portal keeps moments and days in SQLite."""
    if hasattr(value, "tzinfo"):
        return value.replace(tzinfo=None).isoformat(" ")
    return value.isoformat() if isinstance(value, date) else value


if __name__ == "__main__":
    run(int(json.loads(sys.argv[1])) if len(sys.argv) > 1 else STORES)
