"""Computing advice outside of requests: every night for all stores, and for a store when its figures have come in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from plugins.advice.layout import computing as layouts
from plugins.advice.library import jobs as library_jobs
from plugins.advice.measuring import services as measuring
from plugins.advice.planogram import computing as planograms
from plugins.advice.proposals import computing
from plugins.advice.proposals import services as proposal_services
from plugins.advice.questions import jobs as question_jobs
from plugins.trade.api import floor_of_store, stores_with_fixtures, stores_with_floor
from portal.api import Distributor, Job, Store, Subscription, clock, current_scope, enqueue, session


def compute_all() -> None:
    """Ask for the advice of all stores that are supplied, so many at a time that several workers share them."""
    distributor = session.get_one(Distributor, current_scope().distributor_id)
    today = clock.today(distributor.timezone)
    stores = session.scalars(select(Store.id).where(Store.active.is_(True)).order_by(Store.id)).all()
    for start in range(0, len(stores), computing.CHUNK):
        chunk = list(stores[start : start + computing.CHUNK])
        enqueue("advice.compute_stores", arguments={"store_ids": chunk}, key=f"{today}:{chunk[0]}")


def compute_stores(store_ids: list[int]) -> None:
    """Bring the advice of some stores up to date."""
    computing.compute(store_ids)


def measure() -> None:
    """See what advice of four and of eight weeks ago has changed."""
    measuring.measure()


def after_figures(store_id: int) -> None:
    """New figures, new advice."""
    enqueue("advice.compute_stores", arguments={"store_ids": [store_id]})


def compute_all_planograms() -> None:
    """Ask for the planograms of each store that told us of its shelves."""
    distributor = session.get_one(Distributor, current_scope().distributor_id)
    today = clock.today(distributor.timezone)
    for store_id in stores_with_fixtures():
        enqueue("advice.compute_planograms", arguments={"store_id": store_id}, key=f"{today}:{store_id}")


def compute_planograms(store_id: int) -> None:
    """Bring the planograms of a store up to date."""
    planograms.compute([store_id])


def after_planogram(store_id: int) -> None:
    """Other shelves, other advice."""
    enqueue("advice.compute_planograms", arguments={"store_id": store_id})


def compute_all_layouts() -> None:
    """Ask for the layout of each store that drew its floor."""
    distributor = session.get_one(Distributor, current_scope().distributor_id)
    today = clock.today(distributor.timezone)
    for store_id in stores_with_floor():
        enqueue("advice.compute_layout", arguments={"store_id": store_id}, key=f"{today}:{store_id}")


def compute_layout(store_id: int) -> None:
    """Bring the layout advice of a store up to date."""
    layouts.compute([store_id])


def after_floor(store_id: int) -> None:
    """Another floor, other advice; none where the plan is gone."""
    enqueue("advice.compute_layout", arguments={"store_id": store_id})


def after_receipts(store_id: int) -> None:
    """What is bought together decides who should be neighbours."""
    if floor_of_store(store_id) is not None:
        enqueue("advice.compute_layout", arguments={"store_id": store_id})


def after_order(order_id: int) -> None:
    """What becomes of an order becomes of its advice."""
    proposal_services.follow_order(order_id)


JOBS = (
    Job("advice.compute", compute_all, _l("Compute the advice of all stores"), cron="30 3 * * *"),
    Job("advice.measure", measure, _l("Measure what advice has changed"), cron="15 5 * * 1", lease_seconds=600),
    Job("advice.compute_stores", compute_stores, _l("Compute the advice of stores"), queue="advice", lease_seconds=300),
    *library_jobs.JOBS,
    *question_jobs.JOBS,
    Job(
        "advice.compute_all_planograms",
        compute_all_planograms,
        _l("Compute the planograms of all stores"),
        cron="30 4 * * 1",
    ),
    Job(
        "advice.compute_planograms",
        compute_planograms,
        _l("Compute the planograms of a store"),
        queue="advice",
        lease_seconds=900,
    ),
    Job("advice.compute_all_layouts", compute_all_layouts, _l("Compute the layout of all stores"), cron="45 4 * * 1"),
    Job(
        "advice.compute_layout", compute_layout, _l("Compute the layout of a store"), queue="advice", lease_seconds=300
    ),
)
SUBSCRIPTIONS = (
    Subscription("trade.sales_changed", after_figures),
    Subscription("trade.stock_changed", after_figures),
    Subscription("trade.planogram_changed", after_planogram),
    Subscription("trade.floor_changed", after_floor),
    Subscription("trade.receipts_changed", after_receipts),
    Subscription("trade.order_changed", after_order),
)
