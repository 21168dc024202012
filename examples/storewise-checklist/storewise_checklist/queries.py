"""Reading the checklist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.api import NotFound, Person, Span, Store, session
from storewise_checklist.models import DAILY, Item, Tick


def items(*, weekly: bool = True) -> Sequence[Item]:
    """What is to be looked at, in its order; without the weekly things where they are not due."""
    statement = select(Item).where(Item.active.is_(True)).order_by(Item.position, Item.id)
    if not weekly:
        statement = statement.where(Item.rhythm == DAILY)
    return session.scalars(statement).all()


def item(item_id: int) -> Item:
    """One thing to look at; NotFound for an unknown or foreign one."""
    found = session.get(Item, item_id)
    if found is None or not found.active:
        raise NotFound
    return found


def ticks_on(store_id: int, day: date) -> Mapping[int, Tick]:
    """What the store has looked at that day, by item."""
    statement = select(Tick).where(Tick.store_id == store_id, Tick.day == day)
    return {tick.item_id: tick for tick in session.scalars(statement)}


def open_things(store_id: int, day: date, *, weekly: bool) -> Select[int]:
    """How many things the store has still to look at that day, as a statement: the navigation asks all at once."""
    ticked = select(Tick.item_id).where(Tick.store_id == store_id, Tick.day == day)
    statement = select(func.count(Item.id)).where(Item.active.is_(True), Item.id.not_in(ticked))
    return statement if weekly else statement.where(Item.rhythm == DAILY)


def open_count(store_id: int, day: date, *, weekly: bool) -> int:
    """How many things the store has still to look at that day."""
    return session.scalar(open_things(store_id, day, weekly=weekly)) or 0


def ticked_days(store: Store, span: Span) -> Sequence[tuple[datetime, int]]:
    """Of each day on which the store ticked something the last moment, and how many things; the newest first."""
    statement = (
        select(func.max(Tick.at), func.count(Tick.id))
        .where(Tick.store_id == store.id, Tick.at >= span.start, Tick.at < span.end)
        .group_by(Tick.day)
        .order_by(Tick.day.desc())
    )
    return [(last_tick_at, count) for last_tick_at, count in session.execute(statement)]


def missed(store_id: int | None, first: date, end: date) -> Sequence[tuple[str, int]]:
    """Daily things with how often each was ticked in the span, the rarest first; of one store or of all."""
    join = (Tick.item_id == Item.id) & (Tick.day >= first) & (Tick.day < end)
    if store_id is not None:
        join = join & (Tick.store_id == store_id)
    statement = (
        select(Item.title, func.count(Tick.id))
        .outerjoin(Tick, join)
        .where(Item.active.is_(True), Item.rhythm == DAILY)
        .group_by(Item.id, Item.title)
        .order_by(func.count(Tick.id), Item.id)
    )
    return [(title, count) for title, count in session.execute(statement)]


def tick_count(store_id: int, first: date, end: date) -> int:
    """How many daily things the store ticked in the span."""
    statement = (
        select(func.count(Tick.id))
        .join(Item, Item.id == Tick.item_id)
        .where(
            Tick.store_id == store_id, Tick.day >= first, Tick.day < end, Item.rhythm == DAILY, Item.active.is_(True)
        )
    )
    return session.scalar(statement) or 0


def stores_with_open_items(day: date, *, weekly: bool) -> Sequence[Store]:
    """Active stores that have not looked at everything yet."""
    due = len(items(weekly=weekly))
    done = select(Tick.store_id).where(Tick.day == day).group_by(Tick.store_id).having(func.count(Tick.id) >= due)
    return session.scalars(select(Store).where(Store.active.is_(True), Store.id.not_in(done))).all() if due else []


def matching(words: str) -> Sequence[Item]:
    """Things to look at whose text has these words."""
    statement = select(Item).where(Item.active.is_(True)).order_by(Item.position, Item.id).limit(10)
    for word in words.split():
        statement = statement.where(
            Item.title.contains(word, autoescape=True) | Item.why.contains(word, autoescape=True)
        )
    return session.scalars(statement).all()


def of_person(person: Person) -> Sequence[Tick]:
    """What this person has ticked, the newest first."""
    statement = select(Tick).where(Tick.by_id == person.id).options(joinedload(Tick.item)).order_by(Tick.id.desc())
    return session.scalars(statement).all()
