"""All advice of one store, fresh: 500 products and half a year of days, from the database and back to it.

What a store waits for when its figures have just come in. Measured in a process of its own that has computed once before, as
a worker has; the first time of a process is printed too. Each round is another store.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np

from bench import ground, report
from bench.ground import ROOT, Ground, flask
from bench.nightly import DAYS, PRODUCTS, connected, copier, fill
from plugins.advice.advisors.findings import NIGHTLY
from portal import clock

STORES = 16
ENDED = 20  # products that have not sold for two months
SECONDS = 0.3
ON_A_UNIT, SHELVES_MM, CLEAR_MM = 60, (1_500, 1_100, 700, 300), 350
UNIT_SECONDS = 2.0
CATEGORIES = 8


def run() -> None:
    """Print the seconds on each database."""
    with ground.empty_sqlite() as place:
        _on(place)
    with ground.empty_postgresql() as server:
        if server is None:
            print("\nPostgreSQL does not answer; its figures are left out.")
        else:
            _on(server)


def _on(place: Ground) -> None:
    flask(place.env, "distributor", "create", "large", "Large")
    fill(place.env["DATABASE_URL"], STORES, ended=ENDED)
    _give_each_kind(place.env["DATABASE_URL"])
    _fill_shelves(place.env["DATABASE_URL"])
    command = [sys.executable, "-m", "bench.store_advice", "inside"]
    done = subprocess.run(command, cwd=ROOT, env=place.env, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    report.section(f"All advice of one store, {PRODUCTS} products x {DAYS} days, {place.name}")
    note = "a store gets " + ", ".join(f"{told[kind]:.1f} {kind}" for kind in NIGHTLY)
    report.line("fresh figures, nothing advised before", told["first"], " s", at_most=SECONDS, digits=3, note=note)
    report.line("  of which reading", told["read"], " s", digits=3)
    report.line("  of which reckoning", told["work_out"], " s", digits=3)
    report.line("  of which writing", told["write"], " s", digits=3)
    report.line("the same again, brought up to date", told["again"], " s", at_most=SECONDS, digits=3)
    report.line("the same with its target set anew, by replay", told["target"], " s", at_most=SECONDS, digits=3)
    report.line("the first time in a process, which loads scipy", told["cold"], " s", digits=3)
    title = f"a planogram of {ON_A_UNIT} products, twice for its neutrality"
    report.line(title, told["planogram"], " s", at_most=UNIT_SECONDS, digits=3, note=f"of {told['units']} units")


def _inside() -> dict[str, float]:
    """The seconds, measured where the work is done."""
    from plugins.advice.models import StoreTarget
    from plugins.advice.planogram import computing as planograms
    from plugins.advice.proposals import computing
    from portal import create_app
    from portal.api import Scope, acting_for, session
    from portal.tenancy import delete_rows

    def seconds(work: Callable[[], Any]) -> float:
        began = time.perf_counter()
        work()
        session.commit()
        return time.perf_counter() - began

    def one(store: int) -> Callable[[], Any]:
        return lambda: computing.compute([store])

    steps: dict[str, list[float]] = {"read": [], "work_out": [], "write": []}
    with create_app().app_context(), acting_for(Scope(1)):
        told: dict[str, float] = {"cold": seconds(one(1))}
        others, findings = range(2, STORES + 1), []
        half = STORES // 2
        told["first"] = median(seconds(one(store)) for store in others[:half])
        for store in others[half:]:
            began = time.perf_counter()
            figures = computing.read([store])
            read = time.perf_counter()
            computed = computing.work_out(figures)
            worked_out = time.perf_counter()
            computing.write([store], computed, figures.today)
            session.commit()
            for name, spent in zip(steps, np.diff([began, read, worked_out, time.perf_counter()]), strict=True):
                steps[name].append(float(spent))
            findings += [finding.kind for finding in computed.findings]
        told |= {name: median(spent) for name, spent in steps.items()}
        told |= {kind: findings.count(kind) / len(steps["read"]) for kind in NIGHTLY}
        told["again"] = median(seconds(one(store)) for store in others)
        delete_rows(StoreTarget)
        session.commit()
        told["target"] = median(seconds(one(store)) for store in others)
        units = [(seconds(lambda store=store: planograms.compute([store])), store) for store in others]  # type: ignore[misc]
        told["planogram"], told["units"] = median(spent for spent, _store in units), len(units)
    return told


def _give_each_kind(url: str) -> None:
    """Much of some products in stock, and batches that end within weeks."""
    soon = clock.today("Asia/Shanghai") + timedelta(days=12)
    mark = "%s" if url.startswith("postgresql") else "?"
    with connected(url) as cursor:
        cursor.execute("UPDATE trade_stock SET on_hand = 300 WHERE product_id % 25 = 0")
        cursor.execute(f"UPDATE trade_batch SET expires_on = {mark} WHERE product_id <= 30", (soon.isoformat(),))  # noqa: S608


def _fill_shelves(url: str) -> None:
    """A shelf unit in each store, its products by category, each with two facings."""
    now = clock.now()
    products = sorted(range(1, ON_A_UNIT + 1), key=lambda product: product % CATEGORIES)
    width = {product: 40 + product * 37 % 100 for product in range(1, PRODUCTS + 1)}
    room = round(sum(2 * width[product] for product in products) / len(SHELVES_MM) * 1.1)
    on_shelf = -(-ON_A_UNIT // len(SHELVES_MM))
    with connected(url) as cursor:
        cursor.execute("UPDATE trade_product SET width_mm = 40 + id * 37 % 100, height_mm = 80 + id * 7 % 220")
        cursor.execute("UPDATE trade_product SET category = 'C' || (id % 8)")  # CATEGORIES
        put = copier(cursor)
        stores, shelves = range(1, STORES + 1), range(len(SHELVES_MM))
        put(
            "trade_fixture",
            "id distributor_id store_id name category width_mm version changed_at",
            ((store, 1, store, "Unit", "", room, 1, now) for store in stores),
        )
        put(
            "trade_shelf",
            "id distributor_id store_id fixture_id position height_mm clear_mm",
            (
                (store * 10 + at, 1, store, store, at + 1, SHELVES_MM[at], CLEAR_MM)
                for store in stores
                for at in shelves
            ),
        )
        put(
            "trade_placement",
            "distributor_id store_id shelf_id product_id position facings",
            (
                (1, store, store * 10 + at // on_shelf, product, at % on_shelf + 1, 2)
                for store in stores
                for at, product in enumerate(products)
            ),
        )


if __name__ == "__main__":
    if sys.argv[1:] == ["inside"]:
        print(json.dumps(_inside()))
    else:
        run()
