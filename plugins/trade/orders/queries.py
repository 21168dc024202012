"""Reading the orders of stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, func, select, type_coerce
from sqlalchemy.orm import joinedload

from plugins.trade.models import REQUESTED, OrderLine, StoreOrder
from portal.api import Membership, Money, NotFound, Order, Page, Reading, Span, Store, keyset, session

LEADERS = ("administrator", "manager")


@dataclass(frozen=True, slots=True)
class Sum:
    """Lines of an order, and what they cost where each cost is known."""

    lines: int
    cost: Decimal | None


def page_of_orders(state: str, cursor: str | None, size: int = 25) -> Page[StoreOrder]:
    """Orders with their store, the latest first."""
    return keyset(_listed(state), [Order(StoreOrder.requested_at, True), Order(StoreOrder.id, True)], cursor, size)


@lru_cache(maxsize=16)
def _listed(state: str) -> Reading[StoreOrder]:
    criteria = [StoreOrder.state == state] if state else []
    return Reading(StoreOrder, "store", change=lambda statement: statement.where(*criteria))


def sums(order_ids: Sequence[int]) -> dict[int, Sum]:
    """Lines and cost of each of the orders."""
    statement = (
        select(
            OrderLine.order_id,
            func.count(),
            func.count(OrderLine.cost),
            type_coerce(func.sum(OrderLine.cost * OrderLine.units), Money()),
        )
        .where(OrderLine.order_id.in_(order_ids))
        .group_by(OrderLine.order_id)
    )
    found = {}
    for order_id, lines, known, cost in session.execute(statement):
        found[order_id] = Sum(lines, cost if known == lines else None)
    return found


def find_order(order_id: int, *, to_answer: bool = False) -> StoreOrder:
    """The order with its store and who asked for it; NotFound outside of the walls.

    to_answer: nobody else answers it until this transaction ends.
    """
    statement = select(StoreOrder).where(StoreOrder.id == order_id)
    statement = statement.options(joinedload(StoreOrder.store), joinedload(StoreOrder.requested_by))
    if to_answer:
        statement = statement.with_for_update(of=StoreOrder)
    order = session.scalars(statement).one_or_none()
    if order is None:
        raise NotFound
    return order


def order_state(order_id: int) -> str:
    """Where an order stands; empty for one that is not there."""
    return session.scalar(select(StoreOrder.state).where(StoreOrder.id == order_id)) or ""


def lines_of(order_id: int) -> Sequence[OrderLine]:
    """The lines of an order with their products."""
    statement = select(OrderLine).where(OrderLine.order_id == order_id).options(joinedload(OrderLine.product))
    return session.scalars(statement.order_by(OrderLine.id)).all()


@lru_cache(maxsize=1)
def requested_count() -> Select[Any]:
    """How many orders nobody has answered, as a statement for the navigation."""
    return select(func.count()).select_from(StoreOrder).where(StoreOrder.state == REQUESTED)


def of_store(store_id: int, span: Span) -> Sequence[StoreOrder]:
    """A store's orders of the span."""
    statement = select(StoreOrder).where(
        StoreOrder.store_id == store_id, StoreOrder.requested_at.between(span.start, span.end)
    )
    return session.scalars(statement).all()


def who_delivers(store_id: int) -> Sequence[Membership]:
    """The store's rep; where it has none, those who lead."""
    shop = session.get(Store, store_id)
    members = session.scalars(
        select(Membership)
        .where(Membership.store_id.is_(None), Membership.active.is_(True))
        .options(joinedload(Membership.person), joinedload(Membership.role))
    ).all()
    rep = [member for member in members if shop is not None and member.id == shop.rep_membership_id]
    return rep or [member for member in members if member.role.key in LEADERS]
