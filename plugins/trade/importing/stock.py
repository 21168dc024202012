"""Stock and batches from the rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from plugins.trade.importing.finding import Products, Stores, sound
from plugins.trade.importing.intake import Before, Summary, digest, packed, unpacked
from plugins.trade.models import Batch, Stock
from plugins.trade.signals import stock_changed
from portal.api import Record, Records, Viewer, clock, session

STOCK = "stock"
MOST_UNITS_IN_STOCK = 1_000_000
# By "<product>": on hand, on order, as of; by "<product>|<batch>": units, ends on, as of; None: it is not there
Snapshot = dict[str, list[Any] | None]


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One row."""

    store_id: int
    product_id: int
    on_hand: int
    on_order: int
    batch: str
    expires_on: date | None
    as_of: date


@dataclass(frozen=True, slots=True)
class CountedRows:
    """What was counted; rows of several batches of one product add up to its stock."""

    rows: Sequence[CountedRow]

    def wanted(self) -> dict[int, Snapshot]:
        """By store what its levels and batches are to be."""
        found: dict[int, Snapshot] = {}
        for row in self.rows:
            of_store = found.setdefault(row.store_id, {})
            before = of_store.get(str(row.product_id)) or [0, 0, row.as_of.isoformat()]
            as_of = max(before[2], row.as_of.isoformat())
            of_store[str(row.product_id)] = [before[0] + row.on_hand, before[1] + row.on_order, as_of]
            if row.expires_on is not None:
                key = f"{row.product_id}|{row.batch}"
                of_store[key] = [row.on_hand, row.expires_on.isoformat(), row.as_of.isoformat()]
        return found

    def summary(self) -> Summary:
        """Levels and batches against those that are known."""
        wanted = self.wanted()
        new = changed = same = 0
        for store_id, present in _present(set(wanted)).items():
            for key, level in wanted[store_id].items():
                was = present.get(key)
                new += was is None
                changed += was is not None and _values(was) != level
                same += was is not None and _values(was) == level
        days = [row.as_of for row in self.rows]
        return Summary(
            stores=len(wanted),
            products=len({row.product_id for row in self.rows}),
            new=new,
            changed=changed,
            same=same,
            first=min(days, default=None),
            last=max(days, default=None),
            units=sum(row.on_hand for row in self.rows),
        )

    def write(self) -> tuple[dict[str, int], list[Before]]:
        """Set these levels and batches, and leave those that are not named as they are."""
        befores, wanted = [], self.wanted()
        for store_id, present in _present(set(wanted)).items():
            levels = wanted[store_id]
            was: Snapshot = {key: _values(present[key]) if key in present else None for key in levels}
            if was != levels:
                befores.append(Before(STOCK, store_id, "", packed(was), digest(packed(levels))))
                _set(store_id, levels, present)
            stock_changed.send(None, store_id=store_id)
        products = len({(row.store_id, row.product_id) for row in self.rows})
        return {"stores": len(wanted), "products": products}, befores


def read_stock(records: Records, by: Viewer) -> CountedRows:
    """What the rows say; what is wrong is noted in the records."""
    stores, products = Stores(by), Products(records)
    today = clock.today(by.distributor.timezone)

    def read(row: Record) -> CountedRow | None:
        store_id, product_id = stores.find(row), products.find(row)
        on_hand = row.integer("on_hand", minimum=0)
        on_order = row.integer("on_order", required=False, minimum=0) or 0
        number = row.text("batch", required=False, max_length=60) or ""
        expires = row.day("expires_on", required=False)
        as_of = row.day("as_of", required=False) or today
        for name, units in (("on_hand", on_hand), ("on_order", on_order)):
            if units is not None and units > MOST_UNITS_IN_STOCK:
                row.refuse(name, _("This is more than a store can hold."))
        if bool(number) != bool(expires):
            here, other = ("expires_on", "batch") if number else ("batch", "expires_on")
            row.refuse(here, _("A batch needs its number and its date."), because_of=other)
        if as_of > today:
            row.refuse("as_of", _("This day lies in the future."))
        if store_id and product_id and on_hand is not None:
            return CountedRow(store_id, product_id, on_hand, on_order, number, expires, as_of)
        return None

    return CountedRows([row for row in sound(records, read) if row is not None])


def _present(store_ids: set[int]) -> dict[int, dict[str, Stock | Batch]]:
    """The levels and batches of stores, by key."""
    found: dict[int, dict[str, Stock | Batch]] = {store_id: {} for store_id in sorted(store_ids)}
    for stock in _of_stores(Stock, store_ids):
        found[stock.store_id][str(stock.product_id)] = stock
    for batch in _of_stores(Batch, store_ids):
        found[batch.store_id][f"{batch.product_id}|{batch.number}"] = batch
    return found


def _values(thing: Stock | Batch) -> list[Any]:
    if isinstance(thing, Stock):
        return [thing.on_hand, thing.on_order, thing.as_of.isoformat()]
    return [thing.units, thing.expires_on.isoformat(), thing.as_of.isoformat()]


def _set(store_id: int, levels: Snapshot, present: dict[str, Stock | Batch]) -> None:
    """Make levels and batches what they are to be; None takes one away."""
    for key, values in levels.items():
        thing = present.get(key)
        if values is None:
            if thing is not None:
                session.delete(thing)
            continue
        product, is_batch, number = key.partition("|")
        if thing is None:
            thing = (
                Batch(store_id=store_id, product_id=int(product), number=number)
                if is_batch
                else Stock(store_id=store_id, product_id=int(product))
            )
            session.add(thing)
        thing.as_of = date.fromisoformat(values[2])
        if isinstance(thing, Batch):
            thing.units, thing.expires_on = values[0], date.fromisoformat(values[1])
        else:
            thing.on_hand, thing.on_order = values[0], values[1]


def put_back(store_id: int, befores: Sequence[Before]) -> bool:
    """Put a store's stock back as it was; False, and nothing done, where some of it was changed since."""
    present = _present({store_id})[store_id]
    for before in befores:
        was: Snapshot = unpacked(before.data or b"")
        now = {key: _values(present[key]) if key in present else None for key in was}
        if digest(packed(now)) != before.after:
            return False
        _set(store_id, was, present)
    session.flush()
    stock_changed.send(None, store_id=store_id)
    return True


def _of_stores(model: Any, store_ids: set[int]) -> Iterator[Any]:
    wanted = sorted(store_ids)
    for start in range(0, len(wanted), 500):
        yield from session.scalars(select(model).where(model.store_id.in_(wanted[start : start + 500])))
