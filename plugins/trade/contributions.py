"""What trade gives to the pages of the portal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from plugins.trade import queries
from plugins.trade.costs.models import StoreCost
from plugins.trade.forms import ORDER_TITLES, STATE_TITLES
from plugins.trade.importing.models import Upload
from plugins.trade.models import DELIVERED, Fixture, StoreOrder
from plugins.trade.orders import queries as order_queries
from portal.api import (
    BriefingQuery,
    BriefingSection,
    Chart,
    HomeCard,
    KeyFigure,
    Person,
    PersonalData,
    SearchHit,
    Span,
    Store,
    StoreSignal,
    Table,
    TimelineEntry,
    Viewer,
    clock,
    local_date,
    number,
    session,
)

ICON = "package"
OLD_DATA_DAYS = 7
TOP = 8


def home_cards(viewer: Viewer) -> Iterator[HomeCard]:
    """Orders that wait for us; and of a store its figures when they are old: without them nothing can be advised."""
    if viewer.may("trade.answer_orders"):
        yield from _orders_card()
    if viewer.store is None or not viewer.may("trade.upload"):
        return
    today = clock.today(viewer.distributor.timezone)
    last = queries.last_day(viewer.store.id)
    if last is not None and (today - last).days <= OLD_DATA_DAYS:
        return
    yield HomeCard(
        title=_("Bring your sales up to date"),
        body=_("Our figures of your store go to %(day)s.", day=local_date(last))
        if last
        else _("We have no sales yet."),
        url="/trade/uploads",
        action=_("Upload sales"),
        icon="upload",
        section="open",
        priority=70,
        state="soon",
    )


def _orders_card() -> Iterator[HomeCard]:
    waiting = session.scalar(order_queries.requested_count()) or 0
    if waiting:
        yield HomeCard(
            title=ngettext("%(num)s order waits for an answer", "%(num)s orders wait for an answer", waiting),
            body=_("The store counts on these goods from now on."),
            url="/trade/orders/?state=requested",
            action=_("Answer the order"),
            icon="truck-delivery",
            section="open",
            priority=35,
            state="soon",
        )


def timeline(store: Store, span: Span) -> Iterator[TimelineEntry]:
    """What the store ordered, and what became of it."""
    for order in order_queries.of_store(store.id, span):
        yield TimelineEntry(
            order.requested_at,
            _("Order %(number)s", number=order.id),
            "truck-delivery",
            str(ORDER_TITLES[order.state]),
            f"/trade/orders/{order.id}",
            "ok" if order.state == DELIVERED else "",
        )


def personal_data(person: Person) -> Iterator[PersonalData]:
    """What the person ordered, answered and uploaded."""
    asked = session.scalars(select(StoreOrder).where(StoreOrder.requested_by_id == person.id).order_by(StoreOrder.id))
    orders = tuple({"order": o.id, "note": o.note, "at": o.requested_at.isoformat()} for o in asked)
    if orders:
        yield PersonalData(_("Orders"), orders)
    given = session.scalars(select(StoreOrder).where(StoreOrder.answered_by_id == person.id).order_by(StoreOrder.id))
    answers = tuple({"order": o.id, "answer": o.answer} for o in given)
    if answers:
        yield PersonalData(_("Orders answered"), answers)
    kept = session.scalars(select(Fixture).where(Fixture.changed_by_id == person.id).order_by(Fixture.id))
    fixtures = tuple({"shelf_unit": f.name, "at": f.changed_at.isoformat()} for f in kept)
    if fixtures:
        yield PersonalData(_("Shelf units changed"), fixtures)
    sent = session.scalars(select(Upload).where(Upload.person_id == person.id).order_by(Upload.id))
    files = tuple({"name": u.name, "kind": u.kind, "at": u.created_at.isoformat()} for u in sent)
    if files:
        yield PersonalData(_("Files of figures"), files)
    told = session.scalars(select(StoreCost).where(StoreCost.told_by_id == person.id).order_by(StoreCost.id))
    costs = tuple({"month": f"{c.month:%Y-%m}", "kind": c.kind, "at": c.told_at.isoformat()} for c in told)
    if costs:
        yield PersonalData(_("Costs told"), costs)


def store_signals(store: Store, span: Span) -> Iterator[StoreSignal]:
    """Units of the last four weeks, their change, and how much stands still."""
    until = queries.last_day(store.id)
    if until is None:
        return
    sold = queries.store_history(store.id, until=until, days=56)
    recent, before = int(sold.units[:, 28:].sum()), int(sold.units[:, :28].sum())
    at = clock.now()
    yield StoreSignal("units_28_days", _("Units sold in 28 days"), recent, at, url=f"/trade/stores/{store.id}")
    if before > 0:
        change = 100.0 * (recent - before) / before
        yield StoreSignal(
            "change_percent", _("Change in four weeks"), round(change, 1), at, "late" if change < -10 else ""
        )


def search(query: str, viewer: Viewer) -> Iterator[SearchHit]:
    """Products by code, name, brand or barcode."""
    for product in queries.page_of_products(query, None, size=10):
        yield SearchHit(
            product.name,
            url_for("trade.index", q=product.code),
            _("Product"),
            ICON,
            f"{product.code} · {product.brand}",
        )


def briefing_sections(query: BriefingQuery) -> Iterator[BriefingSection]:
    """For one store: what sold, compared with the four weeks before."""
    if query.store is None:
        return
    until = queries.last_day(query.store.id)
    if until is None:
        return
    states = queries.product_states(query.store.id, until=until)
    sold = queries.store_history(query.store.id, until=until, days=56)
    weeks = [int(sold.units[:, start : start + 7].sum()) for start in range(0, 56, 7)]
    labels = tuple(_week(until - timedelta(days=49 - 7 * index)) for index in range(8))
    rows = tuple(
        (s.product.name, number(s.sold_28_days), _cover(s.cover_days), str(STATE_TITLES[s.state])) for s in states[:TOP]
    )
    recent, before = sum(weeks[4:]), sum(weeks[:4])
    yield BriefingSection(
        key="sell_through",
        title=_("What sold in your store"),
        lede=_(
            "The last four weeks up to %(day)s, beside the four before.", day=local_date(until, year=True, near=False)
        ),
        figures=(
            KeyFigure(_("Units in 28 days"), number(recent), comparison=_change(recent, before)),
            KeyFigure(_("Products that slow"), number(sum(s.state == "slow" for s in states))),
            KeyFigure(_("Products that stand still"), number(sum(s.state == "dead" for s in states))),
        ),
        charts=(Chart("bars", _("Units a week"), labels, ((_("Units"), tuple(float(w) for w in weeks)),)),),
        tables=(Table(_("What sells most"), (_("Product"), _("Units"), _("Days of cover"), _("State")), rows, (1, 2)),),
        sources=(_("Your store's daily sales and stock"),),
        order=20,
        personal=True,
    )


def _week(first: object) -> str:
    return f"{first:%m/%d}"


def _cover(days: float | None) -> str:
    return number(days) if days is not None else "–"


def _change(recent: int, before: int) -> str:
    return (
        _("%(change)s %% against the four weeks before", change=f"{100 * (recent - before) / before:+.0f}")
        if before
        else ""
    )
