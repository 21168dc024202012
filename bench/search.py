"""What a search costs beside a plain look-up by an index in the same database: `python -m bench.search [rows]`."""

from __future__ import annotations

import logging
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Distributor, Person
from portal.database import engine_options
from portal.db import db, write_intent
from portal.search.models import SearchEntry
from portal.search.services import find, index_many
from portal.stores.models import Store
from portal.tenancy import Scope, acting_for, all_distributors

KIND = "complaints.complaint"
# fmt: off
WORDS = [
    "送货", "短少", "临期", "可乐", "矿泉水", "货架", "陈列", "促销", "订货会", "发票", "破损", "冰柜", "结算",
    "漏液", "城南", "学府路", "桥头", "价格", "新品", "上架", "补货", "退货", "拜访", "销量",
]
# fmt: on
RARE = "罕见词"
QUERIES = {
    "a frequent word": "送货",
    "a phrase": "冰柜破损",
    "two words": "冰柜 漏液",
    "a rare word": RARE,
    "one character": "酒",
    "a number": "C-2026-000123",
    "the beginning of a number": "c-2026-0001",
}
ROUNDS, CALLS = 5, 40


def run(rows: int = 20_000) -> None:
    """Print how long indexing takes, and each query as a multiple of an indexed look-up through the same session."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory(prefix="storewise-bench-") as folder:
        app = _application(f"sqlite:///{Path(folder) / 'bench.db'}")
        with app.app_context():
            write_intent.set(True)
            _make_world()
            texts = _texts(rows)
            started = time.perf_counter()
            for scope, store_id in ((Scope(1), 11), (Scope(2), 21)):  # a neighbour with as much in the same index
                with acting_for(scope):
                    index_many(KIND, {number: (text, store_id) for number, text in enumerate(texts, start=1)})
            db.session.commit()
            print(f"{2 * rows:,} rows indexed in {time.perf_counter() - started:.1f} s")
            with acting_for(Scope(1)):
                _compare()
            db.session.remove()
            db.engine.dispose()


def _application(url: str) -> Flask:
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=url, SQLALCHEMY_ENGINE_OPTIONS=engine_options(url))
    db.init_app(app)
    return app


def _make_world() -> None:
    with all_distributors(reason="bench"):
        models: tuple[Any, ...] = (Distributor, Person, Store, SearchEntry)
        db.metadata.create_all(db.engine, tables=[model.__table__ for model in models])
        db.session.add_all(Distributor(id=number, slug=f"d{number}", name="d") for number in (1, 2))
    for distributor_id, store_id in ((1, 11), (2, 21)):
        with acting_for(Scope(distributor_id)):
            db.session.add(Store(id=store_id, number="1", name="门店"))
    db.session.commit()


def _texts(rows: int) -> list[str]:
    chance = random.Random(2026)
    texts = []
    for number in range(1, rows + 1):
        words = "".join(chance.choice(WORDS) + chance.choice(("", "，", "的", " ")) for _ in range(12))
        texts.append(f"C-2026-{number:06} {words}" + (f" {RARE}" if number % 5000 == 7 else ""))
    return texts


def _compare() -> None:
    lookup = select(SearchEntry.kind, SearchEntry.object_id, SearchEntry.id).where(
        SearchEntry.kind == KIND, SearchEntry.object_id == 123
    )
    base = _seconds(lambda: db.session.execute(lookup).all())
    print(f"{'one row by its index':<28}{base * 1000:8.2f} ms    1.0x")
    for name, query in QUERIES.items():
        found = len(find(query, kinds=[KIND]))
        took = _seconds(lambda query=query: find(query, kinds=[KIND]))  # type: ignore[misc]
        print(f"{name:<28}{took * 1000:8.2f} ms {took / base:6.1f}x   {found} found")


def _seconds(call: Callable[[], object]) -> float:
    """The median of some rounds, a call."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(CALLS):
            call()
        rounds.append((time.process_time() - started) / CALLS)
    return median(rounds)


if __name__ == "__main__":
    run(*(int(argument) for argument in sys.argv[1:]))
