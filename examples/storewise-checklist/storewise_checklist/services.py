"""Changing the checklist, and ticking it off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from portal.api import (
    Distributor,
    Membership,
    Person,
    RuleBroken,
    Viewer,
    clock,
    current_scope,
    notify,
    record,
    session,
    signal,
    the_host,
)
from storewise_checklist import queries
from storewise_checklist.models import DAILY, WEEKLY, Item, Tick

STANDARD = (
    ("冷柜温度在 2 到 8 度", "温度不对，临期会提前", DAILY),
    ("货架前排补满、拉齐", "顾客先看前排", DAILY),
    ("临期商品移到前面", "先到期的先卖", DAILY),
    ("价签与系统一致", "价格不符最伤信任", DAILY),
    ("清点仓库里的促销物料", "物料不上架等于没有活动", WEEKLY),
)


@dataclass(frozen=True, slots=True)
class NewItem:
    """What a manager typed."""

    title: str
    why: str = ""
    rhythm: str = DAILY


def today() -> date:
    """The day that the acting distributor lives in."""
    return clock.today(timezone())


def timezone() -> str:
    """The acting distributor's time zone."""
    return session.get_one(Distributor, current_scope().distributor_id).timezone


def is_weekly_day(day: date) -> bool:
    """Whether the weekly things are due on this day, as the distributor has set it."""
    return day.weekday() == the_host().settings_of("checklist")["weekly_day"]


def add_item(new: NewItem) -> Item:
    """Put one more thing on the list, at its end."""
    if session.scalar(select(Item.id).where(Item.title == new.title, Item.active.is_(True))):
        raise RuleBroken("title", _("This is on the list already."))
    last = session.scalar(select(func.max(Item.position))) or 0
    item = Item(title=new.title, why=new.why, rhythm=new.rhythm, position=last + 1)
    session.add(item)
    record("checklist.item_added", item, rhythm=item.rhythm)
    return item


def retire_item(item: Item) -> None:
    """Take a thing off the list; what stores have ticked stays."""
    item.active = False
    record("checklist.item_retired", item)


def write_standard_list() -> None:
    """Begin with a list that fits most stores, where there is none yet."""
    if session.scalar(select(func.count(Item.id))):
        return
    for title, why, rhythm in STANDARD:
        add_item(NewItem(title, why, rhythm))


def say_that_it_ended() -> None:
    """Tell the people of all stores that there is no list any more."""
    members = session.scalars(select(Membership).where(Membership.store_id.is_not(None), Membership.active.is_(True)))
    notify("checklist.open", to=members, title=_l("The opening checklist is not used any more"), url="/today")


def tick(item: Item, *, store_id: int, by: Viewer) -> Tick:
    """Note that the store has looked at it today; a second time changes nothing."""
    day = today()
    earlier = queries.ticks_on(store_id, day).get(item.id)
    if earlier is not None:
        return earlier
    new = Tick(item_id=item.id, store_id=store_id, day=day, by_id=by.person.id)
    session.add(new)
    record("checklist.ticked", new)
    if queries.open_count(store_id, day, weekly=is_weekly_day(day)) == 0:
        signal("checklist.finished").send(None, store_id=store_id)
    return new


def untick(item: Item, *, store_id: int) -> None:
    """Take today's tick back."""
    earlier = queries.ticks_on(store_id, today()).get(item.id)
    if earlier is not None:
        record("checklist.unticked", earlier)
        session.delete(earlier)


def forget_person(person: Person) -> None:
    """Keep that it was ticked, without by whom."""
    for mine in queries.of_person(person):
        mine.by_id = None
