"""The test world with more of everything than a page of a list shows: what a query per row would show up in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
from flask import Flask

from plugins.advice.models import Note, Recipient
from plugins.briefings.models import Briefing, Edition
from plugins.complaints.models import Complaint
from plugins.events.models import Event, Invitation, Registration
from plugins.meetings.models import Meeting
from plugins.trade.importing.models import Upload
from plugins.trade.methods.blocks import MonthBlock, days_in, pack
from plugins.trade.models import Batch, Product, SalesMonth, Stock
from portal import clock
from portal.accounts.services import create_person, join
from portal.audit.services import record
from portal.db import db, write_intent
from portal.jobs.models import JobRow
from portal.notifications.models import Notification
from portal.stores.models import Contact, Store
from portal.tenancy import Scope, acting_for, all_distributors
from portal.testing import World

EACH = 27  # one more than a page of 25 looks ahead for
MARK = "Row"  # in what each row shows


def fill(app: Flask, world: World) -> None:
    """Write the rows; one commit."""
    with app.app_context():
        token = write_intent.set(True)
        with acting_for(Scope(world.first.id)):
            for rows in FILLERS:
                db.session.add_all(rows(world))
                db.session.flush()
            _people(world)
            for number in range(EACH):
                record(f"stores.{MARK}", object_kind="store", object_id=number)
        db.session.commit()
        db.session.remove()
        write_intent.reset(token)


def _stores(world: World) -> Iterator[Any]:
    for number in range(EACH):
        store = Store(number=f"9{number:03}", name=f"{MARK} {number}", region=f"R{number}", format="other")
        store.rep_membership_id = world.first.members["rep"]
        yield store


def _contacts(world: World) -> Iterator[Any]:
    for number in range(EACH):
        yield Contact(store_id=world.first.stores[0], name=f"{MARK} {number}")


def _people(world: World) -> None:
    for number in range(EACH):
        with all_distributors(reason="busy world"):
            person = create_person(f"{MARK} {number}", email=f"row{number}@first.example")
        join(person, "store_staff", store=db.session.get_one(Store, world.first.stores[0]))


def _complaints(world: World) -> Iterator[Any]:
    for number in range(EACH):
        yield Complaint(
            number=f"C-{number}",
            category="quality",
            product=f"{MARK} {number}",
            store_id=world.first.stores[0],
            created_by_id=world.first.people["store_manager"],
            owner_membership_id=world.first.members["rep" if number % 9 == 0 else "manager"],
            answer_due_at=_in(hours=number),
            resolve_due_at=_in(hours=number),
            next_due_at=_in(hours=number),
        )


def _events(world: World) -> Iterator[Any]:
    for number in range(EACH):
        yield _starting(
            Event,
            number,
            title=f"{MARK} {number}",
            kind="training",
            seats=9,
            state="published",
            deadline_at=_in(hours=number + 1),
        )


def _invitations(world: World) -> Iterator[Any]:
    for number, event in enumerate(db.session.query(Event)):
        yield Invitation(event_id=event.id, store_id=world.first.stores[0])
        if number % 2:
            yield Registration(
                event_id=event.id, store_id=world.first.stores[0], state="confirmed", attendees=["A"], seats=1
            )


def _meetings(world: World) -> Iterator[Any]:
    """As many behind as ahead, of two stores with two people."""
    for number in range(-2 * EACH, 2 * EACH):
        yield _starting(
            Meeting,
            number,
            store_id=world.first.stores[number % 2],
            host_membership_id=world.first.members[("rep", "manager")[number // 2 % 2]],
            kind="advice",
            place="store",
            topic=f"{MARK} {number}",
        )


def _notes(world: World) -> Iterator[Any]:
    authors = (world.first.people["expert"], world.first.people["manager"])
    for number in range(EACH):
        yield Note(
            title=f"{MARK} {number}",
            kind="layout",
            state="published",
            author_id=authors[number % 2],
            published_at=clock.now(),
        )


def _recipients(world: World) -> Iterator[Any]:
    for note in db.session.query(Note):
        yield Recipient(note_id=note.id, store_id=world.first.stores[0], published_at=clock.now())


def _briefings(world: World) -> Iterator[Any]:
    for number in range(EACH):
        yield Briefing(
            title=f"{MARK} {number}",
            period_start=date(2026, 1, 1),
            period_end=date(2026, 1, 31),
            state="issued",
            issued_at=clock.now(),
            created_by_id=world.first.people["manager"],
        )


def _editions(world: World) -> Iterator[Any]:
    for briefing in db.session.query(Briefing):
        for language in ("en", "zh_Hans"):
            yield Edition(
                briefing_id=briefing.id,
                store_id=world.first.stores[0],
                language=language,
                state="ready",
                finished_at=clock.now(),
            )


def _products(world: World) -> Iterator[Any]:
    for number in range(EACH):
        yield Product(code=f"P{number:03}", name=f"{MARK} {number}", price=Decimal(5), cost=Decimal(3))


def _sales(world: World) -> Iterator[Any]:
    """Four months in which each product sold two units a day, and hardly anything is left of it."""
    products = [product.id for product in db.session.query(Product).order_by(Product.id)]
    today = clock.today("Asia/Shanghai")
    first = today.replace(day=1)
    for _month in range(4):
        units = np.full((len(products), days_in(first)), 2, np.int32)
        block = pack(MonthBlock(first, np.asarray(products, np.int32), units))
        yield SalesMonth(store_id=world.first.stores[0], month=first, block=block)
        first = (first - timedelta(days=1)).replace(day=1)
    for product in products:
        yield Stock(store_id=world.first.stores[0], product_id=product, on_hand=3, as_of=today)
        yield Batch(
            store_id=world.first.stores[0],
            product_id=product,
            number="B",
            units=99,
            expires_on=today + timedelta(days=9),
            as_of=today,
        )


def _uploads(world: World) -> Iterator[Any]:
    for number in range(EACH):
        yield Upload(
            kind="sales",
            name=f"{MARK} {number}",
            sha256=f"{number:064}",
            store_id=world.first.stores[0],
            person_id=world.first.people["store_manager"],
        )


def _notifications(world: World) -> Iterator[Any]:
    for number in range(EACH):
        for role in ("manager", "store_manager"):
            title = {"en": f"{MARK} {number}", "zh_Hans": f"{MARK} {number}"}
            yield Notification(membership_id=world.first.members[role], kind="complaints.filed", title=title)


def _jobs(world: World) -> Iterator[Any]:
    for number in range(EACH):
        yield JobRow(
            distributor_id=world.first.id,
            person_id=world.first.people["manager"],
            name=f"trade.{MARK}",
            state=("queued", "done")[number % 2],
        )


def _starting(model: Callable[..., Any], number: int, **values: Any) -> Any:
    return model(starts_at=_in(hours=number + 1), ends_at=_in(hours=number + 2), **values)


def _in(hours: int) -> Any:
    return clock.now() + timedelta(hours=hours)


FILLERS = (
    _stores,
    _contacts,
    _complaints,
    _events,
    _invitations,
    _meetings,
    _notes,
    _recipients,
    _briefings,
    _editions,
    _products,
    _sales,
    _uploads,
    _notifications,
    _jobs,
)
