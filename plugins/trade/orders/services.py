"""Orders of stores: asked for, confirmed or refused by us, delivered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.trade.models import (
    CANCELLED,
    CONFIRMED,
    DELIVERED,
    REFUSED,
    REQUESTED,
    OrderLine,
    Product,
    Stock,
    StoreOrder,
)
from plugins.trade.orders import queries as order_queries
from plugins.trade.signals import stock_changed
from portal.api import RuleBroken, Viewer, clock, insert_rows, members_of_stores, notify, record, session, signal

order_changed = signal("trade.order_changed")
MOST_LINES = 300
MOST_UNITS = 100_000
FURTHEST_DAYS = 120


@dataclass(frozen=True, slots=True)
class Wanted:
    """Units of a product that a store wants; advised_units: what it was advised, where that was so."""

    product_id: int
    units: int
    advised_units: int | None = None


def request_order(store_id: int, wanted: Sequence[Wanted], *, note: str = "", by: Viewer) -> StoreOrder:
    """The store asks for goods; its rep hears of it.

    Raises RuleBroken for nothing to order, too much of a product, and products that are not sold.
    """
    lines = [line for line in wanted if line.units]
    if not lines:
        raise RuleBroken("", _("There is nothing to order: every line is at 0."))
    if len(lines) > MOST_LINES or len({line.product_id for line in lines}) < len(lines):
        raise RuleBroken("", _("An order names each product once, and at most %(count)s of them.", count=MOST_LINES))
    if any(not 0 < line.units <= MOST_UNITS for line in lines):
        raise RuleBroken("", _("A line holds between 1 and %(most)s units.", most=MOST_UNITS))
    products = _products([line.product_id for line in lines])
    if any(line.product_id not in products for line in lines):
        raise RuleBroken("", _("One of the products is not sold any more."))
    order = StoreOrder(
        store_id=store_id,
        state=REQUESTED,
        note=note.strip()[:500],
        requested_by_id=by.person.id,
        requested_at=clock.now(),
    )
    session.add(order)
    session.flush()
    insert_rows(
        OrderLine,
        [
            {
                "order_id": order.id,
                "store_id": store_id,
                "product_id": line.product_id,
                "units": line.units,
                "advised_units": line.advised_units,
                "pack_size": products[line.product_id].pack_size,
                "cost": products[line.product_id].cost,
            }
            for line in lines
        ],
    )
    record("trade.order_requested", order, lines=len(lines))
    notify(
        "trade.order_requested",
        to=order_queries.who_delivers(store_id),
        title=_l("An order of %(count)s products", count=len(lines)),
        body=order.note,
        url=f"/trade/orders/{order.id}",
    )
    order_changed.send(None, order_id=order.id)
    return order


def confirm(order: StoreOrder, deliver_on: date | None, *, by: Viewer) -> None:
    """We deliver it, on a day that may be named."""
    _only(order, REQUESTED)
    today = clock.today(by.distributor.timezone)
    if deliver_on is not None and not 0 <= (deliver_on - today).days <= FURTHEST_DAYS:
        raise RuleBroken(
            "deliver_on", _("Choose a day from today on, at most %(days)s days ahead.", days=FURTHEST_DAYS)
        )
    order.deliver_on = deliver_on
    _answer(order, CONFIRMED, _l("Your order is confirmed"), by)


def refuse(order: StoreOrder, why: str, *, by: Viewer) -> None:
    """We do not deliver it, and say why."""
    _only(order, REQUESTED)
    if not why.strip():
        raise RuleBroken("answer", _("Please say why, in a few words."))
    order.answer, order.closed_at = why.strip()[:500], clock.now()
    _answer(order, REFUSED, _l("We cannot deliver your order"), by)


def mark_delivered(order: StoreOrder) -> None:
    """The goods are in the store: its stock grows by them, where it was counted before; the next count says the rest."""
    _only(order, REQUESTED, CONFIRMED)
    units = {line.product_id: line.units for line in order_queries.lines_of(order.id)}
    statement = select(Stock).where(Stock.store_id == order.store_id, Stock.product_id.in_(units))
    for stock in session.scalars(statement.order_by(Stock.id).with_for_update()):
        stock.on_hand += units[stock.product_id]
        stock.on_order = max(stock.on_order - units[stock.product_id], 0)
    order.closed_at = clock.now()
    _change(order, DELIVERED)
    stock_changed.send(None, store_id=order.store_id)


def cancel(order: StoreOrder) -> None:
    """The store takes it back, as long as nobody has confirmed it."""
    _only(order, REQUESTED)
    order.closed_at = clock.now()
    _change(order, CANCELLED)


def _answer(order: StoreOrder, state: str, title: object, by: Viewer) -> None:
    order.answered_at, order.answered_by_id = clock.now(), by.person.id
    _change(order, state)
    people = members_of_stores([order.store_id])
    notify("trade.order_answered", to=people, title=title, body=order.answer, url=f"/trade/orders/{order.id}")


def _change(order: StoreOrder, state: str) -> None:
    order.state = state
    record(f"trade.order_{state}", order)
    order_changed.send(None, order_id=order.id)


def _only(order: StoreOrder, *states: str) -> None:
    if order.state not in states:
        raise RuleBroken("", _("This order has moved on meanwhile; please look at it again."))


def _products(ids: Sequence[int]) -> dict[int, Product]:
    rows = session.scalars(select(Product).where(Product.id.in_(ids), Product.active.is_(True)))
    return {product.id: product for product in rows}
